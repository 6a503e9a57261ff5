"""What each unit can attain on each indicator, as an expression over its batch and industry."""

from __future__ import annotations

from collections import Counter
from functools import reduce
from itertools import product
from operator import or_

import narwhals as nw

from huoyue.core.scheme.model import Scheme, hundredths

try:
    from huoyue.core.scheme.maxima import maxima
except ModuleNotFoundError:

    def maxima(scheme, batch, industry):
        return {i.id: hundredths(i.points) for i in scheme.indicators}


Group = tuple[str, str | None]


def attainable(scheme: Scheme) -> dict[str, nw.Expr]:
    """Indicator -> hundredths attainable by the unit of a row with columns batch and industry; 0: does not apply."""
    groups = list(product((b.id for b in scheme.batches), (None, *(i.id for i in scheme.industries))))
    found = {group: maxima(scheme, *group) for group in groups}
    return {
        indicator.id: _chosen({group: points.get(indicator.id, 0) for group, points in found.items()})
        for indicator in scheme.indicators
    }


def _chosen(points: dict[Group, int]) -> nw.Expr:
    """The commonest value, and the groups that differ from it."""
    usual = Counter(points.values()).most_common(1)[0][0]
    chosen: nw.Expr = nw.lit(usual, dtype=nw.Int64)
    for value in sorted(set(points.values()) - {usual}):
        member = reduce(or_, (_in(group) for group, worth in points.items() if worth == value))
        chosen = nw.when(member).then(nw.lit(value, dtype=nw.Int64)).otherwise(chosen)
    return chosen


def _in(group: Group) -> nw.Expr:
    batch, industry = group
    same = nw.col("industry").is_null() if industry is None else nw.col("industry") == industry
    return (nw.col("batch") == batch) & same

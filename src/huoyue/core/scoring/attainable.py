"""What each unit can attain on each indicator, as an expression over its batch and industry."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from functools import reduce
from itertools import product
from operator import or_
from typing import TypeAlias

import narwhals as nw

from huoyue.core.scheme.maxima import maxima
from huoyue.core.scheme.model import Scheme

Group: TypeAlias = tuple[str, str | None]
"""A batch and an industry, or a batch and no industry."""


def groups(scheme: Scheme) -> dict[Group, dict[str, int]]:
    """What a unit of each batch and industry can attain: indicator -> hundredths."""
    found = product((batch.id for batch in scheme.batches), (None, *(industry.id for industry in scheme.industries)))
    return {group: maxima(scheme, *group) for group in found}


def attainable(scheme: Scheme) -> dict[str, nw.Expr]:
    """Indicator -> hundredths attainable by the unit of a row with columns batch and industry; 0: does not apply."""
    found = groups(scheme)
    return {
        indicator.id: by_group({group: most.get(indicator.id, 0) for group, most in found.items()})
        for indicator in scheme.indicators
    }


def attainable_in_all(scheme: Scheme) -> dict[Group, int]:
    """What a unit of each batch and industry can attain in all, without bonuses."""
    bonuses = {indicator.id for indicator in scheme.indicators if indicator.bonus}
    return {
        group: sum(points for name, points in most.items() if name not in bonuses)
        for group, most in groups(scheme).items()
    }


def by_group(values: Mapping[Group, int]) -> nw.Expr:
    """The value of a row's batch and industry: the commonest, and the groups that differ from it."""
    usual = Counter(values.values()).most_common(1)[0][0]
    chosen: nw.Expr = nw.lit(usual, dtype=nw.Int64)
    for value in sorted(set(values.values()) - {usual}):
        member = reduce(or_, (_in(group) for group, worth in values.items() if worth == value))
        chosen = nw.when(member).then(nw.lit(value, dtype=nw.Int64)).otherwise(chosen)
    return chosen


def _in(group: Group) -> nw.Expr:
    batch, industry = group
    same = nw.col("industry").is_null() if industry is None else nw.col("industry") == industry
    return (nw.col("batch") == batch) & same

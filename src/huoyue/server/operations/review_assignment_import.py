"""An assignment as it stands in a file: pairs by code, and every row that means nothing."""

from __future__ import annotations

import re

from huoyue.core.filing.values import folded
from huoyue.core.message import M
from huoyue.core.review.assignment.model import Pair
from huoyue.server.models import ReviewStage
from huoyue.server.operations.review_reading import ReviewFile, fault
from huoyue.server.queries.review import panel_of
from huoyue.server.queries.review_stages import evaluated_filings

BETWEEN = re.compile(r"[\s,，;；、|/]+")


def pairs_of(stage: ReviewStage, book: ReviewFile) -> tuple[list[Pair], list[dict[str, str]]]:
    """The pairs of a file, and everything wrong with it at once. Alliances that it does not name get nobody."""
    problems = [one for one in book.problems if one["severity"] == "error"]
    experts = {one.code.casefold(): one.code for one in panel_of(stage.round)}
    units: dict[str, str] = {}
    for one in evaluated_filings(stage.round):
        units |= {folded(one.alliance.code): one.alliance.code, folded(one.alliance.name): one.alliance.code}
    pairs: dict[Pair, None] = {}
    for row in book.rows:
        name = str(row["values"].get("unit") or "")
        unit = units.get(folded(name))
        if unit is None:
            problems.append(fault(row, "unit", M("{name} is not to be evaluated in this round.", name=name)))
        for code in BETWEEN.split(str(row["values"].get("experts") or "").strip()):
            known = experts.get(code.casefold())
            if code and known is None:
                problems.append(fault(row, "experts", M("Nobody on the panel has the code {code}.", code=code)))
            elif known is not None and unit is not None:
                if (known, unit) in pairs:
                    problems.append(fault(row, "experts", M("{code} stands there twice.", code=code)))
                pairs[known, unit] = None
    return list(pairs), problems

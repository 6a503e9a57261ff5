"""The review's stages as the scheme means them: who is reviewed, what a sheet asks for, who marked before."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field

from django.db.models import Q

from huoyue.core.review.sheet import Cell
from huoyue.core.scheme.model import Rights
from huoyue.core.scheme.model import Stage as SchemeStage
from huoyue.server.models import Filing, ReviewStage, Round, Sheet, Suggestion
from huoyue.server.queries.schemes import scheme_of

EVALUATED = Q(verdict__decided="evaluated") | Q(verdict__decided="", verdict__ruled="evaluated")


def evaluated_filings(round_: Round) -> list[Filing]:
    """The filings that screening lets be evaluated, in register order."""
    found = Filing.objects.filter(EVALUATED, round=round_).select_related("alliance", "in_force")
    filings = list(found.order_by("alliance__position", "pk"))
    for filing in filings:
        filing.round = round_
    return filings


def scheme_stage(stage: ReviewStage) -> SchemeStage | None:
    """The scheme's stage; None for the calibration."""
    return next((one for one in scheme_of(stage.round).review.stages if one.id == stage.key), None)


def rights_of(stage: ReviewStage) -> Rights:
    """What experts see in a stage; in the calibration what the first stage lets them see."""
    known = scheme_stage(stage)
    if known is None:
        marking = [one for one in scheme_of(stage.round).review.stages if one.kind == "marks"]
        known = marking[0] if marking else None
    return known.sees if known else Rights()


def cells_of_filing(filing: Filing) -> list[Cell]:
    """What a sheet for a filing asks for, in the scheme's order: the indicators that apply to the alliance."""
    rows = Suggestion.objects.filter(filing=filing).exclude(outcome="not_applicable")
    known = {row.indicator: row for row in rows}
    return [
        Cell(indicator.id, row.maximum, row.points)
        for indicator in scheme_of(filing.round).indicators
        if (row := known.get(indicator.id)) is not None
    ]


def cells_of(sheet: Sheet) -> list[Cell]:
    """What a sheet asks for."""
    return cells_of_filing(sheet.filing)


@dataclass
class Before:
    """Who marked a filing in the stages before: seats and groups by the filing's key."""

    people: dict[int, set[int]] = field(default_factory=lambda: defaultdict(set))
    groups: dict[int, set[str]] = field(default_factory=lambda: defaultdict(set))


def earlier_groups(stage: ReviewStage) -> Before:
    """Who a stage across groups keeps away from each filing; nobody where the scheme does not ask for it.

    Sheets that were set aside count too: who saw an alliance's facts in a stage before does not see them afresh.
    """
    known, before = scheme_stage(stage), Before()
    if known is None or not known.across_groups:
        return before
    sheets = Sheet.objects.filter(stage__round=stage.round, stage__kind="marks", stage__position__lt=stage.position)
    sheets = sheets.filter(Q(aside_at=None) | ~Q(begun_at=None))
    for filing, seat, group in sheets.values_list("filing_id", "panellist_id", "panellist__group"):
        before.people[filing].add(seat)
        before.groups[filing].add(group)
    return before


def before_decisions(round_: Round) -> bool:
    """Whether every stage of marks is closed, so that differences may be looked at."""
    marking = ReviewStage.objects.filter(round=round_, kind="marks")
    return marking.exists() and not marking.exclude(state="closed").exists()

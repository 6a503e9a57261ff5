"""The review's stages as the scheme means them: who is reviewed, what a sheet asks for, who marked before."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field, replace

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


def cells_of_filings(filings: Iterable[Filing]) -> dict[int, list[Cell]]:
    """What sheets ask for by the key of the filing, in the scheme's order: the indicators that apply to an alliance."""
    wanted = {filing.pk: filing for filing in filings}
    known: dict[int, dict[str, Suggestion]] = defaultdict(dict)
    for row in Suggestion.objects.filter(filing__in=wanted).exclude(outcome="not_applicable"):
        known[row.filing_id][row.indicator] = row
    return {
        key: [
            Cell(indicator.id, found.maximum, found.points)
            for indicator in scheme_of(filing.round).indicators
            if (found := known[key].get(indicator.id)) is not None
        ]
        for key, filing in wanted.items()
    }


def cells_of_filing(filing: Filing) -> list[Cell]:
    """What a sheet for a filing asks for."""
    return cells_of_filings([filing])[filing.pk]


def cells_of(sheet: Sheet) -> list[Cell]:
    """What a sheet asks for; where the stage shows no suggested points, there are none to owe a reason against."""
    cells = cells_of_filing(sheet.filing)
    return cells if rights_of(sheet.stage).points else [replace(cell, suggested=None) for cell in cells]


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

"""The assignment of a stage as people read it: by alliance and by expert."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field

from huoyue.core.message import Title
from huoyue.server.models import Filing, Panellist, ReviewStage, Sheet
from huoyue.server.queries.review import panel_of
from huoyue.server.queries.review_stages import evaluated_filings, scheme_stage
from huoyue.server.queries.schemes import scheme_of


@dataclass
class UnitLine:
    """An alliance with its sheets in the stage."""

    filing: Filing
    batch: Title | str
    industry: Title | str
    sheets: list[Sheet] = field(default_factory=list)
    wanted: int = 0

    @property
    def is_short(self) -> bool:
        return len(self.sheets) < self.wanted


@dataclass
class ExpertLine:
    """An expert with the load in the stage."""

    seat: Panellist
    sheets: list[Sheet] = field(default_factory=list)
    handed_in: int = 0

    @property
    def is_over(self) -> bool:
        return len(self.sheets) > self.seat.capacity


@dataclass(frozen=True)
class Filter:
    """What of the assignment is looked at: by group, batch, industry, name or code, or only what is short."""

    group: str = ""
    batch: str = ""
    industry: str = ""
    query: str = ""
    short: bool = False


def sheets_now(stage: ReviewStage) -> list[Sheet]:
    """The sheets that count, with experts and alliances."""
    found = stage.sheets.filter(aside_at=None).select_related("panellist__account", "filing__alliance")
    return list(found.order_by("filing__alliance__position", "panellist__code"))


def unit_lines(stage: ReviewStage, chosen: Filter) -> list[UnitLine]:
    """The alliances to be evaluated in register order, as far as the filter lets through."""
    scheme, known = scheme_of(stage.round), scheme_stage(stage)
    batches = {one.id: one.title for one in scheme.batches}
    industries = {one.id: one.title for one in scheme.industries}
    of: dict[int, list[Sheet]] = defaultdict(list)
    for sheet in sheets_now(stage):
        of[sheet.filing_id].append(sheet)
    lines = [
        UnitLine(one, batches.get(one.alliance.batch, one.alliance.batch),
                 industries.get(one.alliance.industry, one.alliance.industry), of[one.pk],
                 known.reviewers if known else 0)
        for one in evaluated_filings(stage.round)
    ]  # fmt: skip
    return [line for line in lines if fits(line, chosen)]


def fits(line: UnitLine, chosen: Filter) -> bool:
    """Whether an alliance is among what is looked at."""
    alliance, query = line.filing.alliance, chosen.query.casefold()
    return (
        (not chosen.short or line.is_short)
        and chosen.batch in ("", alliance.batch)
        and chosen.industry in ("", alliance.industry)
        and (not chosen.group or any(one.panellist.group == chosen.group for one in line.sheets))
        and (not query or query in alliance.name.casefold() or query == alliance.code.casefold()
             or any(query in str(one.panellist).casefold() for one in line.sheets))
    )  # fmt: skip


def expert_lines(stage: ReviewStage, chosen: Filter) -> list[ExpertLine]:
    """Everybody on the panel who can be given sheets or has some, with the load."""
    of: dict[int, list[Sheet]] = defaultdict(list)
    for sheet in sheets_now(stage):
        of[sheet.panellist_id].append(sheet)
    query = chosen.query.casefold()
    return [
        ExpertLine(one, of[one.pk], sum(sheet.submitted_at is not None for sheet in of[one.pk]))
        for one in panel_of(stage.round)
        if (one.state in ("asked", "accepted") or of[one.pk])
        and chosen.group in ("", one.group)
        and (not query or query in str(one).casefold())
    ]  # fmt: skip


def groups_of(stage: ReviewStage) -> list[str]:
    """The groups of the panel, in the order of its codes: names of groups have none of their own."""
    return list(dict.fromkeys(one.group for one in panel_of(stage.round) if one.group))

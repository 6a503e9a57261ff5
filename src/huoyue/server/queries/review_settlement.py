"""What the review settles to: who may see it, all alliances side by side, and every mark in one table."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction

from huoyue.core.message import Title
from huoyue.core.refusal import Refusal
from huoyue.core.review.settlement import RULE
from huoyue.server.models import Account, Alliance, Filing, Mark, ReviewStage, Role, Round
from huoyue.server.queries.doors import ABSENT
from huoyue.server.queries.people import Person
from huoyue.server.queries.review import is_marking, review_door
from huoyue.server.queries.review_board import barred_alliances
from huoyue.server.queries.review_stages import before_decisions, evaluated_filings
from huoyue.server.queries.review_standing import Score, Standing, standing_of


def settlement_door(person: Person, *, round: str) -> Round | Refusal:  # noqa: A002
    """A round with what its review settles to.

    For chairs and the secretariat once every stage of marks is closed, for observers once every stage is.
    """
    found = review_door(person, round=round)
    if isinstance(found, Refusal):
        return ABSENT
    if person.account is None or not before_decisions(found) or marks_now(person.account, found):
        return Refusal("marks_hidden")
    running = ReviewStage.objects.filter(round=found).exclude(kind="calibration").exclude(state="closed")
    return Refusal("marks_hidden") if person.role == Role.OBSERVER and running.exists() else found


def marks_now(account: Account, round_: Round) -> bool:
    """Whether somebody still marks in the round."""
    stage = ReviewStage.objects.filter(round=round_, kind="marks").first()
    return stage is not None and is_marking(account, stage)


def settled_door(person: Person, *, round: str, unit: str) -> Filing | Refusal:  # noqa: A002
    """One alliance of a settlement, for who has no conflict with it."""
    found = settlement_door(person, round=round)
    if isinstance(found, Refusal):
        return found
    filing = next((one for one in evaluated_filings(found) if one.alliance.code == unit), None)
    if filing is None or person.account is None:
        return ABSENT
    return Refusal("figures_in_conflict") if unit in barred_alliances(person.account, found) else filing


@dataclass(frozen=True)
class Settled:
    """An alliance: the total of the suggestions, of each stage, before the meeting, exact, rounded, its tier."""

    alliance: Alliance
    barred: bool = False
    suggested: Fraction | None = None
    stages: tuple[Fraction | None, ...] = ()
    before: Score | None = None
    now: Score | None = None
    discussed: bool = False


@dataclass(frozen=True)
class Settlements:
    """All alliances in register order, and the stages of marks that head the columns."""

    stages: list[tuple[str, Title]]
    rows: list[Settled]
    standing: Standing


def settlements(round_: Round, account: Account) -> Settlements:
    """Everybody's way from the suggestions to score and tier; nothing of alliances that the reader is barred from."""
    before, now = standing_of(round_, decided=False), standing_of(round_)
    stages = [(one.id, one.title) for one in now.scheme.review.stages if one.kind == "marks"]
    totals = {
        (row["unit"], row["stage"]): Fraction(row["total_num"], row["total_den"])
        for row in now.settlement.stage_totals.iter_rows(named=True)
    }
    barred = barred_alliances(account, round_)
    discussed = set(
        Filing.objects.filter(cases__stage__round=round_, cases__decisions__isnull=False).values_list("pk", flat=True)
    )
    rows = []
    for filing in evaluated_filings(round_):
        code = filing.alliance.code
        if code in barred:
            rows.append(Settled(filing.alliance, barred=True))
        else:
            own = tuple(totals.get((code, key)) for key, _ in stages)
            rows.append(Settled(filing.alliance, False, totals.get((code, RULE)), own, before.scores.get(code),
                                now.scores.get(code), filing.pk in discussed))  # fmt: skip
    return Settlements(stages, rows, now)


@dataclass(frozen=True)
class Step:
    """A row of the table of everything: one figure on one indicator of one alliance."""

    unit: str
    name: str
    indicator: str
    stage: str
    """The stage's id, or suggested, before, settled."""
    expert: str
    points: Fraction | int | None
    maximum: int
    reason: str
    counts: bool


def steps(round_: Round, account: Account, lang: str) -> Iterator[Step]:
    """Every suggestion, mark and settled figure; marks that were set aside too, and that they do not count."""
    now, before = standing_of(round_), standing_of(round_, decided=False)
    barred = set(barred_alliances(account, round_))
    names = {one.alliance.code: one.alliance.name for one in evaluated_filings(round_)}
    most = {(row["unit"], row["indicator"]): row["maximum"] for row in now.points.iter_rows(named=True)}
    for row in now.points.filter(now.points["outcome"] != "not_applicable").iter_rows(named=True):
        if row["unit"] not in barred:
            yield Step(row["unit"], names[row["unit"]], row["indicator"], "suggested", "", row["points"],
                       row["maximum"], "", counts=True)  # fmt: skip
    marks = Mark.objects.filter(sheet__stage__round=round_, sheet__stage__kind="marks", sheet__stage__state="closed")
    marks = marks.exclude(points=None).select_related("sheet__stage", "sheet__panellist", "sheet__filing__alliance")
    order = ("sheet__filing__alliance__position", "sheet__stage__position", "sheet__panellist__code", "pk")
    for mark in marks.order_by(*order):
        sheet, code = mark.sheet, mark.sheet.filing.alliance.code
        if code in names and code not in barred:
            stands = sheet.aside_at is None and sheet.submitted_at is not None
            yield Step(code, names[code], mark.indicator, sheet.stage.key, sheet.panellist.code, mark.points,
                       most.get((code, mark.indicator), 0), mark.reason, counts=stands)  # fmt: skip
    for stage, standing in (("before", before), ("settled", now)):
        for row in standing.settlement.settled.iter_rows(named=True):
            if row["unit"] not in barred and row["basis"] != "not_applicable":
                yield Step(row["unit"], names[row["unit"]], row["indicator"], stage, "",
                           Fraction(row["settled_num"], row["settled_den"]), row["maximum"], row[f"note_{lang}"],
                           counts=True)  # fmt: skip

"""What a workbook of score sheets would change: by sheet and indicator, against what stands on the web now."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from huoyue.core.message import M, Message, Title
from huoyue.core.phrase import render
from huoyue.core.review.sheet import Entry, Flaw, flaw, read_points
from huoyue.exchange.score_sheets import MadeFor, ScoreRow
from huoyue.exchange.score_sheets_reading import Stood, Typed
from huoyue.server.models import Sheet
from huoyue.server.queries.review import OwnStage, own_sheets
from huoyue.server.queries.review_sheet_facts import kept_by_kind, number_records
from huoyue.server.queries.review_sheets import Line, by_id, lines_of, name_in, same_points
from huoyue.server.queries.schemes import scheme_of
from huoyue.server.saying import said


def made_for(own: OwnStage) -> MadeFor:
    """What a workbook of this expert in this stage names."""
    return MadeFor(own.round.key, own.stage.key, own.seat.code, own.round.scheme_digest)


def open_sheets(own: OwnStage) -> list[Sheet]:
    """The expert's sheets of a stage that are not handed in."""
    sheets = list(own_sheets(own.seat).filter(stage=own.stage, submitted_at=None))
    for sheet in sheets:
        sheet.stage, sheet.panellist = own.stage, own.seat
    return sheets


def rows_of(sheet: Sheet, lang: str) -> list[ScoreRow]:
    """The rows of a sheet in the workbook."""
    lines = lines_of(sheet)
    number_records(lines, kept_by_kind(sheet.filing, scheme_of(sheet.filing.round)))
    return [
        ScoreRow(
            sheet.filing.alliance.code, name_in(sheet), line.pillar.title, line.indicator.id, line.indicator.title,
            "\n".join(said(one, lang) for one in line.standard), line.cell.maximum, line.cell.suggested,
            line.explained(lang), line.typed, line.reason, line.taken, line.revision,
        )
        for line in lines
    ]  # fmt: skip


@dataclass(frozen=True)
class Amiss:
    """Something wrong in the workbook, where, and how to mend it."""

    cell: str
    what: Message
    mend: Message | None = None


@dataclass(frozen=True)
class Change:
    """A mark that the workbook holds otherwise than the web. `clash`: it was changed on the web as well."""

    line: Line
    points: str
    reason: str
    taken: bool
    cell: str
    clash: bool
    flaw: Flaw | None

    @property
    def name(self) -> str:
        return self.line.indicator.id

    @property
    def title(self) -> Title:
        return self.line.indicator.title


@dataclass
class SheetPlan:
    """What becomes of one sheet."""

    sheet: Sheet
    name: str
    changes: list[Change] = field(default_factory=list)

    @property
    def code(self) -> str:
        return self.sheet.filing.alliance.code

    @property
    def clashes(self) -> list[Change]:
        return [change for change in self.changes if change.clash]


@dataclass
class BookPlan:
    """What a workbook would change, everything that is amiss in it, and whether it is to be left unread."""

    sheets: list[SheetPlan] = field(default_factory=list)
    amiss: list[Amiss] = field(default_factory=list)
    foreign: list[Amiss] = field(default_factory=list)

    @property
    def changes(self) -> int:
        return sum(len(one.changes) for one in self.sheets)

    @property
    def clashes(self) -> int:
        return sum(len(one.clashes) for one in self.sheets)

    @property
    def flaws(self) -> list[tuple[SheetPlan, Change]]:
        """What could be taken over but not be handed in so."""
        return [(one, change) for one in self.sheets for change in one.changes if change.flaw is not None]


def why_foreign(own: OwnStage, named: Mapping[str, str]) -> list[Amiss]:
    """Every way in which a workbook is not this expert's of this stage."""
    wanted, again = vars(made_for(own)), M("Download the workbook of this stage from your own list.")
    words = {
        "round": M("The workbook is of another round."), "stage": M("The workbook is of another stage."),
        "expert": M("The workbook is another expert's."),
        "scheme": M("The scheme of the round has changed since the workbook was made."),
    }  # fmt: skip
    return [Amiss("", words[name], again) for name in words if named.get(name) != wanted[name]]


def plan_of(own: OwnStage, named: Mapping[str, str], rows: Iterable[Typed], stood: Mapping[str, Stood]) -> BookPlan:
    """What the rows of a workbook would change. Rows that cannot be are said; rows that say nothing new are passed."""
    plan = BookPlan(foreign=why_foreign(own, named))
    if plan.foreign:
        return plan
    plans = {one.filing.alliance.code: SheetPlan(one, name_in(one)) for one in open_sheets(own)}
    lines = {code: by_id(lines_of(one.sheet)) for code, one in plans.items()}
    seen: set[tuple[str, str]] = set()
    closed: set[str] = set()
    for row in rows:
        if row.unit not in plans:
            if row.unit not in closed:
                plan.amiss.append(not_open(row))
            closed.add(row.unit)
            continue
        line = lines[row.unit].get(row.indicator)
        if line is None:
            what = M("The sheet does not ask for the indicator {indicator}.", indicator=row.indicator)
            plan.amiss.append(Amiss(row.cell, what, M("Download the workbook anew.")))
        elif (row.unit, row.indicator) in seen:
            what = M("This indicator of {unit} stands in the workbook twice; the first row counts.", unit=row.unit)
            plan.amiss.append(Amiss(row.cell, what))
        else:
            seen.add((row.unit, row.indicator))
            change = change_of(
                plans[row.unit].sheet, line, row, stood.get(f"{row.unit}|{row.indicator}", Stood()), plan.amiss
            )
            if change is not None:
                plans[row.unit].changes.append(change)
    plan.sheets = [one for one in plans.values() if one.changes]
    return plan


def not_open(row: Typed) -> Amiss:
    """What is said of the rows of a sheet that is not open for this expert, whatever the reason is."""
    what = M("{unit} is not among your open sheets of this stage; its rows are left out.", unit=row.unit)
    return Amiss(row.cell, what, M("If you handed it in, take it back first."))


def change_of(sheet: Sheet, line: Line, row: Typed, stood: Stood, amiss: list[Amiss]) -> Change | None:
    """What a row changes: the expert's own changes since the download, never what merely stood then."""
    points, accepts = row.points, row.accepts
    if accepts and not line.suggested:
        accepts = False
        amiss.append(Amiss(row.cell, M("Nothing is suggested for this indicator."), M("Write the points.")))
    if accepts and not points:
        points = line.suggested
    taken = accepts and same_points(points, line.suggested)
    if accepts and not taken:
        told = M("Accepted and marked otherwise; the points in the cell count.")
        amiss.append(Amiss(row.cell, told, M("Clear one of the two.")))
    then, wanted = (stood.points, stood.reason.strip(), stood.taken), (points, row.reason.strip(), taken)
    now = (line.typed, line.reason.strip(), line.taken)
    if alike(wanted, then) or alike(wanted, now):
        return None
    clash = line.revision != stood.revision and not alike(now, then)
    return Change(
        line, points[:40], row.reason.strip(), taken, row.cell, clash, flaw_in(sheet, line, points, row.reason)
    )


def alike(one: tuple[str, str, bool], other: tuple[str, str, bool]) -> bool:
    return same_points(one[0], other[0]) and one[1:] == other[1:]


def flaw_in(sheet: Sheet, line: Line, points: str, reason: str) -> Flaw | None:
    """What would be wrong with the mark once it is taken over; that nothing is typed is no flaw yet."""
    try:
        read = read_points(points)
    except ValueError:
        return Flaw(line.indicator.id, "unreadable", M("This is no number of points; write one from 0 to {maximum}.",
                                                       maximum=line.maximum))  # fmt: skip
    found = flaw(scheme_of(sheet.filing.round), line.cell, Entry(read, reason))
    return found if found is not None and found.code != "unmarked" else None


def seen_in(plan: BookPlan) -> dict[str, int]:
    """The marks that were looked at, each with its revision."""
    return {f"{one.code}|{change.name}": change.line.revision for one in plan.sheets for change in one.changes}


def heading_of(own: OwnStage, title: Title | Message, lang: str) -> str:
    """What stands on top of the workbook."""
    stage = title.in_language(lang) if isinstance(title, Title) else render(title, lang)
    return f"{own.round.title(lang)} · {stage} · {own.seat.code}"

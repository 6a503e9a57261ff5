"""The assignment of a stage as a task for the solver, its answer, and what an assignment would change."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from hashlib import sha256

from huoyue.core.message import M
from huoyue.core.review.assignment import (
    Assignment,
    Expert,
    Impossible,
    Pins,
    Task,
    Unit,
    Wanted,
    terms_of,
)
from huoyue.core.review.assignment.model import Pair
from huoyue.server.models import Filing, Panellist, ReviewStage
from huoyue.server.operations.journal import Refuse
from huoyue.server.operations.review_allotting import answered
from huoyue.server.operations.review_assignment import Pair as Keys
from huoyue.server.operations.review_conflicts import barred
from huoyue.server.queries.review import panel_of
from huoyue.server.queries.review_stages import earlier_groups, evaluated_filings, scheme_stage
from huoyue.server.queries.schemes import scheme_of


@dataclass
class Ground:
    """What an assignment of a stage is made from."""

    stage: ReviewStage
    seats: list[Panellist]
    filings: list[Filing]
    now: set[Pair] = field(default_factory=set)
    """Pairs whose sheets count now, by codes."""
    held: set[Pair] = field(default_factory=set)
    """Of these, those that stay: pinned by hand, or begun."""
    never: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    """For each expert the alliances that a conflict bars."""

    @property
    def reviewers(self) -> int:
        known = scheme_stage(self.stage)
        return known.reviewers if known else 1


def ground_of(stage: ReviewStage, *, everybody: bool = False) -> Ground:
    """The seats that can be given sheets (those who accepted, or `everybody` who was asked), and the rest."""
    states = ("asked", "accepted") if everybody else ("accepted",)
    found = Ground(stage, list(panel_of(stage.round).filter(state__in=states)), evaluated_filings(stage.round))
    rows = stage.sheets.filter(aside_at=None).values_list(
        "panellist__code", "filing__alliance__code", "pinned", "begun_at"
    )
    for expert, unit, pinned, begun in rows.order_by():
        found.now.add((expert, unit))
        if pinned or begun is not None:
            found.held.add((expert, unit))
    codes = {one.pk: one.code for one in found.seats}
    units = {one.alliance_id: one.alliance.code for one in found.filings}
    for seat, alliance in barred(stage.round):
        if seat in codes and alliance in units:
            found.never[codes[seat]].add(units[alliance])
    return found


def task_of(ground: Ground, *, keep: bool) -> Task:
    """The task: `keep` asks for as few changes as possible to what is assigned now."""
    stage, known = ground.stage, scheme_stage(ground.stage)
    if known is None or stage.kind != "marks" or stage.state == "closed":
        raise Refuse("stage_not_assignable")
    before, codes = earlier_groups(stage), {one.pk: one.code for one in panel_of(stage.round)}
    units = {one.pk: one.alliance.code for one in ground.filings}
    gone = extra_experts(ground)
    return Task(
        experts=(*(expert_of(one) for one in ground.seats), *gone),
        units=tuple(Unit(id=one.alliance.code, batch=one.alliance.batch, industry=one.alliance.industry,
                         name=f"{one.alliance.code} {one.alliance.name}") for one in ground.filings),
        wanted=Wanted(reviewers=known.reviewers, across_groups=known.across_groups),
        barred=ground.never,
        earlier=[(codes[seat], units[pk]) for pk, seats in before.people.items() if pk in units for seat in seats],
        earlier_groups=[(name, units[pk]) for pk, names in before.groups.items() if pk in units for name in names],
        pins=Pins(must=ground.held),
        before=ground.now if keep else (),
    )  # fmt: skip


def expert_of(seat: Panellist) -> Expert:
    """A seat as the solver knows it."""
    return Expert(id=seat.code, group=seat.group, capacity=seat.capacity, fields=frozenset(seat.fields),
                  background=seat.background, name=str(seat))  # fmt: skip


def extra_experts(ground: Ground) -> list[Expert]:
    """Those who have sheets that stay but get no further ones: who has left with sheets handed in, or not accepted."""
    there = {one.code for one in ground.seats}
    load = Counter(expert for expert, _ in ground.held if expert not in there)
    seats = panel_of(ground.stage.round).filter(code__in=load)
    return [
        Expert(id=one.code, group=one.group, capacity=load[one.code], fields=frozenset(one.fields),
               background=one.background, name=str(one))
        for one in seats
    ]  # fmt: skip


@dataclass(frozen=True)
class Solved:
    """What the solver gave, and the terms of the assignment that is there now beside it."""

    task: Task
    answer: Assignment | Impossible
    terms_now: Mapping[str, int]


def solve(stage: ReviewStage, *, seed: int, keep: bool, everybody: bool = False) -> Solved:
    """Solve a stage: same panel, alliances, conflicts, pins and seed, same pairs."""
    ground = ground_of(stage, everybody=everybody)
    if not ground.filings:
        return Solved(empty_task(ground), Impossible((M("No alliance is to be evaluated."),)), {})
    whole = task_of(ground, keep=keep)
    task, answer = answered(whole, grouped=is_grouped(ground.stage, whole), keep=keep, seed=seed)
    experts, units = {one.id for one in task.experts}, {one.id for one in task.units}
    now = [pair for pair in ground.now if pair[0] in experts and pair[1] in units]
    return Solved(task, answer, terms_of(task, now) if now else {})


def is_grouped(stage: ReviewStage, task: Task) -> bool:
    """Whether another stage across groups follows, and the panel is in groups."""
    stages = [one for one in scheme_of(stage.round).review.stages if one.kind == "marks"]
    here = next((n for n, one in enumerate(stages) if one.id == stage.key), len(stages))
    follows = any(one.across_groups for one in stages[here + 1 :])
    return follows and len({one.group for one in task.experts if one.group}) > 1


def state_of(stage: ReviewStage) -> str:
    """Changes whenever the assignment does."""
    rows = stage.sheets.filter(aside_at=None).order_by("panellist_id", "filing_id")
    text = ";".join(f"{seat},{filing},{pinned}" for seat, filing, pinned in
                    rows.values_list("panellist_id", "filing_id", "pinned"))  # fmt: skip
    return sha256(f"{stage.state};{text}".encode()).hexdigest()[:20]


def empty_task(ground: Ground) -> Task:
    """A task without alliances."""
    return Task(experts=(), units=(), wanted=Wanted(reviewers=ground.reviewers))


@dataclass(frozen=True)
class Line:
    """An alliance in a new assignment: its experts that stay, come and go, by code."""

    filing: Filing
    kept: tuple[str, ...]
    new: tuple[str, ...]
    gone: tuple[str, ...]


@dataclass(frozen=True)
class Change:
    """What a new assignment changes: alliance by alliance, and each expert's load before and then."""

    lines: list[Line]
    loads: list[tuple[Panellist, int, int]]

    @property
    def counts(self) -> tuple[int, int, int]:
        """How many pairs are new, kept and gone."""
        return (
            sum(len(one.new) for one in self.lines), sum(len(one.kept) for one in self.lines),
            sum(len(one.gone) for one in self.lines),
        )  # fmt: skip


def change_of(stage: ReviewStage, pairs: Collection[Pair]) -> Change:
    """What `pairs` would change of what is assigned now."""
    ground = ground_of(stage, everybody=True)
    before, after = of_units(ground.now), of_units(pairs)
    lines = []
    for one in ground.filings:
        old, new = before[one.alliance.code], after[one.alliance.code]
        lines.append(Line(one, tuple(sorted(old & new)), tuple(sorted(new - old)), tuple(sorted(old - new))))
    now, then = Counter(expert for expert, _ in ground.now), Counter(expert for expert, _ in pairs)
    seats = [one for one in panel_of(stage.round) if now[one.code] or then[one.code] or one.state == "accepted"]
    return Change(lines, [(one, now[one.code], then[one.code]) for one in seats])


def of_units(pairs: Iterable[Pair]) -> dict[str, set[str]]:
    """The experts of each alliance."""
    found: dict[str, set[str]] = defaultdict(set)
    for expert, unit in pairs:
        found[unit].add(expert)
    return found


def keys_of(stage: ReviewStage, pairs: Iterable[Pair]) -> list[Keys]:
    """Pairs of codes as keys of seats and filings. Refuse what is not there any more."""
    seats = dict(panel_of(stage.round).values_list("code", "pk"))
    filings = {one.alliance.code: one.pk for one in evaluated_filings(stage.round)}
    try:
        return [(seats[expert], filings[unit]) for expert, unit in pairs]
    except KeyError as error:
        raise Refuse("assignment_moved") from error

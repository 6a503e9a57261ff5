"""The assignment of a stage as a task for the solver, its answer, and what an assignment would change.

A stage that comes before one across groups is marked group by group: each alliance goes to one group, so that another
is left for the stage across groups. Which one is solved in the same way, groups standing for experts.
"""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace

from huoyue.core.message import M
from huoyue.core.review.assignment import Assignment, Expert, Impossible, Pins, Task, Unit, Wanted, assign, terms_of
from huoyue.core.review.assignment.model import Pair
from huoyue.server.models import Filing, Panellist, ReviewStage
from huoyue.server.operations.journal import Refuse
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
    task = Task(
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
    groups = allotted(ground, task) if grouped(ground) else {}
    return replaced(task, groups)


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


def grouped(ground: Ground) -> bool:
    """Whether the stage is marked group by group: another across groups follows, and the panel is in groups."""
    stages = [one for one in scheme_of(ground.stage.round).review.stages if one.kind == "marks"]
    here = next((n for n, one in enumerate(stages) if one.id == ground.stage.key), len(stages))
    follows = any(one.across_groups for one in stages[here + 1 :])
    return follows and len({one.group for one in ground.seats if one.group}) > 1


def allotted(ground: Ground, task: Task) -> dict[str, str]:
    """Which group marks which alliance: groups as experts, one for each alliance, load by their size.

    A group can take an alliance if enough of its members may mark it. Alliances with sheets that stay keep their group,
    unless several groups have some. Where that cannot be had, the experts' own task says what makes it impossible.
    """
    members: dict[str, list[Expert]] = defaultdict(list)
    for one in task.experts:
        members[one.group].append(one)
    members.pop("", None)
    of_expert = {one.id: one.group for one in task.experts}
    held: dict[str, set[str]] = defaultdict(set)
    for expert, unit in task.pins.must:
        held[unit].add(of_expert[expert])
    settled = {unit: next(iter(groups)) for unit, groups in held.items()}
    units = tuple(one for one in task.units if one.id not in settled)
    free = {unit: group for unit, group in settled.items() if len(held[unit]) == 1 and group}
    able = {
        (name, unit.id) for name, group in members.items() for unit in units
        if sum(unit.id not in ground.never.get(one.id, ()) for one in group) >= task.wanted.reviewers
    }  # fmt: skip
    stuck = {unit.id for unit in units} - {unit for _, unit in able}
    never = {name: {u.id for u in units if (name, u.id) not in able and u.id not in stuck} for name in members}
    taken, total = Counter(free.values()), sum(len(group) for group in members.values())
    now = {(of_expert[expert], unit) for expert, unit in task.before if of_expert[expert] and unit not in settled}
    share = {name: math.ceil(len(task.units) * len(group) / total) + 1 for name, group in members.items()}
    can = {name: sum(one.capacity for one in group) // task.wanted.reviewers for name, group in members.items()}
    for limit in (
        {name: min(share[name], can[name]) for name in members},
        can,
        dict.fromkeys(members, len(task.units)),
    ):
        experts = tuple(
            Expert(id=name, fields=frozenset().union(*(one.fields for one in group)),
                   capacity=max(0, limit[name] - taken[name]))
            for name, group in sorted(members.items())
        )  # fmt: skip
        wanted = Wanted(reviewers=1, connected=False, competition=None)
        found = assign(Task(experts=experts, units=units, wanted=wanted, barred=never, before=now))
        if isinstance(found, Assignment):
            return free | {unit: group for group, unit in found.pairs}
    return free


def replaced(task: Task, groups: Mapping[str, str]) -> Task:
    """The task with the group of each alliance."""
    if not groups:
        return task
    return replace(task, units=tuple(replace(one, group=groups.get(one.id, "")) for one in task.units))


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
    task = task_of(ground, keep=keep)
    experts, units = {one.id for one in task.experts}, {one.id for one in task.units}
    now = [pair for pair in ground.now if pair[0] in experts and pair[1] in units]
    return Solved(task, assign(task, seed=seed), terms_of(task, now) if now else {})


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

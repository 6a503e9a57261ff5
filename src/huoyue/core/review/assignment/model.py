"""What is asked of an assignment and what comes back: experts, units, what binds, what is weighed, the pairs."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Literal

from huoyue.core.message import Message

Pair = tuple[str, str]
"""(expert, unit): this expert marks this unit."""


@dataclass(frozen=True, kw_only=True)
class Expert:
    """A member of the panel. `capacity`: at most so many units. `fields`: the industries the expert knows.

    `group` and `background` may be empty: no group, and a background that is not known and so like no other.
    `name` is what messages call the expert; the id when it is empty.
    """

    id: str
    group: str = ""
    capacity: int
    fields: frozenset[str] = frozenset()
    background: str = ""
    name: str = ""


@dataclass(frozen=True, kw_only=True)
class Unit:
    """What is marked. `group`: only experts of that group may mark it; empty: of any.

    `wanted`: how many experts, where it is not the number of the stage.
    """

    id: str
    batch: str = ""
    industry: str = ""
    group: str = ""
    wanted: int | None = None
    name: str = ""


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """What the stage asks for.

    reviewers: experts a unit. across_groups: nobody who marked the unit before, and nobody of a group that did.
    connected: all scales comparable, through commonly marked units (earlier stages count). competition: within what
    no two units should be seen by exactly the same experts; None where that does not matter.
    """

    reviewers: int
    across_groups: bool = False
    connected: bool = True
    competition: Literal["industry", "all"] | None = "industry"


@dataclass(frozen=True, kw_only=True)
class Pins:
    """What a person has settled: pairs that must be, and pairs that must never be."""

    must: Collection[Pair] = ()
    never: Collection[Pair] = ()


@dataclass(frozen=True, kw_only=True)
class Weights:
    """What one unit of each term costs; the objective is their sum, and is made as small as it can be.

    mismatches: a mark by an expert who does not know the unit's industry. loads: a pair of units with the same expert.
    batches, industries: such a pair of one batch, of one industry. backgrounds: a pair of experts of one background
    on a unit. twins: a pair of units in the same competition seen by exactly the same experts. affinity: one point
    of `Task.affinity`, which is taken off.
    """

    mismatches: int = 10
    loads: int = 20
    batches: int = 3
    industries: int = 1
    backgrounds: int = 5
    twins: int = 1000
    affinity: int = 1

    def __post_init__(self) -> None:
        if min(vars(self).values()) < 0:
            raise ValueError("weights are not negative")


@dataclass(frozen=True, kw_only=True)
class Task:
    """Everything an assignment depends on, but weights and seed.

    barred: for each expert the units the expert may not mark. earlier, earlier_groups: who marked what in stages
    before, as (expert, unit) and (group, unit). before: an assignment to keep to; the fewer of its pairs are
    dropped the better, before anything is weighed. affinity: points for single pairs, such as a bid.
    """

    experts: tuple[Expert, ...]
    units: tuple[Unit, ...]
    wanted: Wanted
    barred: Mapping[str, Collection[str]] = field(default_factory=dict)
    earlier: Collection[Pair] = ()
    earlier_groups: Collection[Pair] = ()
    pins: Pins = Pins()
    before: Collection[Pair] = ()
    affinity: Mapping[Pair, int] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class Assignment:
    """Pairs in order, and what is known of them.

    objective: the weighted terms. bound: no assignment that keeps what binds and drops as few pairs of `before` can
    be below it. proved: objective = bound and no fewer changes are possible. terms: each term, unweighted.
    changes: pairs of `before` that are no longer there. connected: whether all scales can be compared.
    scales: the experts, by comparable scales. twins: sets of units seen by exactly the same experts.
    notes: what could not be had.
    """

    pairs: tuple[Pair, ...]
    proved: bool
    objective: int
    bound: int
    terms: Mapping[str, int]
    changes: int
    connected: bool
    scales: tuple[tuple[str, ...], ...]
    twins: tuple[tuple[str, ...], ...]
    notes: tuple[Message, ...]

    @property
    def gap(self) -> int:
        """How far the objective may be from the best; 0 when it is the best."""
        return self.objective - self.bound


@dataclass(frozen=True)
class Impossible:
    """Why no assignment keeps what binds: every reason found, each naming what stands in the way."""

    reasons: tuple[Message, ...]


def named(things: Iterable[Expert] | Iterable[Unit]) -> dict[str, str]:
    """What messages call each by its id."""
    return {thing.id: thing.name or thing.id for thing in things}

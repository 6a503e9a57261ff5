"""Conflicts of interest that a register and declarations tell: by alliance, and by member unit.

A conflict holds by member unit: whoever belongs to an organisation is barred from every unit that it leads or is a
member of. Organisations are compared as people write them (NFKC, without blanks and brackets' kinds), by full name.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from huoyue.core.filing.values import folded

KINDS = ("own_alliance", "past_chair", "member_unit", "declared", "declared_unit", "recorded")
"""What a conflict may rest on, the strongest first; `recorded` is one that a person wrote down."""


@dataclass(frozen=True)
class Standing:
    """What is known of an expert: organisations, alliances served now and before, and what was declared."""

    organisations: tuple[str, ...] = ()
    serves: frozenset[str] = frozenset()
    served: frozenset[str] = frozenset()
    declared: frozenset[str] = frozenset()
    declared_organisations: tuple[str, ...] = ()


@dataclass(frozen=True)
class Membership:
    """A unit and the organisations in it."""

    unit: str
    organisations: tuple[str, ...] = field(default=())


@dataclass(frozen=True, order=True)
class Found:
    """A conflict: with which unit, of which kind, and the organisation it rests on (empty: the unit itself)."""

    unit: str
    kind: str
    because: str = ""


def conflicts_of(standing: Standing, units: Iterable[Membership]) -> Iterator[Found]:
    """Every conflict of an expert with `units`, in their order, one for each thing it rests on."""
    own = spelled(standing.organisations)
    declared = spelled(standing.declared_organisations)
    for membership in units:
        for kind, known in (
            ("own_alliance", standing.serves), ("past_chair", standing.served), ("declared", standing.declared)
        ):  # fmt: skip
            if membership.unit in known:
                yield Found(membership.unit, kind)
        members = spelled(membership.organisations)
        for kind, names in (("member_unit", own), ("declared_unit", declared)):
            yield from (Found(membership.unit, kind, members[name]) for name in members if name in names)


def spelled(organisations: Iterable[str]) -> Mapping[str, str]:
    """Organisations by their spelling for comparison; empty names are left out."""
    return {plain: name.strip() for name in organisations if (plain := folded(name))}

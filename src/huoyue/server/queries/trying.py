"""Another scheme tried on a frozen snapshot, kept in memory for a while: nothing of it is stored."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from huoyue.core.problem import Problem, Refused
from huoyue.core.refusal import Refusal
from huoyue.core.scheme.parse import parse_scheme
from huoyue.core.what_if import WhatIf, what_if
from huoyue.server.models import Frozen, Study
from huoyue.server.queries.doors import ABSENT, round_door
from huoyue.server.queries.people import Person
from huoyue.server.queries.shelf import latest, snapshot_of


@dataclass(frozen=True)
class Tried:
    """What came of a scheme: its problems with their lines, and the comparison if it could be evaluated."""

    problems: list[Problem] = field(default_factory=list)
    found: WhatIf | None = None


def tried(frozen: Frozen, text: str) -> Tried:
    """Check a scheme and evaluate it on a snapshot's facts, in some seconds; the last few are remembered."""
    return _tried(frozen.file_digest, frozen.pk, text)


@lru_cache(maxsize=6)
def _tried(file_digest: str, pk: int, text: str) -> Tried:
    """The same; by the snapshot's bytes as well, for which a number may stand anew in another database."""
    del file_digest
    parsed = parse_scheme(text, "scheme.yaml")
    if parsed.scheme is None:
        return Tried(parsed.problems)
    snapshot = snapshot_of(Frozen.objects.get(pk=pk))
    try:
        found = what_if(snapshot.scheme, snapshot.facts, snapshot.results, parsed.scheme)
    except Refused as refused:
        return Tried([*parsed.problems, *refused.problems])
    return Tried(parsed.problems, found)


def summary_of(found: WhatIf) -> dict[str, Any]:
    """What a list of studies shows: tiers before and now, and how many move which way."""
    kinds = [move.kind for move in found.moved]
    return {
        "tiers_before": found.tiers_before, "tiers_now": found.tiers_now,
        "moved": {kind: kinds.count(kind) for kind in dict.fromkeys(kinds)},
    }  # fmt: skip


def trying_door(person: Person, *, round: str) -> Frozen | Refusal:  # noqa: A002
    """The snapshot that holds for a frozen round."""
    found = round_door(person, round=round)
    if isinstance(found, Refusal):
        return found
    return latest(found) or ABSENT


def study_door(person: Person, *, round: str, study: int) -> Study | Refusal:  # noqa: A002
    """A study of one of a round's snapshots."""
    found = round_door(person, round=round)
    if isinstance(found, Refusal):
        return found
    studies = Study.objects.select_related("frozen__round", "by").filter(frozen__round=found)
    return studies.filter(pk=study).first() or ABSENT

"""Who sees what a round came to, before the public does."""

from __future__ import annotations

from huoyue.core.refusal import Refusal
from huoyue.server.models import Frozen, Round, Stage
from huoyue.server.queries.doors import ABSENT, round_door
from huoyue.server.queries.people import Person
from huoyue.server.queries.review_settlement import settlement_door


def results_door(person: Person, *, round: str) -> Round | Refusal:  # noqa: A002
    """A round whose results are being made ready: for whoever may see what its review settles to."""
    found = round_door(person, round=round)
    if isinstance(found, Refusal) or found.stage == Stage.FROZEN:
        return found
    return found if person.is_secretariat else settlement_door(person, round=round)


def snapshot_door(person: Person, *, round: str, number: int) -> Frozen | Refusal:  # noqa: A002
    """A snapshot of a round."""
    found = results_door(person, round=round)
    if isinstance(found, Refusal):
        return found
    return Frozen.objects.filter(round=found, number=number).select_related("round", "by", "previous").first() or ABSENT

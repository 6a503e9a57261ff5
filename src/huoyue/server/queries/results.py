"""Who sees what a round came to, before the public does."""

from __future__ import annotations

from huoyue.core.refusal import Refusal
from huoyue.server.models import Filing, Frozen, Round, Stage
from huoyue.server.queries.doors import ABSENT, round_door
from huoyue.server.queries.people import Person
from huoyue.server.queries.review_board import barred_alliances
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


def figures_door(person: Person, *, round: str) -> Round | Refusal:  # noqa: A002
    """A round together with scores: once it is frozen for whoever sees its results, before as its settlement has it."""
    found = results_door(person, round=round)
    if isinstance(found, Refusal) or found.stage == Stage.FROZEN:
        return found
    return settlement_door(person, round=round)


def figure_door(person: Person, *, round: str, unit: str) -> Filing | Refusal:  # noqa: A002
    """One alliance with its scores, for who has no conflict with it."""
    found = figures_door(person, round=round)
    if isinstance(found, Refusal) or person.account is None:
        return found if isinstance(found, Refusal) else ABSENT
    filing = Filing.objects.filter(round=found, alliance__code=unit).select_related("alliance").first()
    if filing is None:
        return ABSENT
    filing.round = found
    return Refusal("figures_in_conflict") if unit in barred_alliances(person.account, found) else filing

"""Who is written to: those who file for an alliance, who looks after it, and who follows the whole round."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime

from django.db.models import Q, QuerySet

from huoyue.server.models import Account, Duty, Filing, Invitation, Mail, Role, Round, State
from huoyue.server.queries.doors import visible_filings
from huoyue.server.queries.people import Person


def duties_in(round_: Round) -> QuerySet[Duty]:
    """What active accounts may do in a round now."""
    held = Duty.objects.filter(Q(round=None) | Q(round=round_), ended_at=None, account__is_active=True)
    return held.select_related("account")


def by_alliance(round_: Round, role: str, alliances: Iterable[int]) -> dict[int, list[Account]]:
    """The accounts that hold a role for each alliance; whoever answers for it first."""
    found: dict[int, list[Account]] = defaultdict(list)
    held = duties_in(round_).filter(role=role, alliance_id__in=list(alliances))
    for duty in held.order_by("-responsible", "pk"):
        if duty.alliance_id is not None and duty.account not in found[duty.alliance_id]:
            found[duty.alliance_id].append(duty.account)
    return dict(found)


def filers_of(round_: Round, alliances: Iterable[int]) -> dict[int, list[Account]]:
    return by_alliance(round_, Role.FILER, alliances)


def comings(accounts: Iterable[Account], at: datetime) -> dict[int, str]:
    """How far people have come in, by account: a key of `wording.chasing.COMINGS`, "in" for those who are."""
    listed = list(accounts)
    open_ones = Invitation.objects.filter(account__in=listed, used_at=None, withdrawn_at=None, expires_at__gt=at)
    invited = set(open_ones.values_list("account_id", flat=True))
    return {
        one.pk: "in" if one.has_usable_password() or one.last_login else "invited" if one.pk in invited else "uninvited"
        for one in listed
    }


def officers_of(round_: Round, alliances: Iterable[int]) -> dict[int, list[Account]]:
    return by_alliance(round_, Role.LIAISON, alliances)


def distinct(accounts: Iterable[Account]) -> list[Account]:
    """Each account once, in the order of the first time."""
    return list(dict.fromkeys(accounts))


def not_written_to(round_: Round, kind: str, at: datetime) -> list[Account]:
    """Who should have got one of the letters of a step but has no address. `at` is the moment of the step."""
    letters = Mail.objects.filter(round=round_, kind=kind, written_at=at, error="no_address").order_by("pk")
    return distinct(letter.to for letter in letters.select_related("to") if letter.to is not None)


def waiting(round_: Round) -> list[Filing]:
    """Filings that still have to be handed in, or handed in again, by alliances that are still in the network."""
    found = Filing.objects.filter(round=round_, alliance__left_on=None, alliance__merged_into=None)
    listed = list(found.exclude(state=State.SUBMITTED).select_related("alliance", "in_force"))
    for filing in listed:
        filing.round = round_
    return listed


def readers(round_: Round, audience: str) -> list[Account]:
    """The accounts that a notice for `audience` goes to: a role, `all`, or `unsubmitted`."""
    held = duties_in(round_).order_by("account__pk")
    taking_part = Q(alliance=None) | Q(alliance__filings__round=round_)
    if audience == "unsubmitted":
        owing = [filing.alliance_id for filing in waiting(round_) if filing.in_force_id is None]
        held = held.filter(role=Role.FILER, alliance_id__in=owing)
    elif audience != "all":
        held = held.filter(role=audience)
    return distinct(duty.account for duty in held.filter(taking_part))


def officers_seen(person: Person, round_: Round) -> list[Account]:
    """The liaison officers whose alliances a person sees, for choosing one."""
    seen = visible_filings(person, round_).values_list("alliance_id", flat=True)
    found = distinct(one for officers in officers_of(round_, seen).values() for one in officers)
    return sorted(found, key=lambda officer: officer.name)

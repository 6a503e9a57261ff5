"""Who may look into an objection, or decide it: nobody who marked the alliance, is barred from it, or objects."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q

from huoyue.core.filing.values import folded
from huoyue.core.review.interests import Membership, Standing, conflicts_of
from huoyue.server.models import Account, Conflict, Duty, Handler, Objection, Panellist, Role, Sheet
from huoyue.server.queries.chasing_people import distinct, duties_in

SUITED = (Role.EXPERT, Role.SECRETARIAT)
SERVES = (Role.FILER, Role.LIAISON)


@dataclass(frozen=True)
class Candidate:
    """Somebody who may look into an objection, with the role that makes them suited and how many they have now."""

    account: Account
    role: str
    knows: bool
    """Whether their field is the alliance's industry."""
    busy: int


def bar_of(account: Account, objection: Objection) -> str:
    """Why somebody may not look into an objection or decide it: a key of `wording.notice.BARS`; empty if they may."""
    return bars_of([account], objection)[account.pk]


def bars_of(accounts: Sequence[Account], objection: Objection) -> dict[int, str]:
    """The same of several, by account: with as many queries as for one."""
    numbers = [account.pk for account in accounts]
    marked, recorded = have_marked(numbers, objection), have_conflict(numbers, objection)
    is_told = told_by_register(numbers, objection)

    def bar(account: Account) -> str:
        if account.pk in marked:
            return "marked"
        if is_of_objector(account, objection):
            return "objector"
        return "conflict" if account.pk in recorded or is_told(account) else ""

    return {account.pk: bar(account) for account in accounts}


def have_marked(accounts: Sequence[int], objection: Objection) -> set[int]:
    """Who was given the alliance to mark, at any stage: also where the sheet was set aside later."""
    sheets = Sheet.objects.filter(filing_id=objection.filing_id, panellist__account__in=accounts)
    given = sheets.filter(Q(aside_at=None) | Q(marks__isnull=False) | Q(submitted_at__isnull=False))
    return set(given.values_list("panellist__account_id", flat=True))


def is_of_objector(account: Account, objection: Objection) -> bool:
    """Whether somebody is who objects, or of the organisation that does."""
    if objection.by_id is not None and objection.by_id == account.pk:
        return True
    own = {folded(name) for name in (objection.organisation, objection.by.organisation if objection.by else "")}
    return bool(folded(account.organisation)) and folded(account.organisation) in own


def have_conflict(accounts: Sequence[int], objection: Objection) -> set[int]:
    """For whom a conflict with the alliance is on record."""
    alliance = objection.filing.alliance
    recorded = Conflict.objects.filter(alliance=alliance, panellist__account__in=accounts, ended_at=None)
    return set(recorded.values_list("panellist__account_id", flat=True))


def told_by_register(accounts: Sequence[int], objection: Objection) -> Callable[[Account], bool]:
    """What says whether the register tells a conflict: a part in the alliance, or in a member of it."""
    alliance = objection.filing.alliance
    duties = Duty.objects.filter(account__in=accounts, role__in=SERVES, alliance=alliance)
    held: dict[int, list[datetime | None]] = defaultdict(list)
    for account, ended in duties.values_list("account_id", "ended_at"):
        held[account].append(ended)
    called = {folded(alliance.name), *(folded(other.name) for other in alliance.names.all())}
    membership = Membership(alliance.code, tuple(member.organisation for member in alliance.members.all()))

    def is_told(account: Account) -> bool:
        organisation = account.organisation.strip()
        standing = Standing(
            organisations=(organisation,) if organisation else (),
            serves=frozenset([alliance.code] if None in held[account.pk] else []),
            served=frozenset([alliance.code] if any(held[account.pk]) else []),
        )
        found = next(conflicts_of(standing, [membership]), None)
        return found is not None or (bool(organisation) and folded(organisation) in called)

    return is_told


def is_suited(account: Account, objection: Objection) -> bool:
    """Whether somebody is an expert or of the secretariat in the round."""
    return duties_in(objection.round).filter(account=account, role__in=SUITED).exists()


def candidates(objection: Objection) -> list[Candidate]:
    """Everybody who may be asked: those who know the field first, then those with the least to do."""
    taken = set(objection.handlers.filter(ended_at=None).values_list("account_id", flat=True))
    roles: dict[Account, str] = {}
    for duty in duties_in(objection.round).filter(role__in=SUITED).order_by("role", "account__name", "pk"):
        roles.setdefault(duty.account, duty.role)
    fields = dict(Panellist.objects.filter(round=objection.round).values_list("account_id", "fields"))
    busy = Counter(Handler.objects.filter(objection__round=objection.round, objection__state="admitted", ended_at=None,
                                          opinion_at=None).values_list("account_id", flat=True))  # fmt: skip
    asked = [one for one in distinct(roles) if one.pk not in taken]
    bars = bars_of(asked, objection)
    found = [
        Candidate(one, roles[one], objection.filing.alliance.industry in fields.get(one.pk, []), busy[one.pk])
        for one in asked
        if not bars[one.pk]
    ]
    return sorted(found, key=lambda one: (not one.knows, one.busy, one.role, str(one.account)))

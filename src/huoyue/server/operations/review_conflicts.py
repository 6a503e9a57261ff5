"""Conflicts of interest found by the register, declared, or recorded by a person; one found late moves the work on."""

from __future__ import annotations

from collections.abc import Sequence

from huoyue.core.filing.values import folded
from huoyue.core.review.interests import Found, Membership, Standing, conflicts_of
from huoyue.server.models import Account, Alliance, Attendance, Conflict, Duty, Panellist, Round, Sheet
from huoyue.server.operations.journal import Acting, Refuse, operation, record
from huoyue.server.operations.review_letters import tell_conflict
from huoyue.server.operations.revisions import because

SHORTEST_NAME = 4
"""Organisations with shorter names are too often part of another's to be told as alike."""


def memberships() -> list[Membership]:
    """Every alliance of the register with its organisations."""
    alliances = Alliance.objects.filter(merged_into=None).prefetch_related("members")
    return [Membership(one.code, tuple(member.organisation for member in one.members.all())) for one in alliances]


def standing_of(panellist: Panellist) -> Standing:
    """What the register, the accounts and the declarations tell of an expert.

    Filing for an alliance is serving it; having filed for one in the past counts as a past office.
    """
    duties = Duty.objects.filter(account=panellist.account, role="filer").exclude(alliance=None)
    rows = list(duties.values_list("alliance__code", "ended_at"))
    interests = list(panellist.interests.filter(withdrawn_at=None).select_related("alliance"))
    organisation = panellist.account.organisation.strip()
    return Standing(
        organisations=(organisation,) if organisation else (),
        serves=frozenset(code for code, ended in rows if ended is None),
        served=frozenset(code for code, ended in rows if ended is not None),
        declared=frozenset(one.alliance.code for one in interests if one.alliance),
        declared_organisations=tuple(one.organisation for one in interests if one.organisation),
    )


def unrecorded(panellist: Panellist, units: Sequence[Membership] | None = None) -> list[Found]:
    """The conflicts of an expert that are not on record yet, ended ones included."""
    known = set(panellist.conflicts.values_list("alliance__code", "kind", "because"))
    found = conflicts_of(standing_of(panellist), memberships() if units is None else units)
    return [one for one in found if (one.unit, one.kind, one.because[:300]) not in known]


def find_for(acting: Acting, panellist: Panellist, units: Sequence[Membership] | None = None) -> list[Conflict]:
    """Put on record what is found of one expert, each with its event; called inside operations."""
    found = unrecorded(panellist, units)
    alliances = {one.code: one for one in Alliance.objects.filter(code__in=[one.unit for one in found])}
    further = Acting(acting.account, acting.role, acting.at, acting.address)
    return [_put(further, panellist, alliances[one.unit], one.kind, one.because, by_hand=False) for one in found]


def would_bar(organisation: str, account: Account | None = None) -> list[Found]:
    """What would bar somebody of an organisation from which alliances, before they are asked.

    An organisation that is itself called like an alliance, now or before, belongs to it.
    """
    duties = Duty.objects.filter(account=account, role="filer").exclude(alliance=None)
    rows = list(duties.values_list("alliance__code", "ended_at")) if account else []
    name = folded(organisation)
    called = {one.code for one in Alliance.objects.filter(merged_into=None).prefetch_related("names")
              if name and name in {folded(one.name), *(folded(other.name) for other in one.names.all())}}  # fmt: skip
    standing = Standing(
        organisations=(organisation.strip(),) if organisation.strip() else (),
        serves=frozenset({code for code, ended in rows if ended is None} | called),
        served=frozenset(code for code, ended in rows if ended is not None),
    )
    return list(conflicts_of(standing, memberships()))


def alike(organisation: str) -> list[tuple[str, str]]:
    """(alliance, member) where a member's name holds the organisation's or the other way round, and is not the same.

    A person has to look: a faculty is written below its university, or a holding above its firm.
    """
    name = folded(organisation)
    if len(name) < SHORTEST_NAME:
        return []
    found = []
    for unit in memberships():
        for member in unit.organisations:
            other = folded(member)
            if other != name and len(other) >= SHORTEST_NAME and (other in name or name in other):
                found.append((unit.unit, member))
    return found


@operation("conflicts.found")
def find_conflicts(acting: Acting, round_: Round) -> int:
    """Look through the register for the conflicts of everybody on the panel. How many are new."""
    units = memberships()
    panel = list(Panellist.objects.filter(round=round_).exclude(state="left").select_related("account"))
    found = [conflict for one in panel for conflict in find_for(acting, one, units)]
    record(acting, "conflicts.found", round=round_, after={"new": len(found)})
    return len(found)


@operation("conflict.recorded")
def record_conflict(acting: Acting, panellist: Panellist, alliance: Alliance, reason: str) -> Conflict:
    """Write down a conflict that a person learnt of."""
    reason = because(reason)
    if panellist.conflicts.filter(alliance=alliance, kind="recorded", because=reason[:300]).exists():
        raise Refuse("conflict_known")
    return _put(acting, panellist, alliance, "recorded", reason[:300], by_hand=True)


def _put(
    acting: Acting, panellist: Panellist, alliance: Alliance, kind: str, because: str, *, by_hand: bool
) -> Conflict:
    """A conflict on record. Sheets that it touches are set aside, their marks kept apart; who is in the room leaves."""
    made = Conflict.objects.create(
        panellist=panellist, alliance=alliance, kind=kind, because=because[:300], found_at=acting.at,
        found_by=acting.account if by_hand else None,
    )  # fmt: skip
    touched = Sheet.objects.filter(
        panellist=panellist, filing__alliance=alliance, aside_at=None, stage__round=panellist.round
    )
    touched = touched.exclude(stage__kind="calibration")
    inside = Attendance.objects.filter(
        panellist=panellist, case__filing__alliance=alliance, case__stage__round=panellist.round, case__state="open"
    )
    inside.update(present=False, out_because=because[:300] or kind)
    sheets = [f"{one.stage.key}" for one in touched.select_related("stage")]
    touched.update(aside_at=acting.at, aside_kind="conflict", aside_reason=because[:300])
    after = {"kind": kind, "because": because, "sheets": sheets}
    record(acting, "conflict.recorded", round=panellist.round, alliance=alliance, subject=panellist.code, after=after)
    if sheets:
        tell_conflict(acting, panellist, alliance)
    return made


@operation("conflict.ended")
def end_conflict(acting: Acting, conflict: Conflict, reason: str) -> None:
    """End a conflict that does not hold, with a reason. Sheets that were set aside stay so: they may be given anew."""
    reason = because(reason)
    same = Conflict.objects.filter(pk=conflict.pk, ended_at=None)
    if same.update(ended_at=acting.at, ended_reason=reason) != 1:
        raise Refuse("stale")
    record(acting, "conflict.ended", round=conflict.panellist.round, alliance=conflict.alliance,
           subject=conflict.panellist.code, before={"kind": conflict.kind, "because": conflict.because},
           after={"reason": reason})  # fmt: skip


def barred(round_: Round) -> set[tuple[int, int]]:
    """(seat, alliance) pairs that a conflict bars now."""
    rows = Conflict.objects.filter(panellist__round=round_, ended_at=None)
    return set(rows.values_list("panellist_id", "alliance_id"))

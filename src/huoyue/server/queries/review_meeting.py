"""The meeting's cases: who may see one, and what is on the table while it is open."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from huoyue.core.refusal import Refusal
from huoyue.server.models import Account, Attendance, Case, Conflict, Duty, Panellist, Role, Round
from huoyue.server.queries.doors import ABSENT, round_door
from huoyue.server.queries.people import Person
from huoyue.server.queries.review import sees_stage_marks


def barred_from(account: Account, case: Case) -> str:
    """Why somebody has to leave the room for a case: filing for the alliance, or a conflict. Empty if nothing bars."""
    alliance = case.filing.alliance
    if Duty.objects.filter(account=account, role=Role.FILER, alliance=alliance, ended_at=None).exists():
        return alliance.name
    found = Conflict.objects.filter(
        panellist__round=case.stage.round, panellist__account=account, alliance=alliance, ended_at=None
    ).first()
    return (found.because or alliance.name) if found else ""


def case_door(person: Person, *, round: str, stage: str, unit: str) -> Case | Refusal:  # noqa: A002
    """A case of a meeting: for chairs, the secretariat and observers who may see marks, and have no conflict."""
    found = round_door(person, round=round)
    if isinstance(found, Refusal) or person.role not in (Role.CHAIR, Role.SECRETARIAT, Role.OBSERVER):
        return ABSENT
    case = addressed(found, stage, unit)
    if case is None or person.account is None or not sees_stage_marks(person, case.stage):
        return ABSENT
    if barred_from(person.account, case):
        return Refusal("case_in_conflict", {"leaders": "; ".join(leaders(case)) or "–"})
    return case


def out_of_room(case: Case, accounts: Iterable[Account]) -> dict[int, str]:
    """Of some people those who leave the room for a case, and why, by account: as `barred_from`, all at once."""
    wanted = {one.pk for one in accounts}
    conflicts = Conflict.objects.filter(panellist__round=case.stage.round, alliance=case.filing.alliance, ended_at=None)
    found = {pk: because or kind for pk, because, kind in
             conflicts.values_list("panellist__account", "because", "kind").order_by("-pk")}  # fmt: skip
    serving = Duty.objects.filter(role=Role.FILER, alliance=case.filing.alliance, ended_at=None)
    return {pk: why for pk, why in (dict.fromkeys(serving.values_list("account", flat=True), "own_alliance") | found)
            .items() if pk in wanted}  # fmt: skip


def in_office(round_: Round, role: Role) -> list[Account]:
    """Whoever has a role in a round now, by name."""
    duties = Duty.objects.filter(role=role, ended_at=None, account__is_active=True).select_related("account")
    found = {one.account for one in duties if one.round_id in (None, round_.pk)}
    return sorted(found, key=lambda one: (str(one), one.pk))


def leaders(case: Case) -> list[str]:
    """Who may lead the discussion of a case: chairs without a conflict; where there is none, the secretariat's."""
    for role in (Role.CHAIR, Role.SECRETARIAT):
        found = in_office(case.stage.round, role)
        out = out_of_room(case, found)
        if names := [str(one) for one in found if one.pk not in out]:
            return names
    return []


@dataclass(frozen=True)
class Expected:
    """Somebody whom a meeting notes as present, absent or out: of the panel, a chair, or both."""

    account: Account
    seat: Panellist | None
    chairs: bool


def expected_at(round_: Round) -> list[Expected]:
    """The chairs of a round, then the rest of its panel by code."""
    panel = round_.panel.exclude(state__in=["left", "declined"]).select_related("account").order_by("code")
    seats = {one.account_id: one for one in panel}
    chairs = in_office(round_, Role.CHAIR)
    leading = {one.pk for one in chairs}
    return [
        *(Expected(one, seats.get(one.pk), True) for one in chairs),
        *(Expected(one.account, one, False) for one in seats.values() if one.account_id not in leading),
    ]


def addressed(round_: Round, stage: str, unit: str) -> Case | None:
    """The case that an address names."""
    found = Case.objects.filter(stage__round=round_, stage__key=stage, filing__alliance__code=unit)
    case = found.select_related("stage", "filing__alliance", "filing__in_force").first()
    if case is not None:
        case.stage.round = case.filing.round = round_
    return case


@dataclass(frozen=True)
class Room:
    """The room of a meeting as an expert of the panel finds it: with the open case if they are noted as present."""

    round: Round
    stage: str
    case: Case | None


def waiting_room_door(person: Person, *, round: str, stage: str) -> Room | Refusal:  # noqa: A002
    """The room, for whoever is on the panel. Without a case that is theirs to see, nothing tells why there is none."""
    found = round_door(person, round=round)
    if isinstance(found, Refusal) or person.role != Role.EXPERT or person.account is None:
        return ABSENT
    seated = found.panel.filter(account=person.account, state="accepted").exists()
    if not seated or not found.review_stages.filter(key=stage, kind="decisions").exists():
        return ABSENT
    case = room_door(person, round=round, stage=stage)
    return Room(found, stage, None if isinstance(case, Refusal) else case)


def room_door(person: Person, *, round: str, stage: str) -> Case | Refusal:  # noqa: A002
    """The case that is open now, for an expert who is in the room. Nothing else of the meeting is theirs to see."""
    found = round_door(person, round=round)
    if isinstance(found, Refusal) or person.role != Role.EXPERT or person.account is None:
        return ABSENT
    inside = Attendance.objects.filter(
        case__stage__round=found, case__stage__key=stage, case__stage__state="open", case__state="open", present=True,
        panellist__account=person.account,
    ).select_related("case__filing__alliance")  # fmt: skip
    attended = inside.first()
    if attended is None:
        return Refusal("not_in_room")
    case = addressed(found, stage, attended.case.filing.alliance.code)
    if case is None or barred_from(person.account, case):
        return Refusal("not_in_room")
    return case

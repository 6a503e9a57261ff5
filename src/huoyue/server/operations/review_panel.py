"""The panel of a round: experts are asked, answer, sign the discipline, declare interests, and may leave."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any

from huoyue.server.models import Account, Alliance, Duty, Interest, Panellist, Role, Round, Sheet, Stage
from huoyue.server.operations.journal import Acting, Refuse, operation, record
from huoyue.server.operations.review_conflicts import find_for
from huoyue.server.operations.review_letters import tell_asked, tell_left
from huoyue.server.operations.revisions import because, change
from huoyue.server.queries.review_panel import is_marking_begun
from huoyue.server.queries.schemes import scheme_of


@dataclass(frozen=True)
class Seat:
    """What the secretariat says of an expert's place on the panel."""

    code: str = ""
    group: str = ""
    background: str = ""
    fields: Sequence[str] = field(default_factory=tuple)
    capacity: int = 20


@dataclass(frozen=True)
class Declared:
    """One interest that an expert declares: with an alliance or with an organisation, and of what kind."""

    relation: str
    alliance: Alliance | None = None
    organisation: str = ""


def next_code(round_: Round) -> str:
    """The first free code: E01, E02, …"""
    taken = set(Panellist.objects.filter(round=round_).values_list("code", flat=True))
    return next(code for n in range(1, len(taken) + 2) if (code := f"E{n:02}") not in taken)


def checked(round_: Round, seat: Seat) -> dict[str, Any]:
    """A seat as columns. Refuse an industry that the scheme does not know, or a capacity out of bounds."""
    known = {industry.id for industry in scheme_of(round_).industries}
    if not 1 <= seat.capacity <= 1000:
        raise Refuse("capacity_bounds")
    return {
        "group": seat.group.strip()[:40], "background": seat.background.strip()[:80], "capacity": seat.capacity,
        "fields": sorted(set(seat.fields) & known),
    }  # fmt: skip


@operation("panel.asked")
def ask(acting: Acting, round_: Round, account: Account, seat: Seat) -> Panellist:
    """Ask somebody onto the panel: they get the role in this round, and a letter. Conflicts are looked for at once."""
    if round_.stage == Stage.PREPARING:
        raise Refuse("wrong_stage")
    code = seat.code.strip() or next_code(round_)
    if Panellist.objects.filter(round=round_, code=code).exists():
        raise Refuse("seat_code_taken", code=code)
    if Panellist.objects.filter(round=round_, account=account).exists():
        raise Refuse("on_panel_already", name=str(account))
    made = Panellist.objects.create(round=round_, account=account, code=code, **checked(round_, seat))
    held = Duty.objects.filter(account=account, role=Role.EXPERT, ended_at=None)
    if not held.filter(round=round_).exists() and not held.filter(round=None).exists():
        Duty.objects.create(account=account, role=Role.EXPERT, round=round_)
    after = {"code": code, "account": account.username, "group": made.group, "capacity": made.capacity}
    record(acting, "panel.asked", round=round_, subject=code, after=after)
    find_for(acting, made)
    tell_asked(acting, made)
    return made


@operation("panel.changed")
def change_seat(acting: Acting, panellist: Panellist, seat: Seat) -> None:
    """Change group, fields, background and capacity. The group stays once it has marked."""
    values = checked(panellist.round, seat)
    marked = Sheet.objects.filter(panellist=panellist).exclude(begun_at=None).exclude(stage__kind="calibration")
    if values["group"] != panellist.group and marked.exists():
        raise Refuse("group_has_marked")
    before = {name: getattr(panellist, name) for name in values}
    change(panellist, **values)
    record(acting, "panel.changed", round=panellist.round, subject=panellist.code, before=before, after=values)


@operation("panel.grouped")
def set_groups(acting: Acting, round_: Round, groups: Mapping[int, str], seed: int | None = None) -> None:
    """Put the panel into groups, by the key of the seat. Refuse once a sheet was begun."""
    if is_marking_begun(round_):
        raise Refuse("group_has_marked")
    seats = {one.pk: one for one in Panellist.objects.filter(round=round_)}
    before = {one.code: one.group for one in seats.values()}
    for key, group in groups.items():
        if key in seats:
            change(seats[key], group=group.strip()[:40])
    after: dict[str, object] = {one.code: one.group for one in seats.values()}
    record(acting, "panel.grouped", round=round_, before=before, after={"groups": after, "seed": seed})


@operation("panel.answered")
def answer(acting: Acting, panellist: Panellist, *, accepts: bool) -> None:
    """Accept or decline the invitation; whoever declined may still accept, and the other way round until marking."""
    if panellist.state == "left":
        raise Refuse("left_panel")
    if not accepts and Sheet.objects.filter(panellist=panellist, aside_at=None).exclude(begun_at=None).exists():
        raise Refuse("begun_marking")
    before = {"state": panellist.state}
    change(panellist, state="accepted" if accepts else "declined", answered_at=acting.at)
    record(acting, "panel.answered", round=panellist.round, subject=panellist.code, before=before,
           after={"state": panellist.state})  # fmt: skip


def discipline_digest(round_: Round) -> str:
    """SHA-256 of the rules of discipline as the scheme has them; of nothing where it has none."""
    rules = scheme_of(round_).review.discipline
    return sha256(f"{rules.zh}\n{rules.en}".encode() if rules else b"").hexdigest()


@operation("panel.signed")
def sign(acting: Acting, panellist: Panellist, *, signed_as: str, agreed: bool) -> None:
    """Sign the rules of discipline with one's name."""
    if panellist.state != "accepted":
        raise Refuse("not_accepted")
    if not agreed or len(signed_as.strip()) < 2:
        raise Refuse("discipline_unsigned")
    digest = discipline_digest(panellist.round)
    change(panellist, signed_at=acting.at, signed_as=signed_as.strip()[:80], discipline=digest)
    after = {"signed_as": panellist.signed_as, "discipline": digest}
    record(acting, "panel.signed", round=panellist.round, subject=panellist.code, after=after)


@operation("panel.declared")
def declare(acting: Acting, panellist: Panellist, interests: Iterable[Declared]) -> None:
    """Declare interests, or that there are none. They may be added to at any time; each bars what it touches at once.

    A declaration is never taken back by a new one: only the secretariat ends a conflict, with a reason.
    """
    if panellist.state == "left":
        raise Refuse("left_panel")
    added = _added(acting, panellist, interests)
    change(panellist, declared_at=panellist.declared_at or acting.at)
    record(acting, "panel.declared", round=panellist.round, subject=panellist.code, after={"interests": added})
    find_for(acting, panellist)


def _added(acting: Acting, panellist: Panellist, interests: Iterable[Declared]) -> list[dict[str, str]]:
    """Write down the interests that are not on record yet; as the journal keeps them."""
    known = {(one.alliance_id, one.organisation) for one in panellist.interests.filter(withdrawn_at=None)}
    added = []
    for one in interests:
        key = (one.alliance.pk if one.alliance else None, one.organisation.strip())
        if key != (None, "") and key not in known:
            known.add(key)
            relation = one.relation.strip()[:200]
            if not relation:
                raise Refuse("relation_missing")
            Interest.objects.create(
                panellist=panellist, alliance=one.alliance, organisation=key[1][:200], relation=relation,
                declared_at=acting.at,
            )  # fmt: skip
            code = one.alliance.code if one.alliance else ""
            added.append({"alliance": code, "organisation": key[1][:200], "relation": relation})
    return added


@operation("panel.interests_noted")
def note_interests(acting: Acting, panellist: Panellist, interests: Iterable[Declared]) -> None:
    """Write down interests that the secretariat knows of. The expert's own declaration is still to come."""
    added = _added(acting, panellist, interests)
    record(acting, "panel.interests_noted", round=panellist.round, subject=panellist.code, after={"interests": added})
    find_for(acting, panellist)


@operation("panel.left")
def leave(acting: Acting, panellist: Panellist, reason: str) -> int:
    """Take an expert off the panel: what was handed in stays, the other sheets are set aside. How many are."""
    if panellist.state == "left":
        raise Refuse("left_panel")
    aside = taken_off(acting, panellist, because(reason))
    tell_left(acting, panellist)
    return aside


def taken_off(acting: Acting, panellist: Panellist, why: str) -> int:
    """What `leave` does, without a letter."""
    change(panellist, state="left", left_at=acting.at, left_reason=why)
    open_sheets = Sheet.objects.filter(panellist=panellist, aside_at=None, submitted_at=None)
    untouched = open_sheets.exclude(stage__state="closed")
    codes = sorted(untouched.values_list("filing__alliance__code", flat=True))
    aside = untouched.update(aside_at=acting.at, aside_kind="left", aside_reason=why)
    record(acting, "panel.left", round=panellist.round, subject=panellist.code,
           after={"reason": why, "alliances": codes})  # fmt: skip
    return aside

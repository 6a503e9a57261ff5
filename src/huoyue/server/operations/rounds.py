"""Rounds: made from a scheme, opened, extended, closed, reopened. Each step once, each with its event."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from huoyue.core.problem import Refused
from huoyue.core.scheme.edits import dated
from huoyue.core.scheme.model import Scheme
from huoyue.core.scheme.parse import parse_scheme
from huoyue.server.models import Alliance, Filing, Round, Stage, State
from huoyue.server.operations.journal import Acting, Refuse, operation, record
from huoyue.server.operations.revisions import change
from huoyue.server.operations.step_letters import tell_extended, tell_more_time, tell_opened, tell_reopened
from huoyue.server.queries.schemes import digest_of_scheme
from huoyue.server.saying import last_moment


@dataclass(frozen=True)
class Plan:
    """What a round is made from."""

    key: str
    title_zh: str
    title_en: str
    scheme_text: str
    opens_at: datetime
    deadline: datetime
    practice: bool = False
    grace_days: int = 5
    check_first: bool = False
    reminds: bool = True


def read_scheme_text(text: str) -> Scheme:
    """The scheme in a text. Refused with every problem, each with its line, if there is an error in it."""
    parsed = parse_scheme(text, "scheme.yaml")
    if parsed.scheme is None:
        raise Refused(parsed.problems)
    return parsed.scheme


FARTHEST = timedelta(days=3653)
"""How far ahead a deadline may lie."""


def with_window(text: str, opens_at: datetime, deadline: datetime, zone: str) -> str:
    """The scheme's text with the round's window, so that its rules of time speak of the same days."""
    local = ZoneInfo(zone)
    first, last = opens_at.astimezone(local), (deadline - timedelta(seconds=1)).astimezone(local)
    return dated(text, {("filing", "opens"): first.date(), ("filing", "closes"): last.date()})


def evaluated_alliances(scheme: Scheme) -> Sequence[Alliance]:
    """The alliances of the register that a scheme evaluates."""
    statuses = [status.id for status in scheme.statuses if status.evaluated]
    return list(Alliance.objects.filter(status__in=statuses, merged_into=None, left_on=None))


@operation("round.made")
def make_round(acting: Acting, plan: Plan, *, alliances: Sequence[Alliance], previous: Round | None = None) -> Round:
    """A round under a scheme, being prepared: nobody but the secretariat sees it until it is opened."""
    scheme = read_scheme_text(plan.scheme_text)
    zone = scheme.filing.timezone
    check_window(acting, plan)
    if Round.objects.filter(key=plan.key).exists():
        raise Refuse("key_taken", key=plan.key)
    if not alliances:
        raise Refuse("nobody_takes_part")
    text = with_window(plan.scheme_text, plan.opens_at, plan.deadline, zone)
    round_ = Round.objects.create(
        key=plan.key, title_zh=plan.title_zh, title_en=plan.title_en, scheme_text=text,
        scheme_digest=digest_of_scheme(text), practice=plan.practice, opens_at=plan.opens_at, deadline=plan.deadline,
        grace_days=plan.grace_days, time_zone=zone, previous=previous, check_first=plan.check_first,
        reminds=plan.reminds,
        created_at=acting.at,
    )  # fmt: skip
    Filing.objects.bulk_create(Filing(round=round_, alliance=alliance) for alliance in alliances)
    after = {
        "scheme": round_.scheme_digest,
        "opens": plan.opens_at,
        "deadline": plan.deadline,
        "alliances": len(alliances),
    }
    record(acting, "round.made", round=round_, subject=round_.key, after=after)
    return round_


def check_window(acting: Acting, plan: Plan) -> None:
    """Refuse a window that ends before it begins, or that is over already."""
    if plan.deadline <= plan.opens_at:
        raise Refuse("window_backwards")
    check_ahead(acting, plan.deadline, read_scheme_text(plan.scheme_text).filing.timezone)


def check_ahead(acting: Acting, deadline: datetime, zone: str) -> None:
    """Refuse a deadline that has passed, naming it: it may be the scheme's own, which nobody typed. Refuse a slip of
    the pen, too: one that is years ahead."""
    if deadline <= acting.at:
        raise Refuse("deadline_behind", deadline=last_moment(deadline, zone=zone))
    if deadline > acting.at + FARTHEST:
        raise Refuse("deadline_far", deadline=last_moment(deadline, zone=zone))


@operation("round.changed")
def change_round(acting: Acting, round_: Round, plan: Plan, *, previous: Round | None = None) -> Round:
    """Change a round that is still being prepared."""
    scheme = read_scheme_text(plan.scheme_text)
    check_window(acting, plan)
    text = with_window(plan.scheme_text, plan.opens_at, plan.deadline, scheme.filing.timezone)
    changes = {
        "title_zh": plan.title_zh, "title_en": plan.title_en, "opens_at": plan.opens_at, "deadline": plan.deadline,
        "grace_days": plan.grace_days, "check_first": plan.check_first,
        "reminds": plan.reminds, "practice": plan.practice,
        "scheme_text": text, "scheme_digest": digest_of_scheme(text), "time_zone": scheme.filing.timezone,
    }  # fmt: skip
    before = {name: getattr(round_, name) for name in changes if name != "scheme_text"}
    before["previous"] = round_.previous.key if round_.previous else None
    _moved(round_, [Stage.PREPARING], previous=previous, **changes)
    after = {name: value for name, value in changes.items() if name != "scheme_text"}
    after["previous"] = previous.key if previous else None
    record(acting, "round.changed", round=round_, subject=round_.key, before=before, after=after)
    return round_


def _moved(round_: Round, stages: Sequence[str], **changes: Any) -> None:
    """Change a round in one of `stages`, if nobody else did since it was read."""
    if round_.stage not in stages:
        raise Refuse("wrong_stage")
    change(round_, {"stage": round_.stage}, **changes)


def _stepped(acting: Acting, kind: str, round_: Round, before: Mapping[str, object], reason: str = "") -> None:
    after = {"stage": round_.stage, "deadline": round_.deadline, "reason": reason}
    record(acting, kind, round=round_, subject=round_.key, before=before, after=after)


@operation("round.opened")
def open_round(acting: Acting, round_: Round) -> None:
    """Open a round: from its first moment on, alliances file. Its scheme is fixed from now on, and all are told."""
    check_ahead(acting, round_.deadline, round_.time_zone)
    before = {"stage": round_.stage}
    _moved(round_, [Stage.PREPARING], stage=Stage.OPEN)
    _stepped(acting, "round.opened", round_, before)
    tell_opened(acting, round_)


@operation("round.extended")
def extend_round(acting: Acting, round_: Round, deadline: datetime, reason: str) -> None:
    """Move the deadline of all alliances ahead; the scheme's rules of time follow."""
    if deadline <= round_.deadline:
        raise Refuse("not_later")
    check_ahead(acting, deadline, round_.time_zone)
    if not reason.strip():
        raise Refuse("reason_missing")
    before = {"deadline": round_.deadline, "scheme": round_.scheme_digest}
    text = with_window(round_.scheme_text, round_.opens_at, deadline, round_.time_zone)
    _moved(round_, [Stage.OPEN], deadline=deadline, scheme_text=text, scheme_digest=digest_of_scheme(text))
    _stepped(acting, "round.extended", round_, before, reason)
    tell_extended(acting, round_, reason)


@operation("filing.extended")
def extend_one(acting: Acting, filing: Filing, until: datetime, reason: str) -> None:
    """Give one alliance more time, with a written reason; nobody else's deadline moves. Its filers are told.

    Where its filing was returned, it is the correction that gets more time.
    """
    if filing.round.stage not in (Stage.OPEN, Stage.CLOSED):
        raise Refuse("wrong_stage")
    check_ahead(acting, until, filing.round.time_zone)
    if until <= (filing.extended_until or filing.round.deadline):
        raise Refuse("not_later")
    if len(reason.strip()) < 2:
        raise Refuse("reason_missing")
    before = {"until": filing.extended_until, "reason": filing.extension_reason}
    changes: dict[str, Any] = {"extended_until": until, "extension_reason": reason.strip()[:500]}
    if filing.state == State.RETURNED:
        changes["correct_until"] = until
    change(filing, **changes)
    after = {"until": until, "reason": reason.strip()[:500]}
    record(acting, "filing.extended", round=filing.round, alliance=filing.alliance, before=before, after=after)
    tell_more_time(acting, filing, reason)


@operation("filing.time_ended")
def end_time(acting: Acting, filing: Filing, reason: str) -> None:
    """Take back the time that one alliance was given, for filing or for a correction. What it submitted counts."""
    if filing.round.stage not in (Stage.OPEN, Stage.CLOSED):
        raise Refuse("wrong_stage")
    if len(reason.strip()) < 2:
        raise Refuse("reason_missing")
    changes: dict[str, Any] = {}
    if filing.extended_until is not None and filing.extended_until > acting.at:
        changes |= {"extended_until": None, "extension_reason": ""}
    if filing.state == State.RETURNED and filing.correct_until is not None and filing.correct_until > acting.at:
        changes["correct_until"] = acting.at
    if not changes:
        raise Refuse("no_time_given")
    before = {name: getattr(filing, name) for name in changes}
    change(filing, **changes)
    after = {"reason": reason.strip()[:500]}
    record(acting, "filing.time_ended", round=filing.round, alliance=filing.alliance, before=before, after=after)


@operation("round.closed")
def close_round(acting: Acting, round_: Round, reason: str) -> None:
    """Close filing: what was submitted counts. Before the deadline this needs a reason."""
    if acting.at < round_.deadline and not reason.strip():
        raise Refuse("reason_missing")
    before = {"stage": round_.stage}
    _moved(round_, [Stage.OPEN], stage=Stage.CLOSED, closed_at=acting.at)
    _stepped(acting, "round.closed", round_, before, reason)


@operation("round.reopened")
def reopen_round(acting: Acting, round_: Round, deadline: datetime, reason: str) -> None:
    """Open filing again until a new deadline, with a reason."""
    check_ahead(acting, deadline, round_.time_zone)
    if not reason.strip():
        raise Refuse("reason_missing")
    before = {"stage": round_.stage, "deadline": round_.deadline, "scheme": round_.scheme_digest}
    text = with_window(round_.scheme_text, round_.opens_at, deadline, round_.time_zone)
    digest = digest_of_scheme(text)
    changes = {"deadline": deadline, "closed_at": None, "scheme_text": text, "scheme_digest": digest}
    _moved(round_, [Stage.CLOSED], stage=Stage.OPEN, **changes)
    _stepped(acting, "round.reopened", round_, before, reason)
    tell_reopened(acting, round_, reason)


@operation("round.enrolled")
def enrol(acting: Acting, round_: Round, alliances: Sequence[Alliance]) -> int:
    """Let further alliances take part; how many are new."""
    if round_.stage not in (Stage.PREPARING, Stage.OPEN):
        raise Refuse("wrong_stage")
    known = set(Filing.objects.filter(round=round_).values_list("alliance_id", flat=True))
    fresh = [alliance for alliance in alliances if alliance.pk not in known]
    Filing.objects.bulk_create(Filing(round=round_, alliance=alliance) for alliance in fresh)
    record(acting, "round.enrolled", round=round_, after={"alliances": [alliance.code for alliance in fresh]})
    return len(fresh)


@operation("round.dropped")
def drop(acting: Acting, filing: Filing) -> None:
    """Take an alliance out of a round that it has not begun to file in."""
    if filing.round.stage not in (Stage.PREPARING, Stage.OPEN) or filing.state != State.UNTOUCHED:
        raise Refuse("begun_already")
    deleted, _ = Filing.objects.filter(pk=filing.pk, state=State.UNTOUCHED, revision=filing.revision).delete()
    if not deleted:
        raise Refuse("stale")
    record(acting, "round.dropped", round=filing.round, alliance=filing.alliance)

"""The rounds in which somebody who is invited has a part, and until when their alliances can file in each."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from huoyue.core.message import M, Message, Title, Value
from huoyue.core.phrase import zone_name
from huoyue.server.models import Account, Duty, Filing, Round, Stage
from huoyue.server.queries.people import duties_of
from huoyue.server.queries.windows import deadline_of
from huoyue.server.saying import last_moment, moment


def rounds_said(account: Account, at: datetime, lang: str) -> list[Message]:
    """A sentence for each round: those a duty is given for, and the open ones in which its alliances take part."""
    deadlines: dict[int, tuple[Round, datetime]] = {}
    open_ones = list(Round.objects.filter(stage=Stage.OPEN, deadline__gt=at).order_by("deadline", "pk"))
    for duty in duties_of(account).select_related("round"):
        for round_ in [duty.round] if duty.round else open_ones:
            for until in _deadlines(duty, round_):
                known = deadlines.get(round_.pk)
                if known is None or until < known[1]:
                    deadlines[round_.pk] = round_, until
    return [_said(round_, until, at, lang) for round_, until in deadlines.values()]


def _deadlines(duty: Duty, round_: Round) -> Iterator[datetime]:
    """The deadlines that a duty meets in a round; none if its alliance does not take part."""
    if duty.alliance_id is None:
        yield round_.deadline
        return
    for filing in Filing.objects.filter(round=round_, alliance=duty.alliance_id):
        filing.round = round_
        yield deadline_of(filing)


def _said(round_: Round, until: datetime, at: datetime, lang: str) -> Message:
    zone = round_.time_zone
    values: dict[str, Value] = {
        "round": Title(zh=round_.title_zh, en=round_.title_en), "zone": zone_name(zone),
        "until": last_moment(until, lang, zone=zone), "opening": moment(round_.opens_at, lang, zone=zone),
    }  # fmt: skip
    if round_.stage == Stage.PREPARING or at < round_.opens_at:
        return M("{round}: filing opens on {opening}, the deadline is {until} ({zone}).", **values)
    if round_.stage == Stage.OPEN and at < until:
        return M("{round}: filing is open, the deadline is {until} ({zone}).", **values)
    return M("{round}: filing has ended, the deadline was {until} ({zone}).", **values)

"""What the letters about a step say: a round opened or given more time, a filing returned, a verdict decided."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from huoyue.core.message import M, Message, Title, Value
from huoyue.core.phrase import zone_name
from huoyue.server.saying import last_moment, moment
from huoyue.server.wording.chasing_letters import Frame, Text, text_of

Where = Sequence[Message | str]
"""The paragraphs that say where to go on."""


def filings_at(places: Sequence[tuple[str, str]]) -> list[Message | str]:
    """Where somebody files: the address of the filing, or one line for each of several alliances."""
    if len(places) == 1:
        return [M("File here: {address}", address=places[0][1])]
    return [M("File here:"), "\n".join(f"{alliance} {address}" for alliance, address in places)]


def chased_at(address: str) -> list[Message | str]:
    """Where a liaison officer looks after their alliances."""
    return [M("State, contacts and reminders: {address}", address=address)]


def opened(
    frame: Frame, lang: str, name: str, where: Where, *, opens: datetime, deadline: datetime, now: datetime
) -> Text:
    """Filing is open, or will be: from when, until when, where."""
    values: dict[str, Value] = {"round": frame.round_title, "zone": zone_name(frame.zone)}
    values |= {"until": last_moment(deadline, lang, zone=frame.zone), "opening": moment(opens, lang, zone=frame.zone)}
    if now < opens:
        subject = M("{round} opens for filing on {opening}", **values)
        told = M("Filing for {round} opens on {opening} ({zone}).", **values)
    else:
        subject = M("{round} is open for filing until {until}", **values)
        told = M("Filing for {round} is open.", **values)
    return text_of(frame, lang, name, subject, [told, counts_until(frame, lang, deadline), *where])


def reopened(frame: Frame, lang: str, name: str, where: Where, *, deadline: datetime, reason: str) -> Text:
    """Filing is open once more: until when, why, where."""
    until = last_moment(deadline, lang, zone=frame.zone)
    subject = M("{round} is open for filing again until {until}", round=frame.round_title, until=until)
    told = M("Filing for {round} has been opened again.", round=frame.round_title)
    return text_of(frame, lang, name, subject, [told, counts_until(frame, lang, deadline), because(reason), *where])


def extended(
    frame: Frame, lang: str, name: str, where: Where, *, deadline: datetime, reason: str, alliance: str = ""
) -> Text:
    """More time, for all or for one `alliance`: the new deadline, the reason, where."""
    until = last_moment(deadline, lang, zone=frame.zone)
    values: dict[str, Value] = {"round": frame.round_title, "alliance": alliance, "until": until,
                                "zone": zone_name(frame.zone)}  # fmt: skip
    if alliance:
        subject = M("More time for {alliance} in {round}, until {until}", **values)
        told = M("{alliance} has been given more time for {round}.", **values)
    else:
        subject = M("More time for {round}, until {until}", **values)
        told = M("The deadline of {round} has been moved for all alliances.", **values)
    new = M("The new deadline is {until} ({zone}). What has been submitted by then counts.", **values)
    return text_of(frame, lang, name, subject, [told, new, because(reason), *where])


def returned(
    frame: Frame, lang: str, name: str, *, alliance: str, deadline: datetime, version: int, remarks: int, address: str
) -> Text:
    """A filing came back: how many remarks, until when, and what counts meanwhile."""
    until = last_moment(deadline, lang, zone=frame.zone)
    values: dict[str, Value] = {"round": frame.round_title, "alliance": alliance, "until": until,
                                "zone": zone_name(frame.zone)}  # fmt: skip
    parts = [
        M("The filing of {alliance} for {round} has been returned for correction. Remarks: {count}.",
          count=remarks, **values),
        M("Correct it and submit it again before {until} ({zone}). Only a new submission is looked at again.",
          **values),
        M("Version {version} counts until then, and goes on counting if nothing is submitted.", version=version),
        M("The remarks and the filing: {address}", address=address),
    ]  # fmt: skip
    subject = M("Returned for correction until {until}: {round}, {alliance}", **values)
    return text_of(frame, lang, name, subject, parts)


def decided(
    frame: Frame, lang: str, name: str, *, alliance: str, verdict: Message, ruled: Message, reason: str, address: str
) -> Text:
    """Screening is settled, and people decided on this alliance: what, why, and what the rules had said."""
    values: dict[str, Value] = {"round": frame.round_title, "alliance": alliance, "verdict": verdict, "ruled": ruled}
    told = M("Screening of {round} is settled. The secretariat has decided on {alliance}: {verdict}.", **values)
    return _screened(frame, lang, name, values, [told, M("By the rules: {ruled}.", **values), because(reason)], address)


def ruled_again(
    frame: Frame, lang: str, name: str, *, alliance: str, ruled: Message, reason: Title, address: str
) -> Text:
    """Screening is settled anew, and what people had decided on this alliance does not hold any more."""
    values: dict[str, Value] = {"round": frame.round_title, "alliance": alliance, "ruled": ruled}
    told = M("Screening of {round} is settled anew. The decision on {alliance} of which you were told does not hold "
             "any more; the rules' verdict does: {ruled}.", **values)  # fmt: skip
    return _screened(frame, lang, name, values, [told, M("Reason: {reason}", reason=reason)], address)


def _screened(frame: Frame, lang: str, name: str, values: dict[str, Value], parts: Where, address: str) -> Text:
    subject = M("Screening of {round}: {alliance}", **values)
    return text_of(frame, lang, name, subject, [*parts, M("The filing: {address}", address=address)])


def counts_until(frame: Frame, lang: str, deadline: datetime) -> Message:
    """The deadline, and what it means."""
    until = last_moment(deadline, lang, zone=frame.zone)
    return M("The deadline is {moment} ({zone}). What has been submitted by then counts.", moment=until,
             zone=zone_name(frame.zone))  # fmt: skip


def because(reason: str) -> Message | str:
    """The written reason, if there is one."""
    return M("Reason: {reason}", reason=reason.strip()) if reason.strip() else ""

"""What letters to experts say. None of them tells how many alliances, which, or anything of marks."""

from __future__ import annotations

from datetime import datetime

from huoyue.core.message import M, Message, Title
from huoyue.core.phrase import zone_name
from huoyue.server.saying import last_moment
from huoyue.server.wording.chasing_letters import Frame, Text, text_of


def asked(frame: Frame, lang: str, name: str, address: str) -> Text:
    """Somebody is asked onto the panel."""
    subject = M("You are invited to the expert panel of {round}", round=frame.round_title)
    told = [
        M("The secretariat invites you to review as an expert in {round}.", round=frame.round_title),
        M("Please answer, sign the rules of discipline and declare your interests first: {address}", address=address),
    ]
    return text_of(frame, lang, name, subject, told)


def left(frame: Frame, lang: str, name: str) -> Text:
    """Somebody is no longer on the panel."""
    subject = M("Your part in the review of {round} has ended", round=frame.round_title)
    told = [M("You are no longer on the expert panel of {round}. What you handed in stays.", round=frame.round_title)]
    return text_of(frame, lang, name, subject, told)


def moved(frame: Frame, lang: str, name: str, address: str) -> Text:
    """A sheet was taken from an expert because of a conflict."""
    subject = M("An alliance was taken off your list in {round}", round=frame.round_title)
    told: list[Message | str] = [
        M("A conflict of interest was put on record, so somebody else marks the alliance it is about."),
        M("Your list: {address}", address=address),
    ]
    return text_of(frame, lang, name, subject, told)


def opened(frame: Frame, lang: str, name: str, stage: Title, due: datetime, address: str, *, again: str = "") -> Text:
    """A stage is open for marking, or was opened again for a reason."""
    until = last_moment(due, lang, zone=frame.zone)
    subject = M("{stage} of {round} is open until {until}", stage=stage, round=frame.round_title, until=until)
    told: list[Message | str] = [
        M("{stage} is open. Please hand in your sheets by {until} ({zone}).", stage=stage, until=until,
          zone=zone_name(frame.zone))
    ]  # fmt: skip
    if again:
        told.append(M("Reason: {reason}", reason=again))
    told.append(M("Your list: {address}", address=address))
    return text_of(frame, lang, name, subject, told)


def meeting(frame: Frame, lang: str, name: str, stage: Title, due: datetime, address: str) -> Text:
    """A meeting is held."""
    until = last_moment(due, lang, zone=frame.zone)
    subject = M("{stage} of {round} has begun", stage=stage, round=frame.round_title)
    told: list[Message | str] = [
        M("{stage} is held until {until} ({zone}).", stage=stage, until=until, zone=zone_name(frame.zone)),
        M("While an alliance is discussed, those in the room follow here: {address}", address=address),
    ]
    return text_of(frame, lang, name, subject, told)


def given(frame: Frame, lang: str, name: str, stage: Title, address: str) -> Text:
    """An expert got further sheets in a stage that is open."""
    subject = M("Further alliances to mark in {stage}", stage=stage)
    told: list[Message | str] = [
        M("Your list in {stage} has become longer.", stage=stage),
        M("Your list: {address}", address=address),
    ]
    return text_of(frame, lang, name, subject, told)


def missing(
    frame: Frame, lang: str, name: str, stage: Title, due: datetime, address: str, *, note: str = ""
) -> Text:  # fmt: skip
    """Sheets of an open stage are not handed in."""
    until = last_moment(due, lang, zone=frame.zone)
    subject = M("Your score sheets in {stage} of {round} are not all handed in", stage=stage, round=frame.round_title)
    told: list[Message | str] = [
        M("Some of your score sheets in {stage} are not handed in yet. The stage is planned until {until} ({zone}).",
          stage=stage, until=until, zone=zone_name(frame.zone)),
        note,
        M("Your list: {address}", address=address),
    ]  # fmt: skip
    return text_of(frame, lang, name, subject, told)


def late(frame: Frame, lang: str, name: str, address: str, *, note: str = "") -> Text:
    """Somebody who was asked cannot mark yet."""
    subject = M("Please complete your place on the expert panel of {round}", round=frame.round_title)
    told: list[Message | str] = [
        M("Before you mark, please accept the invitation, sign the rules of discipline and declare your interests."),
        note,
        M("Your page: {address}", address=address),
    ]
    return text_of(frame, lang, name, subject, told)

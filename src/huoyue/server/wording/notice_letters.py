"""What the letters of the notice period and of objections say."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from huoyue.core.message import M, Message, Title, Value
from huoyue.server.saying import said
from huoyue.server.wording.chasing_letters import Frame, Text, text_of
from huoyue.server.wording.notice import OUTCOMES, REFUSED


@dataclass(frozen=True)
class About:
    """What letters say of an objection: never who made it."""

    number: str
    alliance: str
    outcome: str = ""
    refused_because: str = ""
    reasons: str = ""
    due_on: date | None = None


def period(
    frame: Frame, lang: str, name: str, days: tuple[date, date], what: str, *, address: str, reason: str = ""
) -> Text:
    """Results were put on notice, the notice runs longer, or it was withdrawn."""
    values: dict[str, Value] = {"round": frame.round_title, "first": said(days[0], lang),
                                "until": said(days[1], lang), "reason": reason}  # fmt: skip
    place = M("The notice: {address}", address=address)
    if what == "withdrawn":
        subject = M("The public notice of {round} was withdrawn", **values)
        told = M("The public notice of the results of {round} was withdrawn: {reason}", **values)
        return text_of(frame, lang, name, subject, [told, place])
    if what == "extended":
        subject = M("The public notice of {round} runs until {until}", **values)
        told = M("The public notice of the results of {round} runs until {until}: {reason}", **values)
        return text_of(frame, lang, name, subject, [told, place])
    subject = M("Results of {round} on public notice from {first} to {until}", **values)
    told = M("The results of {round} are on public notice from {first} to {until}, both days included.", **values)
    how = M("Within this time whoever answers for a filing can object online, on the alliance's own scorecard.")
    return text_of(frame, lang, name, subject, [told, how, place])


def to_objector(frame: Frame, lang: str, name: str, objection: About, what: str, *, address: str) -> Text:
    """What became of one's objection."""
    values: dict[str, Value] = {"number": objection.number, "reasons": objection.reasons}
    told: list[Message | str]
    if what == "refused":
        subject = M("Objection {number}: not taken up", **values)
        told = [M("Your objection {number} is not taken up: {why}", number=objection.number,
                  why=REFUSED[objection.refused_because]), objection.reasons]  # fmt: skip
    elif what == "admitted":
        subject = M("Objection {number}: taken up", **values)
        until = said(objection.due_on, lang) if objection.due_on else "–"
        told = [M("Your objection {number} is taken up. It is to be decided by {until}.", number=objection.number,
                  until=until)]  # fmt: skip
    elif what == "decided":
        subject = M("Objection {number}: decided", **values)
        told = [M("Your objection {number} was decided: {outcome}.", number=objection.number,
                  outcome=OUTCOMES[objection.outcome]), objection.reasons]  # fmt: skip
    else:
        subject = M("Objection {number}: received", **values)
        told = [M("Your objection {number} was received. You will be told whether it is taken up.", **values)]
    return text_of(frame, lang, name, subject, [*told, M("It stands here: {address}", address=address)])


def to_concerned(
    frame: Frame, lang: str, name: str, objection: About, indicator: Title | None, *, address: str
) -> Text:
    """An objection to the alliance's result was decided. Who objected is not said."""
    about: Title | Message = indicator or M("facts or eligibility")
    subject = M("An objection to the result of {alliance} was decided", alliance=objection.alliance)
    told = M("Objection {number} to the result of {alliance} ({about}) was decided: {outcome}.",
             number=objection.number, alliance=objection.alliance, about=about,
             outcome=OUTCOMES[objection.outcome])  # fmt: skip
    return text_of(frame, lang, name, subject, [told, objection.reasons, M("Your scorecard: {address}",
                                                                           address=address)])  # fmt: skip


def to_handler(frame: Frame, lang: str, name: str, objection: About, *, address: str) -> Text:
    """Somebody is asked to look into an objection. The letter names no alliance."""
    values: dict[str, Value] = {"number": objection.number,
                                "until": said(objection.due_on, lang) if objection.due_on else "–"}  # fmt: skip
    subject = M("Please look into objection {number} by {until}", **values)
    told = M("You are asked to look into objection {number} and to write an opinion. It is to be decided by {until}.",
             **values)  # fmt: skip
    keep = M("Keep to yourself who objected: it is known to those who handle it and to nobody else.")
    return text_of(frame, lang, name, subject, [told, keep, M("It stands here: {address}", address=address)])


def opinion_due(frame: Frame, lang: str, name: str, objection: About, *, address: str) -> Text:
    """A reminder to somebody who owes an opinion."""
    values: dict[str, Value] = {"number": objection.number,
                                "until": said(objection.due_on, lang) if objection.due_on else "–"}  # fmt: skip
    subject = M("Your opinion on objection {number} is due: it is to be decided by {until}", **values)
    told = M("Your opinion on objection {number} is not written yet. It is to be decided by {until}.", **values)
    return text_of(frame, lang, name, subject, [told, M("It stands here: {address}", address=address)])


def to_decide(frame: Frame, lang: str, name: str, numbers: list[str], overdue: bool, *, address: str) -> Text:
    """A reminder to the secretariat: objections whose last day comes near, or has passed."""
    listed = ("、" if lang == "zh" else ", ").join(numbers)
    values: dict[str, Value] = {"count": len(numbers), "numbers": listed}
    subject = (
        M("{count} objections are overdue", **values) if overdue else M("{count} objections are due soon", **values)
    )
    told = M("To be decided: {numbers}.", **values)
    return text_of(frame, lang, name, subject, [told, M("Register of objections: {address}", address=address)])


def to_close(frame: Frame, lang: str, name: str, ended: date, waiting: int, *, address: str) -> Text:
    """A reminder to the secretariat: the days of a notice have passed."""
    values: dict[str, Value] = {"round": frame.round_title, "until": said(ended, lang), "count": waiting}
    subject = M("The public notice of {round} ended on {until}", **values)
    told = M("The public notice of {round} ended on {until}. {count} objections are undecided.", **values)
    how = M("Once all are decided, close the notice: {address}", address=address)
    return text_of(frame, lang, name, subject, [told, how])

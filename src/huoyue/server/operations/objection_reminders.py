"""What the clock reminds of once results are on notice: opinions owed, decisions due, a notice to close.

Each letter has a key that names what it is about and its day, so that it is written once.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime

from huoyue.core.calendar import days_before
from huoyue.server.models import Handler, NoticePeriod, Objection, Round, Stage
from huoyue.server.operations.notice_letters import about
from huoyue.server.operations.reminders import Due, written_once
from huoyue.server.queries.chasing_people import readers
from huoyue.server.queries.chasing_standing import frame_of, link
from huoyue.server.queries.notice import day_of, open_period, phase_of, undecided
from huoyue.server.queries.schemes import scheme_of
from huoyue.server.wording import notice_letters as words


def remind_objections(now: datetime) -> int:
    """Write what is due in every frozen round that reminds; how many letters."""
    rounds = Round.objects.filter(reminds=True, stage=Stage.FROZEN, notice_periods__closed_at=None,
                                  notice_periods__withdrawn_at=None).distinct()  # fmt: skip
    return sum(remind_round(round_, now) for round_ in rounds)


def remind_round(round_: Round, now: datetime) -> int:
    """The letters of one round."""
    today = day_of(now, round_)
    due = [*of_opinions(round_, today), *of_decisions(round_, today)]
    if (period := open_period(round_)) is not None and phase_of(period, today) == "over":
        due += of_closing(round_, period)
    return written_once(now, round_, "objections", due)


def remind_on(objection: Objection) -> date:
    """The day from which an objection is reminded of."""
    held = scheme_of(objection.round).notice
    return days_before(objection.due_on or date.max, held.remind_before, held.counted)


def of_opinions(round_: Round, today: date) -> Iterator[Due]:
    """To whoever owes an opinion, when its day comes near."""
    owing = Handler.objects.filter(objection__round=round_, objection__state="admitted", ended_at=None, opinion_at=None)
    frame = frame_of(round_)
    for one in owing.select_related("account", "objection__filing__alliance", "objection__round"):
        if remind_on(one.objection) <= today:
            address = link("handling", round_.key, one.objection.number)
            text = words.opinion_due(frame, one.account.language, one.account.name, about(one.objection),
                                     address=address)  # fmt: skip
            yield Due(one.account, "objection", f"opinion:{one.pk}:{one.objection.due_on:%Y%m%d}", text)


def of_decisions(round_: Round, today: date) -> Iterator[Due]:
    """To the secretariat: what is to be decided soon, and once more what should have been."""
    waiting = list(Objection.objects.filter(round=round_, state="admitted").select_related("round"))
    overdue = [one for one in waiting if one.due_on is not None and one.due_on < today]
    soon = [one for one in waiting if one not in overdue and remind_on(one) <= today]
    frame, address = frame_of(round_), link("objections", round_.key)
    for listed, late in ((soon, False), (overdue, True)):
        if not listed:
            continue
        mark = ".".join(f"{one.pk}" for one in listed)[:60]
        for account in readers(round_, "secretariat"):
            text = words.to_decide(frame, account.language, account.name, [one.number for one in listed], late,
                                   address=address)  # fmt: skip
            yield Due(
                account, "objection", f"decide:{round_.pk}:{'late' if late else 'soon'}:{mark}:{account.pk}", text
            )


def of_closing(round_: Round, period: NoticePeriod) -> Iterator[Due]:
    """To the secretariat: the days of a notice have passed."""
    frame, address = frame_of(round_), link("notice_period", round_.key)
    waiting = undecided(round_).count()
    for account in readers(round_, "secretariat"):
        text = words.to_close(frame, account.language, account.name, period.ends_on, waiting, address=address)
        yield Due(account, "results", f"to_close:{period.pk}:{period.ends_on:%Y%m%d}:{account.pk}", text)

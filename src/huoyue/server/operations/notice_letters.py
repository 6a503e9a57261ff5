"""Letters of the notice period and of objections, written in the operation that takes the step.

A letter to the alliance concerned says what became of an objection and never who made it; a letter to whoever objected
is filed under no alliance, so that no list of an alliance's letters shows it.
"""

from __future__ import annotations

from huoyue.server.models import Account, Filing, Handler, NoticePeriod, Objection, Role, Round
from huoyue.server.operations.journal import Acting
from huoyue.server.operations.outbox import write
from huoyue.server.queries.chasing_people import distinct, duties_in, officers_of
from huoyue.server.queries.chasing_standing import frame_of, link
from huoyue.server.queries.schemes import scheme_of
from huoyue.server.wording import notice_letters as words
from huoyue.server.wording.chasing_letters import Text


def about(objection: Objection) -> words.About:
    """What letters say of an objection."""
    return words.About(objection.number, objection.filing.alliance.name, objection.outcome, objection.refused_because,
                       objection.reasons, objection.due_on)  # fmt: skip


def responsible_of(round_: Round, alliances: list[int]) -> list[Account]:
    """Who answers for the filings of some alliances."""
    held = duties_in(round_).filter(role=Role.FILER, responsible=True, alliance_id__in=alliances)
    return distinct(duty.account for duty in held.order_by("pk"))


def told_of_notice(round_: Round) -> list[Account]:
    """All who answer for a filing, and all liaison officers."""
    alliances = list(Filing.objects.filter(round=round_, alliance__left_on=None, alliance__merged_into=None)
                     .values_list("alliance_id", flat=True))  # fmt: skip
    officers = officers_of(round_, alliances)
    return distinct([*responsible_of(round_, alliances), *(one for several in officers.values() for one in several)])


def tell_period(acting: Acting, period: NoticePeriod, what: str, reason: str = "") -> None:
    """Put up, extended or withdrawn: to everybody who answers for a filing, and to the liaison officers."""
    frame, address = frame_of(period.round), link("public_notice", period.round.key)
    for account in told_of_notice(period.round):
        text = words.period(frame, account.language, account.name, (period.starts_on, period.ends_on), what,
                            address=address, reason=reason)  # fmt: skip
        key = f"notice_period:{period.pk}:{what}:{period.revision}:{account.pk}"
        _send(acting, account, text, key, period.round)


def tell_objector(acting: Acting, objection: Objection, what: str) -> None:
    """Received, refused, taken up or decided: to whoever objected online. Who did so on paper is written to by hand."""
    if objection.by is None or not objection.by.is_active:
        return
    place = link("own_objection", objection.round.key, objection.filing.alliance.code, objection.number)
    to, frame = objection.by, frame_of(objection.round)
    text = words.to_objector(frame, to.language, to.name, about(objection), what, address=place)
    _send(acting, to, text, f"objection:{objection.pk}:{what}:{to.pk}", objection.round)


def tell_concerned(acting: Acting, objection: Objection) -> None:
    """The decision, to whoever answers for the alliance whose result it is about, unless they objected themselves."""
    filing = objection.filing
    place = link("scorecard", objection.round.key, filing.alliance.code)
    titles = {one.id: one.title for one in scheme_of(objection.round).indicators}
    for account in responsible_of(objection.round, [filing.alliance_id]):
        if account.pk != objection.by_id:
            text = words.to_concerned(frame_of(objection.round), account.language, account.name, about(objection),
                                      titles.get(objection.indicator), address=place)  # fmt: skip
            _send(acting, account, text, f"objection:{objection.pk}:concerned:{account.pk}", objection.round, filing)


def tell_handler(acting: Acting, handler: Handler) -> None:
    """You are asked to look into an objection."""
    objection = handler.objection
    place = link("handling", objection.round.key, objection.number)
    text = words.to_handler(frame_of(objection.round), handler.account.language, handler.account.name, about(objection),
                            address=place)  # fmt: skip
    _send(acting, handler.account, text, f"objection:{objection.pk}:handler:{handler.pk}", objection.round)


def _send(acting: Acting, to: Account, text: Text, key: str, round_: Round, filing: Filing | None = None) -> None:
    write(acting, to=to, kind="objection" if key.startswith("objection") else "results", subject=text.subject,
          body=text.body, round=round_, filing=filing, key=key)  # fmt: skip

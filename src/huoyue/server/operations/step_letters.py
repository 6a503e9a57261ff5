"""Letters about a step, written in the operation that takes it: either both happened or neither.

Each has a key that names the step by its round's or filing's revision, and the addressee, so that it is written once.
An account without an address gets a letter that is marked as failed: the mailbox page says whom to tell otherwise.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from huoyue.core.message import Title
from huoyue.server.models import Account, Filing, Mail, Round, Verdict
from huoyue.server.operations.journal import Acting
from huoyue.server.operations.outbox import write
from huoyue.server.queries.chasing_people import distinct, filers_of, officers_of
from huoyue.server.queries.chasing_standing import frame_of, link
from huoyue.server.queries.windows import deadline_of
from huoyue.server.wording import VERDICTS
from huoyue.server.wording import step_letters as words
from huoyue.server.wording.chasing_letters import Text
from huoyue.server.wording.step_letters import Where

Say = Callable[[Account, Where], Text]


def tell_opened(acting: Acting, round_: Round) -> None:
    """To all filers and liaison officers: filing is open, until when, where."""
    frame = frame_of(round_)

    def say(to: Account, where: Where) -> Text:
        return words.opened(
            frame, to.language, to.name, where, opens=round_.opens_at, deadline=round_.deadline, now=acting.at
        )

    _to_round(acting, round_, "opened", say)


def tell_reopened(acting: Acting, round_: Round, reason: str) -> None:
    """To all filers and liaison officers: filing is open again."""
    frame = frame_of(round_)

    def say(to: Account, where: Where) -> Text:
        return words.reopened(frame, to.language, to.name, where, deadline=round_.deadline, reason=reason)

    _to_round(acting, round_, "opened", say)


def tell_extended(acting: Acting, round_: Round, reason: str) -> None:
    """To the filers whose deadline moved with that of the round, and to all liaison officers."""
    frame = frame_of(round_)

    def say(to: Account, where: Where) -> Text:
        return words.extended(frame, to.language, to.name, where, deadline=round_.deadline, reason=reason)

    _to_round(acting, round_, "extended", say)


def _to_round(acting: Acting, round_: Round, kind: str, say: Say) -> None:
    """One letter to each person, however many alliances they file for; who also looks after some gets the filer's."""
    filings = list(
        Filing.objects.filter(round=round_, alliance__left_on=None, alliance__merged_into=None).select_related(
            "alliance"
        )
    )
    for filing in filings:
        filing.round = round_
    key = f"{kind}:{round_.pk}:r{round_.revision}"
    theirs = [filing for filing in filings if deadline_of(filing) == round_.deadline]
    for account, own in _by_filer(round_, theirs):
        where = words.filings_at([(one.alliance.name, link("filing", round_.key, one.alliance.code)) for one in own])
        _send(acting, account, kind, key, say(account, where), round_, own[0] if len(own) == 1 else None)
    officers = officers_of(round_, [filing.alliance_id for filing in filings])
    where = words.chased_at(link("chase", round_.key))
    for account in distinct(one for several in officers.values() for one in several):
        _send(acting, account, kind, key, say(account, where), round_)


def _by_filer(round_: Round, filings: list[Filing]) -> Iterator[tuple[Account, list[Filing]]]:
    people = filers_of(round_, [filing.alliance_id for filing in filings])
    found: dict[Account, list[Filing]] = {}
    for filing in filings:
        for account in people.get(filing.alliance_id, []):
            found.setdefault(account, []).append(filing)
    yield from found.items()


def _send(
    acting: Acting, to: Account, kind: str, key: str, text: Text, round_: Round, filing: Filing | None = None
) -> None:
    write(
        acting, to=to, kind=kind, subject=text.subject, body=text.body, round=round_, filing=filing,
        key=f"{key}:{to.pk}",
    )  # fmt: skip


def _to_filers(acting: Acting, filing: Filing, kind: str, key: str, say: Callable[[Account], Text]) -> None:
    for account in filers_of(filing.round, [filing.alliance_id]).get(filing.alliance_id, []):
        _send(acting, account, kind, key, say(account), filing.round, filing)


def _address(filing: Filing) -> str:
    return link("filing", filing.round.key, filing.alliance.code)


def tell_more_time(acting: Acting, filing: Filing, reason: str) -> None:
    """To the filers of one alliance: its new deadline, and why."""
    frame, where = frame_of(filing.round), words.filings_at([(filing.alliance.name, _address(filing))])

    def say(to: Account) -> Text:
        return words.extended(
            frame, to.language, to.name, where, deadline=deadline_of(filing), reason=reason,
            alliance=filing.alliance.name,
        )  # fmt: skip

    _to_filers(acting, filing, "extended", f"extended:{filing.pk}:f{filing.revision}", say)


def tell_returned(acting: Acting, filing: Filing, *, version: int, remarks: int) -> None:
    """To the filers of an alliance: what came back, until when it can be corrected."""
    frame = frame_of(filing.round)

    def say(to: Account) -> Text:
        return words.returned(
            frame, to.language, to.name, alliance=filing.alliance.name, deadline=deadline_of(filing), version=version,
            remarks=remarks, address=_address(filing),
        )  # fmt: skip

    _to_filers(acting, filing, "returned", f"returned:{filing.pk}:f{filing.revision}", say)


def tell_verdicts(acting: Acting, round_: Round) -> None:
    """When screening is settled: to the filers of each alliance on which people decided, or do not any more.

    A decision is told once, also where screening was taken up again in between.
    """
    before = {}
    for letter in Mail.objects.filter(round=round_, kind="verdict").exclude(filing=None).order_by("pk").defer("body"):
        before[letter.filing_id] = letter
    verdicts = Verdict.objects.filter(filing__round=round_).select_related("filing__alliance")
    for verdict in verdicts:
        verdict.filing.round = round_
        told = before.get(verdict.filing_id)
        if verdict.decided and verdict.decided_at is not None:
            _tell_verdict(acting, verdict, f"verdict:{verdict.pk}:{verdict.decided_at:%Y%m%d%H%M%S%f}")
        elif told is not None and ":rules" not in (told.key or ""):
            _tell_verdict(acting, verdict, f"verdict:{verdict.pk}:rules{told.pk}")


def _tell_verdict(acting: Acting, verdict: Verdict, key: str) -> None:
    filing, frame = verdict.filing, frame_of(verdict.filing.round)
    name, ruled, address = filing.alliance.name, VERDICTS[verdict.ruled], _address(filing)

    def say(to: Account) -> Text:
        if not verdict.decided:
            reason = Title(zh=verdict.reason_zh, en=verdict.reason_en)
            return words.ruled_again(
                frame, to.language, to.name, alliance=name, ruled=ruled, reason=reason, address=address
            )
        return words.decided(
            frame, to.language, to.name, alliance=name, verdict=VERDICTS[verdict.decided], ruled=ruled,
            reason=verdict.decided_reason, address=address,
        )  # fmt: skip

    _to_filers(acting, filing, "verdict", key, say)

"""Broadcast notices: written once, shown on first pages and sent as letters, withdrawn if they were wrong."""

from __future__ import annotations

from huoyue.server.models import Event, Notice, Round
from huoyue.server.operations.journal import Acting, Refuse, operation, record
from huoyue.server.operations.outbox import write
from huoyue.server.queries.chasing_people import readers
from huoyue.server.queries.chasing_standing import frame_of, link
from huoyue.server.wording.chasing import AUDIENCES
from huoyue.server.wording.chasing_letters import notice as words_of


@operation("notice.sent")
def send_notice(acting: Acting, round_: Round, *, title: str, text: str, audience: str) -> Event:
    """Publish a notice to a role, to everybody, or to the filers who have not submitted, and write the letters.

    Its event names the notice as subject, and how many letters were written.
    """
    if not title.strip() or not text.strip() or audience not in AUDIENCES:
        raise Refuse("notice_empty")
    people = readers(round_, audience)
    if not people:
        raise Refuse("notice_nobody")
    made = Notice.objects.create(
        round=round_, title=title.strip(), text=text.strip(), audience=audience, by=acting.doer, at=acting.at
    )
    frame, address = frame_of(round_), link("home")
    for account in people:
        said = words_of(frame, account.language, account.name, made.title, made.text, address=address)
        key = f"notice:{made.pk}:{account.pk}"
        write(acting, to=account, kind="notice", subject=said.subject, body=said.body, round=round_, key=key)
    after = {"title": made.title, "text": made.text, "audience": audience, "letters": len(people)}
    return record(acting, "notice.sent", round=round_, subject=str(made.pk), after=after)


@operation("notice.withdrawn")
def withdraw_notice(acting: Acting, notice: Notice) -> None:
    """Take a notice off the first pages. Letters that went out cannot be called back; those still waiting are."""
    if Notice.objects.filter(pk=notice.pk, withdrawn_at=None).update(withdrawn_at=acting.at) != 1:
        raise Refuse("notice_withdrawn")
    waiting = notice.round.letters.filter(kind="notice", state="queued", key__startswith=f"notice:{notice.pk}:")
    stopped = waiting.update(state="failed", error="withdrawn")
    before = {"title": notice.title, "audience": notice.audience}
    record(
        acting,
        "notice.withdrawn",
        round=notice.round,
        subject=str(notice.pk),
        before=before,
        after={"stopped": stopped},
    )

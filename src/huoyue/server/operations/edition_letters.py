"""Letters about editions, written in the operation that publishes or withdraws one."""

from __future__ import annotations

from collections.abc import Callable

from huoyue.server.models import Account, Edition, Filing
from huoyue.server.operations.journal import Acting
from huoyue.server.operations.outbox import write
from huoyue.server.queries.chasing_people import distinct, filers_of
from huoyue.server.queries.chasing_standing import frame_of, link
from huoyue.server.wording import editions as words
from huoyue.server.wording.chasing_letters import Text


def tell_published(acting: Acting, edition: Edition) -> None:
    """To all filers of the round: results are published, and where."""
    frame, address = frame_of(edition.round), link("public_round", edition.round.key)
    _send(acting, edition, "published",
          lambda to: words.published(frame, to.language, to.name, edition.number, address))  # fmt: skip


def tell_withdrawn(acting: Acting, edition: Edition, reason: str) -> None:
    """To the same: an edition does not hold any more, and why."""
    frame, address = frame_of(edition.round), link("public_round", edition.round.key)
    _send(acting, edition, "withdrawn",
          lambda to: words.withdrawn(frame, to.language, to.name, edition.number, reason, address))  # fmt: skip


def _send(acting: Acting, edition: Edition, step: str, say: Callable[[Account], Text]) -> None:
    filings = Filing.objects.filter(round=edition.round, alliance__left_on=None, alliance__merged_into=None)
    people = filers_of(edition.round, filings.values_list("alliance_id", flat=True))
    for account in distinct(one for several in people.values() for one in several):
        text = say(account)
        write(acting, to=account, kind="edition", subject=text.subject, body=text.body, round=edition.round,
              key=f"edition:{step}:{edition.pk}:{account.pk}")  # fmt: skip

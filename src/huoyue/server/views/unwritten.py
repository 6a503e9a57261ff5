"""After a step that writes letters: whom no letter could reach, and how to tell them instead."""

from __future__ import annotations

from collections.abc import Iterable

from django.contrib import messages
from django.http import HttpRequest

from huoyue.core.message import M, Message
from huoyue.server.models import Account, Filing, Round
from huoyue.server.operations.journal import Acting
from huoyue.server.queries.chasing_people import filers_of, not_written_to
from huoyue.server.saying import said

MOST_NAMED = 20
"""People named in one message; the mailbox page has all."""


def tell_unwritten(
    request: HttpRequest, doer: Acting, round_: Round, kind: str, filings: Iterable[Filing] = ()
) -> None:
    """Warn of everybody whom the step's letters of a `kind` do not reach, and of `filings` that nobody files."""
    people = not_written_to(round_, kind, doer.at)
    told: list[Message] = []
    if people:
        named = tuple(reached(one) for one in people[:MOST_NAMED])
        told.append(
            M(
                "No e-mail address is known of these people, so no letter reaches them: {people}. Telephone them, or "
                "enter an address in their account.",
                people=named,
            )
        )
    listed = list(filings)
    served = filers_of(round_, [filing.alliance_id for filing in listed])
    if alone := tuple(filing.alliance.name for filing in listed if filing.alliance_id not in served)[:MOST_NAMED]:
        told.append(M("Nobody files for {alliances} yet, so no letter was written. Reach the contacts in the register, "
                      "and invite somebody.", alliances=alone))  # fmt: skip
    for message in told:
        messages.warning(request, said(message), extra_tags="warn")


def reached(account: Account) -> Message:
    """A person with the telephone number, if there is one."""
    if account.phone:
        return M("{name} (telephone {phone})", name=str(account), phone=account.phone)
    return M("{name} (no telephone number known)", name=str(account))

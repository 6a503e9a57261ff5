"""Words of the application that several pages share: roles, states, the menu, and what refusals say.

Each area keeps the refusals of its operations in a file of its own; here they are one table.
"""

from __future__ import annotations

from huoyue.core.message import Message
from huoyue.core.refusal import Refusal
from huoyue.server.wording import (
    accounts,
    carrying,
    chasing,
    documents,
    editions,
    filing,
    interfaces,
    notice,
    register,
    results,
    returned,
    review,
    review_panel,
    rounds,
    screening,
    shared,
    years,
)
from huoyue.server.wording.shared import PLACES, ROLES, STAGES, STATES, VERDICTS

__all__ = ["PLACES", "REFUSALS", "ROLES", "STAGES", "STATES", "STATUS", "VERDICTS", "refusal_words"]

AREAS = (
    *(shared, accounts, register, rounds, filing, chasing, screening, review, review_panel),
    *(results, documents, returned, notice, editions, years, interfaces, carrying),
)
REFUSALS: dict[str, tuple[Message, Message]] = {code: words for area in AREAS for code, words in area.REFUSALS.items()}
"""What each refusal says, and how to mend it. Keys are for ever."""
STATUS = shared.STATUS | interfaces.STATUS


SEVERAL = "; "
"""Between the several things that one detail names; readers see the comma of their language."""


def refusal_words(refusal: Refusal) -> tuple[Message, Message]:
    """What a refusal says and how to mend it, its detail filled in."""
    what, mend = REFUSALS[refusal.code]
    detail = {name: tuple(text.split(SEVERAL)) if SEVERAL in text else text for name, text in refusal.detail.items()}
    return Message(what.text, {**what.values, **detail}), Message(mend.text, {**mend.values, **detail})

"""What is said about editions and the public site: refusals, events, and letters."""

from __future__ import annotations

from huoyue.core.message import M, Message
from huoyue.server.wording.chasing_letters import Frame, Text, text_of

REFUSALS: dict[str, tuple[Message, Message]] = {
    "edition_practice": (
        M("This is a practice round: nothing of it is published."),
        M("Publish the results of a round that counts."),
    ),
    "edition_not_frozen": (
        M("The results of this round are not frozen yet."),
        M("Freeze the round first; the checklist says what is open."),
    ),
    "edition_notice": (
        M("The scheme wants a notice period before results are published, and it is not over."),
        M("Hold the notice period, and close it when its last day has passed."),
    ),
    "edition_objections": (
        M("{count} objections have not been decided on."),
        M("Decide on them first, with reasons."),
    ),
    "edition_corrections": (
        M("A decision on an objection waits for a new snapshot."),
        M("Make the corrected snapshot first; the edition is made from it."),
    ),
    "edition_same": (
        M("The edition that holds already says what the latest snapshot says."),
        M(
            "A new edition is published after a correction, after a withdrawal, when delayed results are due, or when "
            "the wording of the public report or its passages changed."
        ),
    ),
    "edition_moved": (
        M("Something in the round changed while the edition was being made."),
        M("Look at the page again, then publish once more."),
    ),
    "edition_withdrawn": (
        M("This edition was withdrawn before."),
        M("Go back to the results: the list of editions says when and why."),
    ),
    "edition_former": (
        M("A later edition holds, so this one is not withdrawn by itself."),
        M("Withdraw the latest edition; former ones can be withdrawn with it."),
    ),
}
EVENTS: dict[str, Message] = {
    "edition.published": M("Edition published"),
    "edition.withdrawn": M("Edition withdrawn"),
}


def published(frame: Frame, lang: str, name: str, number: int, address: str) -> Text:
    """Results are published."""
    subject = M("Results of {round} are published", round=frame.round_title)
    told = [
        M("Edition {number} of the results of {round} is published. Everybody can read it here, without an account: "
          "{address}", number=number, round=frame.round_title, address=address),
    ]  # fmt: skip
    return text_of(frame, lang, name, subject, told)


def withdrawn(frame: Frame, lang: str, name: str, number: int, reason: str, address: str) -> Text:
    """An edition is withdrawn."""
    subject = M("Edition {number} of the results of {round} is withdrawn", number=number, round=frame.round_title)
    told: list[Message | str] = [
        M("Edition {number} does not hold any more; please do not quote it.", number=number),
        M("Reason: {reason}", reason=reason),
        M("What holds now is told here: {address}", address=address),
    ]
    return text_of(frame, lang, name, subject, told)

"""What is said from settled scores on: refusals of freezing and of what follows it."""

from __future__ import annotations

from huoyue.core.message import M, Message

EVENTS: dict[str, Message] = {
    "round.corrected": M("Corrected snapshot made"),
    "round.frozen": M("Round frozen"),
}
REFUSALS: dict[str, tuple[Message, Message]] = {
    "frozen": (
        M("The results of this round are frozen: nothing that led to them changes any more."),
        M("A result is corrected through an objection; its decision makes a new snapshot."),
    ),
    "not_ready": (
        M("The round cannot be frozen yet: {count} points have to be settled first."),
        M("The checklist says which, each with a link."),
    ),
    "moved_meanwhile": (
        M("Something in the round changed while the snapshot was being cut."),
        M("Look at the checklist again, then freeze once more."),
    ),
    "nothing_corrected": (
        M("No decision on an objection waits for a new snapshot."),
        M("Decide on objections first."),
    ),
}

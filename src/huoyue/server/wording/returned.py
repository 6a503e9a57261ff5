"""What is said about Word files handed back: refusals, events, what was found about a number."""

from __future__ import annotations

from huoyue.core.message import M, Message
from huoyue.report.returned import WHY

EVENTS: dict[str, Message] = {
    "documents.returned": M("Word file handed back"),
    "passage.dropped": M("Passage dropped"),
    "passage.taken": M("Passage taken again"),
}
REFUSALS: dict[str, tuple[Message, Message]] = {f"returned_{code}": words for code, words in WHY.items()} | {
    "returned_busy": (M("Another file is being checked."), M("Wait a moment and hand it in again.")),
    "returned_other_round": (
        M("The file is a report on another round: {round}."),
        M("Hand it in on that round's page."),
    ),
    "returned_wording": (
        M("The report cannot be composed to compare with: the wording of the round has a mistake."),
        M("Correct the wording, then hand the file in again."),
    ),
}
VERDICTS: dict[str, tuple[Message, str]] = {
    "differs": (M("does not agree"), "bad"),
    "unknown": (M("cannot be checked"), "warn"),
    "removed": (M("not there any more"), "info"),
    "agrees": (M("agrees"), "good"),
}
"""What was found about a number, and the colour of its tag."""

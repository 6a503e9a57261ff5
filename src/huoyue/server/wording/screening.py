"""What refusals about screening say, and the words of its marks."""

from __future__ import annotations

from huoyue.core.message import M, Message

REFUSALS: dict[str, tuple[Message, Message]] = {
    "not_screened": (
        M("The rules have not looked at this filing yet."),
        M("On the screening page, let the rules look at all filings."),
    ),
    "screening_settled": (
        M("Screening is settled; nothing was changed."),
        M("Take screening up again first, with a reason."),
    ),
    "no_verdict": (M("There is no such verdict."), M("Choose one of the verdicts.")),
    "reason_short": (
        M("The reason has fewer than {least} signs."),
        M("Write why, so that others understand it later."),
    ),
    "note_short": (
        M("The note has fewer than {least} signs."),
        M("Write what was found, so that others understand it."),
    ),
    "no_finding_chosen": (M("No finding was chosen."), M("Tick at least one finding in the list.")),
    "nothing_in_force": (
        M("An alliance without a submitted filing cannot be evaluated."),
        M("Reopen filing or give it more time, so that it can submit."),
    ),
    "no_mark": (M("There is no such mark."), M("Choose one of the marks.")),
    "no_moment": (
        M("The day and time cannot be read."),
        M("Choose them in the field, or write them as 2030-01-31T17:00."),
    ),
    "grace_longer": (
        M("A correction may take at most {days} days in this round."),
        M("Choose an earlier day, or give the alliance more time to file instead."),
    ),
    "nothing_to_draw": (M("There is no submitted filing to draw from."), M("Draw when filings have been submitted.")),
    "sample_size": (M("The sample has between 1 and {most} filings."), M("Give a number in these bounds.")),
    "sample_seed": (M("The seed is a whole number of at most 15 digits."), M("Keep the one that is proposed.")),
    "extended_out": (
        M("Given more time that has not passed: {alliances}."),
        M("Wait until it has passed, or end it under “More time” of the alliance."),
    ),
    "decided_unfiled": (
        M("Decided to be evaluated, but without a submitted filing: {alliances}."),
        M("Decide otherwise for them, or reopen filing so that they can submit."),
    ),
    "returned_out": (
        M("Out for correction still: {alliances}."),
        M("Wait until they are back or their time has passed, or end it under “More time” of the alliance."),
    ),
    "verdicts_moved": (
        M("Since somebody looked, the verdict or the filing has changed of: {alliances}. Nothing was settled."),
        M("Let the rules look again, look at these alliances, then settle."),
    ),
    "remarks_unsent": (
        M("The remarks that you typed would be lost."),
        M("Return the filing with them, or clear them first."),
    ),
}
MARKS: dict[str, Message] = {
    "": M("not looked at"),
    "checked": M("checked"),
    "explained": M("explained"),
    "misreported": M("misreported"),
}
OUTCOMES: dict[str, Message] = {
    "": M("not verified"),
    "confirmed": M("confirmed"),
    "corrected": M("corrected"),
    "misreported": M("misreported"),
}
RULES: dict[str, Message] = {
    "same_claim": M("Claimed by several alliances"),
    "same_evidence": M("The same evidence twice"),
    "duplicate": M("Filed twice"),
    "outlier": M("Unusual number"),
    "date": M("Strange date"),
    "other_round": M("Claimed in the round before"),
}

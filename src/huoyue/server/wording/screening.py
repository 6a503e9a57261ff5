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
    "reason_short": (M("The reason has fewer than {least} signs."), M("Write why, so that others understand it later.")),
    "nothing_in_force": (
        M("An alliance without a submitted filing cannot be evaluated."),
        M("Reopen filing or give it more time, so that it can submit."),
    ),
    "no_mark": (M("There is no such mark."), M("Choose one of the marks.")),
    "sample_size": (M("The sample has between 1 and {most} filings."), M("Give a number in these bounds.")),
    "sample_seed": (M("The seed is a whole number of at most 15 digits."), M("Keep the one that is proposed.")),
    "returned_out": (
        M("{count} filings are out for correction."),
        M("Wait until they are back or their time has passed."),
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

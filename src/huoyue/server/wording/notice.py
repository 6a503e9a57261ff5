"""What is said about the notice period and objections: refusals and events, states, outcomes."""

from __future__ import annotations

from huoyue.core.message import M, Message

PHASES: dict[str, Message] = {
    "ahead": M("begins soon"),
    "running": M("on public notice"),
    "over": M("days passed"),
    "closed": M("ended"),
    "withdrawn": M("withdrawn"),
}
KINDS: dict[str, Message] = {
    "score": M("Points on an indicator"),
    "facts": M("Facts or eligibility"),
}
OBJECTION_STATES: dict[str, Message] = {
    "received": M("received"),
    "refused": M("not taken up"),
    "admitted": M("being looked into"),
    "decided": M("decided"),
    "withdrawn": M("withdrawn"),
}
OUTCOMES: dict[str, Message] = {
    "upheld": M("upheld"),
    "partly": M("partly upheld"),
    "dismissed": M("dismissed"),
}
REFUSED: dict[str, Message] = {
    "anonymous": M("it does not say who objects"),
    "unsigned": M("it is not signed"),
    "no_seal": M("it bears no seal of the organisation"),
    "no_evidence": M("no evidence is attached"),
    "late": M("it came after the notice period"),
    "groundless": M("it gives no grounds that could be checked"),
    "disagreement": M("it disagrees with the result and names no facts"),
}
"""Why an objection is not taken up."""
BY_HAND = ("groundless", "disagreement")
"""Reasons that a person has to judge; the others show from what is there."""
BARS: dict[str, Message] = {
    "marked": M("marks given to this alliance"),
    "conflict": M("a conflict of interest with this alliance"),
    "objector": M("being one of those who object"),
}
"""Why somebody may not look into an objection, nor decide it."""
OPEN_POINTS: dict[str, Message] = {
    "period_runs": M("The notice period has not ended yet."),
    "undecided": M("Objections undecided: {count}."),
    "uncut": M("{count} corrections are in no snapshot yet."),
}
REFUSALS: dict[str, tuple[Message, Message]] = {
    "notice_not_frozen": (
        M("The results are not frozen yet."),
        M("Freeze the round first; a notice shows a snapshot."),
    ),
    "notice_not_held": (
        M("The scheme of this round asks for no public notice."),
        M("Publish the results as an edition."),
    ),
    "notice_runs": (M("A notice of this round is up already."), M("Close or withdraw it first.")),
    "notice_was_held": (
        M("Snapshot {number} has been on notice already."),
        M("A notice is renewed after a corrected snapshot was made."),
    ),
    "notice_unreachable": (
        M("A notice names the office that takes objections, and its telephone or e-mail."),
        M("Fill in both."),
    ),
    "notice_too_short": (
        M("The notice would end too early: it runs at least until {until}."),
        M("Give a later day."),
    ),
    "day_unread": (M("A day is missing, or cannot be read."), M("Write it like 2017-02-09.")),
    "notice_over": (M("This notice has ended."), M("An ended notice is not made longer; a new one can be put up.")),
    "notice_points_open": (
        M("The notice cannot be closed yet."),
        M("The checklist says what is open."),
    ),
    "no_results_yet": (
        M("The results are not on public notice yet."),
        M("You will get a letter when they are."),
    ),
    "objection_no_notice": (
        M("No notice of this round is up, so no objection can be made now."),
        M("The notice says from when to when objections are taken."),
    ),
    "objection_before": (
        M("It cannot have been received before the notice began, on {first}."),
        M("Check the day on which it was received."),
    ),
    "objection_late": (
        M("The notice period has ended; objections are no longer taken."),
        M("The last day stands in the notice."),
    ),
    "objection_not_yours": (
        M("Only whoever answers for the filing can object for the alliance."),
        M("Ask them, or object on paper as the notice says."),
    ),
    "objection_incomplete": (M("The objection is not complete."), M("What is missing stands above the form.")),
    "objection_elsewhere": (
        M("The objection is not at the point at which this can be done."),
        M("Its page shows what can be done now."),
    ),
    "objection_lacks": (
        M("The objection cannot be taken up: {what}."),
        M("Do not take it up, with this reason."),
    ),
    "objection_barred": (
        M("You may not look into this objection, nor decide it: {why}."),
        M("Somebody else has to; the objection's page proposes whom."),
    ),
    "handler_barred": (
        M("{name} may not look into this objection: {why}."),
        M("Choose somebody of the list."),
    ),
    "handler_known": (M("{name} looks into this objection already."), M("Choose somebody else.")),
    "handler_not_suited": (
        M("Objections are looked into by experts or by members of the secretariat."),
        M("Choose somebody of the list."),
    ),
    "opinion_unread": (
        M("An opinion proposes an outcome, and says why in a few words."),
        M("Choose one, and write at least ten characters."),
    ),
    "points_unread": (
        M("The points lie between 0 and {maximum}."),
        M("Give such a number; leave the field empty for no change."),
    ),
    "opinions_missing": (
        M("At least {wanted} opinions are needed; {there} are written."),
        M("Ask further people, or remind those who owe one."),
    ),
    "correction_missing": (
        M("An objection that is upheld, or partly so, corrects points or a verdict."),
        M("Give the new points or the new verdict, or dismiss the objection."),
    ),
    "correction_needless": (
        M("A dismissed objection corrects nothing."),
        M("Leave points and verdict empty, or choose another outcome."),
    ),
    "reason_code": (M("Say for which reason it is not taken up."), M("Choose a reason of the list.")),
}
EVENTS: dict[str, Message] = {
    "notice_period.put_up": M("Results put on public notice"),
    "notice_period.extended": M("Public notice extended"),
    "notice_period.withdrawn": M("Public notice withdrawn"),
    "notice_period.closed": M("Public notice closed"),
    "objection.filed": M("Objection made online"),
    "objection.entered": M("Objection on paper entered"),
    "objection.withdrawn": M("Objection withdrawn"),
    "objection.admitted": M("Objection taken up"),
    "objection.refused": M("Objection not taken up"),
    "objection.given": M("Objection given to a handler"),
    "objection.handler_ended": M("Handler of an objection released"),
    "objection.opinion": M("Opinion on an objection written"),
    "objection.decided": M("Objection decided"),
}

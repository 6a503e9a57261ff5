"""What refusals about the review say, and the words of its states."""

from __future__ import annotations

from datetime import datetime, timedelta

from huoyue.core.message import M, Message

_LOOK = M("Look at the page again and repeat what you meant.")
REFUSALS: dict[str, tuple[Message, Message]] = {
    "screening_open": (M("Screening is not settled."), M("Settle screening first; the review is of what it lets in.")),
    "no_review": (M("The scheme of this round has no review stages."), M("Its suggested points are final.")),
    "review_begun": (M("The review has begun; this cannot be changed any more."), _LOOK),
    "stage_begun": (
        M("Something was marked or decided in this stage already; its opening cannot be taken back."),
        M("Close the stage, or extend it."),
    ),
    "seat_code_taken": (M("The code {code} is taken on this panel."), M("Choose another, or leave the field empty.")),
    "on_panel_already": (M("{name} is on the panel already."), M("Change the seat on its own page.")),
    "capacity_bounds": (M("An expert can mark between 1 and 1000 alliances in a stage."), M("Give such a number.")),
    "group_has_marked": (
        M("A group that has begun to mark stays as it is."),
        M("Who marks across groups depends on it; let another expert take the work instead."),
    ),
    "left_panel": (M("This expert has left the panel."), M("Ask another expert.")),
    "begun_marking": (
        M("You have begun to mark and cannot decline any more."),
        M("Tell the secretariat, which can take you off the panel with a reason."),
    ),
    "not_accepted": (M("The invitation is not accepted yet."), M("Accept it first.")),
    "discipline_unsigned": (
        M("The rules of discipline are not signed."),
        M("Tick the box and write your name below the rules."),
    ),
    "nothing_to_mark": (
        M("You have no open sheets in this stage."),
        M("Take a sheet back to mark it again, as long as the stage is open."),
    ),
    "nothing_declared": (
        M("Say what you have to declare, or that there is nothing."),
        M("Fill in a line, or tick the box above the button; not both."),
    ),
    "alliance_unread": (
        M("“{name}” is no name of the register."),
        M("Choose the alliance from the list that opens while you type, or write the organisation beside it."),
    ),
    "relation_missing": (
        M("Every interest needs a word on what it is."),
        M("Write for example: adviser for three years, shares, a near relative."),
    ),
    "not_ready_to_mark": (
        M("Sheets open once you have accepted, signed the discipline and declared your interests."),
        M("Do so on your page of this round; it takes two minutes."),
    ),
    "conflict_known": (M("This conflict is on record already."), M("Nothing has to be done.")),
    "calibration_size": (M("A calibration has between 1 and {most} alliances."), M("Choose so many.")),
    "calibration_filing": (
        M("An alliance for calibration needs a submitted filing under the same indicators."),
        M("Choose one of a practice round, or of the last round under this scheme."),
    ),
    "calibration_shown": (
        M("A calibration that was closed stays so: the panel has seen how its scales compare."),
        M("Go on to the first stage of marks."),
    ),
    "another_stage_open": (M("Another stage is open."), M("Close it first: one stage is open at a time.")),
    "stage_before_open": (M("A stage before this one is not closed."), M("Stages are held in their order.")),
    "stage_not_waiting": (M("This stage was opened before."), M("Reopen it, with a reason.")),
    "stage_not_closed": (M("This stage is not closed."), _LOOK),
    "stage_closed": (
        M("The stage is not open; nothing was changed."),
        M("Ask the secretariat if it has to be opened again."),
    ),
    "later_stage_begun": (
        M("A later stage has been opened, so this one stays closed."),
        M("Take the later stage back first, if nothing was marked in it."),
    ),
    "nothing_assigned": (M("Nobody has a sheet in this stage."), M("Assign the alliances first.")),
    "too_few_assigned": (
        M("Fewer experts than the scheme asks for have: {alliances}."),
        M("Assign more, or give a reason for opening the stage so."),
    ),
    "sheets_missing": (
        M("{count} sheets are not handed in: {who}."),
        M("Remind these experts or extend the stage; or close it with a reason, and these sheets will not count."),
    ),
    "cases_open": (
        M("Not decided yet: {alliances}."),
        M("Decide or uphold them; or close the meeting with a reason."),
    ),
    "stage_not_assignable": (M("Sheets of this stage cannot be assigned now."), _LOOK),
    "pair_conflict": (
        M("A conflict of interest bars: {pairs}."),
        M("Let other experts mark these alliances. ({more} further pairs are wrong for other reasons.)"),
    ),
    "pair_marked_before": (
        M("They marked these alliances in a stage before: {pairs}."),
        M("Let other experts mark them. ({more} further pairs are wrong for other reasons.)"),
    ),
    "pair_same_group": (
        M("Their group marked these alliances in a stage before: {pairs}."),
        M("Let experts of another group mark them. ({more} further pairs are wrong for other reasons.)"),
    ),
    "pair_not_on_panel": (
        M("Not on the panel any more, or declined: {pairs}."),
        M("Choose other experts. ({more} further pairs are wrong for other reasons.)"),
    ),
    "pair_not_evaluated": (
        M("Not to be evaluated: {pairs}."),
        M("Choose alliances that screening lets in. ({more} further pairs are wrong for other reasons.)"),
    ),
    "over_capacity": (
        M("More than they can mark: {experts}."),
        M("Raise the number on the page of the seat, or give the work to others."),
    ),
    "sheets_kept": (
        M("Begun or held in place, and not in the new assignment: {sheets}."),
        M("Keep these pairs, or take them away one by one with a reason."),
    ),
    "sheet_there": (M("The expert has this sheet already."), M("Nothing has to be done.")),
    "sheet_aside": (
        M("This sheet was set aside and does not count any more."),
        M("Your list shows what is yours now."),
    ),
    "sheet_handed_in": (
        M("The sheet is handed in."),
        M("Take it back first; that is possible until the stage closes."),
    ),
    "sheet_flawed": (M("{count} indicators stand in the way of handing in."), M("They are marked on the sheet.")),
    "no_indicator": (M("The sheet does not ask for this indicator."), _LOOK),
    "no_meeting": (M("No meeting is held now."), M("Open the stage of the meeting first.")),
    "case_there": (M("The alliance is on the agenda already."), M("Nothing has to be done.")),
    "case_by_rule": (
        M("Only what a person put on the agenda can be taken off, as long as it was not opened."),
        M("Uphold the marks instead, with a reason."),
    ),
    "case_not_open": (M("This case is not open."), M("Open it in the meeting first.")),
    "another_case_open": (M("Another alliance is being discussed."), M("Close its case first.")),
    "nobody_present": (M("Nobody is ticked as present."), M("Tick who is present.")),
    "conflict_in_room": (
        M("They have a conflict of interest and cannot be in the room: {experts}."),
        M("Untick them; the record says that they left."),
    ),
    "chair_in_conflict": (
        M("You have a conflict of interest in this case ({because})."),
        M("Another chair leads it while you are out of the room."),
    ),
    "case_in_conflict": (
        M("You have a conflict of interest in this case."),
        M("It is led by others while you are out of the room: {leaders}."),
    ),
    "figures_in_conflict": (
        M("You have a conflict of interest with this alliance."),
        M("Its figures are not shown to you; others settle it."),
    ),
    "no_case_chosen": (M("No alliance was chosen."), M("Choose one from the list.")),
    "decision_reason": (
        M("A decision needs its reason, of at least {least} signs."),
        M("Write what the meeting found."),
    ),
    "decision_both": (
        M("A decision needs its points, from 0 to {maximum}, and its reason, of at least {least} signs."),
        M("Write both, such as 3.5 and what the meeting found."),
    ),
    "decision_on_total": (
        M("Points are decided by indicator, not for the whole."),
        M("Leave the points empty to uphold all marks."),
    ),
    "points_unread": (M("These points cannot be read."), M("Write a number from 0 to {maximum}, such as 3.5.")),
    "points_bounds": (M("Points from 0 to {maximum}."), M("Correct the figure.")),
    "nothing_decided": (
        M("Nothing was decided in this case."),
        M("Decide on an indicator, or uphold the marks, with a reason."),
    ),
    "not_in_room": (
        M("No alliance is being discussed in your presence."),
        M("The page opens when the chair opens a case and notes you as present."),
    ),
    "marks_hidden": (
        M("Marks of this stage are not yours to see now."),
        M("They open when the stage is closed, for those who do not mark in a stage themselves."),
    ),
}
SEAT_STATES: dict[str, Message] = {
    "asked": M("Asked"),
    "accepted": M("Accepted"),
    "declined": M("Declined"),
    "left": M("Left the panel"),
}
STAGE_STATES: dict[str, Message] = {
    "waiting": M("Not opened"),
    "open": M("Open"),
    "closed": M("Closed"),
}
CASE_STATES: dict[str, Message] = {
    "waiting": M("On the agenda"),
    "open": M("Being discussed"),
    "closed": M("Decided"),
}
CONFLICT_KINDS: dict[str, Message] = {
    "own_alliance": M("Serves the alliance"),
    "past_chair": M("Served the alliance before"),
    "member_unit": M("Own organisation is a member"),
    "declared": M("Declared"),
    "declared_unit": M("Declared organisation is a member"),
    "recorded": M("Recorded by a person"),
}
CALIBRATION = M("Calibration")


def time_left(due: datetime | None, now: datetime) -> Message:
    """How long there is until the day set for a stage, in words. It is closed by a person, not by the clock."""
    if due is None:
        return M("no day set")
    left = due - now
    if left <= timedelta():
        return M("the day set has passed; hand in at once")
    hours, minutes = left.seconds // 3600, left.seconds // 60 % 60
    if left.days:
        return M("{days} d {hours} h left", days=left.days, hours=hours)
    return M("{hours} h {minutes} min left", hours=hours, minutes=minutes)

"""What refusals about rounds say."""

from __future__ import annotations

from huoyue.core.message import M, Message

REFUSALS: dict[str, tuple[Message, Message]] = {
    "key_taken": (M("There is already a round called {key}."), M("Choose another short name.")),
    "nobody_takes_part": (
        M("No alliance of the register takes part in this round."),
        M("Fill the register first, or name alliances that are in it and of an evaluated status."),
    ),
    "window_backwards": (M("The deadline lies before the opening."), M("Correct the two moments.")),
    "deadline_behind": (
        M("The deadline, {deadline}, lies behind us."),
        M("Give a deadline that is still ahead; where none is given, the scheme's own holds."),
    ),
    "deadline_far": (
        M("The deadline, {deadline}, lies more than ten years ahead."),
        M("Check the year."),
    ),
    "not_later": (M("The new deadline is not later than the present one."), M("Give a later moment.")),
    "no_time_given": (M("The alliance has no time left that could be ended."), M("Load the page again.")),
    "reason_missing": (M("This needs a written reason."), M("Write why; it is kept in the journal.")),
    "wrong_stage": (
        M("The round is not at a stage at which this can be done."),
        M("Load the page again to see how it stands."),
    ),
    "begun_already": (
        M("The alliance has begun to file; it cannot be taken out of the round."),
        M("Leave it in; if it does not submit, screening says so."),
    ),
    "practice_round": (
        M("A practice round is never frozen or published."),
        M("Make a round that is no practice for the real evaluation."),
    ),
}

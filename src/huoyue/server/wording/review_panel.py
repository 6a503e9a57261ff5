"""What the secretariat's pages of the review say: refusals of previews and reminders, terms, columns."""

from __future__ import annotations

from huoyue.core.message import M, Message

REFUSALS: dict[str, tuple[Message, Message]] = {
    "stage_elsewhere": (
        M("The stage is not at the point at which this can be done."),
        M("Its page shows what can be done now."),
    ),
    "stage_not_open": (M("This stage is not open."), M("It can be opened on its own page.")),
    "nobody_to_remind": (
        M("Nobody gets a letter."),
        M("They were reminded within a day or have no address; tick the box to remind once more, or telephone."),
    ),
    "no_such_account": (
        M("No account is called {name}."),
        M("Choose one from the list, or make a new account by filling in the fields below."),
    ),
    "preview_old": (
        M("This preview is too old, or was made of something else."),
        M("Make the preview again; nothing was changed."),
    ),
    "assignment_moved": (
        M("The assignment has changed since this preview was made."),
        M("Make the preview again; nothing was changed."),
    ),
    "panel_moved": (
        M("The panel has changed since this preview was made."),
        M("Send the file again; nothing was changed."),
    ),
    "seed_unread": (M("The seed is a whole number of up to ten digits."), M("Leave what is proposed, or correct it.")),
    "groups_count": (M("Between 2 and {most} groups."), M("Give such a number.")),
}
LEFT_OUT: dict[str, Message] = {
    "recent": M("reminded within a day"),
    "no_address": M("has no e-mail address; telephone"),
}
EVENTS: dict[str, Message] = {
    "review.solving_asked": M("Solving of an assignment asked for"),
    "review.solving_cancelled": M("Solving of an assignment cancelled"),
    "review.solving_failed": M("No assignment came of solving"),
    "review.solved": M("Assignment solved, nothing changed yet"),
}
SOLVING_STATES: dict[str, Message] = {
    "waiting": M("waiting"),
    "running": M("being solved"),
    "done": M("solved"),
    "failed": M("failed"),
    "cancelled": M("cancelled"),
}
TERMS: dict[str, Message] = {
    "mismatches": M("Marks by experts who do not know the field"),
    "loads": M("Unevenness of load (pairs of alliances with one expert)"),
    "batches": M("Pairs of one batch with one expert"),
    "industries": M("Pairs of one industry with one expert"),
    "backgrounds": M("Pairs of experts of one background on an alliance"),
    "twins": M("Pairs of alliances in one industry seen by the same experts only"),
}
"""What an assignment is weighed by; the lower each is, the better."""
WRONG_PAIRS: dict[str, Message] = {
    "conflict": M("A conflict of interest bars it"),
    "same_group": M("The group marked the alliance in a stage before"),
    "marked_before": M("The expert marked the alliance in a stage before"),
    "not_on_panel": M("Not on the panel any more, or declined"),
    "not_evaluated": M("Not to be evaluated"),
}
PANEL_NOTES: dict[str, Message] = {
    "name": M("Needed."),
    "code": M("Empty: the next free one."),
    "username": M("Of an account that is there, or for a new one; empty: the e-mail address."),
    "email": M("Empty for somebody who gets a printed code."),
    "organisation": M("As the register writes it: conflicts are looked for by it."),
    "group": M("May be settled later."),
    "background": M("Such as university, institute, enterprise."),
    "fields": M("As the scheme calls its industries; several with a semicolon between them."),
    "capacity": M("Alliances in one stage, at most; empty: 20."),
    "served": M("Codes or names of alliances that the expert serves or served; each is barred."),
    "declared": M("Organisations whose alliances are barred."),
}
"""What stands in the columns of a panel's file."""

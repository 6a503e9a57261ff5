"""Words about chasing and letters: kinds and states of letters, why one did not arrive, what refusals say."""

from __future__ import annotations

from huoyue.core.message import M, Message

MAIL_STATES: dict[str, Message] = {
    "queued": M("Waiting to be sent"),
    "kept": M("Kept here, not sent"),
    "sent": M("Sent"),
    "failed": M("Could not be sent"),
    "bounced": M("Came back"),
}
MAIL_KINDS: dict[str, Message] = {
    "reminder": M("Automatic reminder"),
    "chase": M("Reminder by an officer"),
    "summary": M("Summary for the officer"),
    "deadline": M("Who has not filed"),
    "notice": M("Notice"),
    "invitation": M("Invitation"),
    "recovery": M("Password recovery"),
    "opened": M("Filing opened"),
    "returned": M("Returned for correction"),
    "extended": M("Extension"),
    "verdict": M("Verdict of screening"),
    "panel": M("Expert panel"),
    "review": M("Expert review"),
    "results": M("Public notice of results"),
    "objection": M("Objection"),
    "edition": M("Results published"),
}
"""What letters are for. A kind that is not listed is shown by its own name."""
SECRET_KINDS = frozenset({"invitation", "recovery", "password", "account", "sign_in"})
"""Letters with a link that signs somebody in: nobody but the addressee reads them, and sent ones keep no text."""
REMINDERS = ("reminder", "chase")

MAIL_REASONS: dict[str, tuple[Message, Message]] = {
    "no_address": (
        M("This account has no e-mail address."),
        M("Add one to the account, or tell the person otherwise."),
    ),
    "withdrawn": (
        M("The notice was withdrawn before the letter went out."),
        M("Nothing has to be done."),
    ),
    "inactive": (M("This account is closed."), M("Write to somebody else at the alliance.")),
    "interrupted": (
        M("The line broke while the letter was being handed over; it may have arrived."),
        M("Ask the addressee, or send it again if a second copy does no harm."),
    ),
}
"""Why a letter was not sent, by the code kept with it, and what to do. Anything else kept there is a server's words."""

LEFT_OUT: dict[str, Message] = {
    "submitted": M("submitted already"),
    "closed": M("can no longer hand in"),
    "no_filer": M("no account files for it"),
    "no_address": M("nobody with an e-mail address files for it"),
    "recent": M("reminded less than 24 hours ago"),
}
"""Why an alliance gets no reminder."""

AUDIENCES: dict[str, Message] = {
    "all": M("Everybody in the round"),
    "filer": M("All filers"),
    "unsubmitted": M("Filers who have not submitted"),
    "liaison": M("Liaison officers"),
    "expert": M("Evaluation experts"),
    "observer": M("Government observers"),
}

COMINGS: dict[str, Message] = {
    "in": M("has signed in"),
    "invited": M("invited, never signed in yet"),
    "uninvited": M("not invited"),
}
"""How far a filer has come in, as officers read it."""
REFUSALS: dict[str, tuple[Message, Message]] = {
    "no_address": (
        M("This account has no e-mail address."),
        M("Add one to the account, or tell the person otherwise."),
    ),
    "nobody_to_remind": (
        M("None of the chosen alliances can be reminded."),
        M("The list beside says why for each; tick “again” to remind within 24 hours."),
    ),
    "nothing_chosen": (M("No alliance was chosen."), M("Tick at least one alliance in the list.")),
    "facts_settled": (
        M("Screening is settled: nothing can be added to or taken from the facts of this round."),
        M("Ask the secretariat to reopen the round if something is wrong."),
    ),
    "entry_withdrawn": (M("This entry was withdrawn already."), M("Load the page again to see how the log stands.")),
    "not_your_entry": (
        M("Only its author or the secretariat may withdraw an entry."),
        M("Ask the author, or add an entry that says what is right."),
    ),
    "not_your_kind": (M("Entries of this kind are made by others."), M("Tell the secretariat what you found.")),
    "letter_not_failed": (
        M("Only a letter that could not be sent or came back can be sent again."),
        M("Load the page again to see how the letter stands."),
    ),
    "letter_spent": (
        M("This letter held a personal link, so its text was not kept."),
        M("Write a new invitation on the page of accounts."),
    ),
    "notice_empty": (M("A notice needs a title and a text."), M("Write both.")),
    "notice_nobody": (
        M("There is nobody to send this notice to."),
        M("Choose other readers, or give people their roles in this round first."),
    ),
    "notice_withdrawn": (M("This notice was withdrawn already."), M("Load the page again.")),
    "not_a_bounce": (
        M("This is no report that a letter could not be delivered."),
        M("Hand over the whole message as it came, with its headers."),
    ),
}

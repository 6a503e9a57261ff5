"""What is said about the API, keys and webhooks: scopes, kinds of events, refusals."""

from __future__ import annotations

from huoyue.core.message import M, Message

SCOPES: dict[str, Message] = {
    "register:read": M("Register"),
    "filings:read": M("Filings and their versions"),
    "screening:read": M("Verdicts of screening"),
    "review:read": M("Own score sheets"),
    "results:read": M("Results and snapshots"),
}
"""What a key can be good for."""

EVENTS: dict[str, Message] = {
    "key.made": M("Key for a program made"),
    "key.revoked": M("Key of a program revoked"),
    "webhook.added": M("Webhook added"),
    "webhook.changed": M("Webhook changed"),
    "webhook.removed": M("Webhook removed"),
    "webhook.resumed": M("Webhook goes on"),
    "webhook.sent_again": M("Delivery put in line once more"),
    "webhook.stopped": M("Webhook stopped"),
    "webhook.tried": M("Test delivery put in line"),
}
REFUSALS: dict[str, tuple[Message, Message]] = {
    "key_missing": (
        M("This address is for programs with a key."),
        M("Send the key in the header Authorization, after the word Bearer; keys are made under “My account”."),
    ),
    "key": (
        M("This key does not work: it is mistyped, revoked or expired."),
        M("Make a new key under “My account”."),
    ),
    "key_role": (
        M("The role for which this key was made has ended."),
        M("Ask the secretariat for the role, or make a key for another role."),
    ),
    "scope": (
        M("This key is not good for {scope}."),
        M("Make a key with that scope."),
    ),
    "key_incomplete": (
        M("A key needs a name, a scope and a day on which it ends."),
        M("Fill in all three."),
    ),
    "keys_too_many": (
        M("An account has at most {most} keys that work."),
        M("Revoke one that is not used any more."),
    ),
    "calls_too_many": (
        M("Too many calls within a minute."),
        M("Wait for {seconds} seconds, then go on."),
    ),
    "asked_wrongly": (
        M("The call cannot be answered: {flaws}."),
        M("Look the parameter up in the reference."),
    ),
    "cursor": (
        M("The cursor is not one that this list gave out."),
        M("Begin without a cursor."),
    ),
    "data_withdrawn": (
        M("This edition was withdrawn; its data are not given out any more."),
        M("The list of editions says which one holds."),
    ),
    "webhook_address": (
        M("A webhook needs an address that begins with https://."),
        M("Write the whole address; a name and password do not belong into it."),
    ),
    "webhook_kinds": (M("A webhook needs something to tell of."), M("Choose at least one kind of change.")),
    "webhook_twice": (M("There is a webhook with this address already."), M("Change that one.")),
    "webhook_stopped": (M("The webhook is stopped."), M("Let it go on first.")),
    "delivery_not_failed": (M("This delivery has arrived or is still on its way."), M("Load the page again.")),
}
STATUS: dict[str, int] = {
    "key_missing": 401, "key": 401, "key_role": 401, "scope": 403, "calls_too_many": 429, "asked_wrongly": 422,
    "cursor": 422, "data_withdrawn": 410,
}  # fmt: skip
"""The HTTP status of these refusals where it is not 409."""
HOOKED: dict[str, Message] = {
    "round.opened": M("A round opens for filing"),
    "round.extended": M("The deadline is extended for all"),
    "round.closed": M("Filing is closed"),
    "round.reopened": M("Filing is reopened"),
    "filing.submitted": M("An alliance submits"),
    "filing.withdrawn": M("An alliance takes its submission back"),
    "filing.returned": M("A filing is returned for correction"),
    "round.settled": M("Screening is settled"),
    "round.unsettled": M("Screening is taken up again"),
    "review.stage_opened": M("A stage of the review opens"),
    "review.stage_closed": M("A stage of the review is closed"),
    "review.stage_reopened": M("A stage of the review is reopened"),
    "round.frozen": M("A round is frozen"),
    "round.corrected": M("A corrected snapshot is made"),
    "notice_period.put_up": M("Results are put on public notice"),
    "notice_period.closed": M("A notice period is over"),
    "objection.decided": M("An objection is decided"),
    "edition.published": M("An edition is published"),
    "edition.withdrawn": M("An edition is withdrawn"),
}
"""Changes of state that webhooks tell of: what happened, never who did it or what was written."""
TEST_DELIVERY = M("Test delivery")
DELIVERY_STATES: dict[str, Message] = {
    "queued": M("On its way"),
    "sent": M("Arrived"),
    "failed": M("Given up"),
}
DELIVERY_ERRORS: dict[str, Message] = {
    "interrupted": M("Interrupted while sending; it is tried again."),
    "unknown_name": M("The name in the address is not known."),
    "certificate": M("The line is not safe: the receiver's certificate is not accepted."),
    "silent": M("No answer came in time."),
    "away": M("Nothing listens at the address."),
    "not_allowed": M("The address leads into a network that may not be reached (HUOYUE_WEBHOOK_NETWORKS)."),
}

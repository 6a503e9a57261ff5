"""What is said about rounds carried from one installation to another: refusals, events, and what a preview shows."""

from __future__ import annotations

from huoyue.core.message import M, Message

EVENTS: dict[str, Message] = {
    "round.exported": M("Round exported"),
    "round.imported": M("Round imported"),
}
CHOICES: dict[str, Message] = {
    "contacts": M("E-mail addresses, telephone numbers and contact persons"),
    "objectors": M("Who objected, their grounds and files, and who handled them"),
}
KINDS: dict[str, Message] = {"alliance": M("Alliance"), "account": M("Account")}
WHATS: dict[str, Message] = {
    "name": M("Name"), "batch": M("Batch"), "industry": M("Industry"), "status": M("Status"), "basis": M("Basis"),
    "fields": M("Other fields"), "position": M("Place in the register"), "joined_on": M("Joined on"),
    "left_on": M("Left on"), "merged_into": M("Merged into"), "organisation": M("Organisation"),
    "email": M("E-mail"), "phone": M("Telephone"), "erased_at": M("Erased on"), "alliancename": M("Other names"),
    "member": M("Members"), "contact": M("Contacts"), "earlierresult": M("Results of earlier years"),
}  # fmt: skip
"""What may be said otherwise here than in an archive."""
REFUSALS: dict[str, tuple[Message, Message]] = {
    "carried_damaged": (
        M("The archive is damaged or was changed: {where}"),
        M("Export the round again where it comes from."),
    ),
    "carried_other": (M("This file is no archive of a round."), M("Choose a file that `huoyue round export` wrote.")),
    "carried_newer": (
        M("The archive was written by another version of Huoyue."),
        M("Bring both installations to the same version, then export again."),
    ),
    "carried_file_gone": (
        M("A file that the round names is gone or was changed: {where}"),
        M("Restore it from a backup, then export again."),
    ),
    "carried_key": (
        M("There is a round called {key} here already."),
        M("A round is never overwritten; import into another installation."),
    ),
    "carried_demonstration": (
        M("Rounds do not travel between a demonstration and a real installation."),
        M("Import a demonstration's round into a demonstration, and a real one into a real installation."),
    ),
    "carried_email": (
        M("The e-mail address of {name} belongs to another account here."),
        M("Export without contact data, or correct the address."),
    ),
    "carried_differing": (
        M("{count} alliances or accounts have the same name here and are not the same."),
        M("Look at the list; accept it only if each pair is the same alliance or person."),
    ),
    "carried_clash": (
        M("Something in the archive is here already, under another round."),
        M("Look whether this round was imported before."),
    ),
}

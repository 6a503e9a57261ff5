"""What refusals about the register say, and the names of its columns."""

from __future__ import annotations

from huoyue.core.message import M, Message

REFUSALS: dict[str, tuple[Message, Message]] = {
    "code_taken": (
        M("There is already an alliance with the code {code}."),
        M("Choose another code, or change that alliance."),
    ),
    "alliance_called_so": (
        M("There is already an alliance called {name} (code {code})."),
        M("Change that alliance if it is the same; otherwise give this one a name that tells them apart."),
    ),
    "same_name": (M("The new name is empty or the same as the old one."), M("Write the new name.")),
    "merge_self": (M("An alliance cannot be merged into itself."), M("Choose two different alliances.")),
    "merge_both_filed": (
        M("Both alliances have begun to file in: {rounds}."),
        M("Only people can say which filing is meant: end one of the filings first."),
    ),
    "no_alliance": (M("No alliance has the code {code}."), M("Check the code in the register.")),
    "merged_already": (M("{code} was merged into {into} before."), M("Choose another alliance.")),
    "merged": (M("This alliance was merged into another ({into})."), M("Look for it under that code.")),
    "import_done": (M("This file was taken over already."), M("Send the file again if it has changed.")),
    "register_moved": (
        M("The register has changed since the file was looked at; nothing was taken over."),
        M("Send the file again and look at the new preview."),
    ),
}
COLUMNS: dict[str, Message] = {
    "name": M("Name"),
    "aliases": M("Other names"),
    "batch": M("Batch"),
    "industry": M("Industry"),
    "status": M("Status"),
    "basis": M("Basis"),
    "liaison": M("Liaison officer"),
    "lead": M("Lead organisation"),
    "members": M("Members"),
    "contact_name": M("Contact"),
    "contact_position": M("Contact's position"),
    "contact_phone": M("Telephone"),
    "contact_email": M("E-mail"),
}
KINDS: dict[str, Message] = {
    "added": M("added"),
    "changed": M("changed"),
    "renamed": M("renamed"),
    "same": M("unchanged"),
}

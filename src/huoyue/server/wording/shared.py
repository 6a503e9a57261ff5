"""Words of the application that several pages share: roles, states, refusals, the menu."""

from __future__ import annotations

from huoyue.core.message import M, Message

ROLES: dict[str, Message] = {
    "secretariat": M("Secretariat"),
    "liaison": M("Liaison officer"),
    "filer": M("Alliance filer"),
    "expert": M("Evaluation expert"),
    "chair": M("Panel chair"),
    "observer": M("Government observer"),
    "": M("No role"),
}
STATES: dict[str, Message] = {
    "untouched": M("Not begun"),
    "draft": M("Draft"),
    "checking": M("With the responsible person"),
    "submitted": M("Submitted"),
    "returned": M("Returned for correction"),
}
STAGES: dict[str, Message] = {
    "preparing": M("Being prepared"),
    "open": M("Open for filing"),
    "closed": M("Filing closed, screening"),
    "screened": M("Screening settled"),
    "frozen": M("Results frozen"),
}
VERDICTS: dict[str, Message] = {
    "evaluated": M("To be evaluated"),
    "incomplete": M("Incomplete"),
    "not_filed": M("Not filed"),
}
ALL = ("secretariat", "liaison", "filer", "expert", "chair", "observer")
PLACES: tuple[tuple[str, Message, tuple[str, ...]], ...] = (
    ("home", M("To do"), ALL),
    ("rounds", M("Rounds"), ("secretariat", "observer")),
    ("years", M("Years"), ("secretariat", "observer")),
    ("register", M("Register"), ("secretariat", "observer", "liaison")),
    ("accounts", M("Accounts"), ("secretariat",)),
    ("mailbox", M("Letters"), ("secretariat", "liaison")),
    ("journal", M("Journal"), ("secretariat",)),
    ("interfaces", M("Interfaces"), ("secretariat",)),
    ("help", M("Help"), ALL),
)
"""The main menu: where it leads, its title, and for which roles."""

REFUSALS: dict[str, tuple[Message, Message]] = {
    "absent": (
        M("There is no such page, or it is not yours to see."),
        M("Check the address, or go back to your first page."),
    ),
    "sign_in": (M("You are not signed in any more."), M("Sign in again; what you typed is kept in this browser.")),
    "role": (
        M("Your role does not open this page."),
        M("If you have another role, switch to it at the top of the page; otherwise ask the secretariat."),
    ),
}
"""What each refusal says, and how to mend it."""

STATUS = {
    "absent": 404,
    "no_preview": 404,
    "sign_in": 401,
    "role": 403,
    "not_invited": 403,
    "case_in_conflict": 403,
    "figures_in_conflict": 403,
    "too_often": 429,
    "provider_away": 503,
}
"""The HTTP status of a refusal; 409 where nothing else is said."""

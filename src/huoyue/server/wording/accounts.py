"""What refusals about accounts say."""

from __future__ import annotations

from huoyue.core.message import M, Message

REFUSALS: dict[str, tuple[Message, Message]] = {
    "name_taken": (M("There is already an account called {name}."), M("Choose another sign-in name.")),
    "email_taken": (
        M("There is already an account with the address {email}."),
        M("Give that account the role instead of making a second one."),
    ),
    "own_account": (M("You cannot stop your own account."), M("Ask another member of the secretariat.")),
    "last_secretariat": (
        M("The secretariat would have no member left."),
        M("Give somebody else the role first."),
    ),
    "duty_alliance": (
        M("Filers and liaison officers need an alliance; other roles have none."),
        M("Choose the role and the alliance again."),
    ),
    "duty_held": (M("The account has this role already."), M("Choose another role or account.")),
    "stopped": (M("The account is stopped."), M("Let it in again first.")),
    "invitation": (
        M("This link or code does not work: it is mistyped, used already, or too old."),
        M("Check the code, sign in if you have a password, or ask the secretariat for a new invitation."),
    ),
    "responsible_stays": (
        M("The responsible person cannot simply be taken out."),
        M("Hand over to somebody else first."),
    ),
    "too_often": (M("Too many tries."), M("Wait a quarter of an hour and try again.")),
    "not_invited": (
        M("No account here belongs to that sign-in: its address was never invited, or it is not verified there."),
        M("Sign in with your name and password, or ask the secretariat to write that address to your account."),
    ),
    "provider_away": (
        M("The service for signing in cannot be reached at the moment."),
        M("Sign in with your name and password, or try again later."),
    ),
    "second_factor": (
        M("This role needs a second factor."),
        M("Set up an authenticator app or a passkey under “My account”, then sign in again with it."),
    ),
}

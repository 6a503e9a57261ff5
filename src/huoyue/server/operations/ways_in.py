"""Ways into an account that allauth keeps: second factors, passkeys, recovery codes, sessions, identities elsewhere.

allauth changes them; these operations put what changed into the journal. They run inside the transaction of the
change, so a change that cannot be recorded is not made.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount
from allauth.usersessions.models import UserSession
from django.contrib.sessions.models import Session

from huoyue.server.models import Account
from huoyue.server.operations.journal import Acting, operation, record

CODES = Authenticator.Type.RECOVERY_CODES


@dataclass(frozen=True)
class WaysIn:
    """What lets somebody in, by row: each as the journal calls it."""

    factors: Mapping[int, Mapping[str, str]]
    codes: frozenset[int]
    sessions: Mapping[int, bool]
    """Whether it still lets somebody in: ended ones stay listed until allauth clears them up."""
    identities: Mapping[int, Mapping[str, str]]


def ways_in(account: Account) -> WaysIn:
    """The ways into an account as they are now."""
    factors, codes = {}, set()
    for row in Authenticator.objects.filter(user=account):
        if row.type == CODES:
            codes.add(row.pk)
        else:
            factors[row.pk] = {"factor": str(row.type), "name": str(row.data.get("name", ""))}
    kept = UserSession.objects.filter(user=account).values_list("pk", "session_key")
    live = set(Session.objects.filter(session_key__in=[key for _, key in kept]).values_list("session_key", flat=True))
    identities = {row.pk: called(row) for row in SocialAccount.objects.filter(user=account)}
    return WaysIn(factors, frozenset(codes), {pk: key in live for pk, key in kept}, identities)


def called(identity: SocialAccount) -> dict[str, str]:
    """An identity as the journal calls it: whose word it is, and their name for the person."""
    return {"provider": identity.provider, "name": identity.uid}


def record_ways(acting: Acting, account: Account, before: WaysIn, after: WaysIn) -> None:
    """An event for every way into an account that came or went."""
    for pk in after.factors.keys() - before.factors.keys():
        (passkey_added if is_key(after.factors[pk]) else factor_added)(acting, account, after.factors[pk])
    for pk in before.factors.keys() - after.factors.keys():
        (passkey_removed if is_key(before.factors[pk]) else factor_removed)(acting, account, before.factors[pk])
    if after.codes - before.codes:
        codes_made(acting, account)
    if ended := [pk for pk, live in before.sessions.items() if live and pk not in after.sessions]:
        sessions_ended(acting, account, len(ended))
    for pk in before.identities.keys() - after.identities.keys():
        identity_unlinked(acting, account, before.identities[pk])


def is_key(factor: Mapping[str, str]) -> bool:
    """Whether a factor is a passkey or security key."""
    return factor["factor"] == str(Authenticator.Type.WEBAUTHN)


@operation("account.factor_added")
def factor_added(acting: Acting, account: Account, factor: Mapping[str, str]) -> None:
    """An authenticator app stands beside the password from now on."""
    record(acting, "account.factor_added", subject=str(account.pk), after=factor)


@operation("account.factor_removed")
def factor_removed(acting: Acting, account: Account, factor: Mapping[str, str]) -> None:
    """The authenticator app is asked for no more."""
    record(acting, "account.factor_removed", subject=str(account.pk), before=factor)


@operation("account.passkey_added")
def passkey_added(acting: Acting, account: Account, key: Mapping[str, str]) -> None:
    """A passkey or security key opens the account from now on."""
    record(acting, "account.passkey_added", subject=str(account.pk), after=key)


@operation("account.passkey_removed")
def passkey_removed(acting: Acting, account: Account, key: Mapping[str, str]) -> None:
    """A passkey or security key opens the account no more."""
    record(acting, "account.passkey_removed", subject=str(account.pk), before=key)


@operation("account.codes_made")
def codes_made(acting: Acting, account: Account) -> None:
    """Recovery codes made, or made anew: older ones are void."""
    record(acting, "account.codes_made", subject=str(account.pk))


@operation("account.sessions_ended")
def sessions_ended(acting: Acting, account: Account, count: int) -> None:
    """Somebody ended own sessions in other places."""
    record(acting, "account.sessions_ended", subject=str(account.pk), before={"sessions": count})


@operation("account.identity_linked")
def identity_linked(acting: Acting, account: Account, identity: Mapping[str, str]) -> None:
    """An identity at the provider opens the account from now on."""
    record(acting, "account.identity_linked", subject=str(account.pk), after=identity)


@operation("account.identity_unlinked")
def identity_unlinked(acting: Acting, account: Account, identity: Mapping[str, str]) -> None:
    """An identity at the provider opens the account no more."""
    record(acting, "account.identity_unlinked", subject=str(account.pk), before=identity)

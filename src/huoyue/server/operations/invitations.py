"""Invitations: a link in a letter or a printed code, good once and for a while; only digests are kept."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import timedelta
from hashlib import sha256

from django.conf import settings

from huoyue.core.message import M, Message, Value
from huoyue.core.phrase import day, render
from huoyue.server.models import Account, Invitation, Role
from huoyue.server.operations.journal import Acting, Refuse, operation, record
from huoyue.server.operations.outbox import write
from huoyue.server.queries.invited_to import rounds_said
from huoyue.server.queries.people import duties_of, person
from huoyue.server.saying import organisation
from huoyue.server.wording import ROLES

ALPHABET = "ABCDEFGHJKMNPQRSTUVWXYZ23456789"
"""Signs that nobody takes for another on paper."""
GROUPS, GROUP = 4, 4
MOST_NAMED = 12
"""Alliances named in one letter; beyond that a letter gives their number."""


@dataclass(frozen=True)
class Sent:
    """A new invitation with its secrets, which are shown this once."""

    invitation: Invitation
    token: str
    code: str

    @property
    def address(self) -> str:
        return f"{settings.SITE_ADDRESS}/invitation/{self.token}/"


def digest(text: str) -> str:
    return sha256(text.encode()).hexdigest()


def plain_code(typed: str) -> str:
    """A printed code as it is kept: without hyphens and blanks, in capitals."""
    return "".join(sign for sign in typed.upper() if sign.isalnum())


@operation("account.invited")
def invite(acting: Acting, account: Account, *, by_letter: bool) -> Sent:
    """Invite an account anew: earlier invitations end. By letter where it has an address and that is wanted."""
    if not account.is_active:
        raise Refuse("stopped")
    Invitation.objects.filter(account=account, used_at=None, withdrawn_at=None).update(withdrawn_at=acting.at)
    token = secrets.token_urlsafe(32)
    code = "".join(secrets.choice(ALPHABET) for _ in range(GROUPS * GROUP))
    invitation = Invitation.objects.create(
        account=account, token_digest=digest(token), code_digest=digest(code), by=acting.account,
        created_at=acting.at, expires_at=acting.at + timedelta(days=settings.INVITATION_DAYS),
    )  # fmt: skip
    shown = "-".join(code[n : n + GROUP] for n in range(0, len(code), GROUP))
    sent = Sent(invitation, token, shown)
    if by_letter:
        _write(acting, sent)
    after = {"by_letter": by_letter, "expires": invitation.expires_at}
    record(acting, "account.invited", subject=str(account.pk), after=after)
    return sent


def _write(acting: Acting, sent: Sent) -> None:
    account = sent.invitation.account
    lang = account.language
    lines = [
        render(M("Dear {name},", name=account.name), lang),
        render(
            M("{organisation} invites you to its filing and evaluation system.", organisation=organisation()),
            lang,
        ),
        *(render(part, lang) for part in parts_of(account)),
        *(render(part, lang) for part in rounds_said(account, acting.at, lang)),
        render(M("Set your password here: {address}", address=sent.address), lang),
        render(
            M("Your sign-in name is {name}. The link works once, until {day}.", name=account.username,
              day=day(sent.invitation.expires_at.date(), lang)),
            lang,
        ),
        organisation().in_language(lang),
    ]  # fmt: skip
    subject = render(M("Your access to {organisation}", organisation=organisation()), lang)
    write(acting, to=account, kind="invitation", subject=subject, body="\n\n".join(lines))


def parts_of(account: Account) -> list[Message]:
    """As what an account is invited, a sentence for each of its roles, with the alliances it is given for."""
    held: dict[tuple[str, bool], list[str]] = {}
    for duty in duties_of(account).select_related("alliance").order_by("role", "-responsible", "alliance__position"):
        of = duty.alliance.name if duty.alliance else ""
        held.setdefault((duty.role, duty.responsible), []).append(of)
    return [_part(role, responsible, alliances) for (role, responsible), alliances in held.items()]


def _part(role: str, responsible: bool, alliances: list[str]) -> Message:
    named: tuple[Value, ...] = tuple(alliances[:MOST_NAMED])
    if len(alliances) > MOST_NAMED:
        named = (*named, M("and {count} more", count=len(alliances) - MOST_NAMED))
    if role == Role.FILER and responsible:
        return M("You are invited to file for {alliances}, and to answer for the filing.", alliances=named)
    if role == Role.FILER:
        return M("You are invited to file for {alliances}.", alliances=named)
    if role == Role.LIAISON:
        return M("You are invited as the liaison officer of {alliances}.", alliances=named)
    return M("You are invited in the role: {role}.", role=ROLES[role])


def find(now: object, *, token: str = "", code: str = "") -> Invitation | None:
    """The invitation that a link or code opens; None if it is wrong, used, withdrawn or too old, not saying which."""
    wanted = {"token_digest": digest(token)} if token else {"code_digest": digest(plain_code(code))}
    open_ones = Invitation.objects.filter(used_at=None, withdrawn_at=None, expires_at__gt=now, account__is_active=True)
    return open_ones.filter(**wanted).select_related("account").first()


@operation("account.entered")
def accept(acting: Acting, invitation: Invitation, *, name: str, password: str) -> Account:
    """Take up an invitation: set name and password. The invitation is used up."""
    mine = Invitation.objects.filter(pk=invitation.pk, used_at=None, withdrawn_at=None)
    if mine.update(used_at=acting.at) != 1:
        raise Refuse("invitation")
    account = invitation.account
    account.set_password(password)
    Account.objects.filter(pk=account.pk).update(name=name.strip() or account.name, password=account.password)
    account.refresh_from_db()
    own = Acting(account, person(account, second_factor=True).role, acting.at, acting.address)
    record(own, "account.entered", subject=str(account.pk))
    return account


@operation("account.recovery_asked")
def write_recovery(acting: Acting, account: Account, address: str) -> None:
    """Send the link that sets a new password to the address of an account."""
    lang = account.language
    lines = [
        render(M("Dear {name},", name=account.name), lang),
        render(M("Somebody, probably you, asked for a new password. Set it here: {address}", address=address), lang),
        render(M("Your sign-in name is {name}. The link works once.", name=account.username), lang),
        render(M("If it was not you, do nothing: your password stays as it is."), lang),
        organisation().in_language(lang),
    ]
    subject = render(M("A new password for {organisation}", organisation=organisation()), lang)
    write(acting, to=account, kind="recovery", subject=subject, body="\n\n".join(lines))
    record(acting, "account.recovery_asked", subject=str(account.pk))


@operation("account.invitation_withdrawn")
def withdraw_invitation(acting: Acting, account: Account) -> None:
    """Make every open invitation of an account worthless."""
    open_ = Invitation.objects.filter(account=account, used_at=None, withdrawn_at=None)
    if not open_.update(withdrawn_at=acting.at):
        raise Refuse("stale")
    record(acting, "account.invitation_withdrawn", subject=str(account.pk))

"""The way into a system that nobody of the secretariat can sign in to yet, or any more: given on the server itself."""

from __future__ import annotations

from django.db import transaction

from huoyue.server.models import Account, Duty, Role
from huoyue.server.operations.accounts import give_duty, make_account
from huoyue.server.operations.invitations import Sent, invite
from huoyue.server.operations.journal import Acting


def invite_secretariat(acting: Acting, username: str, *, name: str = "", email: str = "") -> Sent:
    """Invite an account to the secretariat, made if there is none of that name. The journal says that nobody did it."""
    with transaction.atomic():  # all of it, or nothing
        account = Account.objects.filter(username__iexact=username.strip()).first()
        if account is None:
            account = make_account(acting, username=username, name=name or username, email=email)
        if not Duty.objects.filter(account=account, role=Role.SECRETARIAT, round=None, ended_at=None).exists():
            give_duty(acting, account, Role.SECRETARIAT)
        return invite(acting, account, by_letter=False)

"""How allauth meets our accounts: nobody signs up, letters go through our outbox, names are people's names."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from allauth.socialaccount.signals import social_account_added
from django.conf import settings
from django.dispatch import receiver
from django.http import HttpRequest
from django.urls import reverse

from huoyue.server.asking import acting
from huoyue.server.models import Account
from huoyue.server.operations.accounts import set_password
from huoyue.server.operations.invitations import write_recovery
from huoyue.server.operations.journal import Refuse
from huoyue.server.operations.ways_in import called, identity_linked


def display(account: Account) -> str:
    """How an account is called on pages."""
    return str(account)


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]
    """Accounts come by invitation only; their letters are in the outbox and their changes in the journal."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        del request
        return False

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """Nothing goes out beside the outbox."""

    def send_password_reset_mail(self, user: Account, email: str, context: dict[str, Any]) -> None:
        del email
        write_recovery(acting(self.request), user, context["password_reset_url"])

    def get_reset_password_from_key_url(self, key: str) -> str:
        """An address that does not come from the request, which a stranger may have forged."""
        path = reverse("account_reset_password_from_key", kwargs={"uidb36": "UID", "key": "KEY"})
        return f"{settings.SITE_ADDRESS}{path.replace('UID-KEY', key)}"

    def set_password(self, user: Account, password: str) -> None:
        set_password(acting(self.request), user, password)

    def _get_login_attempts_cache_key(self, request: HttpRequest, **credentials: Any) -> str:
        """Tries count for the account, however it is named and under whichever host the request came."""
        del request
        typed = (credentials.get("email") or credentials.get("username") or "").strip()
        found = Account.objects.filter(username__iexact=typed).first()
        if found is None and typed:
            found = Account.objects.filter(email__iexact=typed).first()
        return f"account:{found.pk}" if found else f"name:{typed.casefold()}"


class SocialAccountAdapter(DefaultSocialAccountAdapter):  # type: ignore[misc]
    """Whoever the identity provider names must have been invited before."""

    def is_open_for_signup(self, request: HttpRequest, sociallogin: Any) -> bool:
        del request, sociallogin
        return False

    def authenticate_by_email(self, sociallogin: Any) -> tuple[Account, str] | None:
        """The account with an address that the provider has verified. Only a plain yes counts; "false" is a text."""
        for address in sociallogin.email_addresses:
            if address.verified is True or address.verified == "true":
                found = Account.objects.filter(email__iexact=address.email, is_active=True).first()
                if found is not None:
                    return found, address.email
        return None

    def pre_social_login(self, request: HttpRequest, sociallogin: Any) -> None:
        """Refuse whom nobody invited. Addresses of accounts are the secretariat's word: the password stays."""
        if sociallogin._did_authenticate_by_email:
            sociallogin.connect(request, sociallogin.user)
            sociallogin._did_authenticate_by_email = None
        if not sociallogin.is_existing and sociallogin.state.get("process") != "connect":
            raise Refuse("not_invited")


@receiver(social_account_added)
def record_identity(sender: object, request: HttpRequest, sociallogin: Any, **more: object) -> None:
    """A linked identity is in the journal, or it is not linked. allauth says so only when the row is written."""
    del sender, more
    account, identity = sociallogin.user, sociallogin.account
    try:
        doer = replace(acting(request), account=account, token="")
        identity_linked(doer, account, called(identity))
    except BaseException:
        identity.delete()
        raise


class MFAAdapter(DefaultMFAAdapter):  # type: ignore[misc]
    """Second factors."""

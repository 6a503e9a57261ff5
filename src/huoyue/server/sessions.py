"""Who is signed in, found quickly: every request asks for the session and the account, so both queries are prepared."""

from __future__ import annotations

from typing import Any

from allauth.account.auth_backends import AuthenticationBackend
from allauth.usersessions.models import UserSession
from django.contrib.auth import login
from django.contrib.sessions.backends.db import SessionStore as DatabaseStore
from django.contrib.sessions.models import Session
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone

from huoyue.server.models import Account
from huoyue.server.queries.people import account_with_duties
from huoyue.server.queries.prepared import Prepared


def sessions_of(key: str) -> QuerySet[Session]:
    """The session with that key, expired or not."""
    return Session.objects.filter(session_key=key).order_by()


session_of: Prepared[Session] = Prepared(sessions_of)


class SessionStore(DatabaseStore):
    """Sessions in the database."""

    def _get_session_from_db(self) -> Session | None:
        found = session_of.first(key=self.session_key or "")
        if found is None or found.expire_date <= timezone.now():
            self._session_key = None
            return None
        return found


class AccountBackend(AuthenticationBackend):  # type: ignore[misc]
    """Signing in as allauth does it."""

    def get_user(self, user_id: Any) -> Account | None:
        found = account_with_duties(int(user_id))
        return found if found is not None and self.user_can_authenticate(found) else None


def begin(request: HttpRequest, account: Account) -> None:
    """Sign an account in without allauth, as after an invitation; the session is listed and revocable like any."""
    login(request, account, backend="huoyue.server.sessions.AccountBackend")
    UserSession.objects.create_from_request(request)


def renew_key(request: HttpRequest) -> None:
    """Give the session a new key, as at every change of rights; it stays in the list under the new one."""
    old = request.session.session_key
    request.session.cycle_key()
    UserSession.objects.filter(session_key=old).update(session_key=request.session.session_key)

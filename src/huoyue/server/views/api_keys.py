"""Keys for programs: one's own to make and revoke, all of them for the secretariat."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone

from huoyue.core.message import M, Message
from huoyue.server.asking import acting, reader
from huoyue.server.forms.interfaces import KeyForm
from huoyue.server.models import ApiKey
from huoyue.server.operations.api_keys import make_key, revoke_key
from huoyue.server.operations.journal import Refuse
from huoyue.server.queries.api_keys import all_keys, own_keys
from huoyue.server.routes import ROUTES
from huoyue.server.saying import said
from huoyue.server.wording import ROLES, refusal_words
from huoyue.server.wording.interfaces import SCOPES

Line = tuple[ApiKey, Message, list[Message], bool]


def scopes_of(role: str) -> list[str]:
    """What a key of that role can be good for, by the table of addresses."""
    useful = {route.scope for route in ROUTES.values() if route.scope and role in route.roles}
    return [scope for scope in SCOPES if scope in useful]


def lines(keys: list[ApiKey]) -> list[Line]:
    """Keys with their words, and whether they work."""
    now = timezone.now()
    return [
        (key, ROLES[key.role], [SCOPES[one] for one in key.scopes if one in SCOPES],
         key.revoked_at is None and (key.expires_at is None or key.expires_at > now))
        for key in keys
    ]  # fmt: skip


def own_page(request: HttpRequest) -> HttpResponse:
    """My keys, and a form for a new one. Its text is shown in the answer and never again."""
    person = reader(request)
    form = KeyForm(request.POST if request.method == "POST" else None, scopes=scopes_of(person.role))
    token, refused = "", None
    if request.method == "POST" and form.is_valid():
        try:
            _, token = make_key(acting(request), **form.cleaned_data)
            form = KeyForm(scopes=scopes_of(person.role))
        except Refuse as error:
            refused = refusal_words(error.refusal)
    context = {"form": form, "token": token, "refused": refused, "keys": lines(list(own_keys(person))),
               "role": ROLES[person.role], "locked": ROLES.get(person.locked) if person.locked else None}  # fmt: skip
    return render(request, "interfaces/keys_own.html", context, status=422 if form.is_bound else 200)


def all_page(request: HttpRequest) -> HttpResponse:
    """Every key, for the secretariat."""
    return render(request, "interfaces/keys.html", {"keys": lines(list(all_keys()))})


def revoke_act(request: HttpRequest, key: ApiKey) -> HttpResponse:
    """Let a key open nothing any more."""
    revoke_key(acting(request), key)
    messages.success(request, said(M("The key does not work any more.")), extra_tags="good")
    own = key.account_id == getattr(reader(request).account, "pk", None) and request.POST.get("back") != "all"
    return HttpResponseRedirect(reverse("keys_own" if own else "keys"), status=303)

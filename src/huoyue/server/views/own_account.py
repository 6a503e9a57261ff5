"""One's own account, and why a page may be seen."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import render

from huoyue.core.message import M
from huoyue.server.asking import acting, own_account, reader
from huoyue.server.forms.accounts import OwnForm
from huoyue.server.models import Account
from huoyue.server.operations.accounts import OWN_FIELDS, change_account, kept_about
from huoyue.server.queries.accounts import explained
from huoyue.server.queries.people import duties_of, person
from huoyue.server.saying import said
from huoyue.server.wording import ROLES


def account_page(request: HttpRequest) -> HttpResponse:
    """My data, roles, and the ways to password, second factor and sessions."""
    account = own_account(request)
    initial = {name: getattr(account, name) for name in OWN_FIELDS}
    form = OwnForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        change_account(acting(request), account, form.cleaned_data)
        messages.success(request, said(M("Saved.")), extra_tags="good")
        return HttpResponseRedirect(request.path, status=303)
    duties = [(duty, ROLES[duty.role]) for duty in duties_of(account).select_related("alliance", "round")]
    context = {"form": form, "account": account, "duties": duties}
    return render(request, "accounts/own.html", context, status=422 if form.is_bound else 200)


def data(request: HttpRequest) -> HttpResponse:
    """Everything that is kept about me, to take away."""
    account = own_account(request)
    answer = JsonResponse(kept_about(account), json_dumps_params={"ensure_ascii": False, "indent": 2})
    answer.headers["Content-Disposition"] = f'attachment; filename="{account.username}.json"'
    return answer


def why_page(request: HttpRequest) -> HttpResponse:
    """Why a page may or may not be seen: by me, or, for the secretariat, by any account."""
    me = reader(request)
    page, name = request.GET.get("page", ""), request.GET.get("account", "").strip()
    asked, unknown = me, False
    if name and me.is_secretariat:
        other = (
            Account.objects.filter(username__iexact=name).first() or Account.objects.filter(email__iexact=name).first()
        )
        unknown = other is None
        asked = person(other, request.GET.get("role", ""), second_factor=True) if other else me
    found = explained(asked, page) if page and not unknown else None
    context = {"page": page, "name": name, "asked": asked, "found": found, "unknown": unknown,
               "asked_roles": [(role, ROLES[role]) for role in asked.roles]}  # fmt: skip
    return render(request, "accounts/why.html", context)

"""Coming in: by the link of a letter, or by a printed code."""

from __future__ import annotations

from allauth.core import ratelimit
from allauth.mfa.utils import is_mfa_enabled
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone

from huoyue.core.refusal import Refusal
from huoyue.server.asking import acting
from huoyue.server.forms.accounts import CodeForm, PasswordForm
from huoyue.server.models import Invitation
from huoyue.server.operations.invitations import accept, find
from huoyue.server.operations.journal import Refuse
from huoyue.server.saying import sentences
from huoyue.server.sessions import begin
from huoyue.server.wording import refusal_words


def throttled(request: HttpRequest, *, wrong: bool = False) -> None:
    """Refuse more `wrong` tries from one address than people make. What was right does not count: a training room
    behind one address comes in as a whole."""
    if not ratelimit.consume(request, action="invitation", dry_run=not wrong):
        raise Refuse("too_often")


def invitation_page(request: HttpRequest, token: str) -> HttpResponse:
    """Set name and password, then be signed in."""
    throttled(request)
    invitation = find(timezone.now(), token=token)
    if invitation is None:
        throttled(request, wrong=True)
        raise Refuse("invitation")
    return entering(request, invitation)


def code_page(request: HttpRequest) -> HttpResponse:
    """Type the printed code; the code then stands in the session until the password is set."""
    kept = request.session.get("invitation")
    open_ones = Invitation.objects.filter(used_at=None, withdrawn_at=None, account__is_active=True)
    invitation = open_ones.filter(pk=kept).first() if kept else None
    typing_code = request.method == "POST" and "password" not in request.POST
    if invitation is not None and invitation.expires_at > timezone.now() and not typing_code:
        return entering(request, invitation)
    form = CodeForm(request.POST if request.method == "POST" else None)
    if request.method == "POST":
        throttled(request)
        found = find(timezone.now(), code=form["code"].value() or "")
        if found is not None:
            request.session["invitation"] = found.pk
            return HttpResponseRedirect(request.path, status=303)
        throttled(request, wrong=True)
        what, mend = refusal_words(Refusal("invitation"))
        if form.is_valid():
            form.add_error("code", sentences(what, mend))
    return render(request, "accounts/code.html", {"form": form}, status=422 if form.is_bound else 200)


def entering(request: HttpRequest, invitation: Invitation) -> HttpResponse:
    """The form for name and password, and what follows when it is sent."""
    account = invitation.account
    posted = request.POST if "password" in request.POST else None
    form = PasswordForm(posted, account=account, initial={"name": account.name})
    if posted is not None and form.is_valid():
        accept(acting(request), invitation, name=form.cleaned_data["name"], password=form.cleaned_data["password"])
        account.refresh_from_db()
        request.session.pop("invitation", None)
        if is_mfa_enabled(account):  # an invitation replaces a password, never the second factor
            return HttpResponseRedirect(reverse("account_login"), status=303)
        begin(request, account)
        return HttpResponseRedirect("/", status=303)
    status = 422 if posted is not None else 200
    return render(request, "accounts/enter.html", {"form": form, "account": account}, status=status)

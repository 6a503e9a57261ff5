"""Notices of the secretariat: written, looked at with the number of readers, sent, withdrawn."""

from __future__ import annotations

from django.db import IntegrityError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse

from huoyue.core.message import M
from huoyue.server.asking import acting
from huoyue.server.forms.chasing import NoticeForm, new_token
from huoyue.server.models import Notice, Round
from huoyue.server.operations.chasing import done_before
from huoyue.server.operations.chasing_notices import send_notice, withdraw_notice
from huoyue.server.operations.journal import Refuse
from huoyue.server.queries.chasing_notices import notices_of
from huoyue.server.queries.chasing_people import readers
from huoyue.server.views.chasing import seen, told
from huoyue.server.wording import refusal_words
from huoyue.server.wording.chasing import AUDIENCES


def notices_page(request: HttpRequest, round_: Round) -> HttpResponse:
    """The notices of a round and a form for the next; a posted one is shown before it is sent."""
    form = NoticeForm(request.POST if request.method == "POST" else None)
    context = {"round": round_, "form": form, "token": new_token(request.POST), "sent": notices_of(round_)}
    if request.method != "POST":
        return render(request, "chasing/notices.html", context)
    if not form.is_valid() or request.POST.get("act") == "change":
        return render(request, "chasing/notices.html", context, status=200 if form.is_valid() else 422)
    if request.POST.get("act") == "send":
        try:
            published(request, round_, form)
        except Refuse as error:
            context["refused"] = refusal_words(error.refusal)
        else:
            return seen(reverse("notices", args=[round_.key]))
    people = readers(round_, form.cleaned_data["audience"])
    context |= {
        "people": people,
        "without": [account for account in people if not account.email],
        "audience": AUDIENCES[form.cleaned_data["audience"]],
    }
    return render(request, "chasing/notice_preview.html", context, status=409 if "refused" in context else 200)


def published(request: HttpRequest, round_: Round, form: NoticeForm) -> None:
    """Send a notice once, however often the button was pressed."""
    doer = acting(request)
    if not done_before(doer, "notice.sent"):
        try:
            event = send_notice(doer, round_, **form.cleaned_data)
        except IntegrityError:
            if not done_before(doer, "notice.sent"):
                raise
        else:
            told(request, M("The notice was sent to {count} people.", count=event.after["letters"]))


def withdraw_act(request: HttpRequest, notice: Notice) -> HttpResponse:
    """Take a notice off the first pages: what follows is said first, then it is done."""
    if request.method == "POST":
        withdraw_notice(acting(request), notice)
        told(request, M("The notice was withdrawn."))
        return seen(reverse("notices", args=[notice.round.key]))
    return render(request, "chasing/notice_withdraw.html", {"round": notice.round, "notice": notice})

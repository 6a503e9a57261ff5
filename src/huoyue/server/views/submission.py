"""Handing in: check, submit, withdraw, correct."""

from __future__ import annotations

from itertools import islice

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse

from huoyue.core.message import M, Message
from huoyue.server.asking import acting, reader
from huoyue.server.models import Filing
from huoyue.server.operations import submission
from huoyue.server.operations.journal import Refuse
from huoyue.server.queries.compare import title_of
from huoyue.server.queries.windows import why_closed
from huoyue.server.saying import said
from huoyue.server.views.filing import filing_context
from huoyue.server.wording import refusal_words


def to_overview(filing: Filing) -> HttpResponse:
    address = reverse("filing", args=[filing.round.key, filing.alliance.code])
    return HttpResponseRedirect(address, status=303)


def told(request: HttpRequest, message: Message) -> None:
    messages.success(request, said(message), extra_tags="good")


def submit_page(request: HttpRequest, filing: Filing) -> HttpResponse:
    """Everything still missing or wrong, the statement of truth, and the button; then the receipt."""
    context = filing_context(request, filing)
    doer = acting(request)
    signed_as, agreed = request.POST.get("signed_as", ""), request.POST.get("agreed") == "yes"
    refused = submission.why_not_submit(doer, filing, context["overview"])
    if request.method == "POST":
        try:
            version = submission.submit(doer, filing, signed_as=signed_as, agreed=agreed)
        except Refuse as error:
            refused = error
        else:
            told(request, M("Submitted as version {number}. The receipt number is {receipt}.",
                            number=version.number, receipt=version.receipt))  # fmt: skip
            return to_overview(filing)
    context |= {
        "refused": refusal_words(refused.refusal) if refused else None,
        "refused_code": refused.refusal.code if refused else "",
        "signed_as": signed_as or str(reader(request).account),
        "agreed": agreed,
        "findings": [
            (section, number, row, flaw, title_of(section.kind, flaw.cell))
            for section, number, row, flaw in islice(context["overview"].findings(), 300)
        ],
    }
    return render(request, "filing/submit.html", context, status=409 if request.method == "POST" else 200)


def check_act(request: HttpRequest, filing: Filing) -> HttpResponse:
    """Hand the filing to the responsible person."""
    submission.hand_for_checking(acting(request), filing)
    told(request, M("Handed to the responsible person for checking."))
    return to_overview(filing)


def hand_back_act(request: HttpRequest, filing: Filing) -> HttpResponse:
    """Hand the filing back to be worked on."""
    submission.hand_back(acting(request), filing, request.POST.get("reason", ""))
    told(request, M("Handed back."))
    return to_overview(filing)


def withdraw_page(request: HttpRequest, filing: Filing) -> HttpResponse:
    """Take back what was submitted: said first what follows, then done."""
    if request.method == "POST":
        submission.withdraw(acting(request), filing)
        told(request, M("Withdrawn. Nothing counts until you submit again."))
        return to_overview(filing)
    context = filing_context(request, filing)
    closed = why_closed(filing, context["now"])
    return render(request, "filing/withdraw.html", context | {"closed": refusal_words(closed) if closed else None})


def amend_act(request: HttpRequest, filing: Filing) -> HttpResponse:
    """Go on editing; the version in force counts meanwhile."""
    submission.amend(acting(request), filing)
    told(request, M("You can edit again. The version submitted last counts until you submit once more."))
    return to_overview(filing)


def answer_act(request: HttpRequest, filing: Filing) -> HttpResponse:
    """Answer a remark of the secretariat."""
    typed = request.POST.get("remark", "")
    number = int(typed) if typed.isascii() and typed.isdigit() and len(typed) < 12 else 0
    submission.answer_remark(acting(request), filing, number, request.POST.get("answer", ""))
    told(request, M("Answer noted."))
    return to_overview(filing)

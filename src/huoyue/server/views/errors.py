"""Pages for what could not be done. They say what, and how to mend it; no stack trace reaches a reader."""

from __future__ import annotations

from collections.abc import Sequence
from http import HTTPStatus

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render

from huoyue.core.message import M, Message
from huoyue.core.problem import Problem
from huoyue.core.refusal import Refusal
from huoyue.server.routes import API
from huoyue.server.saying import said
from huoyue.server.wording import STATUS, refusal_words


def wants_json(request: HttpRequest) -> bool:
    """Whether a program asks: a script of ours, or a caller of the API."""
    return request.headers.get("Accept", "").startswith("application/json") or request.path.startswith(API)


def refused(request: HttpRequest, refusal: Refusal) -> HttpResponse:
    """A refusal as a page, or as JSON for scripts."""
    what, mend = refusal_words(refusal)
    return told(request, STATUS.get(refusal.code, HTTPStatus.CONFLICT), what, mend, refusal.code)


def told(request: HttpRequest, status: int, what: Message, mend: Message, code: str = "") -> HttpResponse:
    if wants_json(request):
        return JsonResponse({"code": code, "what": said(what), "mend": said(mend)}, status=status)
    context = {"status": int(status), "what": what, "mend": mend, "code": code}
    return render(request, "error.html", context, status=int(status))


def problems(request: HttpRequest, found: Sequence[Problem]) -> HttpResponse:
    """Every problem of something handed in, at once."""
    if wants_json(request):
        listed = [{"code": p.code, "what": said(p.what), "mend": said(p.mend) if p.mend else ""} for p in found]
        return JsonResponse({"problems": listed}, status=422)
    context = {"status": 422, "what": M("This cannot be used as it is."), "problems": found}
    return render(request, "error.html", context, status=422)


def csrf(request: HttpRequest, reason: str = "") -> HttpResponse:
    """A form whose secret does not fit, mostly because the page was open for long."""
    del reason
    what = M("The page was open for too long, or cookies are switched off.")
    return told(request, 403, what, M("Go back, load the page again, and send it once more."), "csrf")


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    del exception
    return told(request, 400, M("The request could not be read."), M("Go back and try again."), "bad_request")


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    del exception
    return refused(request, Refusal("absent"))


def forbidden(request: HttpRequest, exception: Exception) -> HttpResponse:
    del exception
    return refused(request, Refusal("role"))


def broken(request: HttpRequest) -> HttpResponse:
    """Something unforeseen; it is in the log."""
    what = M("Something unforeseen went wrong. It was written to the log.")
    return told(request, 500, what, M("Try again in a moment; if it stays, tell those who run this server."), "broken")

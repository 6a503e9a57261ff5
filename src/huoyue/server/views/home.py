"""The first page of each role, and the switches of language and role."""

from __future__ import annotations

from django.db import connection
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme

from huoyue.server.asking import reader
from huoyue.server.operations.ways_in import ways_in
from huoyue.server.queries.notice import notices_now
from huoyue.server.queries.tasks import notices_for, tasks_of
from huoyue.server.sessions import renew_key


def first_page(request: HttpRequest) -> HttpResponse:
    """What there is to do for whoever asks."""
    person = reader(request)
    if person.account is None:
        return render(request, "home/public.html", {"public_notices": notices_now(timezone.now())})
    now = timezone.now()
    found = tasks_of(person, now)
    context = {
        "tasks": [task for task in found if not task.earlier],
        "earlier": [task for task in found if task.earlier],
        "notices": notices_for(person)[:5],
        "now": now,
        "has_factor": bool(person.locked and ways_in(person.account).factors),
    }
    return render(request, "home/home.html", context)


def switch_language(request: HttpRequest) -> HttpResponse:
    """Show everything in the other language, on this device from now on."""
    back = request.POST.get("next", "/")
    if not url_has_allowed_host_and_scheme(back, allowed_hosts={request.get_host()}):
        back = "/"
    response = HttpResponseRedirect(back)
    lang = "en" if request.POST.get("lang") == "en" else "zh"
    response.set_cookie("lang", lang, max_age=31_536_000, samesite="Lax", secure=request.is_secure(), httponly=True)
    return response


def switch_role(request: HttpRequest) -> HttpResponse:
    """Act in another of one's roles. The session gets a new key, as at every change of rights."""
    role = request.POST.get("role", "")
    if role in reader(request).roles:
        renew_key(request)
        request.session["role"] = role
    return HttpResponseRedirect("/")


def healthy(request: HttpRequest) -> HttpResponse:
    """Whether the application and its database answer: for load balancers and watchdogs."""
    del request
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    return HttpResponse("ok", content_type="text/plain")

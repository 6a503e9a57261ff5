"""The meeting: its agenda, one case, and what those in the room see."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from huoyue.server.models import Case


def room_page(request: HttpRequest, case: Case) -> HttpResponse:
    """The case that is being discussed, with everybody's marks, for those who are in the room."""
    return render(request, "review/room.html", {"round": case.filing.round, "case": case})

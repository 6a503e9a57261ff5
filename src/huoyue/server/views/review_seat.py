"""An expert's own page in a round: answer, sign, declare, and the list of alliances to mark."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from huoyue.server.models import Panellist
from huoyue.server.queries.review import own_sheets


def seat_page(request: HttpRequest, seat: Panellist) -> HttpResponse:
    """What is to be done before marking, and the sheets with how far each is."""
    context = {"round": seat.round, "seat": seat, "sheets": own_sheets(seat) if seat.may_mark else []}
    return render(request, "review/seat.html", context)

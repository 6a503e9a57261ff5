"""The mailbox: every letter, what became of it, and sending again what did not arrive."""

from __future__ import annotations

from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse

from huoyue.core.message import M
from huoyue.server.asking import acting, reader
from huoyue.server.forms.chasing import typed
from huoyue.server.models import Mail
from huoyue.server.operations.outbox import send_again
from huoyue.server.queries.chasing_letters import TROUBLE, counts_by_state, filtered, hides_text, reason_of
from huoyue.server.queries.doors import visible_rounds
from huoyue.server.saying import moment
from huoyue.server.views.chasing import seen, told
from huoyue.server.wording.chasing import MAIL_KINDS, MAIL_STATES

PAGE = 50


def mailbox_page(request: HttpRequest, letters: QuerySet[Mail]) -> HttpResponse:
    """The letters that the reader may see, by state, kind and round."""
    asked = {name: typed(request.GET, name, 80) for name in ("state", "kind", "round", "q")}
    counts = counts_by_state(filtered(letters, asked | {"state": ""}))
    page = Paginator(filtered(letters, asked).defer("body"), PAGE).get_page(request.GET.get("page"))
    context = {
        "page": page,
        "rows": [
            (letter, MAIL_STATES[letter.state], MAIL_KINDS.get(letter.kind), reason_of(letter)) for letter in page
        ],
        "asked": asked,
        "states": [(state, title, counts.get(state, 0)) for state, title in MAIL_STATES.items()],
        "trouble": sum(counts.get(state, 0) for state in TROUBLE),
        "kinds": MAIL_KINDS.items(),
        "rounds": visible_rounds(reader(request)),
        "any": any(counts.values()),
    }
    return render(request, "chasing/mailbox.html", context)


def letter_page(request: HttpRequest, letter: Mail) -> HttpResponse:
    """One letter as it was written, and what became of it."""
    zone = letter.round.time_zone if letter.round else ""
    context = {
        "letter": letter,
        "round": letter.round,
        "zone": zone,
        "due": moment(letter.due_at, zone=zone),
        "state": MAIL_STATES[letter.state],
        "kind": MAIL_KINDS.get(letter.kind),
        "reason": reason_of(letter),
        "hidden": hides_text(reader(request), letter),
        "again": reader(request).is_secretariat and letter.state in TROUBLE,
    }
    return render(request, "chasing/letter.html", context)


def again_act(request: HttpRequest, letter: Mail) -> HttpResponse:
    """Send a letter again."""
    send_again(acting(request), letter)
    told(request, M("The letter goes out again."))
    return seen(reverse("letter", args=[letter.pk]))

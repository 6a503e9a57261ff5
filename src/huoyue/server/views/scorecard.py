"""An alliance's own result: on a page, and as the feedback card on paper."""

from __future__ import annotations

from urllib.parse import quote

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from huoyue.core.message import M
from huoyue.report.own_card import own_card
from huoyue.server.asking import reader
from huoyue.server.models import Filing
from huoyue.server.operations.journal import Refuse
from huoyue.server.queries.doors import ABSENT
from huoyue.server.queries.notice import day_of, phase_of, shown_period, told_results
from huoyue.server.queries.objections import own_objections
from huoyue.server.queries.published import holding
from huoyue.server.queries.scorecard import scorecard_of
from huoyue.server.queries.shelf import snapshot_of
from huoyue.server.saying import current_language, said
from huoyue.server.wording import VERDICTS
from huoyue.server.wording.notice import KINDS, OBJECTION_STATES
from huoyue.server.wording.review_board import BASES


def scorecard_page(request: HttpRequest, filing: Filing) -> HttpResponse:
    """Score, tier, and every indicator with its points and why; where one can object, the way to it."""
    person, today = reader(request), day_of(timezone.now(), filing.round)
    card = scorecard_of(filing)
    if card is None:
        raise Refuse(ABSENT.code)
    period = shown_period(filing.round, today)
    running = period is not None and phase_of(period, today) == "running"
    titles = {line.indicator.id: line.indicator.title for line in card.lines}
    own = own_objections(filing) if person.role == "filer" else []
    context = {
        "round": filing.round, "alliance": filing.alliance, "card": card, "bases": BASES, "verdicts": VERDICTS,
        "period": period, "running": running, "states": OBJECTION_STATES,
        "may": running and person.role == "filer" and filing.alliance_id in person.answers_for,
        "own": [(one, titles.get(one.indicator) or KINDS[one.kind]) for one in own],
    }  # fmt: skip
    return render(request, "notice/scorecard.html", context)


def card_file(request: HttpRequest, filing: Filing) -> HttpResponse:
    """The feedback card as PDF."""
    del request
    frozen = told_results(filing.round, day_of(timezone.now(), filing.round))
    lang = current_language()
    published = holding(filing.round) is not None
    body = own_card(snapshot_of(frozen), filing.alliance.code, lang, published=published) if frozen else None
    if body is None:
        raise Refuse(ABSENT.code)
    answer = HttpResponse(body, content_type="application/pdf")
    name = quote(said(M("Feedback card {alliance}", alliance=filing.alliance.name)))
    plain = f"card-{filing.alliance.code}.pdf"
    answer.headers["Content-Disposition"] = f"attachment; filename=\"{plain}\"; filename*=UTF-8''{name}.pdf"
    return answer

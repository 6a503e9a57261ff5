"""The groups of a panel, proposed or by hand; the panel from a file; and the practice before the first stage."""

from __future__ import annotations

import secrets

from django.core.signing import BadSignature, dumps, loads
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse

from huoyue.core.message import M, Message
from huoyue.exchange.review_layout import PANEL
from huoyue.server.asking import acting, own_account
from huoyue.server.models import Filing, ReviewStage, Round
from huoyue.server.operations.journal import Refuse
from huoyue.server.operations.review_grouping import propose
from huoyue.server.operations.review_panel import set_groups
from huoyue.server.operations.review_panel_import import import_panel, planned
from huoyue.server.operations.review_stages import MOST_PRACTICE, plan_calibration
from huoyue.server.queries.review import panel_of
from huoyue.server.queries.review_panel import is_marking_begun
from huoyue.server.queries.review_practice import candidates
from huoyue.server.queries.schemes import scheme_of
from huoyue.server.views.accounts import sheets
from huoyue.server.views.chasing import seen, told
from huoyue.server.views.review_solving import FRESH, SEEDS, received, seed_from
from huoyue.server.wording import refusal_words
from huoyue.server.wording.review import CONFLICT_KINDS
from huoyue.server.wording.review_panel import PANEL_NOTES

MOST_GROUPS = 26


def groups_page(request: HttpRequest, round_: Round) -> HttpResponse:
    """Each expert's group: typed, or proposed by the solver and looked at before it is saved."""
    seats = list(panel_of(round_).filter(state__in=("asked", "accepted")))
    typed = {one.pk: request.POST.get(f"group-{one.pk}", one.group).replace("\x00", "")[:40] for one in seats}
    now = {one.group for one in seats if one.group}
    count, seed = (
        request.POST.get("count", str(max(2, len(now)))),
        request.POST.get("seed") or str(secrets.randbelow(SEEDS)),
    )
    refused, proposed = None, False
    reasons: tuple[Message, ...] = ()
    if request.method == "POST":
        try:
            if request.POST.get("what") == "propose":
                typed, reasons = propose(round_, seats, count=count_from(count), seed=seed_from(seed))
                proposed = True
            else:
                set_groups(acting(request), round_, typed, seed_from(seed) if request.POST.get("proposed") else None)
                told(request, M("The groups are saved."))
                return seen(reverse("panel", args=[round_.key]))
        except Refuse as error:
            refused = refusal_words(error.refusal)
    titles = {one.id: one.title for one in scheme_of(round_).industries}
    rows = [(one, typed[one.pk], [titles.get(name, name) for name in one.fields]) for one in seats]
    sizes = {name: sum(group == name for group in typed.values()) for name in dict.fromkeys(typed.values())}
    context = {"round": round_, "rows": rows, "sizes": sizes.items(), "count": count, "seed": seed, "refused": refused,
               "proposed": proposed, "reasons": reasons, "stays": is_marking_begun(round_)}  # fmt: skip
    return render(request, "review/groups.html", context, status=409 if refused else 200)


def count_from(typed: str) -> int:
    """How many groups, as it was typed."""
    if not (typed.isascii() and typed.isdigit() and len(typed) < 4 and 2 <= int(typed) <= MOST_GROUPS):
        raise Refuse("groups_count", most=str(MOST_GROUPS))
    return int(typed)


def import_page(request: HttpRequest, round_: Round) -> HttpResponse:
    """A panel from Excel: every problem at once, a preview with the conflicts, then everybody is asked, or nobody."""
    columns = [(column.title, PANEL_NOTES[column.name]) for column in PANEL.columns]
    context: dict[str, object] = {"round": round_, "columns": columns}
    mark = f"panel:{own_account(request).pk}:{round_.pk}"
    if request.method == "GET":
        return render(request, "review/panel_import.html", context)
    if kept := request.POST.get("preview"):
        try:
            rows = loads(kept, salt=mark, max_age=FRESH)
            count, sent = import_panel(acting(request), round_, rows)
        except BadSignature:
            context["refused"] = refusal_words(Refuse("preview_old").refusal)
            return render(request, "review/panel_import.html", context, status=409)
        except Refuse as error:
            context["refused"] = refusal_words(error.refusal)
            return render(request, "review/panel_import.html", context, status=409)
        told(request, M("{count} experts are asked.", count=count))
        return sheets(request, sent) if sent else seen(reverse("panel", args=[round_.key]))
    book = received(request, "panel")
    plans, problems = planned(round_, book.rows)
    problems = [one for one in book.problems if one["severity"] == "error"] + problems
    if problems or not plans:
        return render(request, "review/panel_import.html", context | {"problems": problems}, status=422)
    context |= {
        "plans": [(one, [(found, CONFLICT_KINDS[found.kind]) for found in one.barred]) for one in plans],
        "token": dumps(book.rows, salt=mark, compress=True), "new": sum(one.account is None for one in plans),
    }  # fmt: skip
    return render(request, "review/panel_preview.html", context)


def calibration_page(request: HttpRequest, round_: Round) -> HttpResponse:
    """Choose two or three filings for the panel to practise on, of a practice round or of the round before."""
    offered = candidates(round_)
    chosen, refused = request.POST.getlist("filing"), None
    if request.method == "POST":
        picked = [one for one in offered if str(one.pk) in chosen]
        try:
            stage = plan_calibration(acting(request), round_, picked)
            told(request, M("The calibration is planned for {count} alliances; open its stage next.",
                            count=len(picked)))  # fmt: skip
            return seen(reverse("review_stage", args=[round_.key, stage.key]))
        except Refuse as error:
            refused = refusal_words(error.refusal)
    there = ReviewStage.objects.filter(round=round_, kind="calibration").first()
    now = Filing.objects.filter(sheets__stage=there).distinct().select_related("alliance") if there else []
    ticked = set(chosen) if request.method == "POST" else {str(one.pk) for one in now}
    others = ReviewStage.objects.filter(round=round_).filter(kind="marks")
    context = {
        "round": round_, "begun": others.exclude(state="waiting").exists(),
        "offered": [(one, str(one.pk) in ticked) for one in offered], "stage": there,
        "planned": now, "refused": refused, "most": MOST_PRACTICE,
        "panel": panel_of(round_).exclude(state__in=("left", "declined")),
    }  # fmt: skip
    return render(request, "review/calibration.html", context, status=409 if refused else 200)

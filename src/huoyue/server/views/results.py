"""What a round came to: the way from settled scores to the public, and its snapshots."""

from __future__ import annotations

from typing import Any

from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from huoyue.core.message import Message, Title
from huoyue.core.scheme.model import Scheme
from huoyue.server.asking import reader
from huoyue.server.models import Alliance, Frozen, Round
from huoyue.server.queries.finalising import blocking, checklist, is_frozen
from huoyue.server.queries.notice import day_of, phase_of, shown_period
from huoyue.server.queries.results_todo import next_step
from huoyue.server.queries.schemes import scheme_of
from huoyue.server.queries.shelf import shelf_path
from huoyue.server.queries.snapshot_results import results_in
from huoyue.server.wording import VERDICTS
from huoyue.server.wording.notice import PHASES

Figures = tuple[list[tuple[Message, int]], list[tuple[Title, int]]]


def figures_of(scheme: Scheme, summary: dict[str, Any]) -> Figures:
    """The funnel and the tiers of a snapshot, with their words."""
    funnel, tiers = summary.get("funnel", {}), summary.get("tiers", {})
    return (
        [(VERDICTS[name], funnel.get(name, 0)) for name in ("evaluated", "incomplete", "not_filed")],
        [(tier.title, tiers.get(tier.id, 0)) for tier in scheme.tiers],
    )


def results_page(request: HttpRequest, round_: Round) -> HttpResponse:
    """Where the round stands between settled scores and the public."""
    scheme, person = scheme_of(round_), reader(request)
    found = Frozen.objects.filter(round=round_).order_by("-number")
    snapshots = [(one, figures_of(scheme, one.summary)) for one in found]
    today = day_of(timezone.now(), round_)
    shown = shown_period(round_, today)
    context = {
        "round": round_, "frozen": is_frozen(round_), "snapshots": snapshots,
        "step": next_step(round_, timezone.now()) if person.is_secretariat else None,
        "shown": shown, "phase": phase_of(shown, today) if shown else "", "phases": PHASES,
        "open": 0 if is_frozen(round_) else len(blocking(checklist(round_))),
    }  # fmt: skip
    return render(request, "results/results.html", context)


def snapshot_page(request: HttpRequest, frozen: Frozen) -> HttpResponse:
    """One snapshot: its digest and signature, its figures, what moved since the one before, and every result."""
    scheme = scheme_of(frozen.round)
    names = dict(Alliance.objects.filter(code__in={row["unit"] for row in frozen.changes}).values_list("code", "name"))
    titles = {one.id: one.title for one in (*scheme.indicators, *scheme.tiers)}
    rows = [row | {"name": names.get(row["unit"], row["unit"]), "title": titles.get(row["indicator"]),
                   "tiers": [titles.get(tier) for tier in row["tier"]]} for row in frozen.changes]  # fmt: skip
    funnel, tiers = figures_of(scheme, frozen.summary)
    ranked, absent = results_in(frozen)
    context = {"round": frozen.round, "snapshot": frozen, "funnel": funnel, "tiers": tiers, "rows": rows,
               "ranked": ranked, "absent": absent, "verdicts": VERDICTS}  # fmt: skip
    return render(request, "results/snapshot.html", context)


def snapshot_file(request: HttpRequest, frozen: Frozen) -> FileResponse:
    """The snapshot as a file, for `huoyue verify` on any machine."""
    del request
    stream = shelf_path("snapshots", frozen.file_digest).open("rb")
    name = f"snapshot-{frozen.round.key}-{frozen.number}.zip"
    return FileResponse(stream, as_attachment=True, filename=name, content_type="application/zip")

"""Solving an assignment or taking one over from Excel: first what it would change, then all of it at once.

What was previewed goes along in the page, signed, so that exactly that is applied and nothing newer or older.
"""

from __future__ import annotations

import secrets
from collections.abc import Collection
from hashlib import sha256
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.signing import BadSignature, dumps, loads
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse

from huoyue.core.message import M, Message
from huoyue.core.review.assignment import Impossible
from huoyue.core.review.assignment.model import Pair
from huoyue.server.asking import acting, own_account
from huoyue.server.models import ReviewStage
from huoyue.server.operations.journal import Refuse
from huoyue.server.operations.review_assignment import assign_stage, wrong_pairs
from huoyue.server.operations.review_assignment_import import pairs_of
from huoyue.server.operations.review_reading import Kind, ReviewFile, read_file
from huoyue.server.operations.review_solving import Solved, change_of, ground_of, keys_of, solve
from huoyue.server.operations.storage import CHUNK, append
from huoyue.server.queries.review_progress import title_of
from huoyue.server.views.chasing import seen, told
from huoyue.server.wording import refusal_words
from huoyue.server.wording.review_panel import TERMS, WRONG_PAIRS

LARGEST = 10 * 2**20
FRESH = 24 * 3600
"""Seconds for which a preview can be applied."""
SEEDS = 10_000


def solve_page(request: HttpRequest, stage: ReviewStage) -> HttpResponse:
    """Ask for a seed and how much may change; show what the solver gives."""
    posted = request.method == "POST"
    context: dict[str, Any] = {
        "round": stage.round, "stage": stage, "title": title_of(stage),
        "seed": request.POST.get("seed") or (stage.seed if stage.seed is not None else secrets.randbelow(SEEDS)),
        "keep": request.POST.get("keep") == "yes" if posted else stage.sheets.filter(aside_at=None).exists(),
        "everybody": request.POST.get("everybody") == "yes", "ground": ground_of(stage),
        "asked": ground_of(stage, everybody=True),
    }  # fmt: skip
    if not posted:
        return render(request, "review/solve.html", context)
    try:
        seed = seed_from(str(context["seed"]))
        solved = solve(stage, seed=seed, keep=context["keep"], everybody=context["everybody"])
    except Refuse as error:
        context["refused"] = refusal_words(error.refusal)
        return render(request, "review/solve.html", context, status=409)
    if isinstance(solved.answer, Impossible):
        context["reasons"] = solved.answer.reasons
        return render(request, "review/solve.html", context, status=422)
    return preview(request, stage, solved.answer.pairs, how="solved", seed=seed, solved=solved)


def seed_from(typed: str) -> int:
    """A seed as it was typed."""
    if not (typed.strip().isascii() and typed.strip().isdigit() and len(typed.strip()) <= 10):
        raise Refuse("seed_unread")
    return int(typed)


def preview(
    request: HttpRequest, stage: ReviewStage, pairs: Collection[Pair], *, how: str, seed: int | None = None,
    solved: Solved | None = None, problems: object = None,
) -> HttpResponse:  # fmt: skip
    """What an assignment would change, and a button that applies exactly this."""
    change = change_of(stage, pairs)
    new, kept, gone = change.counts
    of_units: dict[str, str] = {}
    for expert, unit in sorted(pairs):
        of_units[unit] = f"{of_units[unit]} {expert}" if unit in of_units else expert
    token = dumps({"of": of_units, "how": how, "seed": seed, "now": state_of(stage)}, salt=salt(request, stage),
                  compress=True)  # fmt: skip
    context = {
        "round": stage.round, "stage": stage, "title": title_of(stage), "token": token, "how": how, "seed": seed,
        "new": new, "kept": kept, "gone": gone, "loads": change.loads,
        "lines": [one for one in change.lines if one.new or one.gone], "answer": solved.answer if solved else None,
        "terms": terms(solved) if solved else [], "problems": problems,
        "short": [one for one in change.lines if len(one.kept) + len(one.new) < ground_of(stage).reviewers],
    }  # fmt: skip
    return render(request, "review/preview.html", context)


def terms(solved: Solved) -> list[tuple[Message, object, int]]:
    """Each term of the objective as it is now and as it would be; what is nowhere is left out."""
    if isinstance(solved.answer, Impossible):
        return []
    return [(TERMS[name], solved.terms_now.get(name), value) for name, value in solved.answer.terms.items()
            if name in TERMS]  # fmt: skip


def state_of(stage: ReviewStage) -> str:
    """Changes whenever the assignment does."""
    rows = stage.sheets.filter(aside_at=None).order_by("panellist_id", "filing_id")
    text = ";".join(f"{seat},{filing},{pinned}" for seat, filing, pinned in
                    rows.values_list("panellist_id", "filing_id", "pinned"))  # fmt: skip
    return sha256(f"{stage.state};{text}".encode()).hexdigest()[:20]


def salt(request: HttpRequest, stage: ReviewStage) -> str:
    """What a preview is bound to: this person, this stage."""
    return f"assignment:{own_account(request).pk}:{stage.pk}"


def apply_act(request: HttpRequest, stage: ReviewStage) -> HttpResponse:
    """Apply a preview, unless the assignment changed since."""
    try:
        try:
            kept = loads(request.POST.get("preview", ""), salt=salt(request, stage), max_age=FRESH)
        except BadSignature as error:
            raise Refuse("preview_old") from error
        if kept["now"] != state_of(stage):
            raise Refuse("assignment_moved")
        pairs = [(expert, unit) for unit, experts in kept["of"].items() for expert in experts.split()]
        counts = assign_stage(acting(request), stage, keys_of(stage, pairs), how=kept["how"], seed=kept["seed"])
    except Refuse as error:
        what, mend = refusal_words(error.refusal)
        told(request, M("{what} {mend}", what=what, mend=mend), "bad")
        return seen(reverse("assignment", args=[stage.round.key, stage.key]))
    told(request, M("Assigned: {new} new, {kept} kept, {gone} gone.", **counts))
    return seen(reverse("assignment", args=[stage.round.key, stage.key]))


def import_page(request: HttpRequest, stage: ReviewStage) -> HttpResponse:
    """Read an assignment from Excel; with any error nothing is taken and every problem is listed."""
    context = {"round": stage.round, "stage": stage, "title": title_of(stage)}
    if request.method == "GET":
        return render(request, "review/assignment_import.html", context)
    book = received(request, "assignment")
    pairs, problems = pairs_of(stage, book)
    if problems:
        return render(request, "review/assignment_import.html", context | {"problems": problems}, status=422)
    if wrong := [(one, WRONG_PAIRS[one.code]) for one in wrong_pairs(stage, keys_of(stage, pairs))]:
        return render(request, "review/assignment_import.html", context | {"wrong": wrong}, status=422)
    return preview(request, stage, pairs, how="imported")


def received(request: HttpRequest, kind: Kind) -> ReviewFile:
    """The file that was sent, read in the child process and removed."""
    file = request.FILES.get("file")
    if file is None or not file.size:
        raise Refuse("file_empty")
    if file.size > LARGEST:
        raise Refuse("file_too_large", limit="10 MB")
    ending = Path(file.name or "").suffix.lower()
    path = Path(
        settings.FILES, "imports", secrets.token_hex(16) + (ending if ending in (".xlsx", ".csv") else ".other")
    )
    append(path, file.chunks(CHUNK), 0, LARGEST)
    try:
        return read_file(kind, path)
    finally:
        path.unlink(missing_ok=True)

"""Solving an assignment or taking one over from Excel: first what it would change, then all of it at once.

What was previewed goes along in the page, signed, so that exactly that is applied and nothing newer or older.
"""

from __future__ import annotations

import secrets
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.signing import BadSignature, dumps, loads
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone

from huoyue.core.message import M, Message, Title
from huoyue.core.problem import Problem
from huoyue.core.review.assignment import Assignment, Impossible
from huoyue.core.review.assignment.model import Pair
from huoyue.server.asking import acting, own_account
from huoyue.server.models import ReviewStage
from huoyue.server.operations.journal import Refuse
from huoyue.server.operations.reading_limits import plain
from huoyue.server.operations.review_assignment import assign_stage, wrong_pairs
from huoyue.server.operations.review_assignment_import import pairs_of
from huoyue.server.operations.review_reading import Kind, ReviewFile, read_file
from huoyue.server.operations.review_solving import Solved, change_of, ground_of, keys_of, solve, state_of
from huoyue.server.operations.solving import ask_solving, cancel_solving, is_large
from huoyue.server.operations.storage import CHUNK, append
from huoyue.server.queries.review_progress import title_of
from huoyue.server.queries.solving import StageJob
from huoyue.server.saying import current_language
from huoyue.server.views.chasing import seen, told
from huoyue.server.wording import refusal_words
from huoyue.server.wording.documents import JOB_TAGS
from huoyue.server.wording.review_panel import SOLVING_STATES, TERMS, WRONG_PAIRS

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
        if is_large(stage, everybody=context["everybody"]):
            job = ask_solving(acting(request), stage, seed=seed, keep=context["keep"], everybody=context["everybody"])
            return seen(reverse("assignment_solving", args=[stage.round.key, stage.key, job.uid]))
        solved = solve(stage, seed=seed, keep=context["keep"], everybody=context["everybody"])
    except Refuse as error:
        context["refused"] = refusal_words(error.refusal)
        return render(request, "review/solve.html", context, status=409)
    if isinstance(solved.answer, Impossible):
        context["reasons"] = solved.answer.reasons
        return render(request, "review/solve.html", context, status=422)
    return preview(request, stage, solved.answer.pairs, how="solved", seed=seed, found=found_by(solved, solved.answer))


def seed_from(typed: str) -> int:
    """A seed as it was typed."""
    if not (typed.strip().isascii() and typed.strip().isdigit() and len(typed.strip()) <= 10):
        raise Refuse("seed_unread")
    return int(typed)


@dataclass(frozen=True)
class Found:
    """What is known of an assignment that was solved, as its preview shows it."""

    proved: bool
    gap: int
    objective: int
    notes: Sequence[Message | Title]
    terms: Mapping[str, int]
    terms_now: Mapping[str, int]

    @property
    def weighed(self) -> list[tuple[Message, int | None, int]]:
        """Each term of the objective as it is now and as it would be; what is nowhere is left out."""
        return [(TERMS[name], self.terms_now.get(name), value) for name, value in self.terms.items() if name in TERMS]


def found_by(solved: Solved, answer: Assignment) -> Found:
    """What was solved while one waited."""
    return Found(answer.proved, answer.gap, answer.objective, answer.notes, answer.terms, solved.terms_now)


def solving_page(request: HttpRequest, found: StageJob) -> HttpResponse:
    """How far the work is; once it is done, what it would change."""
    stage, job = found.stage, found.job
    if job.state == "done" and not request.headers.get("HX-Request"):
        kept = job.result
        notes = [Title(**one) for one in kept["notes"]]
        known = Found(kept["proved"], kept["gap"], kept["objective"], notes, kept["terms"], kept["terms_now"])
        pairs = [(expert, unit) for expert, unit in kept["pairs"]]
        return preview(request, stage, pairs, how="solved", seed=job.options["seed"], found=known,
                       now=job.options["state"])  # fmt: skip
    context = {
        "round": stage.round, "stage": stage, "title": title_of(stage), "job": job, "state": SOLVING_STATES[job.state],
        "tag": JOB_TAGS[job.state], "alive": job.state in ("waiting", "running"), "seed": str(job.options["seed"]),
        "seconds": int((timezone.now() - job.started_at).total_seconds()) if job.started_at else 0,
        "problems": [one[current_language()] for one in job.problems],
    }  # fmt: skip
    return render(request, "review/solving.html", context)


def cancel_act(request: HttpRequest, found: StageJob) -> HttpResponse:
    """Cancel the work; what ended meanwhile stays as it ended."""
    try:
        cancel_solving(acting(request), found.job)
    except Refuse as error:
        what, mend = refusal_words(error.refusal)
        told(request, M("{what} {mend}", what=what, mend=mend), "bad")
    else:
        told(request, M("The work is cancelled."))
    return seen(reverse("assignment_solving", args=[found.stage.round.key, found.stage.key, found.job.uid]))


def preview(
    request: HttpRequest, stage: ReviewStage, pairs: Collection[Pair], *, how: str, seed: int | None = None,
    found: Found | None = None, now: str = "",
) -> HttpResponse:  # fmt: skip
    """What an assignment would change, and a button that applies exactly this, unless it changed since `now`."""
    change = change_of(stage, pairs)
    new, kept, gone = change.counts
    of_units: dict[str, str] = {}
    for expert, unit in sorted(pairs):
        of_units[unit] = f"{of_units[unit]} {expert}" if unit in of_units else expert
    token = dumps({"of": of_units, "how": how, "seed": seed, "now": now or state_of(stage)},
                  salt=salt(request, stage), compress=True)  # fmt: skip
    context = {
        "round": stage.round, "stage": stage, "title": title_of(stage), "token": token, "how": how, "seed": seed,
        "new": new, "kept": kept, "gone": gone, "loads": change.loads,
        "lines": [one for one in change.lines if one.new or one.gone], "answer": found,
        "terms": found.weighed if found else [], "moved": bool(now) and now != state_of(stage),
        "short": [one for one in change.lines if len(one.kept) + len(one.new) < ground_of(stage).reviewers],
    }  # fmt: skip
    return render(request, "review/preview.html", context)


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
        return unread(Refuse("file_empty"))
    if file.size > LARGEST:
        return unread(Refuse("file_too_large", limit="10 MB"))
    ending = Path(file.name or "").suffix.lower()
    path = Path(
        settings.FILES, "imports", secrets.token_hex(16) + (ending if ending in (".xlsx", ".csv") else ".other")
    )
    append(path, file.chunks(CHUNK), 0, LARGEST)
    try:
        return read_file(kind, path)
    finally:
        path.unlink(missing_ok=True)


def unread(refused: Refuse) -> ReviewFile:
    """A file that is not read, and why: told where the problems of a file are told."""
    what, mend = refusal_words(refused.refusal)
    return ReviewFile(problems=[plain(Problem(f"file.{refused.refusal.code}", what, mend))])

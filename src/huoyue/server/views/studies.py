"""What if: another scheme tried on a round's snapshot, and the studies saved of it."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse

from huoyue.core.message import M, Message, Title
from huoyue.core.scheme.edits import Control, changed, controls
from huoyue.core.scheme.model import Judged, Scheme
from huoyue.core.scheme.parse import parse_scheme
from huoyue.core.what_if import Move, WhatIf
from huoyue.core.what_if.moves import NOT_EVALUATED
from huoyue.exchange.scheme_file import LARGEST
from huoyue.server.asking import acting
from huoyue.server.models import Frozen, Study
from huoyue.server.operations.journal import Refuse
from huoyue.server.operations.studies import delete_study, keep_study
from huoyue.server.queries.schemes import digest_of_scheme
from huoyue.server.queries.shelf import snapshot_of
from huoyue.server.queries.trying import Tried, summary_of, tried
from huoyue.server.views.chasing import told
from huoyue.server.wording import refusal_words
from huoyue.server.wording.years import CARRIED, MOVES

CAUSES = 4
"""How many causes of a move are named."""
SHIFTED = 200
"""How many alliances are listed that change score or rank within their tier."""
UNREAD = 8
"""How many numbers that cannot be read are named."""
COMPARED = 4
"""How many studies are set side by side at most."""


def what_if_page(request: HttpRequest, frozen: Frozen) -> HttpResponse:
    """Change the round's own scheme, or send another, and see who would move; on "save" keep it as a study."""
    text = snapshot_of(frozen).scheme_text
    if request.method == "GET":
        return _page(request, frozen, text, None)
    refused: Refuse | None = None
    found: Tried | None = None
    try:
        text = _posted(request, text)
        found = tried(frozen, text)
        if request.POST.get("what") == "save" and found.found is not None:
            name, note = request.POST.get("name", ""), request.POST.get("note", "")
            study = keep_study(acting(request), frozen, name, note, text, summary_of(found.found))
            told(request, M("Saved as the study {name}.", name=study.name))
            return HttpResponseRedirect(reverse("study", args=[frozen.round.key, study.pk]), status=303)
    except Refuse as error:
        refused = error
    status = 409 if refused else 422 if found is None or found.found is None else 200
    return _page(request, frozen, text, found, refused=refused, status=status)


def study_page(request: HttpRequest, study: Study) -> HttpResponse:
    """A study: its scheme evaluated again on its snapshot."""
    return _page(request, study.frozen, study.scheme_text, tried(study.frozen, study.scheme_text), study=study)


def delete_act(request: HttpRequest, study: Study) -> HttpResponse:
    """Delete a study."""
    delete_study(acting(request), study)
    told(request, M("The study {name} is deleted.", name=study.name))
    return HttpResponseRedirect(reverse("what_if", args=[study.frozen.round.key]), status=303)


def scheme_file(request: HttpRequest, study: Study) -> HttpResponse:
    """The scheme of a study as a file, from which the next round can be made."""
    del request
    answer = HttpResponse(study.scheme_text, content_type="application/yaml; charset=utf-8")
    answer.headers["Content-Disposition"] = f'attachment; filename="study-{study.pk}.yaml"'
    return answer


def compare_page(request: HttpRequest, frozen: Frozen) -> HttpResponse:
    """Studies side by side: tiers, and every alliance that any of them puts into another tier."""
    numbers = [int(typed) for typed in request.GET.getlist("study") if typed.isascii() and typed.isdigit()][:COMPARED]
    studies = list(Study.objects.filter(frozen__round=frozen.round, pk__in=numbers).select_related("frozen__round"))
    tries = [(study, tried(study.frozen, study.scheme_text).found) for study in studies]
    found = [(study, one) for study, one in tries if one is not None]
    titles = _titles([one for _, one in found])
    by_study = [{move.unit: move for move in one.moves} for _, one in found]
    moved = {move.unit: move for _, one in reversed(found) for move in one.moves if move.moved}
    names = list(dict.fromkeys(name for _, one in found for name in (*one.tiers_before, *one.tiers_now)))
    context = {
        "round": frozen.round, "studies": [study for study, _ in found],
        "rows": [(move, titles.get(move.before.tier or NOT_EVALUATED),
                  [_told(moves.get(unit), titles) for moves in by_study]) for unit, move in sorted(moved.items())],
        "tiers": [(titles.get(name, name), found[0][1].tiers_before.get(name, 0) if found else 0,
                   [one.tiers_now.get(name, 0) for _, one in found]) for name in names],
    }  # fmt: skip
    return render(request, "years/studies.html", context)


def _told(move: Move | None, titles: dict[str, Any]) -> tuple[Any, bool, int | None]:
    """The tier by a study, whether it is another one, and the score."""
    if move is None:
        return "", False, None
    return titles.get(move.now.tier or NOT_EVALUATED), move.moved, move.now.score


def _posted(request: HttpRequest, own: str) -> str:
    """The scheme's text as sent: a file, else the text; with the numbers that were changed in the form."""
    file = request.FILES.get("file")
    text = _from_file(file) if file else request.POST.get("scheme_text", "").replace("\r\n", "\n") or own
    if file or request.POST.get("base", "") not in ("", _mark(text)):
        return text  # another text than the one whose numbers the form showed
    scheme = parse_scheme(text, "scheme.yaml").scheme
    values, unread = {}, []
    for control in controls(scheme, text) if scheme is not None else []:
        sent = request.POST.get(f"v-{control.name}", "").strip()
        typed = _decimal(sent)
        if typed is None and sent:
            unread.append(sent[:40])
        elif typed is not None and typed != control.value:
            values[control.path] = typed
    if unread:
        raise Refuse("study_numbers", typed=" / ".join(unread[:UNREAD]))
    return changed(text, values) if values else text


def _mark(text: str) -> str:
    """Tells whether a text is still the one whose numbers a form showed."""
    return digest_of_scheme(text)[:16]


def _from_file(file: UploadedFile) -> str:
    if (file.size or 0) > LARGEST:
        raise Refuse("file_too_large", limit=f"{LARGEST // 1000} KB")
    try:
        return str(file.read().decode("utf-8-sig")).replace("\r\n", "\n")
    except UnicodeDecodeError as error:
        raise Refuse("scheme_not_text") from error


def _decimal(typed: str) -> Decimal | None:
    try:
        value = Decimal(typed.strip())
    except InvalidOperation:
        return None
    return value if value.is_finite() and abs(value) < 10**12 else None


@dataclass(frozen=True)
class Group:
    """An indicator in the form: its points, and the thresholds of its standard if it is not judged."""

    title: Title
    points: Control | None
    thresholds: list[Control]
    judged: bool


def _groups(scheme: Scheme, found: list[Control]) -> list[Group]:
    owners = list(dict.fromkeys(control.owner for control in found if control.kind != "border"))
    groups = []
    for owner in owners:
        own = [control for control in found if control.owner == owner and control.kind != "border"]
        points = next((control for control in own if control.kind == "points"), None)
        thresholds = [control for control in own if control.kind == "threshold"]
        judged = isinstance(scheme.indicator(owner).standard, Judged)
        groups.append(Group(own[0].title, points, thresholds, judged))
    return groups


def _page(
    request: HttpRequest,
    frozen: Frozen,
    text: str,
    made: Tried | None,
    *,
    study: Study | None = None,
    refused: Refuse | None = None,
    status: int = 200,
) -> HttpResponse:
    scheme = parse_scheme(text, "scheme.yaml").scheme
    offered = controls(scheme, text) if scheme is not None else []
    groups = _groups(scheme, offered) if scheme is not None else []
    context: dict[str, Any] = {
        "round": frozen.round, "frozen": frozen, "study": study, "text": text, "base": _mark(text),
        "borders": [control for control in offered if control.kind == "border"], "groups": groups,
        "problems": made.problems if made else [], "found": made.found if made else None,
        "refused": refusal_words(refused.refusal) if refused else None,
        "studies": Study.objects.filter(frozen__round=frozen.round).select_related("frozen", "by"),
        "typed": {name: request.POST.get(name, "") for name in ("name", "note")},
        "numbers": {name[2:]: sent for name, sent in request.POST.items() if name[:2] == "v-"} if refused else {},
    }  # fmt: skip
    if made is not None and made.found is not None:
        context |= _outcome(made.found)
    return render(request, "years/what_if.html", context, status=status)


def _titles(found: list[WhatIf]) -> dict[str, Any]:
    """What tiers are called: this round's word first."""
    titles: dict[str, Any] = {}
    for one in found:
        titles = {tier.id: tier.title for tier in one.other.tiers} | titles
        titles |= {tier.id: tier.title for tier in one.scheme.tiers}
    return titles | {NOT_EVALUATED: M("Not evaluated")}


def _outcome(found: WhatIf) -> dict[str, Any]:
    """What the page shows of an evaluation."""
    titles = _titles([found])
    names = list(dict.fromkeys((*found.tiers_before, *found.tiers_now)))
    befores = [name for name in names if name in found.tiers_before]
    nows = [name for name in names if name in found.tiers_now]
    shifted = [move for move in found.moves if not move.moved and _differs(move)]
    return {
        "moved": [_row(found, move, titles) for move in found.moved],
        "shifted": [_row(found, move, titles) for move in shifted[:SHIFTED]], "shifted_count": len(shifted),
        "same_count": len(found.moves) - len(shifted) - len(found.moved),
        "tiers": [(titles.get(name, name), found.tiers_before.get(name, 0), found.tiers_now.get(name, 0))
                  for name in names],
        "matrix_heads": [titles.get(name, name) for name in nows],
        "matrix": [(titles.get(old, old), [(found.matrix.get((old, new), 0), old == new) for new in nows])
                   for old in befores],
        "carried": _carried(found), "changes": found.comparison.changes[:100],
        "more_changes": max(0, len(found.comparison.changes) - 100),
        "totals": (found.scheme.points, found.other.points),
    }  # fmt: skip


def _differs(move: Move) -> bool:
    return (move.before.score, move.before.rank) != (move.now.score, move.now.rank)


def _row(found: WhatIf, move: Move, titles: dict[str, Any]) -> dict[str, Any]:
    """One alliance as the table shows it."""
    named = {one.id: one.title for scheme in (found.scheme, found.other) for one in scheme.indicators}
    causes = [(named[cause.indicator], cause) for cause in move.causes[:CAUSES]]
    return {
        "move": move, "kind": MOVES[move.kind], "causes": causes, "more": max(0, len(move.causes) - CAUSES),
        "tiers": [titles.get(one.tier or NOT_EVALUATED) for one in (move.before, move.now)],
    }  # fmt: skip


def _carried(found: WhatIf) -> list[tuple[Message, list[Title]]]:
    """What became of points that people gave, by kind, with the indicators; what is kept as it was is not told."""
    titles = {one.id: one.title for one in found.other.indicators}
    kinds = ("share", "aside", "none")
    groups = {kind: [titles[name] for name, fate in found.carried.fates.items() if fate == kind] for kind in kinds}
    return [(CARRIED[kind], names) for kind, names in groups.items() if names]

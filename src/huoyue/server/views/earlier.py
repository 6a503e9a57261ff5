"""Results of earlier years: the list, taking over a file of them, correcting one."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.timezone import localdate

from huoyue.core.filing.values import folded, read_number
from huoyue.core.message import M, Message, Title
from huoyue.core.phrase import day
from huoyue.core.scheme.bands import tiers_from_top
from huoyue.core.scheme.model import FieldSpec
from huoyue.server.asking import acting, reader
from huoyue.server.models import EarlierImport, EarlierResult
from huoyue.server.operations.earlier import LEFT_OUT, Chosen, apply_earlier, correct_earlier, keep_earlier
from huoyue.server.operations.earlier import remove_earlier as remove
from huoyue.server.operations.earlier_reading import read_earlier
from huoyue.server.operations.journal import Refuse
from huoyue.server.operations.sent_books import sent_book
from huoyue.server.queries.doors import ABSENT
from huoyue.server.queries.earlier import (
    Book,
    Certainty,
    Kept,
    Match,
    book_of,
    chosen_code,
    fates,
    matched,
    periods_of,
    tier_words,
    visible_earlier,
)
from huoyue.server.queries.outcomes import plain_period
from huoyue.server.queries.register import register_scheme
from huoyue.server.queries.years import overruled
from huoyue.server.views.chasing import told
from huoyue.server.wording import refusal_words
from huoyue.server.wording.years import BASES, FATES, HOWS

SHOWN = 100
TYPED = {"period": 60, "document": 200, "number": 60, "dated": 10}
"""What is typed beside a list, and how long each may be."""
SCORE = FieldSpec(id="x", title=Title(zh="", en=""), type="decimal", decimals=2, at_least=0, at_most=1000)


def earlier_page(request: HttpRequest) -> HttpResponse:
    """Results of earlier years as they were published, by period and name; what a frozen round says instead is said."""
    person = reader(request)
    chosen = {"period": request.GET.get("period", "").strip(), "query": request.GET.get("q", "").strip()}
    page = Paginator(visible_earlier(person, **chosen), SHOWN).get_page(request.GET.get("page"))
    titles = {tier.id: tier.title for tier in register_scheme().tiers}
    held = overruled(person)
    periods = visible_earlier(person).order_by("-period").values_list("period", flat=True).distinct()
    rows = [(one, titles.get(one.tier, one.tier), BASES.get(one.basis, one.basis),
             (one.alliance.code, plain_period(one.period)) in held) for one in page.object_list]  # fmt: skip
    context = {"page": page, "rows": rows, "periods": list(periods), "chosen": chosen}
    return render(request, "years/earlier.html", context)


def import_page(request: HttpRequest) -> HttpResponse:
    """Send a list with its period and the document it stands in; with any error nothing is kept, all is listed."""
    typed = {name: request.POST.get(name, "").strip()[:most] for name, most in TYPED.items()}
    if request.method == "GET":
        return render(request, "years/earlier_import.html", {"typed": typed})
    file = request.FILES.get("file")
    name = (file.name if file else "") or ""
    try:
        source = source_of(typed)
        with sent_book(file) as path:
            book = read_earlier(path)
    except Refuse as refused:
        context: dict[str, Any] = {"refused": refusal_words(refused.refusal), "typed": typed}
        return render(request, "years/earlier_import.html", context, status=422)
    if not book.usable:
        context = {"problems": book.problems, "file_name": name, "typed": typed}
        return render(request, "years/earlier_import.html", context, status=422)
    period = plain_period(typed["period"])
    kept = keep_earlier(acting(request), name, period, source, book.rows, book.problems)
    return HttpResponseRedirect(reverse("earlier_preview", args=[kept.pk]), status=303)


def source_of(typed: Mapping[str, str]) -> str:
    """The document as it is kept and shown: its name, its number if it has one, its day."""
    if not (typed["period"] and typed["document"] and typed["dated"]):
        raise Refuse("earlier_blank")
    try:
        dated = date.fromisoformat(typed["dated"])
    except ValueError as error:
        raise Refuse("earlier_day") from error
    if dated > localdate():
        raise Refuse("earlier_day")
    return "，".join(part for part in (typed["document"], typed["number"], day(dated, "zh")) if part)


@dataclass
class Line:
    """A row of the preview: what the list says, what it may mean, what was chosen, and what becomes of it."""

    number: int
    row: dict[str, Any]
    period: str
    match: Match
    hows: list[tuple[str, str, Message]]
    chosen: str = ""
    typed: str = ""
    fate: Kept | None = None
    title: object = ""

    @property
    def word(self) -> Message | None:
        """What becomes of it, in words."""
        return FATES[self.fate.state] if self.fate else FATES["left"] if self.chosen == LEFT_OUT else None


def preview_page(request: HttpRequest, number: int) -> HttpResponse:
    """Every name with what it may mean; those that are not sure wait for a choice. Then all of it is taken over."""
    kept = EarlierImport.objects.filter(pk=number, by=reader(request).account).first()
    if kept is None:
        raise Refuse(ABSENT.code)
    scheme = register_scheme()
    book, refused = book_of(scheme), None
    words = _meanings(request, kept, tier_words(scheme))
    lines = _lines(request, kept, book)
    if request.method == "POST" and request.POST.get("what") == "apply":
        try:
            counts = apply_earlier(acting(request), kept, Chosen([line.chosen for line in lines], words))
            message = M("{new} new, {correction} corrected, {same} unchanged, {left} left out.", **counts)
            told(request, message)
            return HttpResponseRedirect(reverse("earlier"), status=303)
        except Refuse as error:
            refused = error
    _tell_fates(lines, words, {tier.id: tier.title for tier in scheme.tiers})
    counted = Counter(line.match.certainty for line in lines)
    known = tier_words(scheme)
    context = {
        "kept": kept, "problems": kept.rows["problems"], "tiers": tiers_from_top(scheme),
        "unsure": [line for line in lines if line.match.certainty != "sure"],
        "sure": [line for line in lines if line.match.certainty == "sure"],
        "counts": [(title, counted[name]) for name, title in CERTAINTIES.items()],
        "fates": [(FATES[name], n) for name, n in _counted_fates(lines).items()],
        "words": [(n, word, words.get(word, "")) for n, word in enumerate(_words(kept)) if folded(word) not in known],
        "alliances": book.alliances.items(), "left_out": LEFT_OUT,
        "refused": refusal_words(refused.refusal) if refused else None,
    }  # fmt: skip
    return render(request, "years/earlier_preview.html", context, status=409 if refused else 200)


CERTAINTIES: dict[Certainty, Message] = {
    "sure": M("matched by rule"),
    "likely": M("to be confirmed"),
    "none": M("without a match"),
}


def _words(kept: EarlierImport) -> list[str]:
    """The words for tiers in the file, in order."""
    return list(dict.fromkeys(row["tier"] for row in kept.rows["rows"] if row["tier"]))


def _meanings(request: HttpRequest, kept: EarlierImport, known: dict[str, str]) -> dict[str, str]:
    """What each word for a tier means: by rule, or as was chosen."""
    chosen = {word: request.POST.get(f"tier-{n}", "") for n, word in enumerate(_words(kept))}
    ids = set(known.values())
    return {word: known.get(folded(word)) or (tier if tier in ids else "") for word, tier in chosen.items()}


def _lines(request: HttpRequest, kept: EarlierImport, book: Book) -> list[Line]:
    """The rows matched, with what was chosen for those that are not sure."""
    rows = kept.rows["rows"]
    lines = []
    for number, (row, period) in enumerate(zip(rows, periods_of(rows, kept.period), strict=True)):
        match = matched(book, row["name"], period)
        line = Line(number, row, period, match, [(one.code, one.name, HOWS[one.how]) for one in match.candidates])
        if match.certainty == "sure":
            line.chosen = match.candidates[0].code
        else:
            line.typed = request.POST.get(f"other-{number}", "").strip()
            line.chosen = _choice(request, line, book)
        lines.append(line)
    return lines


def _choice(request: HttpRequest, line: Line, book: Book) -> str:
    """The alliance chosen for a line: what was typed counts before what was picked; "" while nothing is certain."""
    if line.typed:
        return chosen_code(book, line.typed) or ""
    picked = request.POST.get(f"row-{line.number}", "")
    if picked == LEFT_OUT or picked in book.alliances:
        return picked
    return LEFT_OUT if request.POST.get("rest") and line.match.certainty == "none" else ""


def _tell_fates(lines: list[Line], words: dict[str, str], titles: dict[str, Title]) -> None:
    """Say for each line that means an alliance what becomes of it."""
    meant = [line for line in lines if line.chosen and line.chosen != LEFT_OUT]
    found = fates([(line.chosen, line.period, line.row["score"], words.get(line.row["tier"], "")) for line in meant])
    for line, fate in zip(meant, found, strict=True):
        line.fate = fate
    for line in lines:
        tier = words.get(line.row["tier"], "")
        line.title = titles.get(tier, tier) or line.row["tier"]


def _counted_fates(lines: list[Line]) -> dict[str, int]:
    found = Counter(line.fate.state for line in lines if line.fate)
    return {"new": found["new"], "correction": found["correction"], "same": found["same"]}


def one_page(request: HttpRequest, result: EarlierResult) -> HttpResponse:
    """One result: correct it, or take it away; both with a reason."""
    refused: Refuse | None = None
    scheme = register_scheme()
    typed = {"score": "" if result.score is None else f"{result.score / 100:g}", "tier": result.tier, "reason": ""}
    if request.method == "POST":
        typed = {name: request.POST.get(name, "").strip()[:500] for name in typed}
        try:
            if request.POST.get("what") == "remove":
                remove(acting(request), result, typed["reason"])
                told(request, M("The result is not kept any more."))
            else:
                correct_earlier(acting(request), result, _score(typed["score"]), typed["tier"], typed["reason"])
                told(request, M("Corrected."))
            return HttpResponseRedirect(reverse("earlier"), status=303)
        except Refuse as error:
            refused = error
    context = {
        "result": result, "typed": typed, "tiers": tiers_from_top(scheme), "basis": BASES.get(result.basis),
        "refused": refusal_words(refused.refusal) if refused else None,
    }  # fmt: skip
    return render(request, "years/earlier_one.html", context, status=422 if refused else 200)


def _score(text: str) -> int | None:
    """A typed score in hundredths; None where there is none."""
    if not text:
        return None
    found = read_number(SCORE, text)
    if found.code is not None or not isinstance(found.value, int):
        raise Refuse("earlier_score")
    return found.value

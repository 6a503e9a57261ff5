"""Taking over a file of the register: send it, look at what it would change, take it over."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse

from huoyue.core.message import M
from huoyue.core.scheme.model import Named
from huoyue.schemes import EXAMPLE, builtin
from huoyue.server.asking import acting, reader
from huoyue.server.models import RegisterImport, Round
from huoyue.server.operations.journal import Refuse
from huoyue.server.operations.register_import import apply_import, keep_preview, planned
from huoyue.server.operations.register_reading import read_register
from huoyue.server.operations.sent_books import sent_book
from huoyue.server.queries.doors import ABSENT
from huoyue.server.queries.register import register_scheme
from huoyue.server.saying import said
from huoyue.server.wording import refusal_words
from huoyue.server.wording.register import COLUMNS, KINDS


def scheme_text() -> str:
    """The text of the scheme whose batches and fields the register has."""
    newest = Round.objects.order_by("practice", "-created_at").first()
    return newest.scheme_text if newest else builtin()[EXAMPLE].read_text(encoding="utf-8")


def import_page(request: HttpRequest) -> HttpResponse:
    """Send a file; with any error nothing is kept and every problem is listed."""
    if request.method == "GET":
        return render(request, "register/import.html")
    file = request.FILES.get("file")
    name = (file.name if file else "") or ""
    try:
        with sent_book(file) as path:
            book = read_register(scheme_text(), path)
    except Refuse as refused:
        context = {"refused": refusal_words(refused.refusal)}
        return render(request, "register/import.html", context, status=422)
    if not book.usable:
        return render(request, "register/import.html", {"problems": book.problems, "file_name": name}, status=422)
    kept = keep_preview(acting(request), name, book.rows, book.problems)
    return HttpResponseRedirect(reverse("register_preview", args=[kept.pk]), status=303)


def listed_entries() -> dict[str, Sequence[Named]]:
    """The columns whose codes have titles."""
    scheme = register_scheme()
    return {"batch": scheme.batches, "industry": scheme.industries, "status": scheme.statuses}


def preview_page(request: HttpRequest, number: int) -> HttpResponse:
    """What the file would add, change, rename or leave; then take it over."""
    kept = RegisterImport.objects.filter(pk=number, by=reader(request).account).first()
    if kept is None:
        raise Refuse(ABSENT.code)
    refused: Refuse | None = None
    if request.method == "POST":
        try:
            counts = apply_import(acting(request), kept)
            told = M("{added} added, {changed} changed, {renamed} renamed, {same} unchanged.", **counts)
            messages.success(request, said(told), extra_tags="good")
            return HttpResponseRedirect(reverse("register"), status=303)
        except Refuse as error:
            refused = error
    plans = planned(kept.rows["rows"])
    counts = Counter(plan.kind for plan in plans)
    titles = {name: {one.id: one.title for one in entries} for name, entries in listed_entries().items()}
    rows = [(plan, KINDS[plan.kind], [(COLUMNS.get(name, name), *(titles.get(name, {}).get(value, value)
                                                                  for value in (old, new)))
                                      for name, old, new in plan.changes])
            for plan in plans if plan.kind != "same"]  # fmt: skip
    context = {
        "kept": kept, "rows": rows[:500], "counts": [(KINDS[kind], counts[kind]) for kind in KINDS],
        "more": max(0, len(rows) - 500), "problems": kept.rows["problems"], "nothing": not rows,
        "unknown": sorted({name for plan in plans for name in plan.warnings}),
        "refused": refusal_words(refused.refusal) if refused else None,
    }  # fmt: skip
    return render(request, "register/preview.html", context, status=409 if refused else 200)

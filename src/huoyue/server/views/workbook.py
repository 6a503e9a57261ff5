"""The workbook: download it filled, send it back, look at what it would change, take it over. And last year's facts."""

from __future__ import annotations

import json
import tempfile
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from secrets import token_hex
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import FileResponse, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse

from huoyue.core.filing.values import read
from huoyue.core.message import M, Title
from huoyue.core.scheme.model import RecordType, Scheme
from huoyue.exchange.workbook import write_template, write_workbook
from huoyue.server.asking import acting, own_account
from huoyue.server.models import Evidence, Filing, Record
from huoyue.server.operations import filing as operations
from huoyue.server.operations.filing import Typed
from huoyue.server.operations.journal import Refuse
from huoyue.server.operations.sent_books import sent_book
from huoyue.server.operations.storage import append
from huoyue.server.operations.workbook_reading import read_workbook
from huoyue.server.queries.compare import content_from, title_of
from huoyue.server.queries.filings import live_evidence, overview_of, own_kinds, section_of
from huoyue.server.queries.matching import Plan, plans_of
from huoyue.server.queries.points import facts_of_one
from huoyue.server.queries.reading import EVIDENCE, Flaw, shown_choice
from huoyue.server.queries.schemes import scheme_of
from huoyue.server.saying import current_language, said
from huoyue.server.views.filing import filing_context
from huoyue.server.wording import refusal_words

MOST_SHOWN = 200
"""Problems, and changed cells, that a preview lists."""


def download(request: HttpRequest, filing: Filing) -> FileResponse:
    """The alliance's workbook, with what is filed so far."""
    context = filing_context(request, filing)
    scheme, lang = context["scheme"], current_language()
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "workbook.xlsx")
        if context["overview"].count:
            facts = facts_of_one(scheme, filing, context["overview"].sections.values())
            write_workbook(scheme, facts, path, lang, unit=filing.alliance.code)
        else:
            write_template(scheme, path, lang, unit=filing.alliance.name)
        stream = path.open("rb")  # the open file outlives its folder
    name = f"{filing.round.key}-{filing.alliance.code}.xlsx"
    return FileResponse(stream, as_attachment=True, filename=name)


def import_page(request: HttpRequest, filing: Filing) -> HttpResponse:
    """Send the workbook, see what it would change, then take it over: beside what is there, or in its place."""
    context = filing_context(request, filing)
    if request.method == "GET":
        return render(request, "filing/workbook.html", context)
    if "take" in request.POST:
        return _take(request, filing)
    file, token, alliance = request.FILES.get("workbook"), token_hex(16), filing.alliance
    names = [alliance.name, *alliance.names.values_list("name", flat=True)]
    try:
        with sent_book(file) as path:
            book = read_workbook(filing.round.scheme_text, path, alliance.code, names)
    except Refuse as refused:
        context["refused"] = refusal_words(refused.refusal)
        return render(request, "filing/workbook.html", context, status=422)
    plans = plans_for(filing, book.rows)
    kept = {"filing": filing.pk, "account": own_account(request).pk, "rows": book.rows, "seen": seen_in(plans)}
    if not book.fatal:
        append(_kept(token), [json.dumps(kept, ensure_ascii=False).encode()], 0, 2**30)
    context |= preview_of(filing, book.rows, plans) | {
        "token": token,
        "file_name": file.name if file else "",
        "book": book,
    }
    return render(request, "filing/workbook.html", context, status=422 if book.fatal else 200)


def _kept(token: str) -> Path:
    return Path(settings.FILES, "imports", f"{token}.json")


@dataclass(frozen=True)
class Brought:
    """What a workbook brings for one section; `gone` and their `files` go if it is put in its place."""

    kind: RecordType
    new: int
    corrected: int
    unchanged: int
    gone: int
    files: int
    errors: int
    missing: int


@dataclass(frozen=True)
class Place:
    """A cell of a row of the workbook: what is wrong with it, or what it held and holds then."""

    kind: RecordType
    row: int
    cell: Title | None
    flaw: Flaw | None = None
    old: str | Title = ""
    new: str | Title = ""


def plans_for(filing: Filing, rows: Sequence[Mapping[str, Any]]) -> list[Plan]:
    """What becomes of the rows of a workbook, for the sections that it has rows of."""
    scheme = scheme_of(filing.round)
    brought = {row["kind"] for row in rows}
    sent = [(scheme.record_type(row["kind"]), row["cells"]) for row in rows]
    return plans_of(scheme, filing, sent, [kind for kind in own_kinds(scheme) if kind.id in brought])


def seen_in(plans: Sequence[Plan]) -> dict[str, int]:
    """The records that were looked at, each with its revision."""
    return {record.uid: record.revision for plan in plans for record in plan.records}


def preview_of(filing: Filing, rows: Sequence[Mapping[str, Any]], plans: Sequence[Plan]) -> dict[str, Any]:
    """What a workbook would change in each section, and what is wrong with its rows once they are there."""
    scheme = scheme_of(filing.round)
    files: dict[str, list[Evidence]] = defaultdict(list)
    for evidence in live_evidence(filing):
        files[evidence.record].append(evidence)
    kinds, flaws, changes = [], [], []
    for plan in plans:
        kind, gone = plan.kind, plan.gone
        meant = {n: fate.cells for n, fate in enumerate(plan.fates)}
        then = [Record(uid=_uid_then(plan, n), kind=kind.id, cells=cells) for n, cells in meant.items()]
        read = section_of(scheme, kind, [*then, *gone], files).rows[: len(then)]
        states = Counter(row.reading.state for row in read)
        new, corrected, unchanged = (plan.count(state) for state in ("new", "corrected", "unchanged"))
        lost = sum(len(files.get(record.uid, ())) for record in gone)
        kinds.append(Brought(kind, new, corrected, unchanged, len(gone), lost, states["error"], states["missing"]))
        for number, fate, row in zip(plan.numbers, plan.fates, read, strict=True):
            place = rows[number]["row"]
            flaws += [Place(kind, place, title_of(kind, flaw.cell), flaw) for flaw in row.reading.flaws]
            before = plan.records[fate.record].cells if fate.record is not None else {}
            changes += [
                Place(kind, place, title_of(kind, name), None, *(_shown(kind, name, c) for c in (before, fate.cells)))
                for name in fate.changed
            ]
    flaws.sort(key=lambda place: place.flaw is not None and place.flaw.missing)
    return {
        "kinds": kinds, "flaws": flaws[:MOST_SHOWN], "more_flaws": max(0, len(flaws) - MOST_SHOWN),
        "changes": changes[:MOST_SHOWN], "more_changes": max(0, len(changes) - MOST_SHOWN),
        "gone": sum(kind.gone for kind in kinds), "lost": sum(kind.files for kind in kinds),
    }  # fmt: skip


def _uid_then(plan: Plan, number: int) -> str:
    """The uid of the record that a row means; that of a new one is of no account here."""
    meant = plan.fates[number].record
    return plan.records[meant].uid if meant is not None else f"new{number}"


def _shown(kind: RecordType, name: str, cells: Mapping[str, str]) -> str | Title:
    """A cell as people read it: a choice by its title."""
    text = cells.get(name, "")
    spec = next((spec for spec in kind.fields if spec.id == name and spec.type == "choice"), None)
    chosen = shown_choice(spec, text) if spec is not None else ""
    return next((option.title for option in spec.options if option.id == chosen), text) if spec is not None else text


def _take(request: HttpRequest, filing: Filing) -> HttpResponse:
    """Take over what was shown before."""
    token = request.POST.get("workbook_token", "")
    path = _kept(token if token.isalnum() and len(token) == 32 else "none")
    if not path.exists():
        raise Refuse("no_upload")
    kept = json.loads(path.read_text(encoding="utf-8"))
    if kept["filing"] != filing.pk or kept["account"] != own_account(request).pk:
        raise Refuse("no_upload")
    kinds = {kind.id: kind for kind in own_kinds(scheme_of(filing.round))}
    rows = [
        (kinds[row["kind"]], Typed(f"{token[:24]}{n:06d}", row["cells"], origin="workbook"))
        for n, row in enumerate(kept["rows"])
        if row["kind"] in kinds
    ]
    doer, seen = acting(request), kept.get("seen", {})
    brought = list({kind.id: kind for kind, _ in rows}.values())
    if request.POST["take"] == "replace":
        taken = operations.replace_sections(doer, filing, brought, rows, seen=seen)
    else:
        taken = operations.add_records(doer, filing, rows, how="workbook", seen=seen)
    path.unlink(missing_ok=True)
    sections = overview_of(filing).sections
    told = M(
        "Workbook taken over: {added} added, {corrected} corrected, {unchanged} unchanged, {removed} removed. "
        "{errors} records of these sections are in error.",
        added=taken.added, corrected=taken.corrected, unchanged=taken.unchanged, removed=taken.removed,
        errors=sum(sections[kind.id].errors for kind in brought),
    )  # fmt: skip
    messages.success(request, said(told), extra_tags="good")
    return HttpResponseRedirect(reverse("filing", args=[filing.round.key, filing.alliance.code]), status=303)


def carry_over_page(request: HttpRequest, filing: Filing) -> HttpResponse:
    """Last round's records as a starting point: each stays marked until somebody confirms it."""
    rows = carried(filing)
    if not rows:
        raise Refuse("nothing_to_carry")
    if request.method == "POST":
        wanted = set(request.POST.getlist("kind"))
        chosen = [(kind, typed) for kind, typed in rows if kind.id in wanted]
        count = operations.add_records(acting(request), filing, chosen, how="carried").added
        told = M("{count} records carried over. Look at each and confirm or delete it.", count=count)
        messages.success(request, said(told), extra_tags="good")
        return HttpResponseRedirect(reverse("filing", args=[filing.round.key, filing.alliance.code]), status=303)
    counts = Counter(kind.id for kind, _ in rows)
    kinds = {kind.id: kind for kind, _ in rows}
    context = {"kinds": [(kinds[name], count) for name, count in counts.items()]}
    return render(request, "filing/carry.html", filing_context(request, filing) | context)


def carried(filing: Filing) -> list[tuple[RecordType, Typed]]:
    """The records of the round before that this round's scheme asks for too. Files stay with the old round."""
    before = (
        Filing.objects.filter(round=filing.round.previous, alliance=filing.alliance).select_related("in_force").first()
    )
    if filing.round.previous is None or before is None or before.in_force is None:
        return []
    scheme = scheme_of(filing.round)
    kinds = {kind.id: kind for kind in own_kinds(scheme)}
    return [
        (kind, Typed(f"c{kept.uid[:28]}", still_true(scheme, kind, kept.cells), origin="carried"))
        for kept in content_from(before.in_force.content).records
        if (kind := kinds.get(kept.kind)) is not None
    ]


def still_true(scheme: Scheme, kind: RecordType, cells: Mapping[str, str]) -> dict[str, str]:
    """A record of the round before without what cannot hold in this one: a day outside its period, and its proof."""
    dated = next((spec for spec in kind.fields if spec.id == kind.dated), None)
    day = read(dated, cells.get(dated.id)).value if dated is not None else None
    if dated is None or not isinstance(day, date) or scheme.period.starts <= day <= scheme.period.ends:
        return dict(cells)
    return {name: text for name, text in cells.items() if name not in (dated.id, EVIDENCE)}

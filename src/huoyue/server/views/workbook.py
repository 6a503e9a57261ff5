"""The workbook: download it filled, send it back, look at what it would change, take it over. And last year's facts."""

from __future__ import annotations

import json
import tempfile
from collections import Counter
from collections.abc import Mapping
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
from huoyue.core.message import M
from huoyue.core.scheme.model import RecordType, Scheme
from huoyue.exchange.workbook import write_template, write_workbook
from huoyue.server.asking import acting, own_account
from huoyue.server.models import Filing
from huoyue.server.operations import filing as operations
from huoyue.server.operations.filing import Typed
from huoyue.server.operations.journal import Refuse
from huoyue.server.operations.storage import CHUNK, append
from huoyue.server.operations.workbook_reading import Workbook, read_workbook
from huoyue.server.queries.compare import content_from
from huoyue.server.queries.filings import own_kinds
from huoyue.server.queries.points import facts_of_one
from huoyue.server.queries.reading import EVIDENCE, read_record
from huoyue.server.queries.schemes import scheme_of
from huoyue.server.saying import current_language, said
from huoyue.server.views.filing import filing_context

LARGEST = 20 * 2**20


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
    file = request.FILES.get("workbook")
    if file is None or not file.size:
        raise Refuse("file_empty")
    if file.size > LARGEST:
        raise Refuse("file_too_large", limit="20 MB")
    ending = Path(file.name or "").suffix.lower()
    token = token_hex(16)
    path = Path(settings.FILES, "imports", f"{token}{ending if ending in ('.xlsx', '.csv') else '.other'}")
    append(path, file.chunks(CHUNK), 0, LARGEST)
    alliance = filing.alliance
    names = [alliance.name, *alliance.names.values_list("name", flat=True)]
    try:
        book = read_workbook(filing.round.scheme_text, path, alliance.code, names)
    finally:
        path.unlink(missing_ok=True)
    kept = {"filing": filing.pk, "account": own_account(request).pk, "rows": book.rows}
    if not book.fatal:
        append(_kept(token), [json.dumps(kept, ensure_ascii=False).encode()], 0, 2**30)
    context |= preview_of(filing, book) | {"token": token, "file_name": file.name, "book": book}
    return render(request, "filing/workbook.html", context, status=422 if book.fatal else 200)


def _kept(token: str) -> Path:
    return Path(settings.FILES, "imports", f"{token}.json")


def preview_of(filing: Filing, book: Workbook) -> dict[str, Any]:
    """How many rows of each kind a workbook brings, and how many of them lack something or are wrong."""
    scheme = scheme_of(filing.round)
    counts: Counter[str] = Counter()
    states: Counter[tuple[str, str]] = Counter()
    for row in book.rows:
        kind = scheme.record_type(row["kind"])
        counts[kind.id] += 1
        states[kind.id, read_record(scheme, kind, row["cells"]).state] += 1
    kinds = [
        (k, counts[k.id], states[k.id, "error"], states[k.id, "missing"]) for k in own_kinds(scheme) if counts[k.id]
    ]
    return {"kinds": kinds}


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
    doer = acting(request)
    if request.POST["take"] == "replace":
        replaced = list({kind.id: kind for kind, _ in rows}.values())
        count = operations.replace_sections(doer, filing, replaced, rows)
    else:
        count = operations.add_records(doer, filing, rows, how="workbook")
    path.unlink(missing_ok=True)
    messages.success(request, said(M("{count} records taken over from the workbook.", count=count)), extra_tags="good")
    return HttpResponseRedirect(reverse("filing", args=[filing.round.key, filing.alliance.code]), status=303)


def carry_over_page(request: HttpRequest, filing: Filing) -> HttpResponse:
    """Last round's records as a starting point: each stays marked until somebody confirms it."""
    rows = carried(filing)
    if not rows:
        raise Refuse("nothing_to_carry")
    if request.method == "POST":
        wanted = set(request.POST.getlist("kind"))
        chosen = [(kind, typed) for kind, typed in rows if kind.id in wanted]
        count = operations.add_records(acting(request), filing, chosen, how="carried")
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

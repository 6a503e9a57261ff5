"""Marking offline: the workbook of a stage's open sheets, and its way back with a look before anything is changed."""

from __future__ import annotations

import json
import tempfile
from pathlib import Path
from secrets import token_hex

from django.conf import settings
from django.contrib import messages
from django.http import FileResponse, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse

from huoyue.core.message import M
from huoyue.exchange.score_sheets import write_score_sheets
from huoyue.server.asking import acting, own_account
from huoyue.server.operations.journal import Acting, Refuse
from huoyue.server.operations.review_sheet_reading import SheetsFile, from_kept, read_sheets
from huoyue.server.operations.review_sheets import Given, save_marks
from huoyue.server.operations.storage import CHUNK, append
from huoyue.server.queries.review import OwnStage
from huoyue.server.queries.review_progress import title_of
from huoyue.server.queries.review_sheet_books import (
    BookPlan,
    SheetPlan,
    heading_of,
    made_for,
    open_sheets,
    plan_of,
    rows_of,
    seen_in,
)
from huoyue.server.queries.schemes import scheme_of
from huoyue.server.saying import current_language, last_moment, said
from huoyue.server.wording import refusal_words

LARGEST = 20 * 2**20


def download(request: HttpRequest, own: OwnStage) -> FileResponse:
    """The expert's open sheets of a stage, with what is marked so far."""
    del request
    lang, sheets = current_language(), open_sheets(own)
    if own.stage.state != "open" or not sheets:
        raise Refuse("nothing_to_mark")
    rows = [row for sheet in sheets for row in rows_of(sheet, lang)]
    until = last_moment(own.stage.due_at, lang, zone=own.round.time_zone) if own.stage.due_at else ""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "sheets.xlsx")
        heading = heading_of(own, title_of(own.stage), lang)
        write_score_sheets(scheme_of(own.round), path, made_for(own), rows, lang, heading=heading, until=until)
        stream = path.open("rb")  # the open file outlives its folder
    return FileResponse(stream, as_attachment=True, filename=f"{own.round.key}-{own.stage.key}-{own.seat.code}.xlsx")


def import_page(request: HttpRequest, own: OwnStage) -> HttpResponse:
    """Download the workbook, send it back, see what it would change, take it over."""
    if request.method == "GET":
        return shown(request, own)
    if "workbook_token" in request.POST:
        return _taken(request, own)
    file = request.FILES.get("workbook")
    if file is None or not file.size:
        return shown(request, own, refused=[("", Refuse("file_empty"))], status=422)
    if file.size > LARGEST:
        return shown(request, own, refused=[("", Refuse("file_too_large", limit="20 MB"))], status=422)
    token = token_hex(16)
    ending = ".xlsx" if Path(file.name or "").suffix.lower() == ".xlsx" else ".other"
    path = Path(settings.FILES, "imports", f"{token}{ending}")
    append(path, file.chunks(CHUNK), 0, LARGEST)
    try:
        book = read_sheets(path)
    finally:
        path.unlink(missing_ok=True)
    plan = plan_of(own, book.made_for, book.rows, book.stood) if book.usable else BookPlan()
    usable = book.usable and not plan.foreign
    if usable:
        kept = book.kept() | {"account": own_account(request).pk, "stage": own.stage.pk, "seen": seen_in(plan)}
        append(_kept(token), [json.dumps(kept, ensure_ascii=False).encode()], 0, 2**30)
    return shown(request, own, book, plan, token=token if usable else "", name=file.name or "",
                 status=200 if usable else 422)  # fmt: skip


def shown(
    request: HttpRequest, own: OwnStage, book: SheetsFile | None = None, plan: BookPlan | None = None, *,
    token: str = "", name: str = "", refused: list[tuple[str, Refuse]] | None = None, status: int = 200,
) -> HttpResponse:  # fmt: skip
    """The page: the two steps, or what a workbook would change."""
    context = {
        "round": own.round, "stage": own.stage, "title": title_of(own.stage), "book": book, "plan": plan,
        "token": token, "file_name": name, "count": len(open_sheets(own)), "open": own.stage.state == "open",
        "refused": [(who, refusal_words(one.refusal)) for who, one in refused or []],
    }  # fmt: skip
    return render(request, "review/sheets_import.html", context, status=status)


def _kept(token: str) -> Path:
    return Path(settings.FILES, "imports", f"{token}.json")


def _taken(request: HttpRequest, own: OwnStage) -> HttpResponse:
    """Take over what was shown before, sheet by sheet; what cannot be taken is said and shown anew."""
    token = request.POST.get("workbook_token", "")
    path = _kept(token if token.isalnum() and len(token) == 32 else "none")
    if not path.exists():
        raise Refuse("no_upload")
    kept = json.loads(path.read_text(encoding="utf-8"))
    if kept.get("stage") != own.stage.pk or kept["account"] != own_account(request).pk:
        raise Refuse("no_upload")
    book, doer = from_kept(kept), acting(request)
    plain = Acting(doer.account, doer.role, doer.at, doer.address)
    count, refused = 0, []
    for one in plan_of(own, book.made_for, book.rows, book.stood).sheets:
        given = given_of(request, one, kept["seen"])
        if not given:
            continue
        try:
            count += save_marks(plain, one.sheet, given, how="workbook")
        except Refuse as refusal:
            refused.append((one.name, refusal))
    if refused:
        plan = plan_of(own, book.made_for, book.rows, book.stood)
        kept["seen"] = seen_in(plan)
        path.write_text(json.dumps(kept, ensure_ascii=False), encoding="utf-8")
        return shown(request, own, book, plan, token=token, refused=refused, status=409)
    path.unlink(missing_ok=True)
    messages.success(request, said(M("Workbook taken over: {count} marks changed.", count=count)), extra_tags="good")
    return HttpResponseRedirect(reverse("seat", args=[own.round.key]), status=303)


def given_of(request: HttpRequest, plan: SheetPlan, seen: dict[str, int]) -> dict[str, Given]:
    """What is to be saved of a sheet: every plain change, and of those changed on both sides the ones chosen."""
    return {
        change.name: Given(change.points, change.reason, change.taken, seen.get(f"{plan.code}|{change.name}", -1))
        for change in plan.changes
        if not change.clash or request.POST.get(f"keep-{plan.code}-{change.name}") == "workbook"
    }

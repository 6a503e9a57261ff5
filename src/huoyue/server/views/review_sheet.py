"""The score sheet: one page to read and mark, a save for scripts, handing in and taking back, the page on paper."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.contrib import messages
from django.db import IntegrityError
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone

from huoyue.core.message import M
from huoyue.core.scheme.model import Scheme, hundredths
from huoyue.server.asking import NOT_OURS, acting
from huoyue.server.models import Event, Mark, Sheet
from huoyue.server.operations import review_sheets as operations
from huoyue.server.operations.journal import Acting, Refuse
from huoyue.server.operations.review_sheets import Given, StaleMark
from huoyue.server.queries.review_seat import StageWork, worklist
from huoyue.server.queries.review_sheet_facts import facts_of_sheet
from huoyue.server.queries.review_sheets import (
    Line,
    as_points,
    by_id,
    flaw_of,
    lines_of,
    marked_in,
    name_in,
    total_of,
)
from huoyue.server.queries.review_stages import rights_of
from huoyue.server.queries.schemes import scheme_of
from huoyue.server.saying import said
from huoyue.server.views.review_posted import changed, clashing, given_from, keep_typed
from huoyue.server.wording import refusal_words


def sheet_page(request: HttpRequest, sheet: Sheet) -> HttpResponse:
    """The sheet. Opening it for the first time begins it; a plain form posts all marks, and may hand in."""
    if request.method == "POST":
        return _posted(request, sheet)
    if sheet.begun_at is None:
        try:
            operations.begin_sheet(acting(request), sheet)
        except Refuse:  # another window began it, or the stage is closed: it is there to read all the same
            sheet.refresh_from_db(fields=["begun_at"])
    return shown(request, sheet, lines_of(sheet))


def shown(
    request: HttpRequest, sheet: Sheet, lines: Sequence[Line], *, refused: Refuse | None = None,
    asked: bool = False, status: int = 200,
) -> HttpResponse:  # fmt: skip
    """The page of a sheet; `asked` lists what stands in the way of handing in."""
    work = work_of(sheet)
    codes = [one.code for one in work.sheets]
    at, code = codes.index(sheet.filing.alliance.code), sheet.filing.alliance.code
    waiting = [one for one in (*work.sheets[at + 1 :], *work.sheets[:at]) if work.is_open and not one.handed_in]
    scheme = scheme_of(sheet.filing.round)
    context = sheet_context(sheet, lines) | {
        "work": work, "own": work.sheets[at], "before": codes[at - 1] if at else "",
        "after": codes[at + 1] if at + 1 < len(codes) else "",
        "waiting": waiting[0] if waiting else None, "place": at + 1, "code": code,
        "sections": facts_of_sheet(sheet, lines, whole=request.GET.get("section", "")[:60]),
        "beyond": as_points(hundredths(scheme.review.reason_beyond)),
        "refused": refusal_words(refused.refusal) if refused else None,
        "clashes": [line for line in lines if line.theirs is not None],
        "flaws": [line for line in lines if line.flaw is not None] if asked else [],
    }  # fmt: skip
    return render(request, "review/sheet.html", context, status=status)


def work_of(sheet: Sheet) -> StageWork:
    """The stage of a sheet with all of the expert's sheets in it."""
    return next(work for work in worklist(sheet.panellist, timezone.now()) if work.stage.pk == sheet.stage_id)


def sheet_context(sheet: Sheet, lines: Sequence[Line]) -> dict[str, Any]:
    """What a sheet shows on the page and on paper."""
    rights = rights_of(sheet.stage)
    return {
        "round": sheet.stage.round, "sheet": sheet, "stage": sheet.stage, "name": name_in(sheet), "rights": rights,
        "scheme": scheme_of(sheet.filing.round), "lines": lines, "seat": sheet.panellist,
        "editable": sheet.stage.state == "open" and sheet.submitted_at is None,
        "total": as_points(total_of(lines)) or "0", "maximum": as_points(sum(line.cell.maximum for line in lines)),
        "marked": marked_in(lines),
    }  # fmt: skip


def _posted(request: HttpRequest, sheet: Sheet) -> HttpResponse:
    """Save what changed, and hand in if that was asked. What could not be saved comes back as it was typed."""
    lines = lines_of(sheet)
    given = given_from(request.POST, lines)
    clashes = clashing(given, by_id(lines))
    try:
        kept = {name: one for name, one in changed(given, by_id(lines)).items() if name not in clashes}
        if kept:
            operations.save_marks(acting(request), sheet, kept, how="form")
    except Refuse as refused:
        keep_typed(lines, given, refused)
        return shown(request, sheet, lines, refused=refused, status=409)
    lines = lines_of(sheet)
    if clashes:
        keep_typed(lines, clashes, None)
        return shown(request, sheet, lines, refused=Refuse("stale"), status=409)
    if request.POST.get("what") != "submit":
        messages.success(request, said(M("Saved. {count} marks changed.", count=len(kept))), extra_tags="good")
        return HttpResponseRedirect(request.path, status=303)
    return _handed_in(request, sheet, lines)


def _handed_in(request: HttpRequest, sheet: Sheet, lines: Sequence[Line]) -> HttpResponse:
    plain = acting(request)
    try:
        operations.submit_sheet(Acting(plain.account, plain.role, plain.at, plain.address), sheet)
    except operations.Flawed as flawed:
        return shown(request, sheet, lines, refused=flawed, asked=True, status=422)
    except Refuse as refused:
        return shown(request, sheet, lines, refused=refused, status=409)
    handed = M("Handed in: {alliance}, {points} points.", alliance=name_in(sheet), points=as_points(total_of(lines)))
    messages.success(request, said(handed), extra_tags="good")
    return HttpResponseRedirect(request.path, status=303)


def take_back_act(request: HttpRequest, sheet: Sheet) -> HttpResponse:
    """Take a sheet back that was handed in."""
    operations.take_back_sheet(acting(request), sheet)
    told = M("Taken back: {alliance}. Hand it in again when you are done.", alliance=name_in(sheet))
    messages.success(request, said(told), extra_tags="good")
    return HttpResponseRedirect(
        reverse("sheet", args=[sheet.stage.round.key, sheet.stage.key, sheet.filing.alliance.code]), status=303
    )


def save_act(request: HttpRequest, sheet: Sheet) -> HttpResponse:
    """Save one mark for a script: {"indicator", "points", "reason", "taken", "revision"} in, what stands now out."""
    doer = acting(request)
    indicator, given = sent(request)
    try:
        mark = operations.save_mark(doer, sheet, indicator, given)
    except (Refuse, IntegrityError) as error:
        if (known := answered_before(doer, sheet, indicator)) is not None:
            return JsonResponse(answer(sheet, known, doer.at))
        if isinstance(error, StaleMark):
            return clashed(sheet, error)
        if isinstance(error, IntegrityError):  # two windows made the first mark at once
            found = Mark.objects.filter(sheet=sheet, indicator=indicator).first()
            if found is None:
                raise
            return clashed(sheet, StaleMark(found))
        raise
    return JsonResponse(answer(sheet, mark, doer.at))


def sent(request: HttpRequest) -> tuple[str, Given]:
    """What a script sent; refuse what no script of ours sends."""
    try:
        body = json.loads(request.body)
        indicator, revision = str(body["indicator"]), int(body.get("revision", 0))
        given = Given(str(body["points"]), str(body.get("reason", "")), body.get("taken") is True, revision)
        (indicator + given.typed + given.reason).encode()  # half a sign is no text
    except NOT_OURS as error:
        raise Refuse("no_indicator") from error
    if not 0 <= revision < 2**31 or "\x00" in given.typed + given.reason:
        raise Refuse("no_indicator")
    return indicator, given


def answered_before(doer: Acting, sheet: Sheet, indicator: str) -> Mark | None:
    """The mark that this very save left when it was sent before and the answer got lost; as it was then."""
    if not doer.token:
        return None
    event = Event.objects.filter(token=doer.token, kind="review.marked", subject=sheet.panellist.code).first()
    after: Mapping[str, Any] = event.after if event is not None else {}
    if event is None or event.round_id != sheet.stage.round_id or after.get("indicator") != indicator:
        return None
    if event.alliance_id != sheet.filing.alliance_id or after.get("stage") != sheet.stage.key:
        return None
    return Mark(sheet=sheet, indicator=indicator, points=after["points"], typed=after["typed"], reason=after["reason"],
                taken=after["taken"], revision=after["revision"], changed_at=event.at)  # fmt: skip


def answer(sheet: Sheet, mark: Mark, at: datetime) -> dict[str, Any]:
    """What a script is told about a save: that it is kept, when, what is wrong with it, and the sums of the sheet."""
    lines = lines_of(sheet)
    line = by_id(lines)[mark.indicator]
    found = flaw_of(scheme_of(sheet.filing.round), line.cell, mark)
    return {
        "saved": True, "indicator": mark.indicator, "revision": mark.revision, "taken": mark.taken,
        "at": clock(sheet, mark.changed_at or at),
        "flaw": said(found.message) if found and found.code != "unmarked" else "",
        "total": as_points(total_of(lines)) or "0", "marked": marked_in(lines),
    }  # fmt: skip


def clock(sheet: Sheet, at: datetime) -> str:
    """The time of a save in the round's time zone."""
    return f"{at.astimezone(ZoneInfo(sheet.stage.round.time_zone)):%H:%M:%S}"


def clashed(sheet: Sheet, clash: StaleMark) -> JsonResponse:
    """The other half of two versions: what stands now, saved by the same person elsewhere."""
    what, mend = refusal_words(clash.refusal)
    now = clash.current
    current = {"revision": now.revision, "points": now.typed or as_points(now.points), "reason": now.reason,
               "taken": now.taken, "at": clock(sheet, now.changed_at)}  # fmt: skip
    body = {"saved": False, "code": "stale", "what": said(what), "mend": said(mend), "current": current}
    return JsonResponse(body, status=409)


def print_page(request: HttpRequest, sheet: Sheet) -> HttpResponse:
    """The sheet on paper; a draft says so until it is handed in."""
    lines = lines_of(sheet)
    scheme: Scheme = scheme_of(sheet.filing.round)
    context = sheet_context(sheet, lines) | {"work": work_of(sheet), "scheme": scheme, "now": timezone.now()}
    return render(request, "review/sheet_print.html", context)

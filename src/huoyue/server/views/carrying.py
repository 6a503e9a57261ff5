"""A round as one file: taken along, and brought in after a look at what that would make."""

from __future__ import annotations

import re
import tempfile
import time
from pathlib import Path
from secrets import token_hex

from django.conf import settings
from django.http import FileResponse, HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse

from huoyue.core.message import M
from huoyue.server.asking import acting, own_account
from huoyue.server.models import Carried, Round
from huoyue.server.operations.carrying import export_round, import_round, planned
from huoyue.server.operations.journal import Refuse
from huoyue.server.operations.storage import CHUNK, append
from huoyue.server.queries.carried_differences import as_csv
from huoyue.server.queries.carrying import stayed
from huoyue.server.views.chasing import told
from huoyue.server.wording import STAGES, refusal_words
from huoyue.server.wording.carrying import CHOICES, KINDS, WHATS

LARGEST = 200 * 2**20
"""What is taken by the browser; larger archives go in by the command."""
KEPT_FOR = 24 * 3600
TOKEN = re.compile(r"[0-9a-f]{32}")


def export_page(request: HttpRequest, round_: Round) -> HttpResponseBase:
    """What is in the archive and what is not; on sending, the archive."""
    if request.method == "GET":
        carried = Carried.objects.filter(round=round_).first()
        return render(request, "carrying/export.html", {"round": round_, "choices": CHOICES, "carried": carried})
    chosen = sorted(set(request.POST.getlist("with")) & set(CHOICES))
    out = tempfile.TemporaryFile(dir=imports())  # noqa: SIM115 - the answer closes it
    try:
        export_round(acting(request), round_, chosen, out)
    except BaseException:
        out.close()
        raise
    out.seek(0)
    name = f"round-{round_.key}.zip"
    return FileResponse(out, as_attachment=True, filename=name, content_type="application/zip")


def import_page(request: HttpRequest) -> HttpResponse:
    """Send an archive; it is kept for a day to be looked at."""
    if request.method == "GET":
        return render(request, "carrying/import.html")
    forget_old()
    file = request.FILES.get("file")
    token = token_hex(16)
    path = kept_at(request, token)
    try:
        if file is None or not file.size:
            raise Refuse("file_empty")
        if file.size > LARGEST:
            raise Refuse("file_too_large", limit="200 MB")
        append(path, file.chunks(CHUNK), 0, LARGEST)
        planned(path)
    except Refuse as refused:
        path.unlink(missing_ok=True)
        context = {"refused": refusal_words(refused.refusal)}
        return render(request, "carrying/import.html", context, status=422)
    return HttpResponseRedirect(reverse("carried_preview", args=[token]), status=303)


def preview_page(request: HttpRequest, file: str) -> HttpResponse:
    """What the archive would make and what it would meet; then bring it in."""
    path = kept_at(request, file)
    if not TOKEN.fullmatch(file) or not path.is_file():
        raise Refuse("absent")
    refused: Refuse | None = None
    if request.method == "POST":
        try:
            accept = request.POST.get("accept") == "1"
            made = import_round(acting(request), path, digest=request.POST.get("digest", ""), accept=accept)
            path.unlink(missing_ok=True)
            told(request, M("The round {key} is here.", key=made.key))
            if stays := stayed(made):
                told(request, M("{count} differences; what stands here stays. The journal names each.", count=stays))
            return HttpResponseRedirect(reverse("round", args=[made.key]), status=303)
        except Refuse as error:
            refused = error
    plan = planned(path)
    if request.GET.get("form") == "csv":
        name = f"differences-{plan.archive.round['key']}.csv"
        return HttpResponse(as_csv(plan.stays), content_type="text/csv; charset=utf-8",
                            headers={"Content-Disposition": f'attachment; filename="{name}"'})  # fmt: skip
    context = {
        "stays": [(KINDS[one.kind], WHATS.get(one.what, one.what), one) for one in plan.stays],
        "plan": plan, "round": plan.archive.round, "stage": STAGES[plan.archive.round["stage"]],
        "differing": [(KINDS[one.kind], one) for one in plan.differing],
        "against": [refusal_words(one.refusal) for one in plan.against],
        "chosen": [CHOICES[name] for name in sorted(plan.archive.chosen)],
        "refused": refusal_words(refused.refusal) if refused else None,
    }  # fmt: skip
    return render(request, "carrying/preview.html", context, status=409 if refused else 200)


def imports() -> Path:
    """Where archives wait on their way in or out."""
    place = Path(settings.FILES, "imports")
    place.mkdir(parents=True, exist_ok=True)
    return place


def kept_at(request: HttpRequest, token: str) -> Path:
    """Where an archive waits that somebody sent: found again by nobody else."""
    return imports() / f"carried-{own_account(request).pk}-{token if TOKEN.fullmatch(token) else 0}.zip"


def forget_old() -> None:
    """Remove archives that nobody brought in."""
    for path in imports().glob("carried-*.zip"):
        if time.time() - path.stat().st_mtime > KEPT_FOR:
            path.unlink(missing_ok=True)

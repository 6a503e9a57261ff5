"""Evidence beside a score sheet: a download, or a picture of the first page. While marking, looking is noted."""

from __future__ import annotations

from django.http import FileResponse, HttpRequest

from huoyue.server.asking import acting
from huoyue.server.models import Evidence, Sheet
from huoyue.server.operations.review_sheets import look_at
from huoyue.server.queries.review_masking import masking_of
from huoyue.server.views import evidence as files


def evidence_file(request: HttpRequest, found: tuple[Sheet, Evidence]) -> FileResponse:
    """The file, as a download. Where the stage hides names, it is not called what the alliance called it."""
    sheet, evidence = found
    _noted(request, sheet, evidence)
    if (masked := masking_of(sheet)).hides:
        evidence.name = masked.file_name(evidence.uid, evidence.kind)
    return files.download(request, evidence)


def evidence_preview(request: HttpRequest, found: tuple[Sheet, Evidence]) -> FileResponse:
    """A small picture of the first page."""
    sheet, evidence = found
    _noted(request, sheet, evidence)
    return files.preview_picture(request, evidence)


def _noted(request: HttpRequest, sheet: Sheet, evidence: Evidence) -> None:
    if sheet.stage.state == "open":
        look_at(acting(request), sheet, evidence)

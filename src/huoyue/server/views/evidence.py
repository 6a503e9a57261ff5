"""Evidence: attaching by form or in parts, downloading, previews."""

from __future__ import annotations

from collections.abc import Iterator
from secrets import token_hex

from django.contrib import messages
from django.core.files.uploadedfile import UploadedFile
from django.http import FileResponse, HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.urls import reverse

from huoyue.core.message import M
from huoyue.server.asking import acting
from huoyue.server.models import Evidence, Filing, Record, Upload
from huoyue.server.operations import evidence as operations
from huoyue.server.operations.journal import Refuse
from huoyue.server.operations.previews import preview
from huoyue.server.operations.storage import CHUNK, append, evidence_path, upload_path
from huoyue.server.queries.kinds import previewable
from huoyue.server.saying import filesize, said, sentences
from huoyue.server.views.downloads import as_download
from huoyue.server.wording import refusal_words

LARGEST_PART = 8 * 2**20


def attach_act(request: HttpRequest, filing: Filing) -> HttpResponse:
    """Attach the files of a plain form to a record."""
    uid = request.POST.get("record", "")[:32]
    files = request.FILES.getlist("files")
    if not files:
        raise Refuse("file_empty")
    refused: list[tuple[str, Refuse]] = []
    for file in files:
        try:
            attach(request, filing, uid, file)
        except Refuse as error:
            refused.append((operations.safe_name(file.name or ""), error))
    if len(refused) == len(files):
        raise refused[0][1]
    attached = M("{count} files attached.", count=len(files) - len(refused))
    messages.success(request, said(attached), extra_tags="good")
    for name, refusal in refused:
        what, mend = refusal_words(refusal.refusal)
        messages.error(request, said(M("{name}: {why}", name=name, why=sentences(what, mend))), extra_tags="bad")
    found = Record.objects.filter(filing=filing, uid=uid).first()
    page, more = ("filing_records", [found.kind]) if found else ("filing", [])
    return HttpResponseRedirect(reverse(page, args=[filing.round.key, filing.alliance.code, *more]), status=303)


def attach(request: HttpRequest, filing: Filing, uid: str, file: UploadedFile) -> Evidence:
    """Keep one file of a form as evidence."""
    operations.check_room(filing, file.size or 0)
    part = upload_path(token_hex(16))
    try:
        append(part, file.chunks(CHUNK), 0, file.size or 0)
        return operations.attach(acting(request), filing, uid, file.name or "", part, operations.examined(part))
    finally:
        part.unlink(missing_ok=True)


def begin_act(request: HttpRequest, filing: Filing) -> HttpResponse:
    """Announce a file that comes in parts; the answer says where they go."""
    size = whole_number(request.POST.get("size", ""), 0)
    upload = operations.begin_upload(
        acting(request), filing, uid=request.POST.get("record", "")[:32], name=request.POST.get("name", ""), size=size
    )
    address = reverse("upload_part", args=[filing.round.key, filing.alliance.code, upload.uid])
    return JsonResponse({"address": address, "received": 0}, status=201)


def part_act(request: HttpRequest, upload: Upload) -> HttpResponse:
    """GET says how much has arrived; PATCH adds a part at `Upload-Offset`; the last part makes it evidence."""
    if request.method == "PATCH":
        try:
            operations.add_part(upload, _offset(request), _blocks(request))
        except Refuse as refused:
            if refused.refusal.code != "upload_offset":
                raise
            upload.refresh_from_db()
            return JsonResponse({"code": "upload_offset", "received": upload.received}, status=409)
    answer: dict[str, object] = {"received": upload.received, "size": upload.size}
    if upload.received == upload.size:
        kept = operations.finish_upload(acting(request), upload.filing, upload)
        answer["file"] = shown(upload.filing, kept)
    return JsonResponse(answer)


def whole_number(text: str, otherwise: int) -> int:
    """The number that a text says; `otherwise` if it says none, or one that no file is long."""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 15 else otherwise


def _offset(request: HttpRequest) -> int:
    return whole_number(request.headers.get("Upload-Offset", ""), -1)


def _blocks(request: HttpRequest) -> Iterator[bytes]:
    """The body as it arrives: what came before a line dropped is kept."""
    left = min(whole_number(request.headers.get("Content-Length", ""), 0), LARGEST_PART)
    while left > 0:
        try:
            block = request.read(min(CHUNK // 4, left))
        except OSError:
            return
        if not block:
            return
        left -= len(block)
        yield block


def shown(filing: Filing, evidence: Evidence) -> dict[str, object]:
    """A file as the page's script shows it."""
    at = [filing.round.key, filing.alliance.code, evidence.uid]
    return {
        "uid": evidence.uid,
        "name": evidence.name,
        "size": filesize(evidence.size),
        "address": reverse("evidence", args=at),
        "remove": reverse("evidence_remove", args=at),
        "preview": reverse("evidence_preview", args=at) if previewable(evidence.kind) else "",
    }


def download(request: HttpRequest, evidence: Evidence) -> FileResponse:
    """The file, as a download and nothing else: browsers are told not to guess and not to run it."""
    del request
    return as_download(evidence_path(evidence.digest), evidence.name, evidence.kind)


def preview_picture(request: HttpRequest, evidence: Evidence) -> FileResponse:
    """A small picture of the first page, drawn by us."""
    del request
    path = preview(evidence.digest, evidence.kind)
    if path is None:
        raise Refuse("no_preview")
    return FileResponse(path.open("rb"), content_type="image/png")


def remove_act(request: HttpRequest, evidence: Evidence) -> HttpResponse:
    """Take a file off its record."""
    filing = evidence.filing
    operations.remove_evidence(acting(request), evidence)
    if request.headers.get("Accept", "").startswith("application/json"):
        return JsonResponse({"removed": True})
    messages.success(request, said(M("File removed.")), extra_tags="good")
    found = Record.objects.filter(filing=filing, uid=evidence.record).first()
    name, more = ("filing_records", [found.kind]) if found else ("filing", [])
    return HttpResponseRedirect(reverse(name, args=[filing.round.key, filing.alliance.code, *more]), status=303)

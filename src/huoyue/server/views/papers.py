"""Papers: the receipt, and the filing printed; a draft says on every page that it is one."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse

from huoyue.server.models import Filing, Version
from huoyue.server.operations.journal import Refuse
from huoyue.server.papers import filing_pdf, receipt_pdf
from huoyue.server.queries.compare import content_from, content_now
from huoyue.server.saying import current_language


def pdf(body: bytes, name: str) -> HttpResponse:
    response = HttpResponse(body, content_type="application/pdf")
    response.headers["Content-Disposition"] = f'attachment; filename="{name}.pdf"'
    return response


def asked_version(request: HttpRequest, filing: Filing) -> Version | None:
    """The version that the address asks for, else the one in force."""
    typed = request.GET.get("version", "")
    if typed.isascii() and typed.isdigit() and len(typed) < 6:
        return filing.versions.filter(number=int(typed)).select_related("submitted_by").first()
    return filing.in_force


def receipt(request: HttpRequest, filing: Filing) -> HttpResponse:
    """The receipt of a version: what was handed in, when, by whom, and its digest."""
    version = asked_version(request, filing)
    if version is None:
        raise Refuse("not_submitted")
    body = receipt_pdf(filing, version, current_language())
    return pdf(body, f"receipt-{version.receipt}")


def printed(request: HttpRequest, filing: Filing) -> HttpResponse:
    """The filing on paper: the version in force with its code, or what stands now with the mark of a draft."""
    version = asked_version(request, filing)
    final = version is not None and (filing.state == "submitted" or "version" in request.GET)
    if final and version is not None:
        body = filing_pdf(filing, content_from(version.content), current_language(), version=version)
        return pdf(body, f"filing-{version.receipt}")
    body = filing_pdf(filing, content_now(filing), current_language(), version=None)
    return pdf(body, f"draft-{filing.round.key}-{filing.alliance.code}")

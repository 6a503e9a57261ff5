"""Versions of a filing: each as it was, and two side by side."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from huoyue.server.models import Filing, Version
from huoyue.server.queries.compare import Content, compared, content_from, content_now
from huoyue.server.queries.filings import own_kinds
from huoyue.server.queries.schemes import scheme_of
from huoyue.server.views.filing import filing_context


def list_page(request: HttpRequest, filing: Filing) -> HttpResponse:
    """All versions with receipt, digest, who signed, and the remarks each was returned with."""
    versions = list(filing.versions.select_related("submitted_by").order_by("-number"))
    remarks = list(filing.remarks.select_related("by"))
    return render(
        request, "filing/versions.html", filing_context(request, filing) | {"versions": versions, "remarks": remarks}
    )


def version_page(request: HttpRequest, version: Version) -> HttpResponse:
    """One version as it was submitted."""
    content = content_from(version.content)
    kinds = [(kind, content.of(kind.id)) for kind in own_kinds(scheme_of(version.filing.round))]
    context = filing_context(request, version.filing)
    return render(request, "filing/version.html", context | {"version": version, "kinds": kinds})


def compare_page(request: HttpRequest, filing: Filing) -> HttpResponse:
    """Two versions side by side; the later may be what stands now, not yet submitted."""
    numbers = list(filing.versions.order_by("number").values_list("number", flat=True))
    last = numbers[-1] if numbers else 0
    old = _chosen(request, "old", numbers, numbers[-2] if len(numbers) > 1 else last)
    new = _chosen(request, "new", [*numbers, 0], last if len(numbers) > 1 else 0)
    sections = list(compared(scheme_of(filing.round), _content(filing, old), _content(filing, new)))
    differs = any(section.changed for section in sections)
    context = {"numbers": numbers, "old": old, "new": new, "sections": sections, "differs": differs}
    return render(request, "filing/compare.html", filing_context(request, filing) | context)


def _chosen(request: HttpRequest, name: str, known: list[int], otherwise: int) -> int:
    typed = request.GET.get(name, "")
    number = int(typed) if typed.isascii() and typed.isdigit() and len(typed) < 6 else -1
    return number if number in known else otherwise


def _content(filing: Filing, number: int) -> Content:
    """What a version held; 0 is what stands now."""
    found = filing.versions.filter(number=number).first() if number else None
    return content_from(found.content) if found else content_now(filing)

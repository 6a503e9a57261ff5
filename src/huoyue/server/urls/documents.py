"""Addresses of documents: building reports and cards, wording, Word files handed back."""

from __future__ import annotations

from django.urls import URLPattern

from huoyue.server.queries.documents import document_door, documents_door, job_door
from huoyue.server.queries.results import results_door
from huoyue.server.queries.wordings import section_door
from huoyue.server.routes import page
from huoyue.server.views import documents, wordings

SECRETARIAT = ("secretariat",)
READERS = ("secretariat", "chair", "observer")
AT = "rounds/<slug:round>/results/documents/"
JOB = f"{AT}job/<slug:job>/"
WORDING = "rounds/<slug:round>/results/wording/"
SECTION = f"{WORDING}<slug:lang>/<slug:section>/"

PAGES: list[URLPattern] = [
    page(AT, documents.documents_page, "documents", READERS, door=documents_door),
    page(f"{AT}build/", documents.documents_ask, "documents_ask", SECRETARIAT, door=documents_door, methods="POST"),
    page(f"{JOB}cancel/", documents.job_cancel, "job_cancel", SECRETARIAT, door=job_door, methods="POST"),
    page(f"{JOB}again/", documents.job_again, "job_again", SECRETARIAT, door=job_door, methods="POST"),
    page(f"{JOB}<int:number>/", documents.document_file, "document_file", READERS, door=document_door),
    page(WORDING, wordings.wordings_page, "wordings", SECRETARIAT, door=results_door),
    page(SECTION, wordings.wording_page, "wording", SECRETARIAT, door=section_door, methods="GET POST"),
    page(f"{SECTION}preview/", wordings.wording_preview, "wording_preview", SECRETARIAT, door=section_door,
         methods="POST"),
    page(f"{SECTION}compare/", wordings.wording_compare, "wording_compare", SECRETARIAT, door=section_door),
    page(f"{SECTION}restore/", wordings.wording_restore, "wording_restore", SECRETARIAT, door=section_door,
         methods="POST"),
    page(f"{SECTION}chart/<str:chart_name>/", wordings.wording_chart, "wording_chart", SECRETARIAT, door=section_door),
]  # fmt: skip

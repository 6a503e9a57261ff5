"""Addresses of documents: building reports and cards, wording, Word files handed back."""

from __future__ import annotations

from django.urls import URLPattern

from huoyue.server.queries.documents import document_door, documents_door, job_door
from huoyue.server.queries.doors import round_door
from huoyue.server.routes import page
from huoyue.server.views import documents

SECRETARIAT = ("secretariat",)
READERS = ("secretariat", "chair", "observer")
AT = "rounds/<slug:round>/results/documents/"
JOB = f"{AT}<slug:job>/"

PAGES: list[URLPattern] = [
    page(AT, documents.documents_page, "documents", READERS, door=documents_door),
    page(f"{AT}build/", documents.documents_ask, "documents_ask", SECRETARIAT, door=documents_door, methods="POST"),
    page(f"{JOB}cancel/", documents.job_cancel, "job_cancel", SECRETARIAT, door=job_door, methods="POST"),
    page(f"{JOB}again/", documents.job_again, "job_again", SECRETARIAT, door=job_door, methods="POST"),
    page(f"{JOB}<int:file>/", documents.document_file, "document_file", READERS, door=document_door),
]

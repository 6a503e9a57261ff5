"""The filing guide and methods page of a scheme, from the scheme file alone: Markdown, HTML and Word."""

from __future__ import annotations

from pathlib import Path

from huoyue.core.scheme.model import Scheme
from huoyue.report.context import Document, tidy
from huoyue.report.guide_data import guide_data
from huoyue.report.render import render
from huoyue.report.sandbox import render_template

FORMATS = ("html", "docx", "md")


def write_guide(scheme: Scheme, folder: Path, lang: str, *, templates: Path | None = None) -> list[Path]:
    """Write `guide.md`, `guide.docx` and `guide.html` into `folder`; say which. Refused if a template has a mistake."""
    return render(compose_guide(scheme, lang, templates), folder, lang, FORMATS, stem="guide")


def compose_guide(scheme: Scheme, lang: str, templates: Path | None = None) -> Document:
    """The guide in `lang` ("zh" or "en") before it has a format."""
    prose = render_template(templates, f"{lang}/guide.md.j2", guide_data(scheme, lang))
    meta = {
        "title": scheme.title.in_language(lang),
        "subtitle": {"zh": "填报指南与评价方法", "en": "Filing guide and methods"}[lang],
        "author": scheme.report.issuer.in_language(lang),
        "period": scheme.period.label.in_language(lang),
        "lang": {"zh": "zh-CN", "en": "en-GB"}[lang],
    }
    return Document(markdown=tidy(prose), figures={}, tables={}, meta=meta)

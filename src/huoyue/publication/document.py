"""The report as the public may have it: the parts of it that say nothing beyond what is open."""

from __future__ import annotations

import tempfile
from importlib.resources import files
from pathlib import Path

from huoyue.publication.redaction import Redacted
from huoyue.report.context import Document, compose
from huoyue.report.render import render

NEEDED = frozenset({"report", "scores", "not_evaluated"})
"""The report tells scores and who was not evaluated all through: without these there is none."""
FORMATS = {"zh": ("docx", "pdf"), "en": ("pdf",)}
"""Word takes as long as all else together, and is asked for in Chinese."""
PARTS: tuple[tuple[str, frozenset[str]], ...] = (
    ("public_summary", frozenset()),
    ("public_organisation", frozenset()),
    ("results", frozenset()),
    ("indicators", frozenset({"indicators"})),
    ("conclusions", frozenset({"indicators", "pillars"})),
    ("absent", frozenset()),
    ("history", frozenset({"history"})),
    ("recommendations", frozenset({"candidates", "history"})),
    ("method", frozenset()),
    ("annex", frozenset({"ranks"})),
)
"""Parts of the report in order, and the kinds that each of them speaks of besides."""


def report_files(source: Redacted, open_kinds: frozenset[str]) -> dict[str, bytes]:
    """`documents/report.<lang>.<format>`; nothing where the report would say what is not open."""
    if not open_kinds >= NEEDED or not source.results["scores"].height:
        return {}
    found = {}
    for lang, formats in FORMATS.items():
        with tempfile.TemporaryDirectory(prefix="huoyue-edition-") as place:
            document = public_report(source, lang, open_kinds, Path(place, "templates"))
            for path in render(document, Path(place, "made"), lang, formats):
                found[f"documents/report.{lang}{path.suffix}"] = path.read_bytes()
    return found


def public_report(source: Redacted, lang: str, open_kinds: frozenset[str], folder: Path) -> Document:
    """The report composed of its public parts; `folder` takes the templates for the while."""
    own = files("huoyue.publication").joinpath("report", lang)
    target = folder / lang
    target.mkdir(parents=True)
    for entry in own.iterdir():
        (target / entry.name).write_text(entry.read_text("utf-8"), "utf-8")
    (target / "report.md.j2").write_text(whole(lang, open_kinds), "utf-8")
    return compose(source, lang, folder)


def whole(lang: str, open_kinds: frozenset[str]) -> str:
    """The template of the whole. `closed` tells its parts not to speak of indicators."""
    head = "" if "indicators" in open_kinds else "{% set closed = true %}\n"
    return head + "\n\n".join(f'{{% include "{lang}/{name}.md.j2" %}}' for name, of in PARTS if of <= open_kinds)

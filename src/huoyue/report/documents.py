"""Every document of a round, written from its snapshot."""

from __future__ import annotations

from pathlib import Path

from huoyue.report.context import compose
from huoyue.report.render import render
from huoyue.report.workbook import write_workbook
from huoyue.snapshot.store import Snapshot

FORMATS = ("md", "docx", "pdf", "html", "xlsx")


def write_report(
    snapshot: Snapshot, folder: Path, lang: str, *, templates: Path | None = None, formats: tuple[str, ...] = FORMATS
) -> list[Path]:
    """Write `report.<format>` into `folder` and say which. Refused if a template of the secretariat has a mistake."""
    folder.mkdir(parents=True, exist_ok=True)
    written: list[Path] = []
    if prose := tuple(form for form in formats if form != "xlsx"):
        written += render(compose(snapshot, lang, templates), folder, lang, prose)
    if "xlsx" in formats:
        path = folder / "report.xlsx"
        write_workbook(snapshot, path, lang)
        written.append(path)
    return written

"""Every document of a round, written from its snapshot."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

import polars as pl

from huoyue.report.context import Document, compose
from huoyue.report.context_seal import UNKNOWN, Known
from huoyue.report.part import compose_part
from huoyue.report.part_workbook import write_part_workbook
from huoyue.report.passages import Placed, at_home, with_passages
from huoyue.report.render import render
from huoyue.report.scope import Scope
from huoyue.report.workbook import write_workbook
from huoyue.snapshot.store import Snapshot

FORMATS = ("md", "docx", "pdf", "html", "xlsx")
STEPS = 6
"""Composing, figures, PDF, Word, HTML, workbook."""
Tell = Callable[[str, int, int], None]
"""Told what is being done (a code), how much of it is done, and how much there is."""


def silent(step: str, done: int, total: int) -> None:
    """Nobody wants to know."""


@dataclass(frozen=True)
class Wanted:
    """What goes into a report besides its snapshot: its part, its wording, and what was written by hand."""

    scope: Scope | None = None
    templates: Path | None = None
    known: Known = UNKNOWN
    passages: Iterable[Placed] = ()


def write_report(
    snapshot: Snapshot, folder: Path, lang: str, *, templates: Path | None = None, formats: tuple[str, ...] = FORMATS
) -> list[Path]:
    """Write `report.<format>` into `folder` and say which. Refused if a template of the secretariat has a mistake."""
    return write_wanted(snapshot, folder, lang, Wanted(templates=templates), formats)


def write_wanted(
    snapshot: Snapshot, folder: Path, lang: str, wanted: Wanted, formats: tuple[str, ...], tell: Tell = silent
) -> list[Path]:
    """Write the report on a round or a part of it, with the passages that have a place in it."""
    folder.mkdir(parents=True, exist_ok=True)
    steps = iter(range(STEPS))

    def step(what: str) -> None:
        tell(what, next(steps), STEPS)

    step("compose")
    document = composed(snapshot, lang, wanted)
    prose = tuple(form for form in formats if form != "xlsx")
    written = render(document, folder, lang, prose, tell=step) if prose else []
    if "xlsx" in formats:
        step("xlsx")
        written.append(folder / "report.xlsx")
        if wanted.scope is None:
            write_workbook(snapshot, written[-1], lang)
        else:
            write_part_workbook(document, snapshot.scheme, written[-1], lang)
    return written


def composed(snapshot: Snapshot, lang: str, wanted: Wanted) -> Document:
    """The report before it has a format."""
    if wanted.scope is not None:
        part = compose_part(snapshot, wanted.scope, lang, wanted.templates, known=wanted.known)
        return with_passages(part, at_home(part, concerning(snapshot, wanted.scope, wanted.passages)), lang)
    return with_passages(compose(snapshot, lang, wanted.templates, known=wanted.known), wanted.passages, lang)


def concerning(snapshot: Snapshot, scope: Scope, passages: Iterable[Placed]) -> list[Placed]:
    """The passages that may stand in a document on a part: none in that on one unit that names another."""
    units = snapshot.facts.units
    names = units.filter(pl.col("unit") != scope.id)["name"].to_list() if scope.kind == "unit" else []
    return [one for one in passages if not any(name in one.text for name in names)]

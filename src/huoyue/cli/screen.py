"""What commands print: for people in their language, or JSON for machines. Results go to stdout, the rest to stderr."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from enum import IntEnum
from typing import Any

from rich.console import Console
from rich.markup import escape
from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn
from rich.table import Table

from huoyue.core.message import M, Message, Title
from huoyue.core.problem import Place, Problem
from huoyue.wording import preferred, render

LIMIT = 200
"""Problems shown on the screen; all of them are in the JSON and in the marked copies."""


class Exit(IntEnum):
    """Exit codes, documented in docs/commands.md."""

    OK = 0
    PROBLEMS = 1
    USAGE = 2
    INTERNAL = 70
    FILES = 74
    INTERRUPTED = 130


@dataclass
class Screen:
    """Where a command prints: language, form, and the two streams."""

    lang: str = field(default_factory=preferred)
    as_json: bool = False
    out: Console = field(default_factory=lambda: Console(highlight=False, soft_wrap=True))
    err: Console = field(default_factory=lambda: Console(stderr=True, highlight=False))

    def text(self, message: Message) -> str:
        return render(message, self.lang)

    def say(self, message: Message) -> None:
        """One sentence for people; nothing where JSON was asked for."""
        if not self.as_json:
            self.out.print(escape(self.text(message)))

    def note(self, message: Message) -> None:
        """One sentence beside the result, on stderr."""
        self.err.print(escape(self.text(message)))

    def table(self, title: Message, headings: Sequence[Message], rows: Sequence[Sequence[str]]) -> None:
        """A table of texts; every cell is printed as it is."""
        shown = Table(title=escape(self.text(title)), title_justify="left", header_style="bold")
        for heading in headings:
            shown.add_column(escape(self.text(heading)), overflow="fold")
        for row in rows:
            shown.add_row(*(escape(cell) for cell in row))
        self.out.print(shown)

    def data(self, value: Mapping[str, Any]) -> None:
        """The result for machines: one JSON document."""
        self.out.file.write(json.dumps(value, ensure_ascii=False, indent=2, default=_as_json) + "\n")

    def problems(self, problems: Sequence[Problem]) -> None:
        """All problems at once: one JSON document, or a line or two each, errors first."""
        if self.as_json:
            self.data({"problems": [as_data(problem, self.lang) for problem in problems]})
            return
        order = {"error": 0, "warning": 1, "note": 2}
        ranked = sorted(problems, key=lambda problem: order[problem.severity])
        colour = {"error": "red", "warning": "yellow", "note": "dim"}
        for problem in ranked[:LIMIT]:
            mend = f"\n    → {escape(self.text(problem.mend))}" if problem.mend else ""
            head = f"[{colour[problem.severity]}]{escape(self.text(SEVERITIES[problem.severity]))}[/]"
            self.err.print(f"{head} {escape(where(problem.place))} {escape(self.text(problem.what))}{mend}")
        if len(ranked) > LIMIT:
            self.note(M("… and {count} more; --json lists them all.", count=len(ranked) - LIMIT))

    @contextmanager
    def progress(self, message: Message) -> Iterator[None]:
        """A spinner with the time for anything that may take over a second; only on a terminal."""
        columns = (SpinnerColumn(), TextColumn("{task.description}"), TimeElapsedColumn())
        with Progress(*columns, console=self.err, transient=True, disable=not self.err.is_terminal) as bar:
            bar.add_task(escape(self.text(message)), total=None)
            yield


SEVERITIES = {"error": M("Error"), "warning": M("Warning"), "note": M("Note")}


def where(place: Place) -> str:
    """A place as people and editors read it: file:line:column path, or file › sheet!cell = value."""
    position = ":".join(str(part) for part in (place.file, place.line, place.column) if part is not None)
    cell = "!".join(part for part in (place.sheet, place.cell) if part)
    value = f"「{place.value}」" if place.value is not None else ""
    return " ".join(part for part in (position, cell, place.path or "", value) if part)


def as_data(problem: Problem, lang: str) -> dict[str, Any]:
    """A problem for machines: its code and place as they are, its sentences in `lang`."""
    place = {name: value for name, value in vars(problem.place).items() if value is not None}
    what = {"code": problem.code, "severity": problem.severity, "what": render(problem.what, lang)}
    return what | {"mend": render(problem.mend, lang) if problem.mend else None} | {"place": place}


def _as_json(value: object) -> object:
    """What JSON has no word for: days as ISO, exact numbers as text, titles in both languages."""
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Title):
        return value.model_dump()
    return str(value)

"""What is wrong, where, and how to mend it: one value for schemes, workbooks and rounds alike."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from huoyue.core.message import Message

Severity = Literal["error", "warning", "note"]


@dataclass(frozen=True)
class Place:
    """Where something stands. Only what applies is set; `value` is what was found there, as people would read it."""

    file: str | None = None
    line: int | None = None
    column: int | None = None
    path: str | None = None
    sheet: str | None = None
    cell: str | None = None
    value: str | None = None


@dataclass(frozen=True)
class Problem:
    """One finding. `code` is stable and documented; an error stops the work, a note tells of a normalisation."""

    code: str
    what: Message
    mend: Message | None = None
    place: Place = field(default_factory=Place)
    severity: Severity = "error"


class Refused(Exception):
    """Work that cannot go on, with every reason at once."""

    def __init__(self, problems: list[Problem]) -> None:
        super().__init__("; ".join(problem.code for problem in problems))
        self.problems = problems

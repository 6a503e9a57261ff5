"""What comes of checking a Word file that was handed back: plain data for pages, commands and the marked copy."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any, Literal

Verdict = Literal["differs", "agrees", "unknown", "removed"]
"""Differs from the snapshot; agrees with it although written otherwise; cannot be checked; is not there any more."""


@dataclass(frozen=True)
class Finding:
    """A number that is not as it was written. `start` and `end` are its place in `line` of the file as handed in."""

    verdict: Verdict
    found: str = ""
    expected: str = ""
    table: str = ""
    """The table of the report in which the expected number stands; "" for a number of the wording itself."""
    label: str = ""
    """What that table is called in the report: 表1."""
    heading: str = ""
    context: str = ""
    typed: bool = False
    """Written by a person, not one of the numbers that were computed."""
    line: int = -1
    start: int = 0
    end: int = 0


@dataclass(frozen=True)
class Written:
    """A paragraph written by hand: the heading it stands under and the text it stands behind."""

    heading: str
    after: str
    text: str


@dataclass(frozen=True)
class Reworded:
    """A paragraph that says what it said, or not, in other words."""

    heading: str
    before: str
    after: str


@dataclass
class Checked:
    """Everything that was found. `unchanged` counts numbers that are as they were computed."""

    unchanged: int = 0
    findings: list[Finding] = field(default_factory=list)
    passages: list[Written] = field(default_factory=list)
    reworded: list[Reworded] = field(default_factory=list)

    @property
    def agrees(self) -> bool:
        """Whether no number differs from the snapshot."""
        return not any(finding.verdict == "differs" for finding in self.findings)

    def data(self) -> dict[str, Any]:
        return asdict(self)


def checked_from(data: Mapping[str, Any]) -> Checked:
    """`Checked` from what `data` made of it."""
    return Checked(
        unchanged=data["unchanged"],
        findings=[Finding(**one) for one in data["findings"]],
        passages=[Written(**one) for one in data["passages"]],
        reworded=[Reworded(**one) for one in data["reworded"]],
    )

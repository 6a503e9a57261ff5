"""The built-in schemes, spoilt one mistake at a time."""

from __future__ import annotations

from huoyue.core.problem import Problem
from huoyue.core.scheme.parse import parse_scheme
from huoyue.schemes import builtin

PROSE = ("advice:", "why:", "evidence_hint:", "mend:", "purpose:", "- {zh:")


def without_prose(name: str) -> str:
    """A built-in scheme without the optional texts, a third shorter and quicker to read."""
    lines = builtin()[name].read_text(encoding="utf-8").splitlines()
    kept = [line for line in lines if not line.lstrip().startswith(PROSE)]
    emptied = ("  background:", "  principles:", "  panel:", "  notes:")
    return "\n".join(line for line in kept if line not in emptied) + "\n"


ALLIANCES = without_prose("alliance_activity_2016")
LIBRARIES = without_prose("county_libraries")

Found = tuple[str, str, str | None]
"""Code, the text from the column on in the line the problem names, and the path."""


def changed(text: str, *edits: tuple[str, str]) -> str:
    """`text` with each first occurrence replaced; what is to be replaced must be there."""
    for old, new in edits:
        assert old in text, old
        text = text.replace(old, new, 1)
    return text


def problems(text: str) -> list[Problem]:
    return parse_scheme(text, "scheme.yaml").problems


def told(text: str) -> list[Found]:
    """The problems of `text`: code, what stands at their line and column, and path."""
    lines = text.splitlines()
    found = []
    for problem in problems(text):
        assert problem.place.line is not None
        assert problem.place.column is not None
        found.append((problem.code, lines[problem.place.line - 1][problem.place.column - 1 :], problem.place.path))
    return found


def codes(text: str) -> list[str]:
    return [problem.code for problem in problems(text)]

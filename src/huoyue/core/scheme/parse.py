"""From the text of a scheme file to a `Scheme`, with every problem at once.

What the types refuse is cut out and the rest is checked all the same, so that one mistake does not hide the next; what
would only follow from the cut is not reported.
"""

from __future__ import annotations

from dataclasses import dataclass

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from huoyue.core.problem import Problem
from huoyue.core.scheme.checks import Finding, findings
from huoyue.core.scheme.model import Scheme
from huoyue.core.scheme.nodes import Path, Plain, Reading, read_nodes
from huoyue.core.scheme.refusals import refusal_of

ROUNDS = 40
"""How often a broken part is cut out and the rest read again, at most."""


@dataclass(frozen=True)
class Parsed:
    """The scheme, if no error stands against it, its text, and all problems."""

    scheme: Scheme | None
    problems: list[Problem]
    text: str = ""


def parse_scheme(text: str, file: str) -> Parsed:
    """Read and check a scheme. `file` is how messages name it."""
    reading = read_nodes(text, file)
    if reading.values is None:
        return Parsed(None, reading.problems or [refusal_of(reading, (), "missing", None, reading.values)], text)
    understood = _understood(reading)
    problems = [*reading.problems, *understood.problems]
    if understood.scheme is not None:
        found = findings(understood.scheme)
        problems += [_placed(reading, understood, finding) for finding in found if _follows(reading, understood, finding)]
    problems.sort(key=lambda problem: (problem.place.line or 0, problem.place.column or 0))
    sound = not any(problem.severity == "error" for problem in problems)
    return Parsed(understood.scheme if sound else None, problems, text)


@dataclass
class Understood:
    """What the types accept, what was cut away for it, and where what is left stood."""

    scheme: Scheme | None
    problems: list[Problem]
    cut: set[Path]
    original: dict[Path, Path]


def _understood(reading: Reading) -> Understood:
    cut: set[Path] = set()
    problems: dict[Path, Problem] = {}
    for _ in range(ROUNDS):
        kept, original = _without(reading.values, cut)
        try:
            scheme = Scheme.model_validate(kept)
        except ValidationError as error:
            before = len(cut)
            for details in error.errors(include_url=False):
                path, target = _located(kept, details)
                first = not any(original[path][: len(known)] == known for known in cut)
                if first and original[path] not in problems and not _caused_by(cut, original[path]):
                    problems[original[path]] = _problem(reading, original, path, details, kept)
                cut.add(original[target])
            if () in cut or len(cut) == before:
                return Understood(None, list(problems.values()), cut, original)
        else:
            return Understood(scheme, list(problems.values()), cut, original)
    return Understood(None, list(problems.values()), cut, {})


def _caused_by(cut: set[Path], path: Path) -> bool:
    """Whether something inside `path` was cut before, so that what is missing there is our doing."""
    return any(known[: len(path)] == path and known != path for known in cut)


def _without(values: Plain, cut: set[Path]) -> tuple[Plain, dict[Path, Path]]:
    """The values without what was cut, and for each path among them the path it had in the file."""
    original: dict[Path, Path] = {}

    def keep(value: Plain, now: Path, then: Path) -> Plain:
        original[now] = then
        if isinstance(value, dict):
            return {
                key: keep(child, (*now, key), (*then, key)) for key, child in value.items() if (*then, key) not in cut
            }
        if isinstance(value, list):
            left = [(n, child) for n, child in enumerate(value) if (*then, n) not in cut]
            return [keep(child, (*now, new), (*then, old)) for new, (old, child) in enumerate(left)]
        return value

    return keep(values, (), ()), original


def _located(values: Plain, details: ErrorDetails) -> tuple[Path, Path]:
    """Where an error stands in the values (pydantic's own union tags left out), and what to cut for it."""
    path: Path = ()
    here = values
    for part in details["loc"]:
        if isinstance(here, dict) and part in here:
            here = here[str(part)]
        elif isinstance(here, list) and isinstance(part, int) and part < len(here):
            here = here[part]
        else:
            continue
        path = (*path, part)
    return path, path


def _problem(reading: Reading, original: dict[Path, Path], path: Path, details: ErrorDetails, kept: Plain) -> Problem:
    here = kept
    for part in path:
        here = here[part]  # type: ignore[index]
    missing = str(details["loc"][-1]) if details["type"] == "missing" else None
    return refusal_of(reading, original[path], details["type"], details, here, missing=missing)


def _placed(reading: Reading, understood: Understood, finding: Finding) -> Problem:
    path = finding.path
    rest: Path = ()
    while path and path not in understood.original:
        path, rest = path[:-1], (path[-1], *rest)
    place = reading.place(understood.original.get(path, ()) + rest)
    return Problem(finding.code, finding.what, finding.mend, place, finding.severity)


def _follows(reading: Reading, understood: Understood, finding: Finding) -> bool:
    """Whether a finding holds of the file as written, and not only of what was left after cutting."""
    if not understood.cut and not reading.problems:
        return True
    if finding.of_the_whole:
        return False
    return finding.names is None or finding.names not in _ids(reading.values)


def _ids(values: Plain) -> set[str]:
    found: set[str] = set()
    if isinstance(values, dict):
        if isinstance(values.get("id"), str):
            found.add(str(values["id"]))
        for child in values.values():
            found |= _ids(child)
    elif isinstance(values, list):
        for child in values:
            found |= _ids(child)
    return found

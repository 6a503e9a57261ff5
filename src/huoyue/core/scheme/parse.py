"""From the text of a scheme file to a `Scheme`, with every problem at once.

What the types refuse is cut out and the rest is checked all the same, so that one mistake does not hide the next; what
would only follow from the cut is not reported.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from functools import lru_cache
from typing import Any

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from huoyue.core.problem import Problem
from huoyue.core.scheme.checks import Finding, findings
from huoyue.core.scheme.model import Scheme
from huoyue.core.scheme.nodes import Path, Plain, Reading, read_nodes
from huoyue.core.scheme.refusals import empty_file, nearest, refusal_of
from huoyue.core.scheme.stand_ins import stand_in_for

ROUNDS = 40
"""How often a broken part is cut out and the rest read again, at most."""


@dataclass(frozen=True)
class Parsed:
    """The scheme, if no error stands against it, its text, and all problems."""

    scheme: Scheme | None
    problems: list[Problem]
    text: str = ""


KEPT = 16
"""How many results are kept: a page that is sent, looked at and sent again reads the same text each time."""


def parse_scheme(text: str, file: str) -> Parsed:
    """Read and check a scheme. `file` is how messages name it."""
    found = _parsed(text, file)
    return replace(found, problems=list(found.problems))


@lru_cache(maxsize=KEPT)
def _parsed(text: str, file: str) -> Parsed:
    reading = read_nodes(text, file)
    if reading.values is None:
        return Parsed(None, reading.problems or [empty_file(reading)], text)
    understood = _understood(reading)
    problems = [*reading.problems, *understood.problems]
    if understood.scheme is not None:
        found = findings(understood.scheme)
        problems += [
            _placed(reading, understood, finding) for finding in found if _follows(reading, understood, finding)
        ]
    problems.sort(key=lambda problem: (problem.place.line or 0, problem.place.column or 0))
    sound = not (understood.cut or understood.lent or any(problem.severity == "error" for problem in problems))
    return Parsed(understood.scheme if sound else None, problems, text)


@dataclass
class Understood:
    """What the types accept, what was cut away for it, and where what is left stood.

    `lent` are missing keys for which a stand-in was taken, so that what is around them can be checked.
    """

    scheme: Scheme | None = None
    refused: dict[Path, Problem] = field(default_factory=dict)
    cut: set[Path] = field(default_factory=set)
    lent: dict[Path, Any] = field(default_factory=dict)
    original: dict[Path, Path] = field(default_factory=dict)

    @property
    def problems(self) -> list[Problem]:
        return list(self.refused.values())


def _understood(reading: Reading) -> Understood:
    state = Understood(cut=set(reading.spoilt))
    for _ in range(ROUNDS):
        kept, state.original = _without(reading.values, state)
        try:
            state.scheme = Scheme.model_validate(kept)
        except ValidationError as error:
            if not _cut_out(reading, state, kept, error.errors(include_url=False)):
                break
        else:
            break
    return state


def _cut_out(reading: Reading, state: Understood, kept: Plain, errors: list[ErrorDetails]) -> bool:
    """Report one round of refusals and cut what they refuse. False if nothing more can be cut."""
    before = len(state.cut) + len(state.lent)
    standing = set(state.cut)
    for details in sorted(errors, key=lambda error: error["type"] != "extra_forbidden"):
        path = _located(kept, details["loc"])
        then = state.original[path]
        missing = str(details["loc"][-1]) if details["type"] == "missing" else None
        named = then if missing is None else (*then, missing)
        if not _told(state, standing, named, missing):
            here = _at(kept, path)
            state.refused[named] = refusal_of(reading, then, details, here, missing)
        if missing is not None and (stand_in := stand_in_for(then, missing)) is not None:
            state.lent[named] = stand_in
        else:
            state.cut.add(then)
    return () not in state.cut and len(state.cut) + len(state.lent) > before


def _told(state: Understood, standing: set[Path], named: Path, missing: str | None) -> bool:
    """Whether the author knows already: the same was refused, or something in it, or its key is misspelt beside it."""
    if any(known[: len(named)] == named for known in (*standing, *state.refused)):
        return True
    unknown = [path for path, problem in state.refused.items() if problem.code == "scheme.unknown_key"]
    beside = [str(path[-1]) for path in unknown if path[:-1] == named[:-1]]
    return missing is not None and nearest(missing, beside) is not None


def _at(values: Plain, path: Path) -> Any:
    here: Any = values
    for part in path:
        here = here[part]
    return here


def _without(values: Plain, state: Understood) -> tuple[Plain, dict[Path, Path]]:
    """The values without what was cut, and for each path among them the path it had in the file."""
    original: dict[Path, Path] = {}

    def keep(value: Plain, now: Path, then: Path) -> Plain:
        original[now] = then
        if isinstance(value, dict):
            children = {key: child for key, child in value.items() if (*then, key) not in state.cut}
            lent = {str(path[-1]): value for path, value in state.lent.items() if path[:-1] == then}
            return {key: keep(child, (*now, key), (*then, key)) for key, child in children.items()} | lent
        if isinstance(value, list):
            left = [(n, child) for n, child in enumerate(value) if (*then, n) not in state.cut]
            return [keep(child, (*now, new), (*then, old)) for new, (old, child) in enumerate(left)]
        return value

    return keep(values, (), ()), original


def _located(values: Plain, loc: tuple[int | str, ...]) -> Path:
    """Where an error stands in the values: its place with pydantic's own marks of unions left out."""
    path: Path = ()
    here: Any = values
    marked = False
    for part in loc:
        if isinstance(here, dict) and part == here.get("kind") and not marked and _is_standard(path):
            marked = True
        elif part in (here if isinstance(here, dict) else range(len(here)) if isinstance(here, list) else ()):
            here, path, marked = here[part], (*path, part), False
    return path


def _is_standard(path: Path) -> bool:
    return path[-1:] == ("standard",) or path[-2:-1] == ("parts",)


def _written(understood: Understood, path: Path) -> Path:
    """The path in the file of what has `path` in the scheme."""
    rest: Path = ()
    while path and path not in understood.original:
        path, rest = path[:-1], (path[-1], *rest)
    return understood.original.get(path, ()) + rest


def _placed(reading: Reading, understood: Understood, finding: Finding) -> Problem:
    place = reading.place(_written(understood, finding.path))
    return Problem(finding.code, finding.what, finding.mend, place, finding.severity)


def _follows(reading: Reading, understood: Understood, finding: Finding) -> bool:
    """Whether a finding holds of the file as written, and not only of what was left after cutting."""
    if not understood.cut and not understood.lent and not reading.problems:
        return True
    path = _written(understood, finding.path)
    if finding.of_the_whole or any(cut[: len(path)] == path for cut in understood.cut):
        return False
    if any(path[: len(lent)] == lent for lent in understood.lent):
        return False
    return finding.names is None or (
        NAMING.isdisjoint(understood.lent) and finding.names not in set(_ids(reading.values))
    )


NAMING: set[Path] = {(key,) for key in ("statuses", "batches", "records", "pillars", "tiers")}
"""Where the things stand that other parts of a scheme name: nothing is said of a name while one of them is missing."""


def _ids(values: Plain) -> Iterator[str]:
    """Every id that stands in the file, read or not."""
    if isinstance(values, dict):
        if isinstance(name := values.get("id"), str):
            yield name
        for child in values.values():
            yield from _ids(child)
    elif isinstance(values, list):
        for child in values:
            yield from _ids(child)

"""Spoilt scheme files: always problems with a line, never an exception."""

from __future__ import annotations

import random

import pytest

from huoyue.core.scheme.parse import parse_scheme
from huoyue.schemes import builtin

TEXT = builtin()["alliance_activity_2016"].read_text(encoding="utf-8")
GARBLED = ("", "[", "{", "&a", "*a", "yes", "-1", ".nan", "1e999", "'", "\t", "2016-13-45", "!!python/object:x y", "\0")


def spoilt(seed: int) -> str:
    """The 2016 scheme with one line deleted, doubled, swapped or garbled."""
    chance = random.Random(seed)
    lines = TEXT.splitlines()
    n, other = chance.randrange(len(lines)), chance.randrange(len(lines))
    kind = chance.choice(("delete", "double", "swap", "garble"))
    if kind == "delete":
        del lines[n]
    elif kind == "double":
        lines.insert(n, lines[n])
    elif kind == "swap":
        lines[n], lines[other] = lines[other], lines[n]
    else:
        lines[n] = f"{lines[n].partition(':')[0]}: {chance.choice(GARBLED)}"
    return "\n".join(lines) + "\n"


@pytest.mark.parametrize("seed", range(150))
def test_a_spoilt_scheme_gives_problems_each_with_its_line(seed: int) -> None:
    problems = parse_scheme(spoilt(seed), "spoilt.yaml").problems
    assert [problem for problem in problems if problem.place.line is None] == []


def test_a_billion_laughs_give_a_problem_at_once() -> None:
    bomb = "a0: &a0 [x, x]\n" + "".join(f"a{n}: &a{n} [*a{n - 1}, *a{n - 1}]\n" for n in range(1, 60))
    parsed = parse_scheme(bomb, "bomb.yaml")
    assert parsed.scheme is None
    assert parsed.problems != []


def test_the_built_in_scheme_has_no_problems() -> None:
    assert parse_scheme(TEXT, "scheme.yaml").problems == []

"""YAML read strictly: what is no plain value is a text, and what is no plain file is a problem with a line."""

from __future__ import annotations

import time
from datetime import date
from decimal import Decimal

import pytest

from huoyue.core.scheme.nodes import LARGEST, Plain, read_nodes


def read(text: str) -> Plain:
    reading = read_nodes(text, "scheme.yaml")
    assert reading.problems == []
    return reading.values


def only_problem(text: str) -> tuple[str, int | None, int | None]:
    (problem,) = read_nodes(text, "scheme.yaml").problems
    return problem.code, problem.place.line, problem.place.column


@pytest.mark.parametrize(
    "text",
    ["yes", "no", "on", "Off", "True", "FALSE", "Null", "1:20", "0o14", "0x1f", "0b1", "1_000", "1e5", ".5", "5.",
     ".nan", "-.inf", "2016-1-1", "2016-01-01T00:00:00", "12:30:45", "=", "<<"],
)  # fmt: skip
def test_what_yaml_may_turn_into_something_else_stays_the_text_it_is(text: str) -> None:
    assert read(f"a: {text}\n") == {"a": text}


@pytest.mark.parametrize(
    ("text", "value"),
    [("true", True), ("false", False), ("7", 7), ("-7", -7), ("007", 7), ("2.50", Decimal("2.50")), ("~", None),
     ("null", None), ("", None), ("2016-02-29", date(2016, 2, 29)), ("'7'", "7"), ('"true"', "true"), ("'~'", "~")],
)  # fmt: skip
def test_plain_values_are_read_as_they_look(text: str, value: Plain) -> None:
    read_value = read(f"a: {text}\n")
    assert read_value == {"a": value}
    assert isinstance(read_value, dict)
    assert type(read_value["a"]) is type(value)


def test_two_and_a_half_is_exact() -> None:
    assert str(read("a: 0.1\n")) == "{'a': Decimal('0.1')}"


@pytest.mark.parametrize(
    ("text", "code", "line", "column"),
    [
        ("a: 1\nb: 2\na: 3\n", "duplicate_key", 3, 1),
        ("a:\n  b: 1\n  b: 1\n", "duplicate_key", 3, 3),
        ("a: 2016-02-30\n", "no_such_day", 1, 4),
        ("a:\n\tb: 1\n", "syntax", 2, 1),
        ("a: 1\n---\nb: 2\n", "syntax", 2, 1),
        ("a: [1, 2\n", "syntax", 2, 1),
        ("a: 'x\n", "syntax", 2, 1),
        ("a: b: c\n", "syntax", 1, 5),
        ("a: *b\n", "syntax", 1, 4),
        ("a: &x [1]\nb: *x\n", "alias", 2, 1),
        ("a: &x 1\nb:\n  - *x\n", "alias", 2, 1),
        ("? [a]\n: 1\n", "key", 1, 3),
        ("a: \0\n", "syntax", 1, 1),
    ],
)
def test_each_problem_of_the_text_has_its_line_and_column(text: str, code: str, line: int, column: int) -> None:
    assert only_problem(text) == (f"scheme.{code}", line, column)


def test_a_billion_laughs_expand_to_nothing() -> None:
    bomb = "a0: &a0 [x, x]\n" + "".join(f"a{n}: &a{n} [*a{n - 1}, *a{n - 1}]\n" for n in range(1, 60))
    reading = read_nodes(bomb, "bomb.yaml")
    assert {problem.code for problem in reading.problems} == {"scheme.alias"}
    assert len(reading.problems) == 118


@pytest.mark.parametrize("text", ["[" * 100_000, "[" * 100_000 + "]" * 100_000, "{a: " * 50_000])
def test_a_hundred_thousand_brackets_are_refused_at_once(text: str) -> None:
    started = time.process_time()
    assert only_problem("a: " + text) == ("scheme.depth", 1, 1)
    assert time.process_time() - started < 2


@pytest.mark.parametrize("text", ["".join(" " * n + "a:\n" for n in range(800)), "- " * 190_000, "? " * 190_000])
def test_deep_nesting_without_brackets_is_refused_and_does_not_raise(text: str) -> None:
    assert only_problem(text) == ("scheme.depth", 1, 1)


@pytest.mark.parametrize(("text", "column"), [("a: !!str 1\n", 4), ("a: !python/object:os.system [x]\n", 4)])
def test_tags_are_refused_where_they_stand(text: str, column: int) -> None:
    assert only_problem(text) == ("scheme.tag", 1, column)


def test_two_megabytes_are_not_even_read() -> None:
    assert only_problem("a: " + "x" * 2_000_000) == ("scheme.size", 1, 1)
    assert read("a: " + "x" * (LARGEST - 10)) is not None


def test_a_byte_order_mark_is_no_content() -> None:
    assert read("\ufeffa: 1\n") == {"a": 1}


def test_brackets_in_texts_do_not_count_as_nesting() -> None:
    assert read("a: '" + "[x]" * 500 + "'\n") == {"a": "[x]" * 500}


def test_places_are_counted_from_one_and_lists_from_zero() -> None:
    reading = read_nodes("a:\n  - b: 1\n  - b: 22\n", "scheme.yaml")
    place = reading.place(("a", 1, "b"))
    assert (place.file, place.line, place.column, place.path) == ("scheme.yaml", 3, 8, "a[1].b")


def test_what_is_not_in_the_file_is_placed_at_what_is_around_it() -> None:
    reading = read_nodes("a:\n  - b: 1\n", "scheme.yaml")
    place = reading.place(("a", 0, "c", "d"))
    assert (place.line, place.column, place.path) == (2, 5, "a[0].c.d")

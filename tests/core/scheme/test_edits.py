"""Numbers of a scheme replaced in its text, and nothing else."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from huoyue.core.scheme.edits import changed, controls, dated
from huoyue.core.scheme.parse import parse_scheme
from huoyue.schemes import builtin

TEXTS = {name: path.read_text(encoding="utf-8") for name, path in builtin().items()}


def scheme_of(text: str):
    parsed = parse_scheme(text, "scheme.yaml")
    assert parsed.scheme is not None, parsed.problems
    return parsed.scheme


@pytest.mark.parametrize("name", sorted(TEXTS))
def test_every_number_offered_is_the_one_that_stands_there_and_setting_it_again_changes_nothing(name: str) -> None:
    text = TEXTS[name]
    found = controls(scheme_of(text), text)
    assert {control.kind for control in found} == {"border", "points", "threshold"}
    assert changed(text, {control.path: control.value for control in found}) == text


def test_a_border_is_replaced_alone() -> None:
    text = TEXTS["county_libraries"]
    border = next(c for c in controls(scheme_of(text), text) if c.owner == "excellent")
    new = changed(text, {border.path: Decimal("62.5")})
    assert scheme_of(new).tier("excellent").at_least == Decimal("62.5")
    differing = [(a, b) for a, b in zip(text.split("\n"), new.split("\n"), strict=True) if a != b]
    assert [b for _, b in differing] == [differing[0][0].replace("at_least: 65", "at_least: 62.5")]


def test_points_of_an_indicator_take_its_standard_and_its_pillar_along() -> None:
    text = TEXTS["county_libraries"]
    own = {c.owner: c for c in controls(scheme_of(text), text) if c.kind == "points"}
    new = scheme_of(changed(text, {own["space"].path: Decimal(9), own["book_budget"].path: Decimal(3)}))
    assert [step.points for step in new.indicator("space").standard.steps] == [9, 6, 3]
    assert (new.indicator("book_budget").points, new.indicator("book_budget").standard.points) == (3, 3)
    assert new.pillar_of("space").points == 30
    one = changed(text, {own["branches"].path: Decimal(4)})
    assert "points: {township: 1, village: 0.5, mobile: 1.25}, cap: 4" in one
    assert "points: 41" in one


def test_a_threshold_is_offered_with_its_points_and_replaced_alone() -> None:
    text = TEXTS["county_libraries"]
    steps = [c for c in controls(scheme_of(text), text) if c.owner == "space" and c.kind == "threshold"]
    assert [c.value for c in steps] == [5000, 3000, 1500]
    new = scheme_of(changed(text, {steps[2].path: Decimal(2000)}))
    assert [step.at_least for step in new.indicator("space").standard.steps] == [5000, 3000, 2000]


WINDOW = {("filing", "opens"): date(2027, 3, 1), ("filing", "closes"): date(2027, 4, 12)}


@pytest.mark.parametrize("name", sorted(TEXTS))
def test_days_are_replaced_and_nothing_else(name: str) -> None:
    new = dated(TEXTS[name], WINDOW)
    assert (scheme_of(new).filing.opens, scheme_of(new).filing.closes) == tuple(WINDOW.values())
    differing = [b for a, b in zip(TEXTS[name].split("\n"), new.split("\n"), strict=True) if a != b]
    assert all("2027-03-01" in line or "2027-04-12" in line for line in differing)
    before = {("filing", side): getattr(scheme_of(TEXTS[name]).filing, side) for side in ("opens", "closes")}
    assert dated(new, before) == TEXTS[name]


@pytest.mark.parametrize(
    "written",
    ["{opens: '2016-01-01', closes: \"2016-02-01\"}  # both", "\n  closes: 2016-02-01\n  opens:   2016-01-01"],
)
def test_days_are_found_however_they_are_written(written: str) -> None:
    new = dated(f"filing: {written}\nnote: 2016-01-01", WINDOW)
    assert "2027-03-01" in new and "2027-04-12" in new and "note: 2016-01-01" in new
    assert "# both" in new or "both" not in written


@pytest.mark.parametrize("text", ["filing: {opens: 2016-01-01}", "filing: {opens: soon, closes: later}", "[]"])
def test_where_no_day_stands_none_is_put(text: str) -> None:
    with pytest.raises(ValueError, match="filing"):
        dated(text, WINDOW)

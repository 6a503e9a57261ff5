"""The whole round as one function: what counts, and what stops it."""

from __future__ import annotations

from datetime import date

import panels
import pytest

from huoyue.core.evaluation import evaluate
from huoyue.core.problem import Refused

FILED = date(2031, 1, 5)


def test_marks_on_units_that_are_not_evaluated_say_nothing_about_experts() -> None:
    by = panels.reviewed()
    given = [("first", expert, unit, "meetings", mark) for unit, mark in (("a", 1000), ("b", 3000)) for expert in "xy"]
    facts = panels.facts(
        by, panels.unit_rows("a", "b", "c"), filings=panels.filings(a=FILED, b=FILED, c=FILED),
        experts=panels.experts(x=("g", []), y=("g", [])),
        marks=panels.marks(*given, ("first", "x", "c", "meetings", 0), ("first", "y", "c", "meetings", 4000)),
        overrides=panels.overrides(("c", "incomplete", "late", "boss")),
    )  # fmt: skip
    agreement = evaluate(by, facts)["agreement"].row(0, named=True)
    assert (agreement["units"], agreement["icc"], agreement["mean_range"]) == (2, 1.0, 0.0)


def test_a_unit_without_a_filing_cannot_be_evaluated_by_a_departure() -> None:
    by = panels.plain()
    facts = panels.facts(
        by, panels.unit_rows("a", "b"), filings=panels.filings(a=FILED),
        overrides=panels.overrides(("b", "evaluated", "kind", "boss")),
    )  # fmt: skip
    with pytest.raises(Refused) as caught:
        evaluate(by, facts)
    assert [problem.code for problem in caught.value.problems] == ["override.no_filing"]

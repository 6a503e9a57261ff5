from __future__ import annotations

from datetime import date
from fractions import Fraction

import panels
import polars as pl
import pytest

from huoyue.core.analysis.panel.effect import severity_effect
from huoyue.core.analysis.panel.measures import panel_measures
from huoyue.core.evaluation import evaluate
from huoyue.core.scoring.vetoes import vetoed
from huoyue.core.tables import Facts

FILED = date(2031, 1, 5)


def round_of(*given: tuple[str, str, str, str, int], stages: list[dict[str, object]] | None = None) -> Facts:
    """Units a, b and c; experts x, y and z of different groups."""
    by = panels.reviewed(stages)
    return panels.facts(
        by, panels.unit_rows("a", "b", "c"), filings=panels.filings(a=FILED, b=FILED, c=FILED),
        experts=panels.experts(x=("g", []), y=("h", []), z=("i", [])), marks=panels.marks(*given),
    )  # fmt: skip


SEVERE = [
    ("first", expert, unit, "projects", worth - severe)
    for unit, worth in (("a", 3600), ("b", 2000), ("c", 1000))
    for expert, severe in (("x", 300), ("y", 0), ("z", -300))
    if (expert, unit) not in {("z", "a"), ("x", "c")}
]
"""x takes 3 points away, z adds 3; x did not mark c, z did not mark a. The judged indicator alone."""


def test_removed_severity_gives_every_unit_what_the_average_expert_would() -> None:
    facts = round_of(*SEVERE)
    found = evaluate(panels.reviewed(), facts)
    effect = found["severity_effect"].select("unit", "score", "adjusted", "shift", "changed")
    assert found["expert_severity"].filter(stage="*")["severity"].to_list() == [3, 0, -3]
    assert sorted(effect.rows()) == [
        ("a", 3500, 3600, 1.5, False), ("b", 2000, 2000, 0.0, False), ("c", 1200, 1000, -1.5, False)
    ]  # fmt: skip


def test_a_decision_of_the_meeting_is_not_adjusted() -> None:
    facts = round_of(*SEVERE)
    decided = panels.decisions(("meeting", "a", "projects", 3700))
    by = panels.reviewed()
    again = Facts(**{**facts.__dict__, "decisions": decided})
    row = evaluate(by, again)["severity_effect"].filter(unit="a").row(0, named=True)
    assert (row["score"], row["adjusted"], row["shift"]) == (3700, 3700, 0.0)


def test_a_tier_that_would_change_is_told_and_nothing_that_counts_is_touched() -> None:
    by = panels.scheme(
        review={"stages": panels.STAGES},
        tiers=[panels.short("high", at_least=36, colour="#111111"), panels.short("low", at_least=0, colour="#222222")],
    )
    facts = round_of(*SEVERE)
    found = evaluate(by, facts)
    row = found["severity_effect"].filter(unit="a").row(0, named=True)
    assert (row["tier"], row["tier_adjusted"], row["changed"]) == ("low", "high", True)
    assert found["scores"].filter(unit="a")["tier"].to_list() == ["low"]


def test_totals_stay_between_nothing_and_full_marks() -> None:
    facts = round_of(*SEVERE)
    by = panels.reviewed()
    results = evaluate(by, facts)
    severity = results["expert_severity"].with_columns(severity=pl.lit(200.0))
    found = severity_effect(by, facts.marks, results["settled"], results["scores"], severity)
    assert found["adjusted"].to_list() == [10000] * 3
    found = severity_effect(
        by, facts.marks, results["settled"], results["scores"], severity.with_columns(severity=pl.lit(-200.0))
    )
    assert found["adjusted"].to_list() == [0] * 3


def test_without_marks_scores_stand_as_they_are() -> None:
    by = panels.reviewed()
    results = evaluate(by, round_of())
    found = results["severity_effect"]
    assert found["score"].to_list() == found["adjusted"].to_list()
    assert not found["changed"].any()


def test_weights_of_stages_count_in_the_shift() -> None:
    """Stage one weighs 0.4, two 0.6. On a, x is 3 points severe in stage one and y not; z is 3 generous in two."""
    facts = round_of(*SEVERE, ("second", "z", "a", "projects", 3900))
    found = evaluate(panels.reviewed(), facts)
    severity = dict(found["expert_severity"].filter(stage="*").select("expert", "severity").iter_rows())
    assert severity == {"x": 3, "y": 0, "z": -3}
    row = found["severity_effect"].filter(unit="a").row(0, named=True)
    assert row["shift"] == pytest.approx(float(Fraction(4, 10) * Fraction(3, 2) - Fraction(6, 10) * 3))


def test_live_measures_and_the_evaluation_give_the_same_tables() -> None:
    by, facts = panels.reviewed(), round_of(*SEVERE)
    results = evaluate(by, facts)
    live = panel_measures(by, facts.marks, results["points"])
    assert all(results[name].equals(frame) for name, frame in live.items())
    effect = severity_effect(
        by, facts.marks, results["settled"], results["scores"], live["expert_severity"], vetoed(by, facts)
    )
    assert effect.equals(results["severity_effect"])

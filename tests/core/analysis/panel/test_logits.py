from __future__ import annotations

import numpy as np
import polars as pl
import pytest
from panels_marks import given
from rounds import points as suggested_points
from rounds import scheme

from huoyue.core.analysis.panel.logits import expert_logits, placed
from huoyue.core.tables import MARKS, POINTS

INDICATORS = ["council", "media", "website", "contact", "events", "studies"]


def simulated(seed: int, truth: list[float], units: int = 60, experts: int = 3) -> tuple[pl.DataFrame, pl.DataFrame]:
    """MARKS and POINTS of a panel that follows the model: each unit marked by `experts`, on six indicators out of 5."""
    rng = np.random.Generator(np.random.PCG64(seed))
    steps = rng.normal(0, 1, (len(INDICATORS), 5))
    rows = []
    for number, worth in enumerate(rng.normal(0, 1.2, units)):
        for expert in rng.choice(len(truth), experts, replace=False):
            for indicator, own in zip(INDICATORS, steps, strict=True):
                heights = np.concatenate([[0.0], np.cumsum(worth - truth[expert] - own)])
                share = np.exp(heights - heights.max())
                mark = int(rng.choice(6, p=share / share.sum())) * 100
                rows.append(("preliminary", f"E{expert}", f"U{number:02d}", indicator, mark))
    units_seen = sorted({row[2] for row in rows})
    return given(rows), suggested_points([(unit, name, True) for unit in units_seen for name in INDICATORS])


TRUTH = [-0.8, -0.4, 0.0, 0.0, 0.4, 0.8]


def test_severities_of_a_simulated_panel_are_recovered() -> None:
    """Within about four standard errors, in order, adding up to nothing; mean squares are near their expectation."""
    found = expert_logits(scheme(), *simulated(3, TRUTH)).filter(stage="preliminary")
    assert found["severity"].to_list() == pytest.approx(TRUTH, abs=0.3)
    assert found["severity"].sum() == pytest.approx(0, abs=1e-5)
    assert np.abs((found["severity"] - pl.Series(TRUTH)) / found["error"]).max() < 4
    assert found["infit"].is_between(0.8, 1.25).all()
    assert found["outfit"].is_between(0.6, 1.6).all()


def test_intervals_of_simulated_panels_hold_the_truth_about_as_often_as_they_should() -> None:
    held = []
    for seed in range(20):
        found = expert_logits(scheme(), *simulated(100 + seed, TRUTH, units=30)).filter(stage="*")
        held += [low <= true <= high for low, high, true in zip(found["low"], found["high"], TRUTH, strict=True)]
    assert 0.88 <= np.mean(held) <= 1


def test_a_more_severe_expert_gives_the_average_unit_fewer_points() -> None:
    found = expert_logits(scheme(), *simulated(3, TRUTH)).filter(stage="*").sort("severity")
    assert found["fair"].is_sorted(descending=True)
    assert found["points"].is_sorted()
    assert found["points"].abs().max() < 30
    total = (found["fair"] + found["points"]).to_numpy()
    assert total == pytest.approx(total[0], abs=1e-5)


def test_a_single_stage_is_the_same_as_all_stages_together() -> None:
    found = expert_logits(scheme(), *simulated(5, TRUTH, units=20))
    one, other = (found.filter(stage=stage).drop("stage") for stage in ("*", "preliminary"))
    assert one.equals(other)


def test_an_expert_who_gives_only_full_marks_is_placed_by_convention_and_moves_nobody() -> None:
    marks, points = simulated(7, TRUTH[:5], units=30)
    units = marks["unit"].unique().sort().to_list()[:6]
    full = given(("preliminary", "E9", unit, name, 500) for unit in units for name in INDICATORS)
    before, after = (expert_logits(scheme(), m, points).filter(stage="*") for m in (marks, pl.concat([marks, full])))
    row = after.filter(expert="E9").row(0, named=True)
    assert row["extreme"] and row["infit"] is None and row["severity"] < after["severity"].sort()[1]
    assert after.filter(pl.col("expert") != "E9")["severity"].to_list() == pytest.approx(before["severity"].to_list())


def test_the_place_by_convention_expects_the_score_moved_inwards() -> None:
    """Two steps at 0 and a unit at 0: the expected score at severity c is that of a binomial of 2 in log odds -c."""
    severity, error = placed(np.zeros(1), np.array([[np.log(0.5), np.log(2)]]), 2 - 0.3)
    chance = 1 / (1 + np.exp(severity))
    assert 2 * chance == pytest.approx(1.7)
    assert error == pytest.approx((2 * chance * (1 - chance)) ** -0.5)


def test_without_marks_or_with_marks_that_are_all_equal_there_is_no_row() -> None:
    assert expert_logits(scheme(), MARKS.empty(), POINTS.empty()).height == 0
    same = given(("preliminary", e, u, "council", 300) for e in ("E1", "E2") for u in ("U1", "U2"))
    assert (
        expert_logits(scheme(), same, suggested_points([("U1", "council", True), ("U2", "council", True)])).height == 0
    )

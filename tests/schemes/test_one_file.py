"""Adding an indicator or changing a threshold touches the scheme file only."""

from __future__ import annotations

import polars as pl

from huoyue.core.evaluation import Results, evaluate
from huoyue.core.scheme.model import Scheme
from huoyue.core.scheme.parse import parse_scheme
from huoyue.examples.synthesis import synthesise
from huoyue.schemes import builtin

TEXT = builtin()["alliance_activity_2016"].read_text(encoding="utf-8")

DATA_SHARING = """      - id: data_sharing
        title: {zh: 数据共享, en: Sharing of data}
        short: {zh: 数据共享, en: Data}
        points: 2
        standard:
          kind: steps
          measure: {of: data_set}
          steps: [{at_least: 2, points: 2}, {at_least: 1, points: 1}]
"""
DATA_SETS = """  - id: data_set
    title: {zh: 共享数据集, en: Shared data sets}
    key: [title]
    fields:
      - {id: title, title: {zh: 名称, en: Name}, type: text, required: true}
"""
MEDIA = "standard: {kind: categories, of: media_report, field: level, points: {national: 1.5,"


def scheme_of(*edits: tuple[str, str]) -> Scheme:
    text = TEXT
    for old, new in edits:
        assert text.count(old) == 1, old
        text = text.replace(old, new)
    parsed = parse_scheme(text, "scheme.yaml")
    assert parsed.scheme is not None, parsed.problems
    return parsed.scheme


NEXT_PILLAR = "  - id: joint_innovation\n    title: {zh: 联盟"
COUNCIL = """        short: {zh: 理事会, en: Council}
        points: 5"""
COUNCIL_STEPS = """where: {kind: council}}
          steps: [{at_least: 2, points: 5}, {at_least: 1, points: 3}]"""


def with_data_sharing() -> Scheme:
    """The 2016 scheme with a record type and an indicator more, which takes its two points from council meetings."""
    return scheme_of(
        ("\npillars:\n", DATA_SETS + "\npillars:\n"),
        (NEXT_PILLAR, DATA_SHARING + NEXT_PILLAR),
        (COUNCIL, COUNCIL.replace("points: 5", "points: 3")),
        (COUNCIL_STEPS, COUNCIL_STEPS.replace("points: 3", "points: 1").replace("points: 5", "points: 3")),
    )


def results_of(scheme: Scheme) -> Results:
    return evaluate(scheme, synthesise(scheme, units=24, seed=7))


def test_an_indicator_added_to_the_file_is_filed_pointed_marked_and_scored() -> None:
    scheme = with_data_sharing()
    facts = synthesise(scheme, units=24, seed=7)
    results = evaluate(scheme, facts)
    points = results["points"].filter(pl.col("indicator") == "data_sharing")
    assert facts.records["data_set"].height > 0
    assert points["unit"].to_list() == results["points"].filter(pl.col("indicator") == "council")["unit"].to_list()
    assert set(points["points"]) <= {0, 100, 200}
    assert points["points"].max() == 200
    assert set(facts.marks.filter(pl.col("indicator") == "data_sharing")["unit"]) <= set(points["unit"])


def test_it_stands_in_every_result_that_speaks_of_indicators() -> None:
    results = results_of(with_data_sharing())
    speaking = {name for name, frame in results.items() if "indicator" in frame.columns}
    without = {name for name in speaking if "data_sharing" not in results[name]["indicator"].to_list()}
    assert without <= {"differences"}
    assert {"points", "parts", "earned", "settled", "participation", "lost", "separators"} <= speaking - without


def test_its_points_are_part_of_the_pillar_score() -> None:
    results = results_of(with_data_sharing())
    first = results["scores"]["unit"][0]
    settled = results["settled"].filter((pl.col("unit") == first) & (pl.col("pillar") == "organisation"))
    pillar = results["pillar_scores"].filter((pl.col("unit") == first) & (pl.col("pillar") == "organisation"))
    assert settled["maximum"].sum() == pillar["maximum"][0] == 3000
    assert "data_sharing" in settled["indicator"].to_list()


def test_another_threshold_in_the_file_changes_the_points_and_nothing_else_has_to() -> None:
    facts = synthesise(scheme_of(), units=24, seed=7)
    stricter = scheme_of((MEDIA, MEDIA.replace("national: 1.5", "national: 1.2")))
    before, after = evaluate(scheme_of(), facts)["points"], evaluate(stricter, facts)["points"]
    changed = before.select("unit", "indicator", "points").join(
        after.select("unit", "indicator", now="points"), on=["unit", "indicator"], validate="1:1"
    )  # fmt: skip
    differing = changed.filter(pl.col("points").ne_missing(pl.col("now")))
    assert set(differing["indicator"]) == {"media"}
    assert (differing["now"] < differing["points"]).all()


def test_another_border_of_a_tier_moves_units_and_leaves_scores() -> None:
    facts = synthesise(scheme_of(), units=24, seed=7)
    lower = scheme_of(("en: High}, at_least: 85,", "en: High}, at_least: 75,"))
    before, after = evaluate(scheme_of(), facts)["scores"], evaluate(lower, facts)["scores"]
    assert dict(before.select("unit", "score").iter_rows()) == dict(after.select("unit", "score").iter_rows())
    assert (after["tier"] == "high").sum() == (before["score"] >= 7500).sum()

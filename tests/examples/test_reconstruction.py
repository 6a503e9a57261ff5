"""The reconstruction is facts and marks only, the same bytes every time, and the scores hang on it."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import polars as pl
import pytest
from reconstructed import Round

from huoyue.core.evaluation import evaluate
from huoyue.core.review.conflicts import check_panel
from huoyue.core.tables import Facts
from huoyue.examples.reconstruction.annex import annex
from huoyue.examples.reconstruction.register import BATCHES_OF_TIERS, aliases
from huoyue.examples.rounds import EXAMPLES, FOLDER, load, make
from huoyue.exchange.cells import plain
from huoyue.exchange.intake import import_facts


def files_in(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()}


def scores(round_: Round, facts: Facts) -> dict[str, int]:
    return dict(evaluate(round_.scheme, facts)["scores"].select("unit", "score").iter_rows())


def with_records(facts: Facts, kind: str, frame: pl.DataFrame) -> Facts:
    return replace(facts, records=facts.records | {kind: frame})


@pytest.mark.parametrize("name", list(EXAMPLES))
def test_an_example_is_made_anew_byte_for_byte(name: str, tmp_path: Path) -> None:
    make(name, tmp_path)
    assert files_in(tmp_path) == files_in(FOLDER / name)


def test_no_file_of_facts_has_a_column_of_scores_tiers_or_ranks() -> None:
    headings = {
        path.stem: path.read_text("utf-8").splitlines()[0].split(",")
        for path in load("alliance_activity_2016").rglob("*.csv")
    }
    telling = {"score", "tier", "rank", "serial", "total", "points", "participated", "verdict"}
    found = {name: telling & set(columns) for name, columns in headings.items() if telling & set(columns)}
    assert found == {"earlier": {"score", "tier"}, "overrides": {"verdict"}}
    assert (load("alliance_activity_2016") / "overrides.csv").read_text("utf-8").count("\n") == 1


def test_the_files_are_read_back_as_the_same_facts(round_2016: Round) -> None:
    imported = import_facts(round_2016.scheme, [load("alliance_activity_2016")])
    assert imported.facts is not None
    assert {problem.severity for problem in imported.problems} == {"warning"}
    for name, frame in round_2016.facts.tables().items():
        columns = [column for column in frame.columns if column not in ("source", "row")]
        assert imported.facts.tables()[name].select(columns).equals(frame.select(columns)), name


def test_only_evidenced_earlier_results_are_given(round_2016: Round) -> None:
    earlier = round_2016.facts.earlier.join(round_2016.facts.units.select("unit", "name"), on="unit")
    assert sorted(earlier.select("name", "period", "score", "basis").iter_rows()) == [
        ("半导体照明产业技术创新战略联盟", "2014", 10000, "inferred"),
        ("半导体照明产业技术创新战略联盟", "2015", 10000, "inferred"),
        ("钒钛资源综合利用产业技术创新战略联盟", "2015", 8600, "evidenced"),
    ]


def test_codes_tell_no_rank(round_2016: Round) -> None:
    ranked = round_2016["scores"].sort("serial")["unit"]
    numbers = pl.Series([int(unit[1:]) for unit in ranked]).to_frame("number").with_row_index("place")
    assert abs(numbers.select(pl.corr("number", "place", method="spearman")).item()) < 0.25


def test_those_without_a_published_name_have_placeholders(round_2016: Round) -> None:
    published = {entry.name for entry in annex()}
    others = [name for name in round_2016.facts.units["name"] if name not in published]
    assert others == [f"试点联盟（未公开）{number}" for number in range(101, 147)]


def test_everything_that_is_not_evidenced_is_marked(round_2016: Round) -> None:
    basis = dict(round_2016.facts.units.group_by("basis").len().iter_rows())
    assert basis == {"evidenced": 19, "inferred": 2, "synthetic": 125}


def test_no_expert_marks_at_home(round_2016: Round) -> None:
    assert check_panel(round_2016.scheme, round_2016.facts) == []


def test_three_of_one_group_mark_first_and_two_of_another_again(round_2016: Round) -> None:
    groups = round_2016.facts.marks.join(round_2016.facts.experts, on="expert")
    seen = groups.group_by("unit", "stage").agg(pl.col("expert").n_unique(), pl.col("panel_group").unique())
    first = seen.filter(pl.col("stage") == "preliminary").sort("unit")
    again = seen.filter(pl.col("stage") == "cross").sort("unit")
    assert (set(first["expert"]), set(again["expert"])) == ({3}, {2})
    assert all(len(group) == 1 for group in [*first["panel_group"], *again["panel_group"]])
    assert all(a != b for a, b in zip(first["panel_group"].to_list(), again["panel_group"].to_list(), strict=True))


def test_marks_that_leave_the_points_by_rule_say_why(round_2016: Round) -> None:
    points = round_2016["points"].filter(pl.col("outcome") == "scored").select("unit", "indicator", "points")
    marks = round_2016.facts.marks.join(points, on=["unit", "indicator"])
    differing = marks.filter(pl.col("mark") != pl.col("points"))
    assert differing["reason"].null_count() == 0
    assert marks.filter(pl.col("mark") == pl.col("points"))["reason"].null_count() == marks.height - differing.height
    assert 0.8 < 1 - differing.height / marks.height < 0.95


def test_experts_scales_differ_measurably(round_2016: Round) -> None:
    scales = round_2016["expert_scales"].filter(pl.col("stage") == "preliminary")
    assert scales.filter(pl.col("high") < 0).height >= 3
    assert scales.filter(pl.col("low") > 0).height >= 3


def test_every_difference_was_decided_and_nothing_else_was(round_2016: Round) -> None:
    found = round_2016["differences"]
    assert found["decided"].all()
    assert set(round_2016.facts.decisions["unit"]) == set(found["unit"])
    assert {"border", "tier_crossing", "indicator_share"} <= set(found["rule"])
    upheld = round_2016.facts.decisions.filter(pl.col("indicator") == "*")
    assert 0 < upheld.height < round_2016.facts.decisions.height


def test_planted_oddities_are_found_and_the_joint_project_is_not(round_2016: Round) -> None:
    found = round_2016["plausibility"]
    assert {"same_claim", "same_evidence", "outlier"} <= set(found["rule"])
    joint = round_2016.facts.records["project"].filter(pl.col("partner").is_not_null())
    assert (joint.height, joint["number"].n_unique()) == (2, 1)
    assert not set(joint["record"]) & set(found["record"])


def test_records_lie_in_the_period_and_before_the_filing(round_2016: Round) -> None:
    period, filings = round_2016.scheme.period, round_2016.facts.filings
    for kind in round_2016.scheme.records:
        if kind.dated and kind.reported_by == "unit":
            records = round_2016.facts.records[kind.id].join(filings, on="unit").drop_nulls(kind.dated)
            dates = records[kind.dated]
            assert (dates >= period.starts).all()
            assert (dates <= period.ends).all()
            assert (dates <= records["submitted_on"]).all()


def test_some_records_also_fall_into_the_next_round(round_2016: Round) -> None:
    held = round_2016.facts.records["event"]["held_on"]
    assert held.filter(held.dt.year() == 2017).len() > 0


def test_all_146_have_a_contact_log(round_2016: Round) -> None:
    assert round_2016.facts.records["contact_attempt"]["unit"].n_unique() == 146


def test_a_council_meeting_less_lowers_a_score(round_2016: Round) -> None:
    facts = round_2016.facts
    unmarked = replace(facts, marks=facts.marks.clear(), decisions=facts.decisions.clear())
    before, unit = scores(round_2016, unmarked), str(round_2016["scores"].sort("serial")["unit"][0])
    meetings = facts.records["meeting"]
    fewer = meetings.filter(~((pl.col("unit") == unit) & (pl.col("kind") == "council")))
    after = scores(round_2016, with_records(unmarked, "meeting", fewer))
    assert {changed for changed in before if before[changed] != after[changed]} == {unit}
    assert before[unit] - after[unit] == 500


def test_changed_marks_change_a_score(round_2016: Round) -> None:
    facts = round_2016.facts
    unit = str(round_2016["scores"].sort("serial")["unit"][50])
    none = facts.marks.with_columns(mark=pl.when(pl.col("unit") == unit).then(0).otherwise("mark"))
    before, after = scores(round_2016, facts), scores(round_2016, replace(facts, marks=none))
    assert {changed for changed in before if before[changed] != after[changed]} == {unit}


def test_a_filing_taken_away_takes_the_unit_out(round_2016: Round) -> None:
    facts = round_2016.facts
    unit = str(round_2016["scores"]["unit"][0])
    fewer = facts.filings.filter(pl.col("unit") != unit)
    assert set(scores(round_2016, facts)) - set(scores(round_2016, replace(facts, filings=fewer))) == {unit}


def test_free_places_of_batches_are_what_the_report_leaves() -> None:
    known = [(entry.batch, entry.score) for entry in annex() if entry.batch]
    assert len(known) == 21
    assert sum(sum(places.values()) for places in BATCHES_OF_TIERS.values()) == 100


@pytest.mark.parametrize(
    ("name", "others"),
    [
        ("TD 产业技术创新战略联盟", ["TD产业技术创新战略联盟", "TD"]),
        (
            "建筑信息模型（BIM）产业技术创新战略联盟",
            ["建筑信息模型产业技术创新战略联盟", "建筑信息模型（BIM）", "建筑信息模型", "BIM"],
        ),
        ("长风开放标准平台软件联盟", ["长风开放标准平台软件"]),
    ],
)
def test_aliases_are_the_spellings_people_use(round_2016: Round, name: str, others: list[str]) -> None:
    assert aliases(round_2016.scheme, name) == others


def test_no_alias_means_two_alliances(round_2016: Round) -> None:
    units = round_2016.facts.units
    spellings = [*units["name"], *units["aliases"].explode().drop_nulls()]
    assert len(spellings) == len(set(spellings))


@pytest.mark.parametrize(("stored", "written"), [(250, "2.5"), (500, "5"), (0, "0"), (10000, "100")])
def test_numbers_are_written_as_people_do(stored: int, written: str) -> None:
    assert plain(stored, places=2) == written

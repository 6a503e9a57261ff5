"""Every figure of the 2016 report, through the pipeline: facts, screening, points, marks, settlement, scores."""

from __future__ import annotations

import csv

import polars as pl
import pytest
from reconstructed import Round

from huoyue.core.scheme.model import hundredths
from huoyue.examples.rounds import FOLDER

TIERS = ("high", "fairly_high", "average", "poor")
BATCHES = ("first", "second", "third")
JOINT = (
    "self_funded_projects", "government_projects", "commissioned_projects", "ip_sharing", "standards", "platforms",
    "events", "studies", "cooperation",
)  # fmt: skip


def shown(round_: Round, scope: str, member: str, tier: str, of: str) -> str | None:
    row = round_["shares"].row(by_predicate=cell(scope=scope, member=member, tier=tier, of=of), named=True)
    return row["shown"]


def cell(**values: str) -> pl.Expr:
    return pl.all_horizontal(pl.col(name) == value for name, value in values.items())


def participants(round_: Round, indicator: str, tier: str) -> int:
    key = cell(indicator=indicator, tier=tier, batch="*")
    return int(round_["participation"].row(by_predicate=key, named=True)["participants"])


def test_the_annex_comes_out_row_by_row_with_its_scores(round_2016: Round) -> None:
    with (FOLDER / "alliance_activity_2016" / "published.csv").open(encoding="utf-8") as stream:
        annex = [(int(row["serial"]), row["name"], int(row["score"]) * 100) for row in csv.DictReader(stream)]
    ranked = round_2016["scores"].join(round_2016.facts.units, on="unit").sort("serial")
    assert list(ranked.select("serial", "name", "score").iter_rows()) == annex
    assert len(annex) == 100


def test_ranks_run_on_as_in_the_annex(round_2016: Round) -> None:
    assert sorted(round_2016["scores"]["rank"]) == list(range(1, 101))


def test_scores_are_rounded_once_from_totals_that_are_not_whole(round_2016: Round) -> None:
    scores = round_2016["scores"]
    whole = scores.filter(pl.col("total_num") % (100 * pl.col("total_den")) == 0)
    assert whole.height < 10


def test_funnel_of_146(round_2016: Round) -> None:
    everyone = round_2016["funnel"].filter(pl.col("batch") == "*")
    assert dict(everyone.select("step", "units").iter_rows()) == {
        "all": 146,
        "filed": 129,
        "not_filed": 17,
        "incomplete": 29,
        "evaluated": 100,
    }


def test_the_pilots_are_52_39_and_55(round_2016: Round) -> None:
    steps = round_2016["funnel"].filter((pl.col("step") == "all") & (pl.col("batch") != "*"))
    assert dict(steps.select("batch", "units").iter_rows()) == {"first": 52, "second": 39, "third": 55}


def test_every_unit_not_evaluated_has_a_reason_from_a_rule(round_2016: Round) -> None:
    stopped = round_2016["screening"].filter(pl.col("verdict") != "evaluated")
    assert set(stopped["decided_by"]) == {"rule"}
    assert dict(stopped.group_by("rule").len().iter_rows()) == {
        "filed": 17,
        "in_time": 7,
        "secretariat_statement": 6,
        "joint_innovation_facts": 8,
        "coverage": 4,
        "complete": 4,
    }


def test_tiers_are_29_23_30_18(round_2016: Round) -> None:
    counts = dict(round_2016["scores"].group_by("tier").len().iter_rows())
    assert [counts[tier] for tier in TIERS] == [29, 23, 30, 18]


@pytest.mark.parametrize(
    ("tier", "counts"),
    [("high", [16, 5, 8]), ("fairly_high", [9, 7, 7]), ("average", [6, 6, 18]), ("poor", [4, 8, 6])],
)
def test_tiers_by_batch(round_2016: Round, tier: str, counts: list[int]) -> None:
    of_tier = round_2016["scores"].filter(pl.col("tier") == tier).join(round_2016.facts.units, on="unit")
    found = dict(of_tier.group_by("batch").len().iter_rows())
    assert [found[batch] for batch in BATCHES] == counts


@pytest.mark.parametrize(
    ("scope", "member", "tier", "printed"),
    [
        ("all", "*", "high", "19.86"),
        ("all", "*", "fairly_high", "15.75"),
        ("all", "*", "average", "20.54"),
        ("all", "*", "poor", "12.32"),
        ("batch", "first", "high", "30.76"),
        ("batch", "second", "high", "12.82"),
        ("batch", "third", "high", "14.54"),
        ("batch", "first", "fairly_high", "17.30"),
        ("batch", "second", "fairly_high", "17.94"),
        ("batch", "third", "fairly_high", "12.72"),
        ("batch", "first", "average", "11.53"),
        ("batch", "second", "average", "15.38"),
        ("batch", "third", "average", "32.72"),
        ("batch", "first", "poor", "7.69"),
        ("batch", "second", "poor", "20.51"),
        ("batch", "third", "poor", "10.90"),
    ],
)
def test_the_sixteen_percentages_are_printed_as_in_the_report(
    round_2016: Round, scope: str, member: str, tier: str, printed: str
) -> None:
    assert shown(round_2016, scope, member, tier, "all") == printed


def test_high_and_fairly_high_are_52_percent_of_those_evaluated(round_2016: Round) -> None:
    upper = round_2016["scores"].filter(pl.col("tier").is_in(["high", "fairly_high"]))
    assert (upper.height, round_2016["scores"].height) == (52, 100)
    assert [shown(round_2016, "all", "*", tier, "evaluated") for tier in TIERS] == ["29.00", "23.00", "30.00", "18.00"]


@pytest.mark.parametrize(
    ("tier", "counts"),
    [("high", [28, 29, 29, 27, 27, 28, 29, 29, 29]), ("fairly_high", [20, 21, 17, 18, 21, 20, 22, 18, 18])],
)
def test_tables_1_and_2_of_joint_innovation(round_2016: Round, tier: str, counts: list[int]) -> None:
    assert [participants(round_2016, indicator, tier) for indicator in JOINT] == counts


def test_sixty_have_a_website(round_2016: Round) -> None:
    assert participants(round_2016, "website", "*") == 60


def test_all_29_high_ones_have_an_innovation_chain(round_2016: Round) -> None:
    assert participants(round_2016, "innovation_chain", "high") == 29


def test_known_batches_hold(round_2016: Round) -> None:
    known = round_2016.facts.units.filter(pl.col("basis") == "evidenced")
    assert dict(known.group_by("batch").len().iter_rows()) == {"first": 10, "second": 9}
    full = round_2016["scores"].filter(pl.col("score") == hundredths(round_2016.scheme.points))
    named = full.join(round_2016.facts.units, on="unit").sort("serial")
    assert [name.removesuffix("产业技术创新战略联盟") for name in named["name"]] == ["农业装备", "半导体照明", "木竹"]
    assert set(named["batch"]) == {"first"}
    housing = round_2016.facts.units.filter(pl.col("name").str.starts_with("住宅科技"))
    assert list(housing["batch"]) == ["second"]


def test_one_alliance_had_full_marks_three_years_running(round_2016: Round) -> None:
    streaks = round_2016["streaks"].filter((pl.col("kind") == "full_marks") & (pl.col("periods") == 3))
    names = streaks.join(round_2016.facts.units, on="unit")["name"]
    assert list(names) == ["半导体照明产业技术创新战略联盟"]


def test_no_batch_is_called_polarised(round_2016: Round) -> None:
    assert not round_2016["polarisation"]["polarised"].any()


def test_the_lower_middle_tier_loses_most_where_the_report_says(round_2016: Round) -> None:
    lost = round_2016["lost"].filter(cell(tier="average", batch="*", pillar="joint_innovation"))
    by_share = lost.with_columns(share=pl.col("lost_num") / pl.col("lost_den") / pl.col("attainable")).sort("share")
    worst = by_share.filter(pl.col("indicator") != "*")["indicator"].tail(5)
    assert set(worst) == {"self_funded_projects", "commissioned_projects", "ip_sharing", "standards", "studies"}

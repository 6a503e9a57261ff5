"""From tier to tier in the report: table, figure, movers, and what may be compared."""

from __future__ import annotations

from dataclasses import replace

import polars as pl
import pytest
from report_rounds import published

from huoyue.core.analysis.movement import movement
from huoyue.core.tables import EARLIER_SCHEMES, EARLIER_SOURCES
from huoyue.report.context import compose
from huoyue.report.context_outlook import history
from huoyue.report.context_reading import Reading
from huoyue.report.transitions import charts, displays, far_rows, matrices, movers


@pytest.fixture
def reading() -> Reading:
    return Reading(published(), "en")


def test_every_period_has_a_table_that_adds_up_and_a_figure_of_the_same_name(reading: Reading) -> None:
    found = matrices(reading)
    assert [table.name for table in displays(reading)] == [matrix.name for matrix in found] == list(charts(reading))
    for matrix, table in zip(found, displays(reading), strict=True):
        assert sum(matrix.counts.values()) == reading.result("screening").height
        assert sum(int(str(cell)) for cell in table.columns[-1].cells) == sum(matrix.counts.values())


def test_those_who_moved_far_are_named_with_both_tiers(reading: Reading) -> None:
    change = reading.result("change")
    far = change.filter(pl.col("tier_step").abs() >= 2)
    assert {(row["unit"], row["period"]) for row in far_rows(reading)} == set(far.select("unit", "period").rows())
    assert movers(reading).rows == far.height


def test_the_report_says_what_may_be_compared_and_counts_scores_only_then(reading: Reading) -> None:
    unknown = history(reading).periods
    assert all(not period.scheme_known and not period.scores_comparable for period in unknown)
    assert all(period.score_up.value == period.score_down.value == 0 for period in unknown)
    source = reading.source
    label = reading.facts.earlier["period"].max()
    row = {"period": label, "scheme": "x", "digest": "0", "scores_comparable": True, "same": 20, "rescaled": 0}
    schemes = EARLIER_SCHEMES.frame([row | {"changed": 0}])
    results, earlier = source.results, source.facts.earlier
    moved = movement(source.scheme, earlier, schemes, results["screening"], results["scores"])
    known = replace(source, facts=replace(source.facts, earlier_schemes=schemes), results=results | {"movement": moved})
    period = history(Reading(known, "en")).periods[0]
    differences = moved.filter(period=label)["score_change"].drop_nulls()
    assert period.scores_comparable
    assert (period.score_up.value, period.score_down.value) == (
        (differences > 0).sum(),
        (differences < 0).sum(),
    )


def test_the_chapter_on_years_names_the_documents_that_earlier_results_are_from() -> None:
    source = published()
    period = source.results["change"]["period"][0]
    known = EARLIER_SOURCES.frame([{"period": period, "source": "评价结果的通知，国科发〔2016〕52号", "results": 3}])
    named = replace(source, facts=replace(source.facts, earlier_sources=known))
    assert "往期结果取自" not in compose(source, "zh").markdown
    text = compose(named, "zh").markdown
    assert f"往期结果取自：{Reading(named, 'zh').period(period)}，评价结果的通知，国科发〔2016〕52号。" in text
    assert "Earlier results are taken from: " in compose(named, "en").markdown

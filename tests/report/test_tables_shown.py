from __future__ import annotations

import re
from dataclasses import replace

import polars as pl
import pypandoc
import pytest
from report_rounds import made_up, published, random_cells, scheme

from huoyue.report.context_reading import Reading
from huoyue.report.tables import Column, Display, printed, width
from huoyue.report.tables_all import displays


def by_name(lang: str = "zh") -> dict[str, Display]:
    return {table.name: table for table in displays(Reading(published(), lang))}


def test_a_table_is_a_pipe_table_that_pandoc_reads_back() -> None:
    table = Display("t", (Column("名称", ["甲|乙", "*丙*"]), Column("数", [1234, None], right=True)))
    block = table.block(thousands=True)
    assert block.grid.splitlines() == [
        "| 名称 | 数 |",
        "| :-------- | --------: |",
        "| 甲\\|乙 | 1,234 |",
        "| \\*丙\\* | — |",
    ]
    html = pypandoc.convert_text(block.grid, "html", format="markdown")
    assert re.findall(r"<td[^>]*>(.*?)</td>", html) == ["甲|乙", "1,234", "*丙*", "—"]


def test_columns_share_the_page_by_what_they_hold() -> None:
    table = Display("t", (Column("短", ["甲"]), Column("长", ["很长的一段文字" * 10])))
    dashes = [len(rule) for rule in re.findall(r"-+", table.block(thousands=False).grid.splitlines()[1])]
    assert dashes == [7, 47]


def test_chinese_signs_are_two_wide() -> None:
    assert (width("联盟ab"), width("（n=1）")) == (6, 7)


def test_missing_cells_print_a_dash_and_stay_empty_for_download() -> None:
    table = Display("t", (Column("a", [None, 1], right=True),))
    assert printed(None, thousands=False) == "—"
    assert table.frame["a"].to_list() == [None, 1]


def test_headings_that_would_be_equal_are_numbered_for_download() -> None:
    table = Display("t", (Column("同", [1], right=True), Column("同", [2], right=True)))
    assert table.frame.columns == ["同", "同 2"]


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_every_percentage_column_names_its_denominator(lang: str) -> None:
    headings = [column.heading for table in by_name(lang).values() for column in table.columns]
    shares = [heading for heading in headings if "%" in heading and "95%" not in heading]
    beside = {"占本批次总数（%）", "占本批次参评（%）", "占本档（%）"} | {
        "% of the batch", "% of those evaluated in the batch", "% of the tier",
    }  # fmt: skip
    assert [heading for heading in shares if "n=" not in heading and heading not in beside] == []


def test_where_the_denominator_differs_by_row_it_stands_in_its_own_column() -> None:
    frame = by_name("en")["batches"].frame
    assert frame.filter(pl.col("Tier") == "High activity")["All of the batch (n)"].to_list() == [52, 39, 55]
    assert frame.filter(pl.col("Tier") == "High activity")["Evaluated in the batch (n)"].to_list() == [35, 26, 39]


def test_the_tier_table_prints_the_published_shares() -> None:
    frame = by_name()["tiers"].frame
    assert frame[frame.columns[3]].to_list() == ["29.00", "23.00", "30.00", "18.00", None]
    assert frame[frame.columns[4]].to_list() == ["19.86", "15.75", "20.54", "12.32", "31.50"]


def test_no_chinese_heading_is_left_in_english() -> None:
    headings = {column.heading for table in by_name().values() for column in table.columns}
    assert [heading for heading in headings if not re.search(r"[\u4e00-\u9fff]", heading)] == []


def test_no_english_heading_is_left_in_chinese() -> None:
    headings = {column.heading for table in by_name("en").values() for column in table.columns}
    assert [heading for heading in headings if re.search(r"[\u4e00-\u9fff]", heading)] == []


def test_annex_serials_run_on_across_tiers() -> None:
    tables = by_name()
    serials = [n for tier in scheme().tiers for n in tables[f"annex-{tier.id}"].frame["序号"].to_list()]
    assert serials == list(range(1, 101))


def test_an_indicator_that_does_not_apply_to_all_says_out_of_how_many() -> None:
    source = published()
    rows = source.results["participation"].with_columns(
        units=pl.when(pl.col("indicator") == "media").then(pl.col("units") - 1).otherwise(pl.col("units")),
        participants=pl.when(pl.col("indicator") == "media").then(0).otherwise(pl.col("participants")),
    )
    source.results["participation"], kept = rows.cast({"participants": pl.Int64}), source.results["participation"]
    try:
        table = by_name()["participation"]
    finally:
        source.results["participation"] = kept
    assert table.columns[1].cells[-1] == "0/99"


@pytest.mark.parametrize("seed", range(6))
def test_parts_of_a_batch_add_up_to_it(seed: int) -> None:
    source = made_up(scheme(), random_cells(scheme(), seed), seed)
    frame = {table.name: table for table in displays(Reading(source, "en"))}["batches"].frame
    sums = frame.group_by("Batch").agg(pl.col("Number").sum(), pl.col("All of the batch (n)").first())
    assert sums["Number"].to_list() == sums["All of the batch (n)"].to_list()


def test_agreement_is_shown_by_stage_with_intervals_in_the_readers_brackets() -> None:
    for lang, cell in (("zh", "0.900（0.900～0.900）"), ("en", "0.900 (0.900 to 0.900)")):
        table = by_name(lang)["agreement-cross"]
        assert [column.cells[0] for column in table.columns[1:]] == [90, cell, cell, "0.900", "0.900"]
    assert by_name()["agreement-preliminary"].columns[0].cells[0] == "专家总分"


def with_coefficients(**values: float) -> dict[str, Display]:
    source = published()
    rows = source.results["agreement_indicators"].with_columns(**{n: pl.lit(value) for n, value in values.items()})
    changed = replace(source, results=source.results | {"agreement_indicators": rows})
    return {table.name: table for table in displays(Reading(changed, "en"))}


def test_the_two_way_correlation_has_a_column_where_there_is_any() -> None:
    table = with_coefficients(icc_two_way=0.5)["agreement-cross"]
    assert [column.cells[0] for column in table.columns if column.heading == "The same, two-way"] == ["0.500"]


def test_the_chance_of_a_w_is_shown_unless_it_is_below_a_thousandth() -> None:
    assert with_coefficients(kendall_p=0.0123)["agreement-cross"].columns[-1].cells[0] == "0.900 (p = 0.012)"


def test_severity_runs_from_the_most_severe_and_an_expert_without_logits_has_dashes() -> None:
    table = by_name("en")["severity"]
    assert table.columns[2].cells[:2] == ["2.50 (2.00 to 3.00)", "1.50 (1.00 to 2.00)"]
    assert [column.cells[0] for column in table.columns[3:]] == [None, None, None]
    assert table.columns[3].cells[1] == "0.080 (0.000 to 0.100)"

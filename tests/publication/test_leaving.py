"""What leaves is what the scheme opens, and nothing else."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import polars as pl
import pytest
from tests.publication.planted import FIRST, SIGN, about, choosing, readable

from huoyue.core.tables.inputs import EARLIER_SOURCES
from huoyue.publication.edition import Made, make_edition
from huoyue.publication.leaving import leaving
from huoyue.publication.openness import KINDS, opened, openness
from huoyue.publication.redaction import redacted
from huoyue.report.context import compose
from huoyue.snapshot.digests import canonical, sealed, sha256
from huoyue.snapshot.store import Snapshot, parquet

ALWAYS = ["unit", "name", "batch", "batch_zh", "batch_en", "industry", "industry_zh", "industry_en", "basis",
          "tier", "tier_zh", "tier_en"]  # fmt: skip
NOTHING = dict.fromkeys(KINDS, "withheld")


def tables(snapshot: Snapshot, on=FIRST, **choices):
    found = choosing(snapshot, **choices)
    return leaving(redacted(found), opened(openness(found.scheme, FIRST, on)))


def test_nothing_that_must_not_leave_is_anywhere_in_an_edition(whole: Made):
    """Marks' reasons, experts, filers, liaison officers, records, evidence, reasons of decisions, objections."""
    names = {name.rpartition(".")[2] for name in whole.files}
    assert {"html", "csv", "json", "parquet", "docx", "pdf", "svg"} <= names
    assert [name for name, text in readable({"edition.zip": whole.zipped()}) if SIGN in text] == []


def test_nor_in_an_edition_that_opens_everything(snapshot: Snapshot, quick: None):
    made = make_edition(choosing(snapshot, **dict.fromkeys(KINDS, "public") | {"report": "withheld"}), about())
    assert [name for name, text in readable(made.files) if SIGN in text] == []


def test_names_and_tiers_leave_whatever_the_scheme_withholds(snapshot: Snapshot):
    found = tables(snapshot, **NOTHING)
    assert found["results"].frame.columns == ALWAYS
    assert set(found) == {"results", "tiers", "funnel", "activities", "losses"}


@pytest.mark.parametrize(
    ("kind", "more"),
    [
        ("scores", ["score"]), ("ranks", ["rank"]),
        ("pillars", ["pillar_resources", "pillar_services", "pillar_management"]),
    ],
)  # fmt: skip
def test_a_kind_that_is_opened_adds_its_columns_and_no_others(snapshot: Snapshot, kind, more):
    assert tables(snapshot, **NOTHING | {kind: "public"})["results"].frame.columns == ALWAYS + more


def test_indicators_not_evaluated_history_and_candidates_are_opened_one_by_one(snapshot: Snapshot):
    indicators = tables(snapshot, **NOTHING | {"indicators": "public"})["results"].frame.columns
    assert [name for name in indicators if name not in ALWAYS] == [
        f"indicator_{one.id}" for one in snapshot.scheme.indicators
    ]
    for kind in ("not_evaluated", "history", "candidates"):
        assert set(tables(snapshot, **NOTHING | {kind: "public"})) - set(tables(snapshot, **NOTHING)) == {kind}


def test_what_is_delayed_comes_out_on_its_day_and_not_before(snapshot: Snapshot):
    delayed = NOTHING | {"scores": "delayed", "delay_days": 30}
    before, on = FIRST + timedelta(days=29), FIRST + timedelta(days=30)
    assert "score" not in tables(snapshot, before, **delayed)["results"].frame.columns
    assert "score" in tables(snapshot, on, **delayed)["results"].frame.columns


def test_the_order_of_rows_tells_no_more_than_is_open(snapshot: Snapshot):
    """Within a tier the order is that of the register where neither ranks nor scores are open."""
    place = {row["unit"]: row["position"] for row in snapshot.facts.units.to_dicts()}
    frame = tables(snapshot, **NOTHING)["results"].frame
    for _, group in frame.group_by("tier", maintain_order=True):
        assert [place[unit] for unit in group["unit"]] == sorted(place[unit] for unit in group["unit"])
    ranked = tables(snapshot, **NOTHING | {"ranks": "public"})["results"].frame
    assert ranked["rank"].is_sorted()


def test_reasons_are_those_of_the_rule_and_neutral_where_people_decided(snapshot: Snapshot):
    frame = tables(snapshot, **NOTHING | {"not_evaluated": "public"})["not_evaluated"].frame
    rules = {rule.reason.zh for rule in snapshot.scheme.screening}
    assert set(frame["reason_zh"]) - rules == {"经秘书处复核认定"}
    assert frame.height == 8


def test_small_counts_are_hidden_where_single_results_are_withheld(snapshot: Snapshot):
    shown = tables(snapshot, **NOTHING)["activities"].frame
    counts = snapshot.results["participation"].filter(pl.col("batch") == "*")
    real = {(row["indicator"], row["tier"]): row["participants"] for row in counts.to_dicts()}
    for row in shown.to_dicts():
        if row["participants"] is not None and row["units"]:
            assert row["participants"] == real[row["indicator"], row["tier"]]
            assert 5 <= row["participants"] <= row["units"] - 5
    assert shown["participants"].null_count() > 0
    everything = tables(snapshot, **NOTHING | {"indicators": "public"})["activities"].frame
    assert everything["participants"].null_count() == 0


def test_how_many_were_not_evaluated_cannot_be_worked_out_where_it_is_withheld(snapshot: Snapshot, quick: None):
    """Not by subtraction from the register's sizes: neither the funnel nor the criteria tell these by batch."""
    funnel = tables(snapshot, **NOTHING)["funnel"].frame
    assert set(funnel.filter(pl.col("batch") != "*")["step"]) == {"evaluated"}
    assert set(funnel.filter(pl.col("batch") == "*")["step"]) == {"all", "evaluated"}
    few = tables(snapshot, **NOTHING | {"smallest_cell": 9})["funnel"].frame
    assert set(few["step"]) == {"evaluated"}
    made = make_edition(choosing(snapshot, **NOTHING), about())
    absent = set(snapshot.results["screening"].filter(pl.col("verdict") != "evaluated")["unit"])
    names = dict(snapshot.facts.units.select("unit", "name").iter_rows())
    told = "".join(text for _, text in readable(made.files))
    assert [unit for unit in absent if names[unit] in told or f"{unit}.html" in told] == []


def test_reports_that_would_tell_what_is_withheld_are_not_there(snapshot: Snapshot, quick: None):
    found = choosing(snapshot, report="public", scores="withheld")
    assert not [name for name in make_edition(found, about()).files if name.startswith("documents/")]


def test_every_column_has_a_meaning_in_both_languages(whole: Made):
    import json

    dictionary = json.loads(whole.files["data/dictionary.json"])
    assert all(one["zh"] and one["en"] and one["zh"] != one["en"] for one in dictionary)
    names = {name.split("/")[1].removesuffix(".csv") for name in whole.files if name.endswith(".csv")} - {"dictionary"}
    assert {one["table"] for one in dictionary} == names
    assert whole.files["data/results.csv"].startswith(b"\xef\xbb\xbf")


def test_the_manifest_lists_every_file_and_seals_itself(whole: Made):
    listed = whole.manifest["files"]
    assert set(whole.files) - set(listed) == {"manifest.json", "standing.js"}
    assert all(one == {"bytes": len(whole.files[n]), "sha256": sha256(whole.files[n])} for n, one in listed.items())
    assert whole.files["manifest.json"] == canonical(sealed(whole.manifest))


def test_the_same_edition_has_the_same_bytes(snapshot: Snapshot, quick: None):
    found = choosing(snapshot)
    assert make_edition(found, about()).zipped() == make_edition(found, about()).zipped()


def test_the_search_finds_signs_wherever_they_stand(snapshot: Snapshot, whole: Made):
    """In tables, and in the text and properties of documents, or the tests above would prove nothing."""
    inputs = {f"{name}.parquet": parquet(frame) for name, frame in snapshot.facts.tables().items()}
    found = {name.partition(".")[0] for name, text in readable(inputs) if SIGN in text}
    assert {"units", "filings", "experts", "marks", "overrides", "corrections", "objections"} <= found
    title = snapshot.scheme.report.title.zh
    told = [name for name, text in readable(whole.files) if title in text and name.startswith("documents/report.zh")]
    assert {"documents/report.zh.pdf", "documents/report.zh.docx/docProps/core.xml"} <= set(told)


def test_points_lost_are_the_percentages_of_the_report_figure_by_figure(snapshot: Snapshot):
    report = compose(snapshot, "zh").tables["lost"]
    told = dict(zip(report.to_series(0), report.to_series(1), strict=True))
    found = tables(snapshot, **dict.fromkeys(KINDS, "public"))["losses"].frame
    ours = {name: f"{percent:.2f}" for name, percent in zip(found["indicator_zh"], found["lost_percent"], strict=True)}
    assert ours
    assert ours == {name: f"{float(told[name]):.2f}" for name in ours}


def test_earlier_results_name_where_they_were_published(snapshot: Snapshot):
    periods = snapshot.facts.earlier["period"].unique().sort().to_list()
    rows = [(periods[0], "国科办函〔2014〕1号", 1), (periods[0], "国科办函〔2014〕2号", 2)]
    known = EARLIER_SOURCES.frame([dict(zip(("period", "source", "results"), row, strict=True)) for row in rows])
    named = replace(snapshot, facts=replace(snapshot.facts, earlier_sources=known))
    found = tables(named, **NOTHING | {"history": "public"})["history"].frame
    said = dict(found.select("period", "source").unique().rows())
    assert said.pop(periods[0]) == "国科办函〔2014〕1号; 国科办函〔2014〕2号"
    assert set(said.values()) <= {""}

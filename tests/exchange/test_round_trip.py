"""What is written is what is read back: workbooks, CSV, one file a unit, Parquet."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

import polars as pl
import pytest
from filed_books import imported, meeting, meetings
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from huoyue.core.message import Title
from huoyue.core.problem import Refused
from huoyue.core.scheme.model import Scheme
from huoyue.core.tables import Facts
from huoyue.examples.csv_files import write_facts as write_csv_facts
from huoyue.exchange.facts_folder import read_facts, write_facts
from huoyue.exchange.intake import import_facts
from huoyue.exchange.layout import sheets
from huoyue.exchange.workbook import write_template, write_workbook

EXAMPLE = Path(__file__).resolve().parents[2] / "examples" / "alliance_activity_2016" / "facts"


@pytest.fixture(scope="module")
def facts(scheme: Scheme) -> Facts:
    result = import_facts(scheme, [EXAMPLE])
    assert result.facts is not None
    return result.facts


def plain(facts: Facts | None) -> dict[str, pl.DataFrame]:
    """The tables without where they were read from."""
    assert facts is not None
    return {name: frame.drop("source", "row", strict=False) for name, frame in facts.tables().items()}


def same(read: Facts | None, written: Facts) -> list[str]:
    """The tables that differ."""
    one, other = plain(read), plain(written)
    return [name for name in other if not one[name].equals(other[name])]


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_filled_workbook_of_the_example_reads_back_as_its_facts(
    scheme: Scheme, facts: Facts, tmp_path: Path, lang: str
) -> None:
    write_workbook(scheme, facts, tmp_path / "facts.xlsx", lang)
    result = import_facts(scheme, [tmp_path / "facts.xlsx"])
    assert same(result.facts, facts) == []
    assert not [problem for problem in result.problems if problem.severity == "note"]


def test_a_folder_of_csv_files_reads_back_as_its_facts(scheme: Scheme, facts: Facts, tmp_path: Path) -> None:
    write_csv_facts(scheme, facts, tmp_path)
    assert same(import_facts(scheme, [tmp_path]).facts, facts) == []


def test_one_workbook_a_unit_and_the_rest_from_the_secretariat_read_back(
    scheme: Scheme, facts: Facts, tmp_path: Path
) -> None:
    few = facts.filings["unit"].sort().to_list()[:6]
    part = of_units(facts, few)
    for unit in few:
        write_workbook(scheme, part, tmp_path / f"{unit}.xlsx", unit=unit)
    rest = replace(
        part,
        filings=part.filings.clear(),
        records={
            k.id: part.records[k.id].clear() if k.reported_by == "unit" else part.records[k.id] for k in scheme.records
        },
    )
    write_workbook(scheme, rest, tmp_path / "秘书处.xlsx")
    result = import_facts(scheme, [tmp_path])
    read = plain(result.facts)
    for name, frame in plain(part).items():
        key = ["record"] if name.startswith("records/") else frame.columns[:1]
        assert read[name].sort(key, maintain_order=True).equals(frame.sort(key, maintain_order=True)), name


def of_units(facts: Facts, units: list[str]) -> Facts:
    def kept(frame: pl.DataFrame) -> pl.DataFrame:
        return frame.filter(pl.col("unit").is_in(units))

    records = {name: kept(frame) for name, frame in facts.records.items()}
    filings, marks, decisions = kept(facts.filings), kept(facts.marks), kept(facts.decisions)
    return replace(facts, filings=filings, marks=marks, decisions=decisions, records=records)


def test_the_same_facts_make_the_same_bytes(scheme: Scheme, facts: Facts, tmp_path: Path) -> None:
    few = of_units(facts, ["A001"])
    for name in ("a.xlsx", "b.xlsx"):
        write_workbook(scheme, few, tmp_path / name)
    assert (tmp_path / "a.xlsx").read_bytes() == (tmp_path / "b.xlsx").read_bytes()


def test_an_empty_template_of_a_round_lacks_the_register_and_nothing_else(scheme: Scheme, tmp_path: Path) -> None:
    write_template(scheme, tmp_path / "round.xlsx", whole_round=True)
    result = import_facts(scheme, [tmp_path / "round.xlsx"])
    assert [problem.code for problem in result.problems if problem.severity == "error"] == ["facts.no_register"]


def test_a_units_template_asks_only_for_what_units_report(scheme: Scheme, tmp_path: Path) -> None:
    from openpyxl import load_workbook

    write_template(scheme, tmp_path / "unit.xlsx", unit="A001")
    book = load_workbook(tmp_path / "unit.xlsx")
    wanted = [sheet.title.zh for sheet in sheets(scheme) if sheet.reported_by == "unit"]
    assert book.sheetnames == ["说明", "_lists", *wanted]
    assert book["_lists"].sheet_state == "hidden"
    assert book["填报登记"]["A4"].value == "A001"
    assert [cell.value for cell in book["会议"][3]] == [
        "记录编号",
        "会议类别*",
        "会议名称*",
        "召开日期*",
        "参会人数",
        "证明材料*",
    ]


def test_imported_facts_are_kept_as_parquet_and_known_as_such(scheme: Scheme, facts: Facts, tmp_path: Path) -> None:
    write_facts(scheme, facts, tmp_path)
    assert import_facts(scheme, [tmp_path]).facts is not None
    assert all(
        a.equals(b)
        for a, b in zip(read_facts(scheme, tmp_path).tables().values(), facts.tables().values(), strict=True)
    )


def test_our_own_parquet_is_never_read_as_peoples_numbers(scheme: Scheme, facts: Facts, tmp_path: Path) -> None:
    write_facts(scheme, facts, tmp_path)
    for path in (tmp_path / "units.parquet", tmp_path / "records" / "meeting.parquet"):
        result = import_facts(scheme, [path])
        assert "file.imported" in [problem.code for problem in result.problems]
        assert result.facts is None


def test_facts_of_another_scheme_are_refused(scheme: Scheme, facts: Facts, tmp_path: Path) -> None:
    write_facts(scheme, facts, tmp_path)
    other = scheme.model_copy(update={"id": "another"})
    with pytest.raises(Refused) as refused:
        read_facts(other, tmp_path)
    assert [problem.code for problem in refused.value.problems] == ["facts.scheme"]


def test_parquet_of_another_system_is_read_as_people_write(scheme: Scheme, facts: Facts, tmp_path: Path) -> None:
    write_csv_facts(scheme, facts, tmp_path)
    for path in sorted(tmp_path.rglob("*.csv")):
        pl.read_csv(path, infer_schema=False).write_parquet(path.with_suffix(".parquet"))
        path.unlink()
    assert same(import_facts(scheme, [tmp_path]).facts, facts) == []


TEXTS = st.text(
    st.characters(
        blacklist_categories=["Cc", "Cs", "Co", "Zs", "Zl", "Zp"], blacklist_characters="\u200b\u200c\u200d\u2060\ufeff"
    ),
    min_size=1,
    max_size=40,
)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(title=TEXTS, attendees=st.none() | st.integers(1, 100_000), held=st.dates(date(2016, 1, 1), date(2017, 1, 27)))
def test_any_text_number_and_day_come_back_as_they_went(
    scheme: Scheme, tmp_path: Path, title: str, attendees: int | None, held: date
) -> None:
    first = imported(scheme, tmp_path, meetings(meeting(会议名称="x", 参会人数=None))).facts
    assert first is not None
    wanted = first.records["meeting"].with_columns(
        title=pl.lit(title), attendees=pl.lit(attendees, pl.Int64), held_on=pl.lit(held)
    )
    facts = replace(first, records=first.records | {"meeting": wanted})
    write_workbook(scheme, facts, tmp_path / "again.xlsx")
    assert same(import_facts(scheme, [tmp_path / "again.xlsx"]).facts, facts) == []


@pytest.mark.parametrize("first", ["=", "+", "-", "@", "\t", "＝", "＋", "－", "＠"])
def test_text_that_looks_like_a_formula_stays_text(scheme: Scheme, tmp_path: Path, first: str) -> None:
    from openpyxl import load_workbook

    facts = imported(scheme, tmp_path, meetings(meeting())).facts
    assert facts is not None
    hostile = facts.records["meeting"].with_columns(title=pl.lit(f"{first}1+1"))
    write_workbook(scheme, replace(facts, records=facts.records | {"meeting": hostile}), tmp_path / "out.xlsx")
    cell = load_workbook(tmp_path / "out.xlsx")["会议"]["D4"]
    assert (cell.value, cell.data_type) == (f"{first}1+1", "s")


def test_titles_alike_when_cut_make_distinct_sheets_that_are_read_back(scheme: Scheme, tmp_path: Path) -> None:
    long = "一" * 31
    changed = [
        kind.model_copy(update={"title": Title(zh=long + ending, en=f"Sheet {long}{ending}")})
        for kind, ending in zip(scheme.records[:2], "甲乙", strict=True)
    ]
    alike = scheme.model_copy(update={"records": (*changed, *scheme.records[2:])})
    tabs = [sheet.tab_in(lang) for sheet in sheets(alike) for lang in ("zh", "en")]
    assert (tabs[4], tabs[6]) == (long, "一" * 27 + " (2)")
    assert all(len(tab) <= 31 for tab in tabs)
    write_template(alike, tmp_path / "a.xlsx", whole_round=True)
    result = import_facts(alike, [tmp_path / "a.xlsx"])
    assert {problem.code for problem in result.problems if problem.severity != "note"} == {"facts.no_register"}

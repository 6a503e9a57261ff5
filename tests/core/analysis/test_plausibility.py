from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import numpy as np
import polars as pl
import pytest
from panels import RECORDS, facts, filings, named, plain, record_frame, scheme, unit_rows

from huoyue.core.analysis.folding import fold, is_local
from huoyue.core.analysis.outliers import NARROWEST, modified_z
from huoyue.core.analysis.plausibility import plausible
from huoyue.core.tables import Facts

FILED = filings(A=date(2031, 1, 15), B=date(2031, 1, 15), C=date(2031, 1, 15))
Rows = list[dict[str, Any]]


def filed(units: str = "ABC", **records: Rows) -> Facts:
    return facts(plain(), unit_rows(*units), records=records, filings=FILED)


def rules(given: Facts, **earlier: pl.DataFrame) -> list[tuple[int, str, str, str]]:
    return plausible(plain(), given, earlier or None).select("finding", "rule", "unit", "record").rows()


def project(unit: str, number: str | None, **more: Any) -> dict[str, Any]:
    return {"unit": unit, "number": number} | more


def meeting(unit: str, title: str, **more: Any) -> dict[str, Any]:
    return {"unit": unit, "title": title} | more


# --- the same thing claimed twice ----------------------------------------------------------------------------------


def test_one_project_number_claimed_by_two_units_is_one_finding_naming_both() -> None:
    found = plausible(plain(), filed(project=[project("A", "2030YFB-001"), project("B", "２０３０yfb 001")]))
    assert found.select("finding", "rule", "unit", "record_type", "record").rows() == [
        (1, "same_claim", "A", "project", "project-0"),
        (1, "same_claim", "B", "project", "project-1"),
    ]
    assert set(found["detail_zh"]) == {"project（中）“2030YFB-001”由A联盟、B联盟同时申报，且未相互注明为共同承担"}
    assert set(found["detail_en"]) == {
        "project 2030YFB-001 is claimed by A联盟, B联盟, and not all of them name one another as partners"
    }


@pytest.mark.parametrize(("first", "second"), [("B", None), (None, "A"), ("B", "A")])
def test_units_of_which_one_names_the_other_may_share_a_project(first: str | None, second: str | None) -> None:
    given = [project("A", "1234567", partner=first), project("B", "1234567", partner=second)]
    assert rules(filed(project=given)) == []


def test_partners_named_through_a_third_share_and_a_fourth_does_not() -> None:
    chain = [project("A", "1234567", partner="B"), project("B", "1234567", partner="C"), project("C", "1234567")]
    assert rules(filed(project=chain)) == []
    assert len(rules(filed("ABCD", project=[*chain, project("D", "1234567")]))) == 4


def test_naming_a_unit_that_does_not_claim_the_project_excuses_nothing() -> None:
    given = [project("A", "1234567", partner="C"), project("B", "1234567")]
    assert len(rules(filed(project=given))) == 2


@pytest.mark.parametrize("number", [None, "", "  ", "无", "暂无", "/", "—", "N/A"])
def test_the_lack_of_a_number_is_no_number(number: str | None) -> None:
    assert rules(filed(project=[project("A", number), project("B", number), project("B", number)])) == []


def test_what_is_not_exclusive_may_be_claimed_by_many() -> None:
    assert rules(filed(meeting=[meeting("A", "Spring"), meeting("B", "Spring")])) == []


def test_a_unit_that_files_one_thing_twice_is_told() -> None:
    given = filed(meeting=[meeting("A", "Spring 会议"), meeting("A", "spring会议"), meeting("A", "Autumn")])
    found = plausible(plain(), given)
    assert found.select("finding", "rule", "record").rows() == [
        (1, "duplicate", "meeting-0"),
        (1, "duplicate", "meeting-1"),
    ]
    assert found["detail_zh"][0] == "A联盟重复填报meeting（中）“Spring 会议”2次"


# --- evidence ------------------------------------------------------------------------------------------------------


def test_one_piece_of_evidence_cited_by_two_units_is_found() -> None:
    given = filed(
        meeting=[meeting("A", "m", evidence="国科发〔2030〕12号"), meeting("B", "n", evidence="国科发〔2030〕12号 ")]
    )
    found = plausible(plain(), given)
    assert found.select("rule", "unit").rows() == [("same_evidence", "A"), ("same_evidence", "B")]
    assert found["detail_zh"][0] == "证明材料“国科发〔2030〕12号”被A联盟、B联盟同时引用（meeting（中））"


@pytest.mark.parametrize("reference", ["附件3", "附件 3", "图2.1", "12", "证明材料一", "Annex 4", "No. 7", "附件十二"])
def test_numbers_of_a_units_own_papers_are_not_compared_with_others(reference: str) -> None:
    given = filed(meeting=[meeting("A", "m", evidence=reference), meeting("B", "n", evidence=reference)])
    assert rules(given) == []


def test_evidence_for_records_of_two_types_is_found_within_a_unit() -> None:
    given = filed(meeting=[meeting("A", "m", evidence="附件3")], project=[project("A", "P1", evidence="附件 3")])
    found = plausible(plain(), given)
    assert found.select("rule", "record_type").rows() == [("same_evidence", "meeting"), ("same_evidence", "project")]
    assert found["detail_zh"][0] == "A联盟的证明材料“附件3”被用于不同类别的记录（meeting（中）、project（中））"


def test_a_unit_may_cite_one_paper_for_several_records_of_a_type() -> None:
    assert rules(filed(meeting=[meeting("A", "m", evidence="纪要汇编"), meeting("A", "n", evidence="纪要汇编")])) == []


def test_every_reference_of_a_cell_counts() -> None:
    given = filed(
        meeting=[meeting("A", "m", evidence="合同甲；批复丙、附件1")],
        project=[project("B", "P1", evidence="附件1；批复丙")],
    )
    assert [row[1:3] for row in rules(given)] == [("same_evidence", "A"), ("same_evidence", "B")]


def test_partners_in_a_project_may_share_its_evidence() -> None:
    given = [project("A", "1234567", partner="B", evidence="批复丙"), project("B", "1234567", evidence="批复丙")]
    assert rules(filed(project=given)) == []


@pytest.mark.parametrize(
    ("text", "local"), [("附件3", True), ("2030yfb001", False), ("20301234", False), ("图1.2", True)]
)
def test_local_references_are_told_from_distinctive_ones(text: str, local: bool) -> None:
    assert is_local(text) is local


@pytest.mark.parametrize(
    ("text", "expected"),
    [("Ａ-１ ２", "a12"), ("GB/T—9704\u200b", "gb/t9704"), ("\u3000无\u3000", ""), ("2030−7_b", "20307b")],
)
def test_folding(text: str, expected: str) -> None:
    assert fold(text) == expected


# --- outliers ------------------------------------------------------------------------------------------------------


def test_modified_z_by_hand_is_not_masked_by_two_outliers() -> None:
    """Median 2.45, MAD 0.15: 0.6745 * 5.75 / 0.15 = 25.86; the ordinary z of 8.2 is below 2."""
    values = np.array([2.1, 2.6, 2.4, 2.5, 2.3, 2.1, 2.3, 2.6, 8.2, 8.3])
    assert modified_z(values)[-2:].round(2).tolist() == [25.86, 26.31]
    assert modified_z(np.array([3.0, 3.0])).tolist() == [0.0, 0.0]


def funded(*values: int, unit: str = "A") -> Rows:
    return [project(unit, f"P-{n}-{unit}", funding=value * 100) for n, value in enumerate(values)]


def test_an_extreme_amount_within_the_batch_is_found() -> None:
    found = plausible(plain(), filed(project=funded(100, 120, 90, 110, 105, 95, 130, 100000)))
    assert found.select("rule", "record").rows() == [("outlier", "project-7")]
    assert found["detail_zh"][0].startswith(
        "A联盟的project（中），funding（中）为100000，与one（中）通常水平107.5相差悬殊"
    )


def test_skewed_amounts_are_not_outliers() -> None:
    """Amounts that grow by a constant factor: evenly spread on the log scale."""
    assert rules(filed(project=funded(*(2**n for n in range(10))))) == []


def test_fewer_than_eight_values_have_no_outliers() -> None:
    assert rules(filed(project=funded(100, 120, 90, 110, 105, 95, 100000))) == []


def test_near_equal_values_do_not_make_small_differences_extreme() -> None:
    """A spread of nothing is taken as 0.2 on the log scale, so that up to 2.8 times is unremarkable."""
    assert rules(filed(project=funded(*[100] * 9, 270))) == []
    assert len(rules(filed(project=funded(*[100] * 9, 300)))) == 1
    assert float(np.exp(3.5 / 0.6745 * NARROWEST)) == pytest.approx(2.82, abs=0.01)


def test_batches_are_compared_with_themselves() -> None:
    members = [*unit_rows("A"), unit_rows("B", batch="two")[0] | {"position": 2}]
    rows = [*funded(*[100] * 9), *funded(*[5000] * 9, unit="B")]
    assert rules(facts(plain(), members, records={"project": rows})) == []


def test_missing_and_negative_values_are_left_out() -> None:
    rows = [*funded(*[100] * 9), project("B", "x"), project("B", "y", funding=-100000)]
    assert rules(filed(project=rows)) == []


# --- dates ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("day", [date(2029, 12, 31), date(2031, 1, 1), date(2035, 1, 1)])
def test_dates_outside_the_period_are_found_once(day: date) -> None:
    found = plausible(plain(), filed(meeting=[meeting("A", "m", held_on=day)]))
    assert found["rule"].to_list() == ["date"]
    assert found["detail_zh"][0] == (
        f"A联盟的meeting（中），held_on（中）为{day.year}年{day.month}月{day.day}日，不在评价期内"
    )


@pytest.mark.parametrize("day", [date(2030, 1, 1), date(2030, 12, 31), None])
def test_the_ends_of_the_period_and_missing_dates_are_in_order(day: date | None) -> None:
    assert rules(filed(meeting=[meeting("A", "m", held_on=day)])) == []


def test_a_date_after_the_filing_was_submitted_is_found() -> None:
    early = facts(
        plain(), unit_rows("A"), filings=filings(A=date(2030, 6, 1)),
        records={"meeting": [meeting("A", "m", held_on=date(2030, 6, 2))]},
    )  # fmt: skip
    assert plausible(plain(), early)["detail_zh"].to_list() == [
        "A联盟的meeting（中），held_on（中）为2030年6月2日，晚于提交填报的2030年6月1日"
    ]


def test_what_the_liaison_officer_reports_may_be_later_than_the_filing() -> None:
    assert rules(filed(call=[{"unit": "A", "called_on": date(2031, 2, 1)}])) == []


# --- other rounds --------------------------------------------------------------------------------------------------


def earlier(kind: str, rows: Rows) -> dict[str, pl.DataFrame]:
    return {kind: record_frame(plain(), kind, rows)}


def test_a_record_that_was_filed_in_the_round_before_is_found() -> None:
    day = date(2030, 1, 15)
    given = filed(meeting=[meeting("A", "Spring", held_on=day), meeting("B", "Spring", held_on=day)])
    found = plausible(plain(), given, earlier("meeting", [meeting("A", "spring ", held_on=day)]))
    assert found.select("rule", "unit", "record").rows() == [("other_round", "A", "meeting-0")]
    assert found["detail_zh"][0] == "A联盟的meeting（中）“Spring”在上一轮已经填报"


def test_another_date_than_in_the_round_before_is_told() -> None:
    given = filed(meeting=[meeting("A", "Spring", held_on=date(2030, 5, 1))])
    found = plausible(plain(), given, earlier("meeting", [meeting("A", "Spring", held_on=date(2029, 5, 1))]))
    assert found["detail_zh"].to_list() == [
        "A联盟的meeting（中）“Spring”在上一轮已经填报，当时日期为2029年5月1日，本轮为2030年5月1日"
    ]


def test_what_is_exclusive_may_not_move_to_another_unit() -> None:
    before = earlier("project", [project("B", "1234567"), project("A", "7654321"), project("B", "7654321")])
    found = plausible(plain(), filed(project=[project("A", "1234567"), project("A", "7654321")]), before)
    assert found["detail_zh"].to_list() == [
        "A联盟的project（中）“1234567”在上一轮已由B联盟申报",
        "A联盟的project（中）“7654321”在上一轮已经填报",
    ]


def test_lasting_states_and_rounds_without_the_key_say_nothing() -> None:
    """A website has no date; an earlier scheme may not have had the field."""
    site = named("site", key=["address"], fields=[named("address", type="text")])
    by = scheme(records=[*RECORDS, site])
    rows = {"site": [{"unit": "A", "address": "x"}], "meeting": [meeting("A", "m")]}
    given = facts(by, unit_rows("A"), records=rows)
    before = {"site": given.records["site"], "meeting": given.records["meeting"].drop("title")}
    assert plausible(by, given, before).height == 0


# --- altogether ----------------------------------------------------------------------------------------------------


def messy() -> Facts:
    return filed(
        project=[*funded(*[100] * 9, 9000), project("A", "1234567"), project("B", "1234567"), project("B", "1234567")],
        meeting=[meeting("A", "m", evidence="批复", held_on=date(2029, 1, 1)), meeting("C", "n", evidence="批复")],
    )


def test_findings_are_numbered_rule_by_rule() -> None:
    found = plausible(plain(), messy()).unique("finding").sort("finding")
    assert found.select("finding", "rule").rows() == [
        (1, "same_claim"), (2, "same_evidence"), (3, "duplicate"), (4, "outlier"), (5, "date"),
    ]  # fmt: skip


def test_order_of_records_does_not_matter() -> None:
    given = messy()
    mixed = replace(
        given, records={name: r.sample(fraction=1, shuffle=True, seed=2) for name, r in given.records.items()}
    )
    assert plausible(plain(), mixed).equals(plausible(plain(), given))


def test_facts_without_records_have_no_findings() -> None:
    assert plausible(plain(), filed()).height == 0

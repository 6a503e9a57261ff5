from __future__ import annotations

import filings
from polars.testing import assert_frame_equal

from huoyue.core.filing.coverage import completeness, participation
from huoyue.core.tables import Facts


def facts() -> Facts:
    return filings.facts(
        [{"unit": "a", "members": 3}, {"unit": "b"}, {"unit": "c", "members": 0}],
        talk=[{"unit": "a", "guests": 12, "evidence": "e1"}, {"unit": "b", "guests": 9, "evidence": "  "},
              {"unit": "elsewhere", "guests": 50}],
        call=[{"unit": "a", "answered": False}, {"unit": "b", "answered": True}, {"unit": "c"}],
    )  # fmt: skip


def test_participation_follows_the_conditions_of_the_standard_or_the_measure_given_for_it() -> None:
    found = participation(filings.scheme(), facts())
    assert found.filter("participated").select("unit", "indicator").sort("unit", "indicator").rows() == [
        ("a", "judged"), ("a", "size"), ("a", "talks"), ("b", "calls"), ("b", "judged"), ("c", "size"),
    ]  # fmt: skip


def test_participation_has_a_row_for_every_unit_and_indicator_in_the_order_of_the_register() -> None:
    found = participation(filings.scheme(), facts())
    assert found["unit"].to_list() == ["a", "b", "c"] * 4
    assert found["participated"].null_count() == 0


def test_completeness_counts_required_fields_and_evidence_of_records_that_units_file() -> None:
    assert completeness(filings.scheme(), facts()).rows() == [("a", 2, 3), ("b", 1, 3), ("c", 0, 0)]


def test_order_of_records_does_not_matter() -> None:
    one, other = facts(), facts()
    other.records["talk"] = other.records["talk"].reverse()
    assert_frame_equal(participation(filings.scheme(), one), participation(filings.scheme(), other))
    assert_frame_equal(completeness(filings.scheme(), one), completeness(filings.scheme(), other))

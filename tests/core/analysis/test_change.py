from __future__ import annotations

import rounds

from huoyue.core.analysis.change import change
from huoyue.core.analysis.history import periods
from huoyue.core.tables import EARLIER


def test_periods_are_put_in_order_by_their_numbers() -> None:
    earlier = rounds.earlier([("A", period, 80, None) for period in ("10", "9", "2")])
    assert periods(rounds.scheme(), earlier)[-3:] == ["10", "9", "2"]


def test_each_period_is_tiered_by_its_own_borders() -> None:
    earlier = rounds.earlier([("A", "2014", 85, None), ("A", "2015", 86, None), ("A", "2013", 99, None)])
    table = change(rounds.scheme(), earlier, rounds.screening({"A": "evaluated"}), rounds.scores({"A": 85}))
    assert table.select("period", "before", "tier_before", "tier_now", "tier_step").rows() == [
        ("2013", 9900, None, "high", None),
        ("2014", 8500, "fairly_high", "high", 1),
        ("2015", 8600, "high", "high", 0),
    ]


def test_a_score_below_all_borders_that_are_known_has_no_tier() -> None:
    table = change(
        rounds.scheme(),
        rounds.earlier([("A", "2014", 60, None)]),
        rounds.screening({"A": "evaluated"}),
        rounds.scores({"A": 60}),
    )
    assert table.select("tier_before", "tier_step").row(0) == (None, None)


def test_a_named_tier_counts_before_borders_and_an_unknown_one_makes_no_step() -> None:
    earlier = rounds.earlier([("A", "2015", 90, "average"), ("B", "2015", None, "inactive")])
    screening = rounds.screening({"A": "evaluated", "B": "evaluated"})
    table = change(rounds.scheme(), earlier, screening, rounds.scores({"A": 90, "B": 90}))
    assert table.select("unit", "tier_before", "tier_step").rows() == [("A", "average", 2), ("B", "inactive", None)]


def test_a_unit_that_is_not_evaluated_now_or_was_not_then_keeps_what_is_known() -> None:
    earlier = rounds.earlier([("A", "2015", None, None), ("B", "2015", 70, None), ("gone", "2015", 70, None)])
    screening = rounds.screening({"A": "evaluated", "B": "not_filed"})
    table = change(rounds.scheme(), earlier, screening, rounds.scores({"A": 72}))
    assert table.select("unit", "before", "now", "tier_before", "tier_now", "tier_step").rows() == [
        ("A", None, 7200, None, "fairly_high", None),
        ("B", 7000, None, "average", None, None),
    ]


def test_without_earlier_results_there_is_no_change() -> None:
    table = change(rounds.scheme(), EARLIER.empty(), rounds.screening({"A": "evaluated"}), rounds.scores({"A": 72}))
    assert table.is_empty()

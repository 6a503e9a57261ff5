from __future__ import annotations

from decimal import Decimal

import polars as pl
import rounds

from huoyue.core.analysis.candidates import candidates, streaks
from huoyue.core.scheme.model import Candidates, Scheme
from huoyue.core.tables import EARLIER, SCORES, SCREENING

Earlier = list[tuple[str, str, int | None, str | None]]


def with_rules(*rules: Candidates) -> Scheme:
    outlook = rounds.scheme().outlook.model_copy(update={"candidates": rules})
    return rounds.scheme().model_copy(update={"outlook": outlook})


def rule(**parts: object) -> Candidates:
    head = {"id": "list", "title": {"zh": "名单", "en": "List"}, "kind": "demonstration", "periods": 2}
    return Candidates.model_validate(head | parts)


def listed(scheme: Scheme, earlier: Earlier, now: dict[str, int | None]) -> dict[str, str]:
    """Unit -> reason in English."""
    screening = rounds.screening({unit: "not_filed" if points is None else "evaluated" for unit, points in now.items()})
    scores = rounds.scores({unit: points for unit, points in now.items() if points is not None})
    table = candidates(scheme, rounds.earlier(earlier), screening, scores)
    return dict(table.select("unit", "reason_en").iter_rows())


def streak(earlier: Earlier, now: dict[str, int | None]) -> dict[tuple[str, str], int]:
    screening = rounds.screening({unit: "not_filed" if points is None else "evaluated" for unit, points in now.items()})
    scores = rounds.scores({unit: points for unit, points in now.items() if points is not None})
    table = streaks(rounds.scheme(), rounds.earlier(earlier), screening, scores)
    return {(unit, kind): periods for unit, kind, periods in table.iter_rows()}


def test_full_marks_three_periods_running() -> None:
    earlier: Earlier = [("A", "2014", 100, None), ("A", "2015", 100, None)]
    assert streak(earlier, {"A": 100}) == {("A", "full_marks"): 3, ("A", "top_tier"): 3}


def test_a_period_of_which_nothing_is_known_ends_a_streak() -> None:
    earlier: Earlier = [("A", "2013", 90, "high"), ("A", "2014", 90, None), ("B", "2015", 90, None)]
    assert streak(earlier, {"A": 90, "B": 90}) == {("A", "top_tier"): 1, ("B", "top_tier"): 2}


def test_a_period_named_only_by_its_borders_is_known_of_and_so_ends_a_streak() -> None:
    assert streak([("A", "2014", 90, None)], {"A": 90}) == {("A", "top_tier"): 1}


def test_not_being_evaluated_is_a_streak_too() -> None:
    earlier: Earlier = [("A", "2015", None, None), ("A", "2014", 40, None)]
    assert streak(earlier, {"A": None}) == {("A", "not_evaluated"): 2}


def test_without_earlier_results_every_streak_is_this_period() -> None:
    assert streak([], {"A": 20, "B": 60}) == {("A", "bottom_tier"): 1}


def test_exit_candidates_are_in_the_lowest_tier_or_absent_in_each_period() -> None:
    scheme = with_rules(rule(kind="exit", tiers=["poor"], not_evaluated=True))
    earlier: Earlier = [("A", "2015", 30, None), ("B", "2015", None, None), ("C", "2015", 90, None)]
    assert listed(scheme, earlier, {"A": None, "B": 20, "C": 20}) == {
        "A": "2 successive periods: 2015 Poor activity, 2016 not evaluated",
        "B": "2 successive periods: 2015 not evaluated, 2016 Poor activity",
    }


def test_fewer_known_periods_than_the_rule_asks_are_not_listed() -> None:
    scheme = with_rules(rule(periods=4, tiers=["high"]))
    earlier: Earlier = [("A", "2014", 90, None), ("A", "2015", 90, None)]
    assert listed(scheme, earlier, {"A": 90}) == {}


def test_an_earlier_score_without_borders_does_not_meet_a_rule_on_tiers() -> None:
    scheme = with_rules(rule(periods=4, tiers=["high"]))
    earlier: Earlier = [("A", str(year), 99, None) for year in (2013, 2014, 2015)]
    assert listed(scheme, earlier, {"A": 99}) == {}
    assert listed(scheme, [*earlier[1:], ("A", "2013", 99, "high")], {"A": 99}) != {}


def test_a_rule_may_ask_for_a_score() -> None:
    scheme = with_rules(rule(score_at_least=Decimal(95)))
    earlier: Earlier = [("A", "2015", 95, None), ("B", "2015", 94, None)]
    assert list(listed(scheme, earlier, {"A": 95, "B": 100})) == ["A"]


def test_a_rule_of_one_period_needs_no_earlier_results() -> None:
    assert listed(with_rules(rule(periods=1, tiers=["high"])), [], {"A": 90, "B": 10}) == {
        "A": "This period: 2016 High activity"
    }


def test_the_reason_stands_in_chinese_too() -> None:
    table = candidates(
        with_rules(rule(periods=1, tiers=["high"])),
        EARLIER.empty(),
        rounds.screening({"A": "evaluated"}),
        rounds.scores({"A": 90}),
    )
    assert table["reason_zh"].to_list() == ["本期：2016年度为活跃度高"]


def test_without_units_nobody_is_listed_and_there_are_no_streaks() -> None:
    frames = EARLIER.empty(), SCREENING.empty(), SCORES.empty()
    assert candidates(rounds.scheme(), *frames).is_empty()
    assert streaks(rounds.scheme(), *frames).is_empty()


def test_the_order_of_rows_does_not_matter() -> None:
    earlier = rounds.earlier([("A", "2014", 90, None), ("A", "2015", 90, None), ("B", "2015", None, None)])
    screening, scores = rounds.screening({"A": "evaluated", "B": "not_filed"}), rounds.scores({"A": 90})
    for made in (candidates, streaks):
        table = made(rounds.scheme(), earlier, screening, scores)
        assert made(rounds.scheme(), earlier.reverse(), screening.reverse(), scores.reverse()).equals(table)
        assert isinstance(table, pl.DataFrame)

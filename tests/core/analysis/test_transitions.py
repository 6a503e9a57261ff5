from __future__ import annotations

import polars as pl
import rounds

from huoyue.core.analysis.movement import movement
from huoyue.core.analysis.transitions import transitions
from huoyue.core.tables import EARLIER, EARLIER_SCHEMES

EARLIER_ROWS = [("A", "2015", 90, None), ("B", "2015", 70, None), ("C", "2015", None, None), ("D", "2015", 64, None)]
SCREENING = dict.fromkeys("ABCE", "evaluated") | {"D": "not_filed"}
SCORES = {"A": 72, "B": 90, "C": 90, "E": 50}
SAME_SCHEME = {"period": "2015", "scheme": "x", "digest": "0", "scores_comparable": True, "same": 20, "rescaled": 0,
               "changed": 0}  # fmt: skip


def matrix(earlier: pl.DataFrame) -> pl.DataFrame:
    return transitions(rounds.scheme(), earlier, rounds.screening(SCREENING), rounds.scores(SCORES))


def moved(schemes: pl.DataFrame) -> pl.DataFrame:
    earlier = rounds.earlier(EARLIER_ROWS)
    return movement(rounds.scheme(), earlier, schemes, rounds.screening(SCREENING), rounds.scores(SCORES))


def test_every_unit_stands_once_in_the_matrix_of_a_period() -> None:
    table = matrix(rounds.earlier(EARLIER_ROWS))
    assert table.filter(pl.col("units") > 0).drop("period").rows() == [
        ("high", "fairly_high", 1),
        ("average", "high", 1),
        ("poor", "not_evaluated", 1),
        ("not_evaluated", "high", 1),
        ("unknown", "average", 1),
    ]
    assert table["units"].sum() == len(SCREENING)


def test_each_period_has_its_own_matrix_read_by_its_own_borders_latest_first() -> None:
    table = matrix(rounds.earlier([("A", "2014", 60, None), ("A", "2015", 60, None), ("A", "9", 60, None)]))
    of_a = table.filter(tier_now="fairly_high").filter(pl.col("units") > 0)
    assert of_a.select("period", "tier_before").rows() == [("2015", "poor"), ("2014", "unknown"), ("9", "unknown")]
    assert dict(table.group_by("period").agg(pl.col("units").sum()).iter_rows()) == dict.fromkeys(
        ("2015", "2014", "9"), len(SCREENING)
    )


def test_a_tier_that_only_the_earlier_period_had_has_a_line_of_its_own() -> None:
    table = matrix(rounds.earlier([("A", "2013", None, "inactive")]))
    assert table.filter(tier_before="inactive", tier_now="fairly_high")["units"].to_list() == [1]


def test_without_earlier_results_there_is_no_matrix() -> None:
    assert matrix(EARLIER.empty()).is_empty()


def test_scores_are_subtracted_only_where_the_schemes_are_known_to_be_comparable() -> None:
    unknown = moved(EARLIER_SCHEMES.empty())
    assert set(unknown["comparable"]) == {"tiers"}
    assert unknown["score_change"].null_count() == unknown.height
    other = moved(EARLIER_SCHEMES.frame([SAME_SCHEME | {"scores_comparable": False}]))
    assert other["score_change"].null_count() == other.height
    same = moved(EARLIER_SCHEMES.frame([SAME_SCHEME])).filter(pl.col("period") == "2015")
    assert same.select("unit", "comparable", "score_change").rows() == [
        ("A", "scores", -1800),
        ("B", "scores", 2000),
        ("C", "scores", None),
        ("D", "scores", None),
    ]


def test_ranks_stand_beside_how_many_were_ranked_and_places_compare_the_same_units() -> None:
    """A was 1st of 3 (A, B, D) and is 3rd of 4. Of A and B, who have both scores, A was 1st and is 2nd."""
    table = moved(EARLIER_SCHEMES.empty())
    columns = ["unit", "rank_before", "ranked_before", "rank_now", "ranked_now", "places"]
    assert table.select(columns).rows() == [
        ("A", 1, 3, 3, 4, -1),
        ("B", 2, 3, 1, 4, 1),
        ("C", None, 3, 2, 4, None),
        ("D", 3, 3, None, 4, None),
    ]

"""What must hold of scoring whatever the facts."""

from __future__ import annotations

from typing import Any

import every_kind
import polars as pl
from every_kind import EVERY_KIND, Row, scheme, suggested
from hypothesis import given, settings
from hypothesis import strategies as st
from polars.testing import assert_frame_equal

from huoyue.core.scheme.model import hundredths
from huoyue.core.tables import Facts

SCHEME = scheme()
FALLING = {"fewer", "shared", "per_member", "ranked", "ranged", "scored"}
"""Standards that may give less for more: ratios, standing among others, the smallest value, the less the better."""

seeds = st.integers(0, 10_000)
quick = settings(max_examples=8, deadline=None)


def changed(facts: Facts, **tables: Any) -> Facts:
    return Facts(**{**vars(facts), **tables})


@quick
@given(seeds, st.randoms(use_true_random=False))
def test_one_more_record_never_lowers_points_unless_the_standard_says_so(seed: int, rng: Any) -> None:
    facts = every_kind.random_facts(SCHEME, 6, seed)
    extra: Row = {"unit": "u0000", "record": "new"} | {
        name: rng.choice(facts.records["event"][name].to_list() or [None])
        for name in ("kind", "held_on", "money", "people", "partner", "open")
    }
    columns = facts.records["event"].columns
    row = pl.DataFrame([dict.fromkeys(columns) | extra], schema=facts.records["event"].schema)
    more = changed(facts, records=facts.records | {"event": facts.records["event"].vstack(row)})
    before, after = (
        suggested(SCHEME, one).points.filter((pl.col("unit") == "u0000") & ~pl.col("indicator").is_in(list(FALLING)))
        for one in (facts, more)
    )
    assert (after["points"].fill_null(0) >= before["points"].fill_null(0)).all()


@quick
@given(seeds, seeds)
def test_the_order_of_records_and_units_changes_nothing(seed: int, shuffle: int) -> None:
    facts = every_kind.random_facts(SCHEME, 12, seed)
    mixed = changed(
        facts,
        units=facts.units.sample(fraction=1, shuffle=True, seed=shuffle),
        records={name: frame.sample(fraction=1, shuffle=True, seed=shuffle) for name, frame in facts.records.items()},
    )
    expected, found = suggested(SCHEME, facts), suggested(SCHEME, mixed)
    assert_frame_equal(found.points.sort("unit", "indicator"), expected.points.sort("unit", "indicator"))
    assert_frame_equal(found.parts.sort("unit", "indicator", "part"), expected.parts.sort("unit", "indicator", "part"))
    assert_frame_equal(found.earned, expected.earned)


@quick
@given(seeds)
def test_points_lie_between_nothing_and_what_can_be_attained(seed: int) -> None:
    points = suggested(SCHEME, every_kind.random_facts(SCHEME, 15, seed)).points
    scored = points.filter(pl.col("outcome") == "scored")
    assert scored.filter((pl.col("points") < 0) | (pl.col("points") > pl.col("maximum"))).is_empty()
    assert points.filter(pl.col("outcome") != "scored")["points"].null_count() == len(points) - len(scored)
    assert points.filter(pl.col("outcome") == "not_applicable")["maximum"].sum() == 0


@quick
@given(seeds)
def test_what_can_be_attained_adds_up_wherever_points_are_redistributed(seed: int) -> None:
    shared = [
        one | {"applies": one["applies"] | {"redistribute": "pillar"}} if "applies" in one else one
        for one in EVERY_KIND
    ]
    rules = scheme(shared)
    points = suggested(rules, every_kind.random_facts(rules, 8, seed)).points.filter(pl.col("indicator") != "extra")
    assert set(points.group_by("unit").agg(pl.sum("maximum"))["maximum"]) == {hundredths(rules.points)}


@quick
@given(seeds)
def test_units_with_the_same_facts_have_the_same_points(seed: int) -> None:
    facts = every_kind.random_facts(SCHEME, 6, seed)
    twin = changed(
        facts,
        units=pl.concat(
            [facts.units, facts.units.with_columns(unit="t" + pl.col("unit"), position=pl.col("position") + 6)]
        ),
        filings=pl.concat([facts.filings, facts.filings.with_columns(unit="t" + pl.col("unit"))]),
        records={
            name: pl.concat([frame, frame.with_columns(unit="t" + pl.col("unit"), record="t" + pl.col("record"))])
            for name, frame in facts.records.items()
        },
    )
    points = suggested(SCHEME, twin).points.select("unit", "indicator", "outcome", "points", "maximum")
    first = points.filter(~pl.col("unit").str.starts_with("t"))
    second = points.filter(pl.col("unit").str.starts_with("t")).with_columns(pl.col("unit").str.slice(1))
    assert_frame_equal(first, second)

"""Practice data: plausible, random, the same for the same seed, and fit for every stage."""

from __future__ import annotations

import polars as pl
import pytest

from huoyue.core.evaluation import evaluate
from huoyue.core.review.conflicts import check_panel
from huoyue.core.scheme.model import Scheme
from huoyue.core.tables import Facts, input_tables
from huoyue.examples.rounds import EXAMPLES
from huoyue.examples.synthesis import periods, synthesise
from huoyue.exchange.scheme_file import load_scheme


@pytest.fixture(scope="module")
def practice(scheme_2016: Scheme) -> Facts:
    return synthesise(scheme_2016, units=120, seed=5)


def same(one: Facts, other: Facts) -> bool:
    return all(frame.equals(other.tables()[name]) for name, frame in one.tables().items())


def test_the_same_seed_gives_the_same_facts(scheme_2016: Scheme, practice: Facts) -> None:
    assert same(practice, synthesise(scheme_2016, units=120, seed=5))
    assert not same(practice, synthesise(scheme_2016, units=120, seed=6))


@pytest.mark.parametrize("name", list(EXAMPLES))
def test_practice_data_of_every_built_in_scheme_passes_every_table_and_stage(name: str) -> None:
    scheme = load_scheme(name)
    facts = synthesise(scheme, units=70, seed=1)
    for table, definition in input_tables(scheme).items():
        definition.check(facts.tables()[table])
    results = evaluate(scheme, facts)
    assert 20 < results["scores"].height < 70
    assert results["scores"]["tier"].n_unique() >= 3
    assert results["screening"]["verdict"].n_unique() == 3


def test_practice_data_differ_among_units(scheme_2016: Scheme, practice: Facts) -> None:
    scores = evaluate(scheme_2016, practice)["scores"]["score"]
    assert scores.max() > 8500
    assert scores.min() < 4500
    assert scores.n_unique() > 30


def test_some_do_not_file_and_some_file_late(scheme_2016: Scheme, practice: Facts) -> None:
    assert 0 < practice.filings.height < 120
    assert practice.filings.filter(pl.col("submitted_on") > scheme_2016.filing.closes).height > 0


def test_those_that_did_not_file_have_no_records_of_their_own(scheme_2016: Scheme, practice: Facts) -> None:
    own = [kind.id for kind in scheme_2016.records if kind.reported_by == "unit"]
    filed = set(practice.filings["unit"])
    assert {unit for kind in own for unit in practice.records[kind]["unit"]} <= filed


def test_dates_lie_in_the_period_and_keys_are_distinct(scheme_2016: Scheme, practice: Facts) -> None:
    period = scheme_2016.period
    for kind in scheme_2016.records:
        records = practice.records[kind.id]
        if kind.dated:
            assert records[kind.dated].is_between(period.starts, period.ends).all()
        if kind.key:
            assert not records.select("unit", *kind.key).is_duplicated().any()


def test_nobody_marks_at_home_and_marks_stay_within_the_points(scheme_2016: Scheme, practice: Facts) -> None:
    assert check_panel(scheme_2016, practice) == []
    assert practice.marks["mark"].is_between(0, 500).all()
    assert practice.experts.filter(pl.col("homes").list.len() > 0).height > 0


def test_every_difference_is_decided(scheme_2016: Scheme, practice: Facts) -> None:
    found = evaluate(scheme_2016, practice)["differences"]
    assert found.height > 0
    assert found["decided"].all()


def test_two_earlier_periods_are_marked_synthetic(scheme_2016: Scheme, practice: Facts) -> None:
    assert sorted(practice.earlier["period"].unique()) == periods(scheme_2016) == ["2014", "2015"]
    assert set(practice.earlier["basis"]) == {"synthetic"}


def test_without_review_stages_there_is_no_panel(scheme_2016: Scheme) -> None:
    bare = scheme_2016.model_copy(update={"review": scheme_2016.review.model_copy(update={"stages": ()})})
    facts = synthesise(bare, units=30, seed=1)
    assert (facts.experts.height, facts.marks.height, facts.decisions.height) == (0, 0, 0)
    assert evaluate(bare, facts)["scores"].height > 10


@pytest.mark.parametrize("units", [1, 2, 7])
def test_a_handful_of_units_will_do(scheme_2016: Scheme, units: int) -> None:
    assert synthesise(scheme_2016, units=units, seed=3).units.height == units

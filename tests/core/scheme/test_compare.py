"""Two schemes side by side: what changed, and what may still be compared."""

from __future__ import annotations

import pytest
from spoiling import ALLIANCES, changed

from huoyue.core.scheme.compare import Change, Comparison, compare
from huoyue.core.scheme.model import Scheme
from huoyue.core.scheme.parse import parse_scheme
from huoyue.exchange.scheme_file import load_scheme
from huoyue.schemes import builtin


def variant(*edits: tuple[str, str]) -> Scheme:
    parsed = parse_scheme(changed(ALLIANCES, *edits), "variant.yaml")
    assert parsed.scheme is not None, parsed.problems
    return parsed.scheme


SCHEME = variant()


def kind_of(comparison: Comparison, indicator: str) -> str:
    return next(pair.comparability for pair in comparison.pairs if pair.indicator == indicator)


def test_a_scheme_compared_with_itself_is_the_same_throughout() -> None:
    found = compare(SCHEME, SCHEME)
    assert found.changes == []
    assert {pair.comparability for pair in found.pairs} == {"same"}
    assert found.scores_comparable


def test_a_threshold_is_one_change_and_makes_the_indicator_incomparable() -> None:
    found = compare(SCHEME, variant(("steps: [{at_least: 2, points: 5}", "steps: [{at_least: 3, points: 5}")))
    assert [change.path for change in found.changes] == ["pillars.organisation.indicators.council.standard.steps"]
    assert [pair.indicator for pair in found.pairs if pair.comparability != "same"] == ["council"]
    assert kind_of(found, "council") == "changed"
    assert found.scores_comparable


COUNCIL_6 = (
    ("short: {zh: 理事会, en: Council}\n        points: 5", "short: {zh: 理事会, en: Council}\n        points: 10"),
    ("2, points: 5}, {at_least: 1, points: 3}]", "2, points: 10}, {at_least: 1, points: 6}]"),
    ("points: 30\n", "points: 35\n"),
    ("\npoints: 100", "\npoints: 105"),
)  # fmt: skip


def test_the_same_standard_in_other_points_is_rescaled_and_the_totals_are_not_comparable() -> None:
    found = compare(SCHEME, variant(*COUNCIL_6))
    assert kind_of(found, "council") == "rescaled"
    assert not found.scores_comparable


@pytest.mark.parametrize("forward", [True, False])
def test_lineage_links_a_renamed_indicator_whichever_scheme_names_it(*, forward: bool) -> None:
    renamed = variant(("- id: council\n", "- id: board\n        lineage: council\n"))
    found = compare(SCHEME, renamed) if forward else compare(renamed, SCHEME)
    linked = [(pair.indicator, pair.before) for pair in found.pairs if pair.comparability == "renamed"]
    assert linked == [("board", "council") if forward else ("council", "board")]
    assert "retired" not in {pair.comparability for pair in found.pairs}


def test_without_lineage_another_id_is_one_new_and_one_retired_indicator() -> None:
    found = compare(SCHEME, variant(("- id: council\n", "- id: board\n")))
    assert (kind_of(found, "board"), kind_of(found, "council")) == ("new", "retired")


def test_another_border_of_a_tier_is_told_by_the_tier_and_forbids_comparing_scores() -> None:
    found = compare(SCHEME, variant(("at_least: 85,", "at_least: 86,")))
    assert found.changes == [Change("tiers.high.at_least", "85", "86")]
    assert not found.scores_comparable


def test_what_is_added_or_dropped_stands_with_its_title() -> None:
    spare = "  - {id: nurtured, title: {zh: 重点培育联盟, en: Nurtured alliance}, evaluated: false}\n"
    found = compare(SCHEME, variant((spare, "")))
    assert found.changes == [Change("statuses.nurtured", "重点培育联盟 / Nurtured alliance", None)]


def test_2015_and_2016_are_linked_by_lineage_and_their_scores_are_not_comparable() -> None:
    found = compare(load_scheme("alliance_activity_2015"), SCHEME)
    linked = {pair.indicator: pair.before for pair in found.pairs}
    assert (linked["assembly"], linked["ip_sharing"]) == ("members_assembly", "ip_pool")
    assert not found.scores_comparable


def test_scores_are_subtracted_only_where_every_indicator_is_measured_as_before() -> None:
    """Tiers and rounding alike are not enough: a threshold that moved makes another score."""
    text = builtin()["county_libraries"].read_text(encoding="utf-8")
    own = parse_scheme(text, "a").scheme
    other = parse_scheme(text.replace("at_least: 1500, points: 2", "at_least: 1600, points: 2"), "b").scheme
    assert own is not None and other is not None
    assert compare(own, own).totals_comparable
    found = compare(own, other)
    assert (found.scores_comparable, found.totals_comparable) == (True, False)
    assert (found.count("changed"), found.count("same")) == (1, len(own.indicators) - 1)
    stages = [
        own.review.stages[0].model_copy(update={"weight": own.review.stages[0].weight + 1}),
        *own.review.stages[1:],
    ]
    joined = own.model_copy(update={"review": own.review.model_copy(update={"stages": tuple(stages)})})
    assert (compare(own, joined).scores_comparable, compare(own, joined).totals_comparable) == (True, False)

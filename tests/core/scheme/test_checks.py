"""What a scheme must satisfy beyond its types: each finding once, at its line."""

from __future__ import annotations

import pytest
from spoiling import ALLIANCES, LIBRARIES, changed, codes, told

from huoyue.core.scheme.checks import check
from huoyue.exchange.scheme_file import load_scheme
from huoyue.schemes import builtin


@pytest.mark.parametrize("name", list(builtin()))
def test_the_built_in_schemes_have_nothing_against_them(name: str) -> None:
    assert check(load_scheme(name)) == []


@pytest.mark.parametrize(
    ("old", "new", "code", "at", "path"),
    [
        ("id: expert_committee\n", "id: council\n", "duplicate_id", "council", "pillars[0].indicators[1].id"),
        ("id: nurtured", "id: pilot", "duplicate_id", "pilot", "statuses[1].id"),
        ("id: second,", "id: first,", "duplicate_id", "first,", "batches[1].id"),
        ("#4a8fb8", "#1B4965", "duplicate_id", '"#1B4965"', "tiers[1].colour"),
        ("\npoints: 100", "\npoints: 99", "total_sum", "99", "points"),
        ("ends: 2017-01-27", "ends: 2015-01-27", "dates", "2015-01-27", "period.ends"),
        ("closes: 2017-01-27", "closes: 2016-12-01", "dates", "2016-12-01", "filing.closes"),
        ("Asia/Shanghai", "Asia/Peking", "timezone", "Asia/Peking", "filing.timezone"),
        ("at_least: 70", "at_least: 85", "tier_overlap", "85", "tiers[1].at_least"),
        ("at_least: 70", "at_least: 90", "tier_order", "90", "tiers[1].at_least"),
        ("at_least: 0, colour", "at_least: 10, colour", "tier_gap", "10", "tiers[3].at_least"),
        ("at_least: 85,", "at_least: 185,", "tier_bound", "185", "tiers[0].at_least"),
        ("at_least: 85,", "at_least: 84.5,", "tier_bound", "84.5", "tiers[0].at_least"),
        ("kind: filed\n", "kind: in_time\n", "screening_first", "in_time", "screening[0].kind"),
        ("    of: secretariat\n    at_least: 1\n", "    of: secretariat\n", "screening_key", "id:", "screening[2]"),
        (
            "    of: secretariat\n    at_least",
            "    of: secretary\n    at_least",
            "unknown_id",
            "secretary",
            "screening[2].of",
        ),
        ("pillar: joint_innovation\n", "pillar: joint\n", "unknown_id", "joint", "screening[3].pillar"),
        ("at_least: 7\n", "at_least: 21\n", "screening_bound", "21", "screening[4].at_least"),
        ("at_least: 80\n", "at_least: 180\n", "screening_bound", "180", "screening[5].at_least"),
        ("weight: 0.4", "weight: -0.4", "review_weight", "-0.4", "review.stages[0].weight"),
        (
            "      reviewers: 3\n",
            "      across_groups: true\n",
            "review_order",
            "true",
            "review.stages[0].across_groups",
        ),
        ("id: cross\n", "id: preliminary\n", "duplicate_id", "preliminary", "review.stages[1].id"),
        ("border: 1\n", "border: 0\n", "difference_limit", "0", "review.differences.border"),
        ("tiers: [poor]", "tiers: [bad]", "unknown_id", "bad", "outlook.candidates[0].tiers[0]"),
        ("tiers: [high]\n", "not_evaluated: false\n", "candidates_open", "id:", "outlook.candidates[1]"),
        ("{high: 86, fairly_high: 75}", "{top: 86}", "unknown_id", "86", "outlook.earlier_tiers[0].at_least.top"),
        ("driver: organisation", "driver: organising", "unknown_id", "organising", "report.driver"),
        ("pillar: joint_innovation, tiers", "pillar: x, tiers", "unknown_id", "x,", "report.activity_tables[0].pillar"),
        ("rests_on: exit", "rests_on: leave", "unknown_id", "leave", "report.recommendations[0].rests_on"),
    ],
)
def test_a_finding_about_the_alliances_scheme(old: str, new: str, code: str, at: str, path: str) -> None:
    ((found, text, where),) = told(changed(ALLIANCES, (old, new)))
    assert (found, where) == (f"scheme.{code}", path)
    assert text.startswith(at)


@pytest.mark.parametrize(
    ("old", "new", "code", "path"),
    [
        ("at_most: basic", "at_most: bad", "unknown_id", "vetoes[0].at_most"),
        ("severity: serious", "severity: grave", "unknown_id", "vetoes[0].where.severity"),
        ("chain: [services,", "chain: [service,", "unknown_id", "ties.chain[0]"),
        (", chain: [services, visits_per_head]", "", "chain_empty", "ties"),
        ("[county, city], redistribute", "[county, town], redistribute", "unknown_id",
         "pillars[1].indicators[3].applies.industries[1]"),
    ],
)  # fmt: skip
def test_a_finding_about_the_libraries_scheme(old: str, new: str, code: str, path: str) -> None:
    ((found, _, where),) = told(changed(LIBRARIES, (old, new)))
    assert (found, where) == (f"scheme.{code}", path)


def test_points_of_a_pillar_are_the_sum_of_its_indicators_without_bonuses() -> None:
    assert codes(changed(ALLIANCES, ("points: 30\n", "points: 31\n"))) == ["scheme.total_sum", "scheme.pillar_sum"]


def test_a_review_without_any_weight_is_refused() -> None:
    weightless = changed(ALLIANCES, ("weight: 0.4", "weight: 0"), ("weight: 0.6", "weight: 0"))
    assert codes(weightless) == ["scheme.review_weight"]


def test_a_stage_that_hides_names_and_shows_evidence_is_a_warning() -> None:
    def seen(rights: str) -> str:
        return changed(ALLIANCES, ("      weight: 0.4\n", f"      weight: 0.4\n      sees: {rights}\n"))

    assert told(seen("{names: false}")) == []
    (found,) = told(seen("{names: false, evidence: true}"))
    assert (found[0], found[2]) == ("scheme.evidence_names", "review.stages[0].sees.evidence")


def test_the_meeting_must_be_last_and_groups_need_an_earlier_stage_to_cross() -> None:
    first = "      kind: marks\n      combine: mean\n      weight: 0.4\n      reviewers: 3\n"
    moved = told(changed(ALLIANCES, (first, "      kind: decisions\n")))
    assert [(code, path) for code, _, path in moved] == [
        ("scheme.review_order", "review.stages[0]"),
        ("scheme.review_order", "review.stages[1].across_groups"),
    ]


def test_points_given_up_within_a_pillar_need_somebody_to_take_them() -> None:
    everywhere = changed(
        LIBRARIES, ("applies: {industries: [county, city], redistribute: pillar}", "applies: {industries: [county]}")
    )
    assert codes(everywhere) == []
    limited = everywhere
    for name in ("人均到馆次数", "人均外借册次", "阅读推广活动, en: Reading events}\n        short", "读者满意率"):
        at = limited.index(name, limited.index("pillars:"))
        line = limited.index("\n        points:", at)
        limited = limited[:line] + "\n        applies: {industries: [county]}" + limited[line:]
    assert set(codes(limited)) == {"scheme.no_receiver"}
    assert len(codes(limited)) == 5


def test_points_finer_than_hundredths_are_refused() -> None:
    finer = changed(LIBRARIES, ("points: 3\n        bonus", "points: 2.999\n        bonus"))
    assert set(codes(finer)) == {"scheme.too_fine", "scheme.exceeds"}

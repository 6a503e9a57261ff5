"""Standards: what they name must exist, and the best facts must earn the indicator's points exactly."""

from __future__ import annotations

from decimal import Decimal

import pytest
from spoiling import ALLIANCES, LIBRARIES, changed, problems, told

from huoyue.core.scheme.check_standards import attainable
from huoyue.exchange.scheme_file import load_scheme
from huoyue.schemes import builtin

COUNCIL = "measure: {of: meeting, where: {kind: council}}"
STEPS = "steps: [{at_least: 2, points: 5}, {at_least: 1, points: 3}]"
LINEAR = "standard: {kind: linear, measure: {of: ip_sharing}, full_at: 4, points: 5}"
FIRST = "pillars[0].indicators[0].standard"
WEBSITE = "pillars[0].indicators[4].standard"


@pytest.mark.parametrize(
    ("old", "new", "code", "path"),
    [
        (COUNCIL, "measure: {of: meetings}", "unknown_id", f"{FIRST}.measure.of"),
        (COUNCIL, "measure: {}", "measure", f"{FIRST}.measure"),
        (COUNCIL, "measure: {of: meeting, sum: attendee}", "unknown_id", f"{FIRST}.measure.sum"),
        (COUNCIL, "measure: {of: meeting, sum: title}", "field_type", f"{FIRST}.measure.sum"),
        (COUNCIL, "measure: {of: meeting, sum: attendees, distinct: kind}", "measure", f"{FIRST}.measure"),
        (STEPS, "steps: [{at_least: 1, points: 5}, {at_least: 2, points: 3}]", "steps", f"{FIRST}.steps"),
        (STEPS, "steps: [{at_least: 2, points: 5}, {at_least: 1, points: 5}]", "steps", f"{FIRST}.steps"),
        (STEPS, "steps: [{at_least: 2, points: 4}, {at_least: 1, points: 3}]", "unreachable", FIRST),
        (STEPS, "steps: [{at_least: 2, points: 6}, {at_least: 1, points: 3}]", "exceeds", FIRST),
        (STEPS, "steps: [{at_least: 2, points: 5}, {at_least: 1, points: 3.333}]", "too_fine", FIRST),
        (LINEAR, LINEAR.replace("full_at: 4", "full_at: 0"), "flat", "pillars[1].indicators[3].standard.full_at"),
        ("{of: contact_attempt, where: {reached: true}}\n        standard", "{of: contacts}\n        standard",
         "unknown_id", "pillars[0].indicators[5].participation.of"),
        ("  field: last_updated\n", "  field: updated\n", "unknown_id", f"{WEBSITE}.field"),
        ("  field: last_updated\n", "  field: address\n", "field_type", f"{WEBSITE}.field"),
        ("{within_days: 30, points: 5}", "{within_days: 300, points: 5}", "steps", f"{WEBSITE}.steps"),
        ("field: level, points: {national: 2.5,", "field: level, points: {nation: 2.5,", "unknown_id",
         "pillars[1].indicators[1].standard.points.nation"),
        ("{kind: government}, field: level", "{kind: government}, field: title", "field_type",
         "pillars[1].indicators[1].standard.field"),
        ("facts: [innovation_chain]", "facts: [innovation_chain, chain]", "unknown_id",
         "pillars[2].indicators[0].standard.facts[1]"),
        ("- {points: 4, title: {zh: 创新链覆盖多数", "- {points: 1, title: {zh: 创新链覆盖多数", "steps",
         "pillars[2].indicators[0].standard.rubric"),
        ("of: secretariat, where: {working_rules: true}", "of: secretariat, where: {rules: true}", "unknown_id",
         "pillars[0].indicators[5].standard.parts[1].items[1].where.rules"),
    ],
)  # fmt: skip
def test_a_finding_about_a_standard_of_the_alliances(old: str, new: str, code: str, path: str) -> None:
    ((found, _, where),) = told(changed(ALLIANCES, (old, new)))
    assert (found, where) == (f"scheme.{code}", path)


@pytest.mark.parametrize(
    ("old", "new", "code", "path"),
    [
        ("{register: floor_area}", "{of: statistics, register: floor_area}", "measure",
         "pillars[0].indicators[3].standard.measure"),
        ("method: z_score", "method: z_score, z_low: 2", "flat", "pillars[1].indicators[1].standard.z_high"),
        ("per: {register: population}, method: min_max", "per: {register: people}, method: min_max", "unknown_id",
         "pillars[0].indicators[0].standard.per.register"),
        ("zero_at: 0, full_at: 0.03, points: 8", "points: 8", "ratio", "pillars[0].indicators[1].standard"),
        ("zero_at: 0, full_at: 0.03", "zero_at: 0.03, full_at: 0.03", "flat",
         "pillars[0].indicators[1].standard.full_at"),
        ("by_number: [{at_least: 4, points: 7}", "by_number: [{at_least: 5, points: 7}", "unreachable",
         "pillars[2].indicators[1].standard"),
    ],
)  # fmt: skip
def test_a_finding_about_a_standard_of_the_libraries(old: str, new: str, code: str, path: str) -> None:
    ((found, _, where),) = told(changed(LIBRARIES, (old, new)))
    assert (found, where) == (f"scheme.{code}", path)


def test_a_register_field_that_is_measured_holds_a_number() -> None:
    text = changed(
        LIBRARIES, ("type: decimal, decimals: 1, required: true, at_least: 1, at_most: 500000}", "type: text}")
    )
    ((found, _, where),) = told(text)
    assert (found, where) == ("scheme.field_type", "pillars[0].indicators[3].standard.measure.register")


def test_parts_of_a_sum_may_add_up_to_more_than_the_cap_but_not_to_less() -> None:
    part = "{kind: linear, measure: {of: platform, sum: users}, full_at: 20, points: 2}"
    assert problems(changed(ALLIANCES, (part, part.replace("points: 2", "points: 4")))) == []
    ((code, _, _),) = told(changed(ALLIANCES, (part, part.replace("points: 2", "points: 1"))))
    assert code == "scheme.unreachable"


@pytest.mark.parametrize("name", list(builtin()))
def test_the_best_facts_earn_every_point_of_every_built_in_indicator(name: str) -> None:
    scheme = load_scheme(name)
    best = {indicator.id: attainable(indicator.standard) for indicator in scheme.indicators}
    assert [indicator.id for indicator in scheme.indicators if best[indicator.id] < indicator.points] == []
    assert all(isinstance(points, Decimal) for points in best.values())

"""Record types, register fields and conditions: each finding once, at its line."""

from __future__ import annotations

import pytest
from spoiling import ALLIANCES, LIBRARIES, changed, codes, problems, told

COUNCIL = "{of: meeting, where: {kind: council}}"
MEASURE = "pillars[0].indicators[0].standard.measure"


@pytest.mark.parametrize(
    ("old", "new", "code", "path"),
    [
        ("{id: officer,", "{id: means,", "duplicate_id", "records[3].fields[3].id"),
        ("key: [kind, title, held_on]", "key: [kind, titel, held_on]", "unknown_id", "records[1].key[1]"),
        ("outliers: [funding]", "outliers: [fund]", "unknown_id", "records[4].outliers[0]"),
        ("outliers: [funding]", "outliers: [number]", "field_type", "records[4].outliers[0]"),
        ("dated: contacted_on", "dated: contacted", "unknown_id", "records[3].dated"),
        ("dated: contacted_on", "dated: reached", "field_type", "records[3].dated"),
        ("joint: partner", "joint: partners", "unknown_id", "records[4].joint"),
        ("joint: partner", "joint: number", "field_type", "records[4].joint"),
        ("    key: [number]\n    exclusive: true", "    exclusive: true", "no_key", "records[4].exclusive"),
        ("{id: telephone,", "{id: email,", "duplicate_id", "records[3].fields[1].options[1].id"),
        ("type: link", "type: choice", "no_options", "records[2].fields[0]"),
        ("at_least: 0, at_most: 200}", "at_least: 10, at_most: 2}", "bounds", "records[0].fields[0].at_most"),
        ("{id: officer,", "{id: record,", "reserved", "records[3].fields[3].id"),
        (COUNCIL, "{of: meeting, where: {kinds: council}}", "unknown_id", f"{MEASURE}.where.kinds"),
        (COUNCIL, "{of: meeting, where: {kind: [council, board]}}", "unknown_id", f"{MEASURE}.where.kind"),
        (COUNCIL, "{of: meeting, where: {kind: {not_in: [board]}}}", "unknown_id", f"{MEASURE}.where.kind"),
        (COUNCIL, "{of: meeting, where: {kind: {at_least: 1}}}", "field_type", f"{MEASURE}.where.kind"),
        (COUNCIL, "{of: meeting, where: {attendees: many}}", "condition_value", f"{MEASURE}.where.attendees"),
        (COUNCIL, "{of: meeting, where: {attendees: true}}", "condition_value", f"{MEASURE}.where.attendees"),
        (COUNCIL, "{of: meeting, where: {held_on: {is: 2016}}}", "condition_value", f"{MEASURE}.where.held_on"),
    ],
)
def test_a_finding_about_records(old: str, new: str, code: str, path: str) -> None:
    ((found, _, where),) = told(changed(ALLIANCES, (old, new)))
    assert (found, where) == (f"scheme.{code}", path)


def test_a_field_that_is_no_choice_has_no_options() -> None:
    choice = "        type: choice\n        required: true\n        options:\n          - {id: children"
    told_of = told(changed(LIBRARIES, (choice, choice.replace("choice", "text"))))
    assert [(code, path) for code, _, path in told_of] == [("scheme.no_options", "records[1].fields[2].options")]


@pytest.mark.parametrize("name", ["population", "floor_area"])
def test_register_fields_must_not_be_called_like_a_column_of_every_register(name: str) -> None:
    assert "scheme.reserved" in codes(changed(LIBRARIES, (f"- {{id: {name},", "- {id: status,")))


@pytest.mark.parametrize(
    "where",
    [
        "{kind: council}",
        "{kind: [council, assembly]}",
        "{kind: {in: [council]}, title: {present: true}}",
        "{attendees: {at_least: 10, at_most: 20}}",
        "{held_on: {at_least: 2016-02-01}}",
        "{held_on: 2016-02-01}",
        "{title: '2016'}",
    ],
)
def test_conditions_that_can_hold_are_accepted(where: str) -> None:
    assert problems(changed(ALLIANCES, (COUNCIL, f"{{of: meeting, where: {where}}}"))) == []


def test_records_that_nothing_looks_at_are_a_warning() -> None:
    spare = "\n  - {id: spare, title: {zh: 备用, en: Spare}, fields: []}\n\npillars:"
    (problem,) = problems(changed(ALLIANCES, ("\n\npillars:", spare)))
    assert (problem.code, problem.severity, problem.place.path) == ("scheme.unused_records", "warning", "records[16]")

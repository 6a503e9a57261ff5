"""What the types refuse: each code once, where it stands, and nothing that only follows."""

from __future__ import annotations

import pytest
from spoiling import ALLIANCES, changed, codes, problems, told

from huoyue.core.scheme.model import Scheme
from huoyue.core.scheme.parse import parse_scheme
from huoyue.core.scheme.stand_ins import STAND_INS
from huoyue.wording import render

COUNCIL = "measure: {of: meeting, where: {kind: council}}"
STANDARD = "pillars[0].indicators[0].standard"


@pytest.mark.parametrize(
    ("old", "new", "code", "at", "path"),
    [
        ("    single: true", "    singel: true", "scheme.unknown_key", "singel: true", "records[0].singel"),
        ("    single: true", "    single: yes", "scheme.value", "yes", "records[0].single"),
        ("{zh: 会议, en: Meetings}", "{zh: 会议}", "scheme.missing_key", "{zh: 会议}", "records[1].title.en"),
        ("title: {zh: 会议, en: Meetings}", "title: 会议", "scheme.value", "会议", "records[1].title"),
        ("starts: 2016-01-01", "starts: 2016-1-1", "scheme.value", "2016-1-1", "period.starts"),
        ("starts: 2016-01-01", "starts: 2016-02-30", "scheme.no_such_day", "2016-02-30", "period.starts"),
        ("points: 30\n", "points: thirty\n", "scheme.value", "thirty", "pillars[0].points"),
        ("points: 30\n", "points: -30\n", "scheme.out_of_bounds", "-30", "pillars[0].points"),
        ("decimals: 0}", "decimals: 7}", "scheme.out_of_bounds", "7}", "rounding.decimals"),
        ("id: council\n", "id: Council\n", "scheme.spelling", "Council", "pillars[0].indicators[0].id"),
        ('"#1b4965"', '"1b4965"', "scheme.spelling", '"1b4965"}', "tiers[0].colour"),
        ("huoyue: 1", "huoyue: 2", "scheme.choice", "2", "huoyue"),
        ("type: link", "type: lnik", "scheme.choice", "lnik, required: true}", "records[2].fields[0].type"),
        ("          kind: steps\n", "", "scheme.missing_key", COUNCIL, STANDARD),
        ("kind: steps", "kind: step", "scheme.choice", "kind: step", STANDARD),
        (COUNCIL, "measure: {of: meeting, where: {kind: }}", "scheme.value", "}}", f"{STANDARD}.measure.where.kind"),
        ("2, points: 5}, ", "2}, ", "scheme.missing_key", "{at_least: 2}", f"{STANDARD}.steps[0].points"),
        ("\nscreening:\n", "\nscreening: []\nties_: \n", "scheme.too_short", "[]", "screening"),
    ],
)  # fmt: skip
def test_a_mistake_is_told_where_it_stands(old: str, new: str, code: str, at: str, path: str) -> None:
    first = told(changed(ALLIANCES, (old, new)))[0]
    assert (first[0], first[2]) == (code, path)
    assert first[1].startswith(at)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("    single: true", "    single: yes"),
        ("starts: 2016-01-01", "starts: 2016-02-30"),
        ("points: 30\n", "points: thirty\n"),
        ("title: {zh: 会议, en: Meetings}", "title: {zh: 会议}"),
        ("\ntiers:", "\ntires:"),
        ("report:\n  title:", "report:\n  titel:"),
        ("id: council\n", "id: Council\n"),
        ("  - id: meeting\n", "  - id: Meeting\n"),
        ("[{at_least: 2, points: 5}, ", "[{at_least: 2}, "),
    ],
)
def test_one_mistake_is_one_problem_and_what_follows_from_it_is_not_told(old: str, new: str) -> None:
    assert len(problems(changed(ALLIANCES, (old, new)))) == 1


TEN = (
    ("version: \"1\"", "version: 1"),
    ("counter: 家", "countr: 家"),
    ("starts: 2016-01-01", "starts: 1 January"),
    ("evaluated: false", "evaluated: no"),
    ("title: {zh: 会议, en: Meetings}", "title: {zh: 会议}"),
    ("type: link", "type: url"),
    (COUNCIL, "measure: {of: meeting, where: {kind: councils}}"),
    ("at_least: 70", "at_least: 85"),
    ("border: 1", "border: 0"),
    ("driver: organisation", "driver: organization"),
)  # fmt: skip


def test_ten_mistakes_are_told_at_once_and_in_the_order_of_the_file() -> None:
    assert codes(changed(ALLIANCES, *TEN)) == [
        "scheme.value",
        "scheme.unknown_key",
        "scheme.value",
        "scheme.value",
        "scheme.missing_key",
        "scheme.choice",
        "scheme.unknown_id",
        "scheme.tier_overlap",
        "scheme.difference_limit",
        "scheme.unknown_id",
    ]


def test_every_missing_key_at_the_top_is_told_beside_the_checks_of_the_rest() -> None:
    lacking = changed(ALLIANCES, ("\nperiod:", "\n_period:"), ("\nfiling:", "\n_filing:"), ("border: 1", "border: 0"))
    assert [(code, path) for code, _, path in told(lacking)] == [
        ("scheme.unknown_key", "_period"),
        ("scheme.unknown_key", "_filing"),
        ("scheme.difference_limit", "review.differences.border"),
    ]


def test_an_empty_group_at_the_top_asks_for_every_required_key() -> None:
    missing = {problem.place.path for problem in problems("points: 100\n")}
    required = {info.alias or name for name, info in Scheme.model_fields.items() if info.is_required()}
    assert missing == required


def test_there_is_a_stand_in_for_every_required_key_and_it_fits() -> None:
    required = {info.alias or name for name, info in Scheme.model_fields.items() if info.is_required()}
    assert set(STAND_INS) == required
    assert Scheme.model_validate(STAND_INS).id == "unnamed"


def test_a_scheme_with_a_problem_is_not_handed_out() -> None:
    assert parse_scheme(changed(ALLIANCES, ("\nperiod:", "\n_period:")), "scheme.yaml").scheme is None


def test_a_warning_does_not_keep_a_scheme_back() -> None:
    spare = "\n  - {id: spare, title: {zh: 备用, en: Spare}, fields: []}\n\npillars:"
    parsed = parse_scheme(changed(ALLIANCES, ("\n\npillars:", spare)), "scheme.yaml")
    assert [(problem.code, problem.severity) for problem in parsed.problems] == [("scheme.unused_records", "warning")]
    assert parsed.scheme is not None


@pytest.mark.parametrize(
    ("text", "code"), [("", "empty"), ("# nothing\n", "empty"), ("hello\n", "value"), ("- a\n", "value")]
)
def test_a_file_that_is_no_scheme_at_all_is_one_problem(text: str, code: str) -> None:
    assert codes(text) == [f"scheme.{code}"]


def test_unknown_keys_of_a_standard_are_answered_with_the_keys_of_its_kind() -> None:
    broken = changed(ALLIANCES, (f"kind: steps\n          {COUNCIL}", f"kind: linear\n          {COUNCIL}"))
    mends = [render(p.mend, "en") for p in problems(broken) if p.code == "scheme.unknown_key" and p.mend]
    assert mends == ["Remove it, or use one of: full_at, kind, measure, points, zero_at."]


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_every_problem_can_be_said_in_both_languages(lang: str) -> None:
    for problem in problems(changed(ALLIANCES, *TEN)):
        assert render(problem.what, lang)
        assert problem.mend is not None
        assert render(problem.mend, lang)


def test_the_secretary_is_told_in_chinese_what_to_do() -> None:
    (problem,) = problems(changed(ALLIANCES, ("    single: true", "    single: yes")))
    assert render(problem.what, "zh") == "此处应为true 或 false，现为“yes”。"
    assert problem.mend is not None
    assert render(problem.mend, "zh") == "请写 true 或 false，不加引号；yes、no 会被当作文本。"

"""The filing guide says what the scheme says, of every scheme that comes with Huoyue."""

from __future__ import annotations

from pathlib import Path

import docx
import pytest

from huoyue.core.message import Title
from huoyue.core.scheme.model import Judged, Rounding, Scheme
from huoyue.exchange.scheme_file import load_scheme
from huoyue.report.context_values import escaped
from huoyue.report.guide import compose_guide, write_guide
from huoyue.report.guide_data import guide_data
from huoyue.schemes import builtin

LIBRARIES = load_scheme("county_libraries")


def named(scheme: Scheme) -> list[Title | None]:
    """Everything in a scheme that has a name or a text which whoever files, marks or reads results must know."""
    specs = [*scheme.register_fields, *(spec for kind in scheme.records for spec in kind.fields)]
    levels = [i.standard.rubric for i in scheme.indicators if isinstance(i.standard, Judged)]
    fixed = [scheme.provenance.published, scheme.provenance.ours, scheme.review.discipline, scheme.period.label]
    return [
        *fixed,
        *(part.title for part in (*scheme.statuses, *scheme.batches, *scheme.industries, *scheme.vetoes)),
        *(text for kind in scheme.records for text in (kind.title, kind.evidence_hint)),
        *(text for spec in specs for text in (spec.title, spec.help, *(option.title for option in spec.options))),
        *(text for pillar in scheme.pillars for text in (pillar.title, pillar.why)),
        *(text for i in scheme.indicators for text in (i.title, i.why, i.standard_text, i.advice)),
        *(level.title for rubric in levels for level in rubric),
        *(tier.title for tier in scheme.tiers),
        *(text for rule in scheme.screening for text in (rule.title, rule.reason, rule.mend)),
        *(text for stage in scheme.review.stages for text in (stage.title, stage.purpose)),
    ]


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("name", builtin())
def test_everything_that_a_scheme_names_is_in_its_guide(name: str, lang: str) -> None:
    scheme = load_scheme(name)
    guide = compose_guide(scheme, lang).markdown
    texts = [title.in_language(lang) for title in named(scheme) if title is not None]
    assert [text for text in texts if escaped(text) not in guide] == []


@pytest.mark.parametrize("name", builtin())
def test_the_chinese_guide_has_no_sentence_left_in_english(name: str) -> None:
    guide = compose_guide(load_scheme(name), "zh").markdown
    assert [word for word in (" the ", " points", " or more", "None", "at least") if word in guide] == []


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_guide_is_a_page_a_document_and_markdown(tmp_path: Path, lang: str) -> None:
    written = write_guide(LIBRARIES, tmp_path, lang)
    assert sorted(path.name for path in written) == ["guide.docx", "guide.html", "guide.md"]
    texts = "".join(
        cell.text
        for table in docx.Document(str(tmp_path / "guide.docx")).tables
        for row in table.rows
        for cell in row.cells
    )
    page = (tmp_path / "guide.html").read_text("utf-8")
    for kind in LIBRARIES.records:
        for spec in kind.fields:
            assert spec.title.in_language(lang) in texts
            assert spec.title.in_language(lang) in page


def test_a_record_type_lists_the_indicators_and_the_vetoes_that_use_it() -> None:
    records = {record["title"]: record for record in guide_data(LIBRARIES, "en")["records"]}
    assert records["Reader survey"]["used_by"] == ["Satisfaction of readers"]
    assert records["Safety incidents"]["used_by"] == []
    assert records["Safety incidents"]["vetoes"] == ["A serious safety incident"]


@pytest.mark.parametrize(
    ("rounding", "expected"),
    [
        (Rounding(method="half_up", decimals=0), [("64.5", "65", "Excellent"), ("64.49", "64", "Good")]),
        (Rounding(method="half_even", decimals=0), [("64.5", "64", "Good"), ("64.49", "64", "Good")]),
        (Rounding(method="down", decimals=2), [("64.995", "64.99", "Good"), ("64.9949", "64.99", "Good")]),
    ],
)
def test_the_examples_of_rounding_follow_the_rule_of_the_scheme(
    rounding: Rounding, expected: list[tuple[str, str, str]]
) -> None:
    examples = guide_data(LIBRARIES.model_copy(update={"rounding": rounding}), "en")["rounding"]["examples"]
    assert [tuple(example.values()) for example in examples] == expected


def test_the_examples_of_percentages_follow_the_rule_of_the_scheme() -> None:
    alliances = guide_data(load_scheme("alliance_activity_2016"), "en")["percentages"]
    assert alliances["two_thirds"] == "66.66"
    assert guide_data(LIBRARIES, "en")["percentages"]["thirds"] == ["33.4", "33.3", "33.3"]


def test_the_size_at_which_a_reference_group_gives_way_is_told_only_where_groups_are_compared() -> None:
    assert guide_data(LIBRARIES, "zh")["smallest_groups"] == [5]
    assert guide_data(load_scheme("alliance_activity_2016"), "zh")["smallest_groups"] == []


def test_a_scheme_without_review_says_so() -> None:
    review = LIBRARIES.review.model_copy(update={"stages": ()})
    assert "不设专家评审" in compose_guide(LIBRARIES.model_copy(update={"review": review}), "zh").markdown


def test_a_text_of_a_scheme_cannot_change_the_guide() -> None:
    hostile = Title(zh="# 标题 | <script>alert(1)</script> *粗*", en="x")
    first = LIBRARIES.screening[0].model_copy(update={"reason": hostile})
    scheme = LIBRARIES.model_copy(update={"screening": (first, *LIBRARIES.screening[1:])})
    guide = compose_guide(scheme, "zh").markdown
    assert "<script>" not in guide
    assert escaped(hostile.zh) in guide

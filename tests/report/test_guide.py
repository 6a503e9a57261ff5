"""The filing guide says what the scheme says."""

from __future__ import annotations

from pathlib import Path

import docx
import pytest

from huoyue.exchange.scheme_file import load_scheme
from huoyue.report.guide import write_guide
from huoyue.report.guide_data import guide_data

SCHEME = load_scheme("alliance_activity_2016")


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_guide_names_every_record_type_field_indicator_and_tier(tmp_path: Path, lang: str) -> None:
    _, word, html = write_guide(SCHEME, tmp_path, lang)
    page = html.read_text("utf-8")
    titles = [kind.title for kind in SCHEME.records] + [spec.title for kind in SCHEME.records for spec in kind.fields]
    titles += [indicator.title for indicator in SCHEME.indicators] + [tier.title for tier in SCHEME.tiers]
    assert [title.en for title in titles if title.in_language(lang) not in page] == []
    assert len(docx.Document(str(word)).tables) == len(SCHEME.records) + 2


def test_a_record_type_lists_the_indicators_that_use_it() -> None:
    records = {record["title"]: record["used_by"] for record in guide_data(SCHEME, "en")["records"]}
    assert records["Joint projects"] == ["Self-funded projects", "Government projects", "Commissioned projects"]

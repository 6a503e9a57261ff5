"""The reference of scheme keys says what the model says: every part, every key, every default."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from pydantic import BaseModel
from pydantic.fields import FieldInfo

from huoyue.core.message import Title
from huoyue.core.scheme.model import Part
from huoyue.core.scheme.nodes import LARGEST
from huoyue.core.scheme.refusals import PARTS

PAGE = Path(__file__).parents[2] / "docs" / "methodology" / "scheme.md"
PARTS_WITH_KEYS = [part for part in PARTS if part is not Part]


def sections() -> dict[str, dict[str, tuple[str, str]]]:
    """Part -> key -> (meaning, default), as the page has them."""
    pieces = re.split(r"^### (\w+): .*$", PAGE.read_text(encoding="utf-8"), flags=re.MULTILINE)
    row = re.compile(r"^\| `(\w+)` \| (.+) \| (.+) \|$", re.MULTILINE)
    return {
        name: {key: (meaning, default) for key, meaning, default in row.findall(text)}
        for name, text in zip(pieces[1::2], pieces[2::2], strict=True)
    }


def default_of(info: FieldInfo) -> str:
    if info.is_required():
        return "required"
    if info.default_factory_takes_validated_data:
        return "as `names`"
    value = info.get_default(call_default_factory=True)
    if value in (None, (), {}):
        return "none"
    if isinstance(value, Title):
        return f"`{{zh: {value.zh}, en: {value.en}}}`"
    if isinstance(value, BaseModel):
        return "its own defaults"
    return f"`{str(value).lower() if isinstance(value, bool) else value}`"


def test_every_part_of_a_scheme_has_a_section() -> None:
    assert set(sections()) == {part.__name__ for part in PARTS_WITH_KEYS}


@pytest.mark.parametrize("part", PARTS_WITH_KEYS, ids=lambda part: part.__name__)
def test_every_key_has_a_line_with_its_default(part: type[BaseModel]) -> None:
    written = {key: default for key, (_, default) in sections()[part.__name__].items()}
    assert written == {info.alias or name: default_of(info) for name, info in part.model_fields.items()}


def test_every_meaning_is_a_sentence() -> None:
    meanings = [meaning for keys in sections().values() for meaning, _ in keys.values()]
    assert [meaning for meaning in meanings if not meaning.endswith(".")] == []


def test_the_limit_of_length_is_the_one_that_holds() -> None:
    assert f"{LARGEST:,} characters" in PAGE.read_text(encoding="utf-8")

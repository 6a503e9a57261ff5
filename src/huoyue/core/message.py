"""Sentences as values: what to say, with its figures, before anyone has chosen a language.

Core never formats text. It returns a `Message`, and `huoyue.wording.render` turns it into Chinese or English. The
msgid is the English sentence with `{name}` placeholders; the catalogues under `huoyue/locale` hold both languages.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import TypeAlias

from pydantic import BaseModel, ConfigDict


class Title(BaseModel):
    """A name in both languages, as a scheme gives it."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    zh: str
    en: str

    def in_language(self, lang: str) -> str:
        """The name in `lang` ("zh" or "en")."""
        return self.zh if lang == "zh" else self.en

    def as_heading(self) -> Title:
        """The name as a heading has it: the English begins with a capital."""
        return Title(zh=self.zh, en=self.en[:1].upper() + self.en[1:])


Value: TypeAlias = "str | int | Decimal | Fraction | date | Title | Message | tuple[Value, ...]"


@dataclass(frozen=True)
class Message:
    """An English msgid and the values that fill its placeholders. A tuple value is written as a list."""

    text: str
    values: Mapping[str, Value] = field(default_factory=dict)


def M(text: str, **values: Value) -> Message:
    """Make a `Message`. `M` is also the keyword by which the catalogues are extracted, so `text` must be a literal."""
    return Message(text, values)

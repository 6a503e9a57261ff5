"""What several answers have in common: titles, points, moments."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from fractions import Fraction
from typing import Annotated, Generic, TypeVar
from zoneinfo import ZoneInfo

from ninja import Schema
from pydantic import Field

from huoyue.core.message import M, Message, Title
from huoyue.core.phrase import render

Item = TypeVar("Item")
Points = Annotated[
    str, Field(pattern=r"^-?\d+\.\d\d$", examples=["83.50"], description=M("Points with two decimals.").text)
]
Exact = Annotated[
    str, Field(pattern=r"^-?\d+(/\d+)?$", examples=["10/3"], description=M("The same exactly, as a fraction.").text)
]
Digest = Annotated[str, Field(description=M("SHA-256, in hexadecimal.").text)]
Code = Annotated[str, Field(description=M("The alliance's code, which never changes.").text)]


class Part(Schema, Generic[Item]):
    """A part of a list."""

    items: list[Item]
    next: str | None = Field(description=M("What to give as “cursor” for the next part; empty at the end.").text)


class Titled(Schema):
    """A title in both languages."""

    zh: str
    en: str


def titled(title: Title | Message) -> dict[str, str]:
    """A title of a scheme, or a sentence of ours, in both languages."""
    if isinstance(title, Message):
        return {"zh": render(title, "zh"), "en": render(title, "en")}
    return {"zh": title.in_language("zh"), "en": title.in_language("en")}


def named(titles: Mapping[str, Title], key: str) -> dict[str, str]:
    """The title of an id of the scheme; the id itself where the scheme has no such id."""
    found = titles.get(key)
    return titled(found) if found is not None else {"zh": key, "en": key}


def points(hundredths: int) -> str:
    """Whole hundredths as a decimal number: 8350 is “83.50”."""
    sign, size = ("-" if hundredths < 0 else ""), abs(hundredths)
    return f"{sign}{size // 100}.{size % 100:02}"


def rounded(hundredths: Fraction) -> str:
    """Exact hundredths as a decimal number, half up, to be shown and not to be reckoned with."""
    return points((2 * hundredths.numerator + hundredths.denominator) // (2 * hundredths.denominator))


def exact(hundredths: Fraction) -> str:
    """Exact hundredths as a fraction of points."""
    return str(hundredths / 100)


def local(at: datetime | None, zone: str) -> datetime | None:
    """A moment in a round's time zone."""
    return at.astimezone(ZoneInfo(zone)) if at is not None else None

"""What people type, read as values: certain notations are normalised and said, uncertain ones refused with the reason.

Every reader takes the raw cell (text, number, date, boolean or nothing) and returns a `Read`: the value, or why there
is none, and a note where more than surrounding blanks was changed.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import TypeAlias

from huoyue.core.message import M, Message
from huoyue.core.scheme.model import FieldSpec

Raw: TypeAlias = "bool | int | float | str | date | datetime | time | timedelta | None"
Value: TypeAlias = "bool | int | str | date | None"

INVISIBLE = dict.fromkeys([*range(0x200B, 0x2010), *range(0x202A, 0x202F), 0x2060, *range(0x2066, 0x206A), 0xFEFF], "")
"""Marks that have no width or turn the direction of writing."""
NUMBER = re.compile(r"[-+]?(\d+|\d{1,3}(,\d{3})+)(\.\d+)?", re.ASCII)
AMOUNT = re.compile(rf"({NUMBER.pattern})\s*(元|万元|万|亿元|亿)?", re.ASCII)
WORTH = {"元": Decimal("0.0001"), "万元": Decimal(1), "万": Decimal(1), "亿元": Decimal(10000), "亿": Decimal(10000)}
DAYS = (
    re.compile(r"(?P<y>\d{4})-(?P<m>\d{1,2})-(?P<d>\d{1,2})"),
    re.compile(r"(?P<y>\d{4})/(?P<m>\d{1,2})/(?P<d>\d{1,2})"),
    re.compile(r"(?P<y>\d{4})\.(?P<m>\d{1,2})\.(?P<d>\d{1,2})"),
    re.compile(r"(?P<y>\d{4})年(?P<m>\d{1,2})月(?P<d>\d{1,2})[日号]"),
    re.compile(r"(?P<y>\d{4})(?P<m>\d{2})(?P<d>\d{2})"),
)
CLOCK = re.compile(r"[ T]\d{1,2}:\d{2}(:\d{2}(\.\d+)?)?$")
SERIALS = range(20000, 80000)
"""Excel's day numbers from 1954 to 2119: what a date column can sensibly hold."""
YES = {"是", "有", "yes", "y", "true", "1", "√", "✓", "对"}
NO = {"否", "无", "no", "n", "false", "0", "×", "✗", "x", "没有"}


@dataclass(frozen=True)
class Read:
    """A value or a refusal. `code` is set when it is refused; `note` when the value was changed to be read."""

    value: Value = None
    code: str | None = None
    what: Message | None = None
    mend: Message | None = None
    note: Message | None = None


def refused(code: str, what: Message, mend: Message) -> Read:
    return Read(code=code, what=what, mend=mend)


def clean(raw: str) -> str:
    """The text without blanks around it (full-width ones too) and without invisible characters."""
    if raw.isprintable():  # so none of these marks and blanks is in it
        return raw.strip()
    return raw.translate(INVISIBLE).strip().strip("\u3000\u00a0").strip()


def folded(text: str) -> str:
    """For comparing names and choices: NFKC, no blanks, brackets alike, lower case."""
    plain = unicodedata.normalize("NFKC", clean(text)).casefold()
    return re.sub(r"\s+", "", plain)


def shown(raw: Raw) -> str:
    """A raw cell as people would read it in a message."""
    text = "" if raw is None else str(raw)
    return text if len(text) <= 80 else text[:77] + "…"


def is_blank(raw: Raw) -> bool:
    if isinstance(raw, str):
        return not raw[:1].isalnum() and not clean(raw)
    return raw is None


def read(spec: FieldSpec, raw: Raw) -> Read:
    """The value of a cell of the field `spec`, stored as `core.tables.field_dtype` says. Blank cells give None."""
    if is_blank(raw):
        return Read()
    match spec.type:
        case "integer" | "decimal" | "money":
            return read_number(spec, raw)
        case "date":
            return read_day(raw)
        case "yes_no":
            return read_yes_no(raw)
        case "choice":
            return read_choice(spec, raw)
        case _:
            return read_text(spec, raw)


def read_text(spec: FieldSpec, raw: Raw) -> Read:
    """A text of at most `spec.longest` characters; numbers and dates are taken as Excel would show them."""
    if isinstance(raw, float) and raw.is_integer():
        raw = int(raw)
    if isinstance(raw, datetime | date):
        raw = raw.isoformat()[:10]
    text = clean(str(raw))
    bad = (
        None
        if text.isprintable()
        else next((c for c in text if unicodedata.category(c) in ("Cc", "Cs", "Co") and c not in "\n\r\t"), None)
    )
    if bad is not None:
        what = M("The text holds a character that cannot be shown (U+{code}).", code=f"{ord(bad):04X}")
        return refused("value.control", what, M("Delete the cell and type the text anew."))
    if len(text) > spec.longest:
        what = M("The text has {count} characters; {limit} are allowed.", count=len(text), limit=spec.longest)
        return refused("value.too_long", what, M("Shorten it; details belong into the evidence."))
    return Read(" ".join(text.split()) if "\n" not in text else text)


def read_number(spec: FieldSpec, raw: Raw) -> Read:
    """A number in whole units of 10**-decimals; money in 万元, converted from 元 and 亿元 where it is exact.

    Number cells are read to the twelve significant digits that people see: 0.1 + 0.2 in Excel is 0.3.
    """
    number, note = _decimal(spec, raw)
    if number is None:
        what = M("{value} is not a number that can be read for certain.", value=shown(raw))
        wanted = M("Write the amount in digits, in units of 10,000 yuan, such as 12.5.")
        return refused("value.number", what, wanted if spec.type == "money" else M("Write it in digits, such as 12."))
    scaled = number.scaleb(spec.decimals)
    if scaled != scaled.to_integral_value():
        what = M("{value} is finer than this field allows ({places} decimals).", value=shown(raw), places=spec.decimals)
        return refused("value.too_fine", what, M("Round it yourself and write the rounded number."))
    if spec.at_least is not None and number < spec.at_least:
        return _bound(M("{value} is below {limit}.", value=shown(raw), limit=spec.at_least))
    if spec.at_most is not None and number > spec.at_most:
        return _bound(M("{value} is above {limit}.", value=shown(raw), limit=spec.at_most))
    return Read(int(scaled), note=note)


def _bound(what: Message) -> Read:
    return refused("value.bound", what, M("Check the number and its unit."))


def _decimal(spec: FieldSpec, raw: Raw) -> tuple[Decimal | None, Message | None]:
    if isinstance(raw, bool | date | time | timedelta):
        return None, None
    if isinstance(raw, int):
        return Decimal(raw), None
    if isinstance(raw, float):
        return (Decimal(f"{raw:.12g}") if raw % 1 else Decimal(int(raw)), None) if abs(raw) < 1e15 else (None, None)
    text = unicodedata.normalize("NFKC", clean(str(raw)))
    pattern = AMOUNT if spec.type == "money" else NUMBER
    match = pattern.fullmatch(text) if text.isascii() or spec.type == "money" else None
    if match is None or len(text) > 30:
        return None, None
    unit = match.group(match.re.groups) if spec.type == "money" else None
    digits = text.removesuffix(unit) if unit else text
    number = Decimal(digits.replace(",", "").strip()) * WORTH.get(unit or "万元", Decimal(1))
    changed = clean(str(raw)) != digits
    return number, M("{value} was read as {number}.", value=shown(raw), number=number) if changed else None


def read_day(raw: Raw) -> Read:
    """A day: a date cell, an Excel serial, or one of five notations that put the year first with four digits."""
    if isinstance(raw, datetime):
        return Read(raw.date())
    if isinstance(raw, date):
        return Read(raw)
    if isinstance(raw, int | float) and not isinstance(raw, bool) and 19000101 <= raw <= 22001231 and raw == int(raw):
        raw = str(int(raw))
    if isinstance(raw, str) and re.fullmatch(r"\d{5}", clean(raw), re.ASCII):
        raw = int(clean(raw))
    if isinstance(raw, int | float) and not isinstance(raw, bool) and SERIALS[0] <= raw <= SERIALS[-1]:
        day = date(1899, 12, 30) + timedelta(days=int(raw))
        return Read(day, note=M("The day number {value} was read as {day}.", value=shown(raw), day=day))
    if not isinstance(raw, str):
        return _no_day(M("{value} is not a date.", value=shown(raw)))
    text = CLOCK.sub("", unicodedata.normalize("NFKC", clean(raw)).replace(" 年", "年").replace(" 月", "月"))
    text = re.sub(r"\s+", "", text)
    match = next((found for pattern in DAYS if (found := pattern.fullmatch(text))), None)
    if match is None:
        return _no_day(_why_no_day(raw, text))
    try:
        day = date(int(match["y"]), int(match["m"]), int(match["d"]))
    except ValueError:
        return _no_day(M("{value} is not a day of the calendar.", value=shown(raw)))
    if not 1900 <= day.year <= 2200:
        return _no_day(M("{value} is not a day of our time.", value=shown(raw)))
    plain = text == day.isoformat()
    return Read(day, note=None if plain else M("{value} was read as {day}.", value=shown(raw), day=day))


def _why_no_day(raw: Raw, text: str) -> Message:
    if re.fullmatch(r"\d{1,2}[-/.]\d{1,2}[-/.]\d{2,4}|\d{2}[-/.年]\d{1,2}[-/.月]\d{1,2}日?", text):
        return M("{value} can be read as more than one date.", value=shown(raw))
    if re.fullmatch(r"\d{4}[-/.年]\d{1,2}月?", text):
        return M("{value} names a month but no day.", value=shown(raw))
    return M("{value} is not a date that can be read for certain.", value=shown(raw))


def _no_day(what: Message) -> Read:
    return refused("value.date", what, M("Write the day as 2020-03-05 or 2020年3月5日."))


def read_yes_no(raw: Raw) -> Read:
    """Yes or no in the usual spellings of both languages."""
    if isinstance(raw, bool):
        return Read(raw)
    word = folded(str(int(raw) if isinstance(raw, float) and raw.is_integer() else raw))
    if word in YES or word in NO:
        return Read(word in YES)
    what = M("{value} is neither yes nor no.", value=shown(raw))
    return refused("value.yes_no", what, M("Write 是 or 否."))


def read_choice(spec: FieldSpec, raw: Raw) -> Read:
    """One of the options, by id, by title in either language, or by a spelling the scheme lists."""
    wanted = folded(str(raw))
    for option in spec.options:
        spellings = (option.id, option.title.zh, option.title.en, *option.also)
        if wanted in {folded(word) for word in spellings}:
            plain = clean(str(raw)) in (option.id, option.title.zh, option.title.en)
            note = None if plain else M("{value} was read as {choice}.", value=shown(raw), choice=option.title)
            return Read(option.id, note=note)
    what = M("{value} is not one of the choices.", value=shown(raw))
    mend = M("Choose one of: {choices}.", choices=tuple(option.title for option in spec.options))
    return refused("value.choice", what, mend)

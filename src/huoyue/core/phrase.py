"""Messages written out in Chinese or English.

The gettext catalogues under `huoyue/locale/<lang>/<domain>.po` ship with the code and are read once, like any other
constant of it: this is why core may use them although it reads no files of anybody's.
"""

from __future__ import annotations

from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from functools import cache
from importlib.resources import files

from huoyue.core.message import Message, Title, Value

LANGUAGES = ("zh", "en")
BEIJING = {"Asia/Shanghai", "Asia/Chongqing", "Asia/Harbin", "PRC"}
MONTHS = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip


@cache
def catalogue(lang: str) -> dict[str, str]:
    """msgid -> text of every domain of `lang`; empty translations are left out."""
    from babel.messages.pofile import read_po  # why: slow

    texts: dict[str, str] = {}
    for entry in sorted(files("huoyue").joinpath("locale", lang).iterdir(), key=lambda entry: entry.name):
        if entry.name.endswith(".po"):
            with entry.open("rb") as stream:
                texts |= {str(m.id): str(m.string) for m in read_po(stream) if m.id and m.string}
    return texts


def number(value: int | Decimal | Fraction, lang: str) -> str:
    """A number as `lang` writes it: no trailing zeros, at most two decimals for a fraction, commas in English."""
    if isinstance(value, Fraction):
        exact = Decimal(value.numerator) / Decimal(value.denominator)
        value = exact.quantize(Decimal("0.01"), ROUND_HALF_UP)
    plain = f"{value:,f}" if isinstance(value, Decimal) else f"{value:,}"
    if "." in plain:
        plain = plain.rstrip("0").rstrip(".")
    return plain if lang == "en" else plain.replace(",", "")


def day(value: date, lang: str) -> str:
    """2021年1月27日 or 27 January 2021."""
    if lang == "zh":
        return f"{value.year}年{value.month}月{value.day}日"
    return f"{value.day} {MONTHS[value.month - 1]} {value.year}"


def zone_name(zone: str) -> Title:
    """A time zone as people call it: 北京时间 where it is that."""
    return Title(zh="北京时间" if zone in BEIJING else f"时区{zone}", en=zone)


def written(value: Value, lang: str) -> str:
    """One value of a message as text."""
    if isinstance(value, str):
        return value
    match value:
        case Message():
            return render(value, lang)
        case Title():
            return value.in_language(lang)
        case date():
            return day(value, lang)
        case bool():
            return str(value)
        case int() | Decimal() | Fraction():
            return number(value, lang)
        case _:
            return ("、" if lang == "zh" else ", ").join(
                [part if isinstance(part, str) else written(part, lang) for part in value]
            )


def render(message: Message, lang: str) -> str:
    """The message in `lang` ("zh" or "en"), its values filled in. KeyError names a placeholder without a value."""
    text = catalogue(lang).get(message.text, message.text)
    return text.format_map(
        {name: value if isinstance(value, str) else written(value, lang) for name, value in message.values.items()}
    )


def both(message: Message) -> tuple[str, str]:
    """The message in Chinese and in English."""
    return render(message, "zh"), render(message, "en")

"""Messages, titles and values as text in the reader's language."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from decimal import Decimal
from fractions import Fraction
from zoneinfo import ZoneInfo

from django.conf import settings
from django.utils import timezone, translation

from huoyue.core.message import Message, Title
from huoyue.core.phrase import day as day_in
from huoyue.core.phrase import number as number_in
from huoyue.core.phrase import render


def current_language() -> str:
    """The reader's language: "zh" or "en"."""
    return "en" if (translation.get_language() or "").startswith("en") else "zh"


def said(value: object, lang: str | None = None) -> str:
    """A message, title or value as text in the reader's language."""
    lang = lang or current_language()
    match value:
        case Message():
            return render(value, lang)
        case Title():
            return value.in_language(lang)
        case bool() | str():
            return str(value)
        case datetime():
            return moment(value, lang)
        case date():
            return day_in(value, lang)
        case int() | Decimal() | Fraction():
            return number_in(value, lang)
        case None:
            return ""
        case _:
            return str(value)


def sentences(*parts: object, lang: str | None = None) -> str:
    """Sentences one after the other; Chinese has no blank between them."""
    lang = lang or current_language()
    return ("" if lang == "zh" else " ").join(text for text in (said(part, lang) for part in parts) if text)


def moment(value: datetime, lang: str | None = None, *, zone: str = "") -> str:
    """A moment in the round's time zone, to the minute: 2017年1月27日 17:00."""
    local = timezone.localtime(value, ZoneInfo(zone)) if zone else timezone.localtime(value)
    return f"{day_in(local.date(), lang or current_language())} {local:%H:%M}"


def last_moment(value: datetime, lang: str | None = None, *, zone: str = "") -> str:
    """A deadline, the first moment that is too late. Midnight is the end of the day before: 2017年1月27日 24:00."""
    local = timezone.localtime(value, ZoneInfo(zone)) if zone else timezone.localtime(value)
    if (local.hour, local.minute) != (0, 0):
        return moment(value, lang, zone=zone)
    return f"{day_in(local.date() - timedelta(days=1), lang or current_language())} 24:00"


def organisation() -> Title:
    """Who runs this: the name at the head of pages and letters."""
    return Title(zh=settings.ORGANISATION, en=settings.ORGANISATION_EN)


def filesize(size: int) -> str:
    """A size as people read it: 1.4 MB."""
    amount, unit = float(size), "B"
    for unit in ("B", "KB", "MB", "GB"):
        if amount < 1000 or unit == "GB":
            break
        amount /= 1000
    return f"{amount:.0f} {unit}" if amount >= 100 or unit == "B" else f"{amount:.1f} {unit}"

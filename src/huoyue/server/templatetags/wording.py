"""Sentences in templates, from the same catalogues as everywhere: `{% say "{count} records" count=n %}`."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from fractions import Fraction
from typing import Any
from zoneinfo import ZoneInfo

from django import template
from django.template.base import Node, Parser, Token, token_kwargs
from django.utils import timezone, translation
from django.utils.html import conditional_escape
from django.utils.safestring import SafeString, mark_safe

from huoyue.core.message import Message, Title
from huoyue.core.phrase import day as day_in
from huoyue.core.phrase import number as number_in
from huoyue.core.phrase import render

register = template.Library()


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


def moment(value: datetime, lang: str | None = None, *, zone: str = "") -> str:
    """A moment in the round's time zone, to the minute: 2017年1月27日 17:00."""
    local = timezone.localtime(value, ZoneInfo(zone)) if zone else timezone.localtime(value)
    return f"{day_in(local.date(), lang or current_language())} {local:%H:%M}"


class Say(Node):
    """`{% say "text" name=value … as variable %}`; values are escaped unless they are safe."""

    def __init__(self, text: Any, values: dict[str, Any], name: str | None) -> None:
        self.text, self.values, self.name = text, values, name

    def render(self, context: Any) -> str:
        values = {name: self._value(value.resolve(context), context) for name, value in self.values.items()}
        text = render(Message(self.text.resolve(context), values), current_language())
        if self.name is not None:
            context[self.name] = text if not context.autoescape else mark_safe(text)  # noqa: S308 - values are escaped
            return ""
        return text

    @staticmethod
    def _value(value: object, context: Any) -> str:
        text = value if isinstance(value, SafeString) else said(value)
        return conditional_escape(text) if context.autoescape else text


@register.tag
def say(parser: Parser, token: Token) -> Say:
    bits = token.split_contents()[1:]
    name = bits[-1] if len(bits) > 2 and bits[-2] == "as" else None
    rest = bits[1 : len(bits) - 2] if name else bits[1:]
    return Say(parser.compile_filter(bits[0]), token_kwargs(rest, parser), name)


@register.filter(name="said")
def said_filter(value: object) -> str:
    return said(value)


@register.filter(name="moment")
def moment_filter(value: datetime | None, zone: str = "") -> str:
    return moment(value, zone=zone) if value else ""


@register.filter
def isotime(value: datetime | date | None) -> str:
    """For `datetime` attributes."""
    return value.isoformat() if value else ""


@register.filter
def filesize(size: int) -> str:
    """A size as people read it: 1.4 MB."""
    amount, unit = float(size), "B"
    for unit in ("B", "KB", "MB", "GB"):
        if amount < 1000 or unit == "GB":
            break
        amount /= 1000
    return f"{amount:.0f} {unit}" if amount >= 100 or unit == "B" else f"{amount:.1f} {unit}"


@register.filter
def item(mapping: Any, key: Any) -> Any:
    """`mapping[key]`, or nothing."""
    try:
        return mapping[key]
    except (KeyError, IndexError, TypeError):
        return None


@register.simple_tag(takes_context=True)
def here(context: Any, **changes: object) -> str:
    """The query of this page with some of it changed, for links that sort, filter or turn the page."""
    query = context["request"].GET.copy()
    for name, value in changes.items():
        query.pop(name, None)
        if value not in (None, ""):
            query[name] = str(value)
    return "?" + query.urlencode()

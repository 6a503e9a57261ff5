"""Sentences in templates, from the same catalogues as everywhere: `{% say "{count} records" count=n %}`."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

from django import template
from django.http import QueryDict
from django.template.base import Node, Parser, Token, token_kwargs
from django.utils.html import conditional_escape
from django.utils.safestring import SafeString, mark_safe

from huoyue.core.message import Message, Title
from huoyue.core.phrase import render
from huoyue.server.saying import current_language, filesize, last_moment, moment, said, sentences

register = template.Library()
register.filter(filesize)


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


@register.filter(name="sentences")
def sentences_filter(words: Iterable[object]) -> str:
    """What is the case and how to mend it, one after the other."""
    return sentences(*words)


@register.filter
def then(first: object, second: object) -> str:
    """A sentence, and the one that follows it if there is one."""
    return sentences(first, second)


@register.filter
def until(value: datetime | None, zone: str = "") -> str:
    """A deadline."""
    return last_moment(value, zone=zone) if value else ""


@register.filter(name="moment")
def moment_filter(value: datetime | None, zone: str = "") -> str:
    return moment(value, zone=zone) if value else ""


@register.filter
def listed(values: Iterable[object]) -> str:
    """Several names in a row, with the reader's comma."""
    return ("、" if current_language() == "zh" else ", ").join(said(value) for value in values)


WECHAT = Title(zh="微信", en="WeChat")
BROWSERS = (
    ("MicroMessenger", WECHAT), ("QQBrowser", "QQ Browser"), ("MetaSr", "Sogou"), ("Edg", "Edge"), ("OPR/", "Opera"),
    ("Firefox/", "Firefox"), ("Chrome/", "Chrome"), ("Safari/", "Safari"),
)  # fmt: skip
SYSTEMS = (
    ("Windows", "Windows"), ("Android", "Android"), ("iPhone", "iPhone"), ("iPad", "iPad"), ("Mac OS X", "macOS"),
    ("HarmonyOS", "HarmonyOS"), ("Linux", "Linux"),
)  # fmt: skip


@register.filter
def browser(agent: str) -> str:
    """What a browser calls itself, as people would: Chrome · Windows. What nobody knows stays as it is."""
    found = [next((title for sign, title in known if sign in agent), "") for known in (BROWSERS, SYSTEMS)]
    return " · ".join(said(title) for title in found if title) or agent[:80]


@register.filter
def bracketed(value: object) -> str:
    """In the reader's brackets, after what stands before: 会议（17）, Meetings (17)."""
    return f"（{said(value)}）" if current_language() == "zh" else f" ({said(value)})"


@register.filter
def isotime(value: datetime | date | None) -> str:
    """For `datetime` attributes."""
    return value.isoformat() if value else ""


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
    query: QueryDict = context["request"].GET.copy()
    for name, value in changes.items():
        query.pop(name, None)
        if value not in (None, ""):
            query[name] = str(value)
    return "?" + query.urlencode()

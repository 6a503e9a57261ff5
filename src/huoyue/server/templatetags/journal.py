"""Words of an event's detail in templates."""

from __future__ import annotations

from datetime import datetime

from django import template

from huoyue.core.message import Title
from huoyue.server.saying import moment, said
from huoyue.server.wording.journal import DETAIL_VALUES, DETAIL_WORDS, YES_NO

register = template.Library()


@register.filter
def detail_word(label: object) -> str:
    """A field's title, or what people call the keys that lead to a value."""
    if not isinstance(label, str):
        return said(label)
    return " · ".join(said(DETAIL_WORDS.get(key, key)) for key in label.split("."))


@register.filter
def detail_value(text: Title | str, label: object) -> str:
    """A value of a detail as people read it: codes in words, moments as everywhere."""
    if isinstance(text, Title) or not isinstance(label, str):
        return said(text)
    words = {name: word for key in label.split(".") for name, word in DETAIL_VALUES.get(key, {}).items()} | YES_NO
    if text in words:
        return said(words[text])
    try:
        return moment(datetime.fromisoformat(text)) if "T" in text else text
    except ValueError:
        return text

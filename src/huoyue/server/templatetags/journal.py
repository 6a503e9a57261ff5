"""Words of an event's detail in templates."""

from __future__ import annotations

from django import template

from huoyue.server.saying import said
from huoyue.server.wording.journal import DETAIL_WORDS

register = template.Library()


@register.filter
def detail_word(label: object) -> str:
    """A field's title, or what people call the key of a detail."""
    return said(DETAIL_WORDS.get(label, label) if isinstance(label, str) else label)

"""Standards of indicators in templates."""

from __future__ import annotations

from django import template

from huoyue.core.message import Message, Title
from huoyue.core.scheme.model import FieldSpec, Indicator, Scheme
from huoyue.core.scoring.explain.standard import standard_words
from huoyue.server.queries.compare import Kept, shown_cell
from huoyue.server.queries.kinds import previewable
from huoyue.server.wording.journal import event_title as titled

register = template.Library()
register.filter(previewable)


@register.filter
def standard(indicator: Indicator, scheme: Scheme) -> list[Message]:
    """The scoring standard of an indicator, in words."""
    return standard_words(scheme, indicator)


@register.filter
def cell(record: Kept, spec: FieldSpec) -> str | Title:
    """A cell of a kept record, as people read it."""
    return shown_cell(spec, record)


@register.filter
def event_title(kind: str) -> Message:
    """What a kind of event is called."""
    return titled(kind)

"""What pages of others say about editions."""

from __future__ import annotations

from typing import Any

from django import template
from django.utils import timezone

from huoyue.publication.about import KIND_TITLES
from huoyue.server.models import Round
from huoyue.server.queries.editions import due_kinds
from huoyue.server.queries.published import editions_of, holding, published_rounds

register = template.Library()


@register.simple_tag
def editions_in(round_: Round) -> dict[str, Any]:
    """The editions of a round, the one that holds, and what is due to be published by now."""
    due = due_kinds(round_, timezone.now())
    return {"all": editions_of(round_), "holds": holding(round_), "due": [KIND_TITLES[one] for one in due]}


@register.simple_tag
def anything_published() -> bool:
    """Whether there is anything for the public to read."""
    return published_rounds().exists()

"""Marks in templates."""

from __future__ import annotations

from django import template

from huoyue.server.models import Mark
from huoyue.server.queries.review_sheets import as_points

register = template.Library()


@register.filter
def points(mark: Mark) -> str:
    """A mark as people write points, or as it was typed where it is none."""
    return mark.typed or as_points(mark.points) or "–"

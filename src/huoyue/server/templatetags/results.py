"""Hundredths of points in templates."""

from __future__ import annotations

from django import template

from huoyue.server.queries.review_sheets import as_points

register = template.Library()


@register.filter
def points(hundredths: int | None) -> str:
    """Hundredths as people write points; a dash where there are none."""
    return as_points(hundredths) or "–"

"""Hundredths of points in templates."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from django import template

from huoyue.server.queries.review_sheets import as_points

register = template.Library()


@register.filter
def points(hundredths: int | None) -> str:
    """Hundredths as people write points; a dash where there are none."""
    return as_points(hundredths) or "–"


@register.filter
def whole(exact: Fraction | None) -> str:
    """Exact hundredths as points, to the hundredth; a dash where there are none."""
    return "–" if exact is None else as_points(int(exact + Fraction(1, 2)))


@register.filter
def movers(summary: dict[str, Any]) -> int:
    """How many alliances a study's summary has in another tier."""
    return sum(summary.get("moved", {}).values())

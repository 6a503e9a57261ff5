"""Points of the review in templates."""

from __future__ import annotations

from fractions import Fraction

from django import template

from huoyue.core.phrase import number
from huoyue.server.saying import current_language

register = template.Library()


@register.filter
def points(value: int | Fraction | None) -> str:
    """Hundredths as points, to two decimals without trailing zeros; a dash for none."""
    return "–" if value is None else number(Fraction(value) / 100, current_language()).replace("-", "−")


@register.filter
def moved(before: Fraction, after: Fraction) -> str:
    """By how many points something rose or fell, with its sign."""
    return ("+" if after > before else "") + points(after - before)

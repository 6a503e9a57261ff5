"""Points of the review in templates."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from typing import Any

from django import template

from huoyue.core.phrase import number
from huoyue.server.saying import current_language

register = template.Library()


@register.filter
def points(value: int | Fraction | str | None) -> str:
    """Hundredths as points, to two decimals without trailing zeros; a dash for none (in templates an empty text)."""
    if not isinstance(value, int | Fraction):
        return "–"
    return number(Fraction(value) / 100, current_language()).replace("-", "−")


@register.filter
def moved(before: Fraction, after: Fraction) -> str:
    """By how many points something rose or fell, with its sign."""
    return ("+" if after > before else "") + points(after - before)


@register.filter
def signed(value: Fraction | None) -> str:
    """A difference in points with its sign, a true minus; a dash for none."""
    if value is None:
        return "–"
    return ("+" if value > 0 else "") + points(value * 100)


@register.filter
def real(value: float | None) -> str:
    """A statistic to two decimals with a true minus sign; a dash for none."""
    return f"{round(value, 2) + 0.0:.2f}".replace("-", "−") if isinstance(value, int | float) else "–"


@register.filter
def ends(row: Mapping[str, Any] | None, name: str) -> str:
    """The interval of a statistic, "[0.61, 0.78]": columns `low` and `high`, or those of `name`."""
    if not row:
        return "–"
    low, high = (row[f"{name}_{end}" if name else end] for end in ("low", "high"))
    return "–" if low is None or high is None else f"[{real(low)}, {real(high)}]"


@register.filter
def percent(value: float) -> str:
    return f"{value * 100:.0f}%"


@register.filter
def unlocal(value: float) -> str:
    """A number as SVG reads it, whatever the language."""
    return f"{value:g}"

"""Which record types a standard looks at."""

from __future__ import annotations

from huoyue.core.scheme.model import Checklist, Linear, Measure, Ratio, Relative, SimplePart, Steps


def measures(part: SimplePart) -> dict[str, Measure]:
    """The measures of a part by the key they stand under."""
    match part:
        case Steps() | Linear():
            return {"measure": part.measure}
        case Ratio():
            return {"numerator": part.numerator, "denominator": part.denominator}
        case Relative():
            return {"measure": part.measure} | ({"per": part.per} if part.per else {})
        case _:
            return {}


def sources(part: SimplePart) -> set[str]:
    """The record types that `part` reads."""
    if isinstance(part, Checklist):
        return {item.of for item in part.items}
    if found := measures(part):
        return {measure.of for measure in found.values() if measure.of}
    return {part.of}  # type: ignore[union-attr]

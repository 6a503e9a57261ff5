"""What a unit of a batch and industry can attain on each indicator, after the points of what does not apply to it."""

from __future__ import annotations

from fractions import Fraction
from math import floor

from huoyue.core.scheme.model import Indicator, Scheme, hundredths


def applies(indicator: Indicator, batch: str, industry: str | None) -> bool:
    """Whether an indicator applies to units of this batch and industry."""
    scope = indicator.applies
    return (not scope.batches or batch in scope.batches) and (not scope.industries or industry in scope.industries)


def maxima(scheme: Scheme, batch: str, industry: str | None) -> dict[str, int]:
    """Hundredths attainable by indicator id; 0 where an indicator does not apply.

    Points given up inside a pillar go to its other applicable indicators, those given up to the total to all
    applicable ones, in proportion to their own points and in whole hundredths by largest remainder (file order breaks
    ties). Points with `redistribute: none` go to nobody. Bonuses neither give nor take.
    """
    own = {i.id: hundredths(i.points) if applies(i, batch, industry) else 0 for i in scheme.indicators}
    grown = dict(own)
    for pillar in scheme.pillars:
        _share(grown, own, pillar.indicators, _given_up(pillar.indicators, own, "pillar"))
    _share(grown, own, scheme.indicators, _given_up(scheme.indicators, own, "total"))
    return grown


def _given_up(indicators: tuple[Indicator, ...], own: dict[str, int], to: str) -> int:
    return sum(
        hundredths(i.points) for i in indicators if not i.bonus and own[i.id] == 0 and i.applies.redistribute == to
    )


def _share(grown: dict[str, int], own: dict[str, int], among: tuple[Indicator, ...], points: int) -> None:
    takers = [i.id for i in among if not i.bonus and own[i.id] > 0]
    if takers and points:
        for name, share in zip(takers, allotted(points, [own[name] for name in takers]), strict=True):
            grown[name] += share


def allotted(whole: int, weights: list[int]) -> list[int]:
    """`whole` in integer parts proportional to `weights`, by largest remainder; they add up to `whole` exactly."""
    exact = [Fraction(whole * weight, sum(weights)) for weight in weights]
    parts = [floor(share) for share in exact]
    by_remainder = sorted(range(len(weights)), key=lambda n: (parts[n] - exact[n], n))
    for n in by_remainder[: whole - sum(parts)]:
        parts[n] += 1
    return parts

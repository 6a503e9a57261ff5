"""A sample drawn by risk that anybody can draw again: the seed, the units and their risks decide it, nothing else.

Weighted sampling without replacement by exponential keys (Efraimidis and Spirakis, 2006, Information Processing
Letters 97, algorithm A-ES): each unit gets u ** (1 / weight) and the largest keys are drawn. u comes from SHA-256 of
seed and unit, not from a generator, so that it is the same in every language and for ever.
"""

from __future__ import annotations

from collections.abc import Mapping
from hashlib import sha256
from math import log


def uniform(seed: int, unit: str) -> float:
    """A number above 0 and below 1 that only seed and unit decide: the first 52 bits of SHA-256("seed:unit")."""
    bits = int.from_bytes(sha256(f"{seed}:{unit}".encode()).digest()[:8], "big") >> 12
    return (bits + 0.5) / 2**52


def draw(weights: Mapping[str, float], size: int, seed: int) -> list[str]:
    """The units drawn, the first first. Weights are above 0; with all the same it is a simple random sample.

    Keys are compared as logarithms, log(u) / weight, which cannot underflow. Ties (which do not occur in practice) are
    broken by the unit's code.
    """
    keys = {unit: log(uniform(seed, unit)) / weight for unit, weight in weights.items() if weight > 0}
    return sorted(keys, key=lambda unit: (-keys[unit], unit))[:size]

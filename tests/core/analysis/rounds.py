"""Small rounds for the tests of the analysis, as the frames that earlier stages hand on."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from functools import cache
from importlib.resources import files

import polars as pl
from ruamel.yaml import YAML

from huoyue.core.scheme.bands import tier_of
from huoyue.core.scheme.model import Scheme
from huoyue.core.tables import EARLIER, PILLAR_SCORES, POINTS, SCORES, SCREENING, SETTLED, UNITS

ANNEX = {
    "first": {"high": 16, "fairly_high": 9, "average": 6, "poor": 4, None: 17},
    "second": {"high": 5, "fairly_high": 7, "average": 6, "poor": 8, None: 13},
    "third": {"high": 8, "fairly_high": 7, "average": 18, "poor": 6, None: 16},
}
"""The published cross table of batches and tiers; None was not evaluated."""

ANNEX_SCORES = {
    100: 3, 99: 2, 98: 2, 96: 2, 95: 2, 94: 3, 93: 1, 92: 2, 91: 1, 90: 3, 88: 2, 87: 2, 86: 4, 84: 1, 83: 2,
    82: 5, 81: 1, 79: 2, 78: 3, 77: 1, 73: 2, 72: 1, 71: 2, 70: 3, 68: 2, 67: 2, 66: 2, 64: 2, 63: 2, 62: 5,
    61: 2, 60: 1, 59: 2, 58: 1, 56: 2, 54: 2, 52: 1, 51: 2, 50: 2, 47: 3, 46: 2, 45: 2, 44: 1, 42: 1, 41: 2,
    39: 1, 38: 2, 35: 1, 32: 1, 31: 2,
}  # fmt: skip
"""Published score -> how many of the 100 have it."""


@cache
def scheme() -> Scheme:
    """The 2016 scheme."""
    text = files("huoyue").joinpath("schemes", "alliance_activity_2016", "scheme.yaml").read_text("utf-8")
    return Scheme.model_validate(YAML(typ="safe").load(text))


def units(members: Sequence[tuple[str, str, str | None]], status: str = "pilot") -> pl.DataFrame:
    """UNITS of (unit, batch, industry)."""
    return UNITS.frame(
        {
            "unit": unit,
            "name": f"联盟{unit}",
            "aliases": [],
            "batch": batch,
            "industry": industry,
            "status": status,
            "liaison": None,
            "basis": "synthetic",
            "position": place,
        }
        for place, (unit, batch, industry) in enumerate(members, start=1)
    )


def screening(verdicts: dict[str, str]) -> pl.DataFrame:
    """SCREENING of unit -> verdict."""
    rest = {
        "rule": None,
        "value": None,
        "needed": None,
        "decided_by": "rule",
        "reason_zh": "理由",
        "reason_en": "reason",
    }
    return SCREENING.frame({"unit": unit, "verdict": verdict} | rest for unit, verdict in verdicts.items())


def scores(points: dict[str, int], by: Scheme | None = None) -> pl.DataFrame:
    """SCORES of unit -> whole points, tiers by the scheme."""
    ordered = sorted(points, key=lambda unit: (-points[unit], unit))
    return SCORES.frame(
        {
            "unit": unit,
            "total_num": points[unit] * 100,
            "total_den": 1,
            "bonus": 0,
            "score": points[unit] * 100,
            "tier": tier_of(by or scheme(), points[unit] * 100).id,
            "veto": None,
            "rank": place,
            "serial": place,
        }
        for place, unit in enumerate(ordered, start=1)
    )


def settled(rows: Sequence[tuple[str, str, Fraction | int, int]], basis: str = "marks") -> pl.DataFrame:
    """SETTLED of (unit, indicator, settled hundredths, maximum hundredths)."""
    return SETTLED.frame(
        {
            "unit": unit,
            "pillar": scheme().pillar_of(indicator).id,
            "indicator": indicator,
            "maximum": maximum,
            "suggested": None,
            "settled_num": Fraction(points).numerator,
            "settled_den": Fraction(points).denominator,
            "basis": basis,
            "note_zh": "",
            "note_en": "",
        }
        for unit, indicator, points, maximum in rows
    )


def points(rows: Sequence[tuple[str, str, bool]], outcome: str = "scored") -> pl.DataFrame:
    """POINTS of (unit, indicator, participated)."""
    return POINTS.frame(
        {
            "unit": unit,
            "pillar": scheme().pillar_of(indicator).id,
            "indicator": indicator,
            "outcome": outcome,
            "points": 0 if outcome == "scored" else None,
            "maximum": 500,
            "participated": participated,
            "explanation_zh": "",
            "explanation_en": "",
        }
        for unit, indicator, participated in rows
    )


def pillar_scores(rows: Sequence[tuple[str, str, Fraction | int, int]]) -> pl.DataFrame:
    """PILLAR_SCORES of (unit, pillar, hundredths, maximum)."""
    return PILLAR_SCORES.frame(
        {
            "unit": unit,
            "pillar": pillar,
            "score_num": Fraction(points).numerator,
            "score_den": Fraction(points).denominator,
            "maximum": maximum,
        }
        for unit, pillar, points, maximum in rows
    )


def earlier(rows: Sequence[tuple[str, str, int | None, str | None]]) -> pl.DataFrame:
    """EARLIER of (unit, period, whole points, tier)."""
    return EARLIER.frame(
        {"unit": u, "period": p, "score": None if s is None else s * 100, "tier": t, "basis": "synthetic"}
        for u, p, s, t in rows
    )


def annex_round() -> tuple[pl.DataFrame, pl.DataFrame, pl.DataFrame]:
    """(units, screening, scores) of 146 units whose batches and tiers meet the published cross table."""
    left: dict[str, list[int]] = {}
    for score, count in ANNEX_SCORES.items():
        left.setdefault(tier_of(scheme(), score * 100).id, []).extend([score] * count)
    members: list[tuple[str, str, str | None]] = []
    verdicts, found = {}, {}
    for batch, tiers in ANNEX.items():
        for tier, count in tiers.items():
            for number in range(count):
                unit = f"{batch}-{tier}-{number:02d}"
                members.append((unit, batch, None))
                verdicts[unit] = "not_filed" if tier is None else "evaluated"
                if tier is not None:
                    found[unit] = left[tier].pop()
    incomplete = [unit for unit, verdict in verdicts.items() if verdict == "not_filed"][:29]
    return units(members), screening(verdicts | dict.fromkeys(incomplete, "incomplete")), scores(found)

"""A round of a dozen units for the tests of the workbook: real analysis tables over made-up settled points."""

from __future__ import annotations

from fractions import Fraction
from functools import cache
from importlib.resources import files

import polars as pl
from ruamel.yaml import YAML

from huoyue.core.analysis.association import association
from huoyue.core.analysis.candidates import candidates, streaks
from huoyue.core.analysis.change import change
from huoyue.core.analysis.funnel import funnel
from huoyue.core.analysis.lost import lost
from huoyue.core.analysis.movement import movement
from huoyue.core.analysis.panel.measures import panel_measures
from huoyue.core.analysis.participation import participation
from huoyue.core.analysis.polarisation import polarisation
from huoyue.core.analysis.separators import separators
from huoyue.core.analysis.shares import shares
from huoyue.core.analysis.tiers import tier_summary
from huoyue.core.analysis.transitions import transitions
from huoyue.core.scheme.bands import tier_of
from huoyue.core.scheme.model import Scheme
from huoyue.core.tables import (
    DECISIONS,
    DIFFERENCES,
    EARLIER,
    EARLIER_SCHEMES,
    MARKS,
    POINTS,
    RESULT_TABLES,
    SCORES,
    SCREENING,
    SETTLED,
    SEVERITY_EFFECT,
    Facts,
    input_tables,
)
from huoyue.snapshot.store import Snapshot

NAMES = ["=1+1", "甲联盟", "乙联盟", "+丙", "-丁", "@戊", "己联盟", "庚联盟", "辛联盟", "壬联盟", "癸联盟", "子联盟"]
LEVELS = [100, 99, 90, 86, 84, 75, 70, 60, 55, 40, None, None]
"""Percent of every indicator's points; None was not evaluated."""


@cache
def scheme() -> Scheme:
    """The example scheme."""
    text = files("huoyue").joinpath("schemes", "alliance_activity_2016", "scheme.yaml").read_text("utf-8")
    return Scheme.model_validate(YAML(typ="safe").load(text))


def snapshot() -> Snapshot:
    """The round as a snapshot; its manifest is empty."""
    return Snapshot(scheme=scheme(), scheme_text="", facts=_facts(), results=_results(), manifest={})


def _facts() -> Facts:
    tables = {name: table.empty() for name, table in input_tables(scheme()).items()}
    records = {name.removeprefix("records/"): frame for name, frame in tables.items() if name.startswith("records/")}
    decision = {"stage": "meeting", "unit": "U02", "indicator": "council", "settled": 450, "reason": "=HYPERLINK(1)"}
    earlier = [{"unit": f"U{i:02d}", "period": "2015", "score": 9000, "tier": None, "basis": None} for i in range(3)]
    fixed = {name: tables[name] for name in ("filings", "experts", "marks", "overrides")}
    made = {"decisions": DECISIONS.frame([decision | {"decided_on": None}]), "earlier": EARLIER.frame(earlier)}
    return Facts(units=_units(), records=records, **fixed, **made)


def _units() -> pl.DataFrame:
    batches = [batch.id for batch in scheme().batches]
    return input_tables(scheme())["units"].frame(
        {
            "unit": f"U{i:02d}",
            "name": name,
            "aliases": [],
            "batch": batches[i % 3],
            "industry": scheme().industries[i % 6].id,
            "status": "pilot",
            "liaison": None,
            "basis": "synthetic" if i % 2 else "evidenced",
            "position": i + 1,
        }
        for i, name in enumerate(NAMES)
    )


def _screening() -> pl.DataFrame:
    rest = {
        "rule": None,
        "value": None,
        "needed": None,
        "decided_by": "rule",
        "reason_zh": "理由",
        "reason_en": "reason",
    }
    verdicts = ["evaluated" if level is not None else "not_filed" for level in LEVELS]
    return SCREENING.frame({"unit": f"U{i:02d}", "verdict": verdict} | rest for i, verdict in enumerate(verdicts))


def _evaluated() -> dict[str, int]:
    return {f"U{i:02d}": level for i, level in enumerate(LEVELS) if level is not None}


def _cells() -> list[dict[str, object]]:
    return [
        {
            "unit": unit,
            "pillar": pillar.id,
            "indicator": indicator.id,
            "maximum": int(indicator.points * 100),
            "level": level,
        }
        for unit, level in _evaluated().items()
        for pillar in scheme().pillars
        for indicator in pillar.indicators
    ]


def _settled() -> pl.DataFrame:
    rest = {"suggested": None, "basis": "marks", "note_zh": "三位专家的平均分", "note_en": "mean of three experts"}
    rows = []
    for cell in _cells():
        points = Fraction(int(str(cell["maximum"])) * int(str(cell.pop("level"))), 100) - Fraction(1, 3)
        rows.append(cell | {"settled_num": points.numerator, "settled_den": points.denominator} | rest)
    return SETTLED.frame(rows)


def _points() -> pl.DataFrame:
    rest = {"outcome": "scored", "points": 0, "explanation_zh": "会议2次", "explanation_en": "2 meetings"}
    return POINTS.frame(cell | {"participated": int(str(cell.pop("level"))) > 60} | rest for cell in _cells())


def _scores() -> pl.DataFrame:
    return SCORES.frame(
        {
            "unit": unit,
            "total_num": level * 100,
            "total_den": 1,
            "bonus": 0,
            "score": level * 100,
            "tier": tier_of(scheme(), level * 100).id,
            "veto": None,
            "rank": place,
            "serial": place,
        }
        for place, (unit, level) in enumerate(_evaluated().items(), start=1)
    )


def _results() -> dict[str, pl.DataFrame]:
    units, screening, scores, settled, points = _units(), _screening(), _scores(), _settled(), _points()
    earlier = _facts().earlier
    difference = {"unit": "U02", "rule": "total", "indicator": "*", "size": 9.5, "limit": 8.0, "decided": True}
    return {name: table.empty() for name, table in RESULT_TABLES.items()} | {
        "screening": screening,
        "scores": scores,
        "settled": settled,
        "points": points,
        "differences": DIFFERENCES.frame([difference]),
        "funnel": funnel(scheme(), units, screening),
        "shares": shares(scheme(), units, screening, scores),
        "tier_summary": tier_summary(scheme(), units, scores),
        "participation": participation(scheme(), units, scores, points),
        "lost": lost(scheme(), units, scores, settled),
        "polarisation": polarisation(scheme(), units, scores, seed=1),
        "association": association(scheme(), RESULT_TABLES["pillar_scores"].empty()),
        "separators": separators(scheme(), scores, settled),
        "change": change(scheme(), earlier, screening, scores),
        "movement": movement(scheme(), earlier, EARLIER_SCHEMES.empty(), screening, scores),
        "transitions": transitions(scheme(), earlier, screening, scores),
        "streaks": streaks(scheme(), earlier, screening, scores),
        "candidates": candidates(scheme(), earlier, screening, scores),
        "severity_effect": _severity_effect(),
        **panel_measures(scheme(), _panel_marks(), points),
    }


def _panel_marks() -> pl.DataFrame:
    """Two experts of the first stage, one of them half a point lower on everything."""
    head = {"stage": scheme().review.stages[0].id, "reason": None}
    return MARKS.frame(
        head | {"expert": expert, "unit": unit, "indicator": indicator.id, "mark": level * 4 - lower}
        for unit, level in _evaluated().items()
        for indicator in scheme().indicators
        for expert, lower in (("E1", 0), ("E2", 50))
    )


def _severity_effect() -> pl.DataFrame:
    return SEVERITY_EFFECT.frame(
        {
            "unit": unit, "score": level * 100, "adjusted": level * 100 - 100 * place, "shift": -1.0 * place,
            "tier": tier_of(scheme(), level * 100).id, "tier_adjusted": "poor", "changed": place == 1,
        }
        for place, (unit, level) in enumerate(list(_evaluated().items())[:2])
    )  # fmt: skip

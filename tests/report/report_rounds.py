"""Made-up rounds for the tests of the report: results that agree with each other, without filings behind them."""

from __future__ import annotations

import random
from collections.abc import Mapping
from dataclasses import dataclass
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
from huoyue.core.analysis.participation import participation
from huoyue.core.analysis.polarisation import polarisation
from huoyue.core.analysis.separators import separators
from huoyue.core.analysis.shares import shares
from huoyue.core.analysis.tiers import tier_summary
from huoyue.core.analysis.transitions import transitions
from huoyue.core.scheme.bands import tier_of, tiers_from_top
from huoyue.core.scheme.model import Scheme, hundredths
from huoyue.core.tables import (
    DECISIONS,
    EARLIER,
    EARLIER_SCHEMES,
    EXPERTS,
    FILINGS,
    MARKS,
    OVERRIDES,
    RESULT_TABLES,
    Facts,
    records_table,
    units_table,
)  # fmt: skip

Cells = Mapping[tuple[str, str | None], int]
"""(batch, tier) -> units; tier None: not evaluated."""

PUBLISHED: Cells = {
    (batch, tier): number
    for batch, row in {
        "first": (16, 9, 6, 4, 17),
        "second": (5, 7, 6, 8, 13),
        "third": (8, 7, 18, 6, 16),
    }.items()
    for tier, number in zip(("high", "fairly_high", "average", "poor", None), row, strict=True)
}
"""The published cross table of the 2016 round."""


@dataclass(frozen=True)
class Round:
    """What the report reads: the shape of a snapshot."""

    scheme: Scheme
    facts: Facts
    results: dict[str, pl.DataFrame]


@cache
def scheme() -> Scheme:
    text = files("huoyue").joinpath("schemes", "alliance_activity_2016", "scheme.yaml").read_text("utf-8")
    return Scheme.model_validate(YAML(typ="safe").load(text))


@cache
def published(seed: int = 1) -> Round:
    """A round with the published cross table."""
    return made_up(scheme(), PUBLISHED, seed)


def random_cells(by: Scheme, seed: int, most: int = 12) -> Cells:
    """Any cross table, with empty cells."""
    chance = random.Random(seed)
    tiers = [*(tier.id for tier in by.tiers), None]
    return {(batch.id, tier): max(0, chance.randint(-3, most)) for batch in by.batches for tier in tiers}


def made_up(by: Scheme, cells: Cells, seed: int) -> Round:
    """A round with so many units in each batch and tier; scores and points are drawn."""
    chance = random.Random(seed)
    members = [(batch, tier) for (batch, tier), number in cells.items() for _ in range(number)]
    chance.shuffle(members)
    codes = [f"u{place:04d}" for place in range(1, len(members) + 1)]
    units = _units(by, codes, [batch for batch, _ in members], chance)
    screening = _screening(codes, [tier for _, tier in members], chance)
    settled, scores, points = _scored(by, dict(zip(codes, (tier for _, tier in members), strict=True)), chance)
    earlier = _earlier(by, codes, chance)
    facts = Facts(
        units=units,
        filings=FILINGS.empty(),
        records={kind.id: records_table(kind).empty() for kind in by.records},
        experts=EXPERTS.frame(
            {
                "expert": f"e{i}",
                "name": f"专家{i}",
                "panel_group": "AB"[i % 2],
                "background": None,
                "homes": codes[i : i + 2],
            }
            for i in range(6)
        ),
        marks=_marks(by, codes),
        decisions=_decisions(by, codes),
        earlier=earlier,
        overrides=OVERRIDES.empty(),
    )
    results = {name: table.empty() for name, table in RESULT_TABLES.items()}
    pillars = (
        settled.group_by("unit", "pillar", maintain_order=True)
        .agg(score_num=pl.col("settled_num").sum(), maximum=pl.col("maximum").sum())
        .select("unit", "pillar", "score_num", score_den=pl.lit(1, pl.Int64), maximum="maximum")
    )
    results |= {
        "screening": screening,
        "settled": settled,
        "scores": scores,
        "points": points,
        "pillar_scores": pillars,
    }
    results |= {
        "funnel": funnel(by, units, screening),
        "shares": shares(by, units, screening, scores),
        "tier_summary": tier_summary(by, units, scores),
        "participation": participation(by, units, scores, points),
        "lost": lost(by, units, scores, settled),
        "polarisation": polarisation(by, units, scores, seed=seed),
        "association": association(by, pillars) if scores.height else RESULT_TABLES["association"].empty(),
        "separators": separators(by, scores, settled),
        "change": change(by, earlier, screening, scores),
        "movement": movement(by, earlier, EARLIER_SCHEMES.empty(), screening, scores),
        "transitions": transitions(by, earlier, screening, scores),
        "streaks": streaks(by, earlier, screening, scores),
        "candidates": candidates(by, earlier, screening, scores),
        "plausibility": _plausibility(codes),
        "differences": _differences(by, codes),
        "agreement": _agreement(by),
        "expert_scales": _scales(by),
        "tier_risk": _risk(by, scores),
        **_panel_measures(by, scores),
    }
    return Round(by, facts, {name: table.check(results[name]) for name, table in RESULT_TABLES.items()})


def _units(by: Scheme, codes: list[str], batches: list[str], chance: random.Random) -> pl.DataFrame:
    own = {spec.id: None for spec in by.register_fields}
    industries = [industry.id for industry in by.industries] or [None]
    return units_table(by).frame(
        own
        | {
            "unit": code, "name": f"示例{place}号{by.words.unit.zh}", "aliases": [], "batch": batch,
            "industry": chance.choice(industries), "status": by.statuses[0].id, "liaison": None,
            "basis": "evidenced" if place % 5 == 0 else "synthetic", "position": place,
        }
        for place, (code, batch) in enumerate(zip(codes, batches, strict=True), start=1)
    )  # fmt: skip


def _screening(codes: list[str], tiers: list[str | None], chance: random.Random) -> pl.DataFrame:
    verdicts = ["evaluated" if tier else chance.choice(["not_filed", "incomplete", "incomplete"]) for tier in tiers]
    rules = {"evaluated": None, "not_filed": "filed", "incomplete": "coverage"}
    return RESULT_TABLES["screening"].frame(
        {
            "unit": code, "verdict": verdict, "rule": rules[verdict], "value": None, "needed": None,
            "decided_by": "rule", "reason_zh": "理由", "reason_en": "reason",
        }
        for code, verdict in zip(codes, verdicts, strict=True)
    )  # fmt: skip


def _scored(
    by: Scheme, tiers: dict[str, str | None], chance: random.Random
) -> tuple[pl.DataFrame, pl.DataFrame, pl.DataFrame]:
    grain = 10 ** (2 - by.rounding.decimals)
    ordered = tiers_from_top(by)
    tops = [hundredths(by.points) + grain, *(hundredths(tier.at_least) for tier in ordered)]
    bands = {tier.id: (hundredths(tier.at_least), top) for tier, top in zip(ordered, tops, strict=False)}
    bands[ordered[-1].id] = (max(0, bands[ordered[-1].id][1] // 2), bands[ordered[-1].id][1])
    drawn = {unit: chance.randrange(*bands[tier], grain) for unit, tier in tiers.items() if tier}
    settled = [row for unit, score in drawn.items() for row in _settled(by, unit, score, chance)]
    ranked = sorted(drawn, key=lambda unit: (-drawn[unit], unit))
    scores = RESULT_TABLES["scores"].frame(
        {
            "unit": unit, "total_num": drawn[unit], "total_den": 1, "bonus": 0, "score": drawn[unit],
            "tier": tier_of(by, drawn[unit]).id, "veto": None, "rank": place, "serial": place,
        }
        for place, unit in enumerate(ranked, start=1)
    )  # fmt: skip
    points = RESULT_TABLES["points"].frame(
        {name: row[name] for name in ("unit", "pillar", "indicator", "maximum")}
        | {
            "outcome": "scored", "points": row["settled_num"], "participated": int(str(row["settled_num"])) > 0,
            "explanation_zh": "说明", "explanation_en": "explanation",
        }
        for row in settled
    )  # fmt: skip
    return RESULT_TABLES["settled"].frame(settled), scores, points


def _settled(by: Scheme, unit: str, score: int, chance: random.Random) -> list[dict[str, object]]:
    """Points of each indicator that add up to the score, some of them 0."""
    counted = [indicator for indicator in by.indicators if not indicator.bonus]
    most = {indicator.id: hundredths(indicator.points) for indicator in counted}
    got = dict.fromkeys(most, 0)
    left = score
    while left:
        name = chance.choice([name for name in most if got[name] < most[name]])
        step = min(left, most[name] - got[name], 100)
        got[name] += step
        left -= step
    return [
        {
            "unit": unit, "pillar": by.pillar_of(name).id, "indicator": name, "maximum": most[name],
            "suggested": got[name], "settled_num": got[name], "settled_den": 1, "basis": "rule",
            "note_zh": "", "note_en": "",
        }
        for name in most
    ]  # fmt: skip


def _earlier(by: Scheme, codes: list[str], chance: random.Random) -> pl.DataFrame:
    periods = [rule.period for rule in by.outlook.earlier_tiers]
    return EARLIER.frame(
        {
            "unit": code,
            "period": period,
            "score": chance.randrange(4000, 10001, 100),
            "tier": None,
            "basis": "synthetic",
        }
        for code in codes
        for period in periods
    )


def _plausibility(codes: list[str]) -> pl.DataFrame:
    pairs = list(zip(codes[0:6:2], codes[1:6:2], strict=False))
    return RESULT_TABLES["plausibility"].frame(
        {
            "finding": number, "rule": "same_claim", "unit": unit,
            "record_type": "project", "record": f"r{number}{unit}",
            "detail_zh": f"项目编号 P-{number} 被两家申报", "detail_en": f"Project P-{number} is claimed twice",
        }
        for number, pair in enumerate(pairs, start=1)
        for unit in pair
    )  # fmt: skip


def _marks(by: Scheme, codes: list[str]) -> pl.DataFrame:
    """One mark a stage for the last unit, by an expert who does not belong to it."""
    stages = [stage.id for stage in by.review.stages if stage.kind == "marks"]
    head = {"expert": "e0", "indicator": by.indicators[0].id, "mark": 100, "reason": None}
    return MARKS.frame(head | {"stage": stage, "unit": unit} for stage in stages for unit in codes[8:9])


def _decisions(by: Scheme, codes: list[str]) -> pl.DataFrame:
    stages = [stage.id for stage in by.review.stages if stage.kind == "decisions"]
    head = {"indicator": "*", "settled": None, "reason": "维持", "decided_on": None}
    return DECISIONS.frame(head | {"stage": stage, "unit": unit} for stage in stages for unit in codes[:1])


def _differences(by: Scheme, codes: list[str]) -> pl.DataFrame:
    head = {"rule": "total", "indicator": "*", "size": 9.0, "limit": 8.0, "decided": True}
    return RESULT_TABLES["differences"].frame(head | {"unit": unit} for unit in codes[:2] if by.review.stages)


def _agreement(by: Scheme) -> pl.DataFrame:
    stages = [stage.id for stage in by.review.stages if stage.kind == "marks"]
    return RESULT_TABLES["agreement"].frame(
        {"stage": stage, "units": 90, "icc": 0.91, "mean_range": 4.2, "confirmed": 0.873} for stage in stages
    )


def _scales(by: Scheme) -> pl.DataFrame:
    stages = [stage.id for stage in by.review.stages if stage.kind == "marks"]
    return RESULT_TABLES["expert_scales"].frame(
        {"stage": stage, "expert": f"e{i}", "units": 30, "severity": i - 2.5, "low": i - 3.0, "high": i - 2.0}
        for stage in stages
        for i in range(6)
    )


def _panel_measures(by: Scheme, scores: pl.DataFrame) -> dict[str, pl.DataFrame]:
    """Coefficients of totals and one indicator, six experts in two groups, a tier that would change."""
    stages = [stage.id for stage in by.review.stages if stage.kind == "marks"]
    names = RESULT_TABLES["agreement_indicators"].schema
    coefficients = dict.fromkeys(names, 0.9) | {"units": 90, "experts": 6, "kendall_units": 80, "kendall_p": 0.0004}
    everywhere = ["*", *stages] if stages else []
    severity = {"units": 30, "error": 0.5, "component": 1}
    logits = {"component": 1, "marks": 300, "error": 0.02, "infit": 0.8, "outfit": 1.2, "fair": 70.0, "points": 1.0}
    head = scores.head(2 if stages else 0).select("unit", "score", "tier").to_dicts()
    return {
        "agreement_indicators": RESULT_TABLES["agreement_indicators"].frame(
            coefficients | {"stage": stage, "indicator": name} | dict.fromkeys([n for n in names if "two" in n])
            for stage in stages
            for name in ("*", by.indicators[0].id)
        ),
        "expert_severity": RESULT_TABLES["expert_severity"].frame(
            severity | {"stage": s, "expert": f"e{i}", "severity": i - 2.5, "low": i - 3.0, "high": i - 2.0}
            for s in everywhere
            for i in range(6)
        ),
        "expert_logits": RESULT_TABLES["expert_logits"].frame(
            logits | {"stage": s, "expert": f"e{i}", "severity": i / 50, "low": 0.0, "high": 0.1, "extreme": False}
            for s in everywhere
            for i in range(5)
        ),
        "severity_effect": RESULT_TABLES["severity_effect"].frame(
            row | {"adjusted": row["score"] - 100 * place, "shift": -1.0 * place, "tier_adjusted": by.tiers[place].id,
                   "changed": by.tiers[place].id != row["tier"]}
            for place, row in enumerate(head)
        ),
    }  # fmt: skip


def _risk(by: Scheme, scores: pl.DataFrame) -> pl.DataFrame:
    borders = [hundredths(tier.at_least) for tier in tiers_from_top(by)[:-1]]
    nearest = {
        unit: min(borders, key=lambda border: abs(score - border))
        for unit, score in scores.select("unit", "score").iter_rows()
    }
    found = dict(scores.select("unit", "score").iter_rows())
    return RESULT_TABLES["tier_risk"].frame(
        {
            "unit": unit, "border": border, "distance": found[unit] - border,
            "same_tier": 0.8 if abs(found[unit] - border) < 100 else 1.0,
        }
        for unit, border in nearest.items()
    )  # fmt: skip

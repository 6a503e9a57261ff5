"""The whole round as one function: from what people handed in to every table of results.

The order below is the method: screening says who is evaluated, rules give points, experts' marks are settled, scores
are rounded once, and the analysis reads nothing but those.
"""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl

from huoyue.core.analysis.association import association
from huoyue.core.analysis.candidates import candidates, streaks
from huoyue.core.analysis.change import change
from huoyue.core.analysis.funnel import funnel
from huoyue.core.analysis.lost import lost
from huoyue.core.analysis.movement import movement
from huoyue.core.analysis.panel.effect import severity_effect
from huoyue.core.analysis.panel.measures import panel_measures
from huoyue.core.analysis.participation import participation
from huoyue.core.analysis.plausibility import plausible
from huoyue.core.analysis.polarisation import polarisation
from huoyue.core.analysis.risk import tier_risk
from huoyue.core.analysis.separators import separators
from huoyue.core.analysis.shares import shares
from huoyue.core.analysis.tiers import tier_summary
from huoyue.core.analysis.transitions import transitions
from huoyue.core.filing.validate import without_a_filing
from huoyue.core.problem import Problem, Refused
from huoyue.core.review.conflicts import check_panel
from huoyue.core.review.settlement import settle
from huoyue.core.scheme.model import Scheme
from huoyue.core.scoring.points import suggest
from huoyue.core.scoring.totals import total
from huoyue.core.scoring.vetoes import vetoed
from huoyue.core.screening import screen
from huoyue.core.tables import RESULT_TABLES, Facts

SEED = 1
"""Seeds every bootstrap of the analysis, so that intervals are the same on every machine and day."""

Results = dict[str, pl.DataFrame]
"""Every table of `RESULT_TABLES`, by name."""


def panel_problems(scheme: Scheme, facts: Facts, results: Results) -> list[Problem]:
    """What is wrong with the panel's marks, beside the suggested points; an error among them stops an evaluation."""
    return check_panel(scheme, facts, results["screening"], results["points"])


def evaluate(
    scheme: Scheme, facts: Facts, *, earlier_records: Mapping[str, pl.DataFrame] | None = None, seed: int = SEED
) -> Results:
    """All results of a round. Refused if marks stand that may not, or a unit without a filing is to be evaluated.

    `earlier_records` are the records of the round before, by type, if it is known: what is claimed in both is found.
    """
    if unfiled := list(without_a_filing(facts)):
        raise Refused(unfiled)
    screening = screen(scheme, facts)
    suggested = suggest(scheme, facts, screening)
    marks = panel_problems(scheme, facts, {"screening": screening, "points": suggested.points})
    if errors := [problem for problem in marks if problem.severity == "error"]:
        raise Refused(errors)
    settlement = settle(scheme, facts, suggested.points, screening)
    totals = total(scheme, facts, settlement.settled)
    results = {
        "screening": screening,
        "parts": suggested.parts,
        "points": suggested.points,
        "earned": suggested.earned,
        "settled": settlement.settled,
        "stage_totals": settlement.stage_totals,
        "differences": settlement.differences,
        "pillar_scores": totals.pillar_scores,
        "scores": totals.scores,
    }
    results |= analyse(scheme, facts, results, earlier_records, seed)
    return {name: table.check(results[name]) for name, table in RESULT_TABLES.items()}


def analyse(
    scheme: Scheme, facts: Facts, results: Results, earlier_records: Mapping[str, pl.DataFrame] | None, seed: int
) -> Results:
    """The analysis tables, from the tables of the stages before."""
    units, screening, scores = facts.units, results["screening"], results["scores"]
    points, settled, pillars = results["points"], results["settled"], results["pillar_scores"]
    counted = settled.filter(pl.col("basis") != "not_applicable").select("unit", "indicator")
    marks = facts.marks.join(counted, on=["unit", "indicator"], how="semi", maintain_order="left")
    panel = panel_measures(scheme, marks, points, seed=seed)
    years = against_earlier(scheme, facts, screening, scores)
    return (
        panel
        | years
        | {
            "funnel": funnel(scheme, units, screening),
            "shares": shares(scheme, units, screening, scores),
            "tier_summary": tier_summary(scheme, units, scores),
            "participation": participation(scheme, units, scores, points),
            "lost": lost(scheme, units, scores, settled),
            "polarisation": polarisation(scheme, units, scores, seed=seed),
            "association": association(scheme, pillars),
            "separators": separators(scheme, scores, settled),
            "plausibility": plausible(scheme, facts, earlier_records),
            "change": change(scheme, facts.earlier, screening, scores),
            "streaks": streaks(scheme, facts.earlier, screening, scores),
            "candidates": candidates(scheme, facts.earlier, screening, scores),
            "tier_risk": tier_risk(scheme, facts, settled, scores, seed=seed),
            "severity_effect": severity_effect(
                scheme, marks, settled, scores, panel["expert_severity"], vetoed(scheme, facts)
            ),
        }
    )


def against_earlier(scheme: Scheme, facts: Facts, screening: pl.DataFrame, scores: pl.DataFrame) -> Results:
    """What set this round against earlier periods first in snapshots of format 2; older ones are completed with it."""
    return {
        "movement": movement(scheme, facts.earlier, facts.earlier_schemes, screening, scores),
        "transitions": transitions(scheme, facts.earlier, screening, scores),
    }

"""A practice panel: experts in groups, some with homes, each with a scale."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import polars as pl

from huoyue.core.scheme.model import Scheme, Stage
from huoyue.core.tables import EXPERTS
from huoyue.examples.practice.draws import Draws, Floats

GROUPS, SPARE = 6, 2
"""How many groups there are, and how many more experts in each than the stages need."""


@dataclass(frozen=True)
class Panel:
    """Experts in groups of equal size; `severity` is what each adds to a mark, in hundredths."""

    frame: pl.DataFrame
    size: int
    severity: Floats


def mark_stages(scheme: Scheme) -> list[Stage]:
    return [stage for stage in scheme.review.stages if stage.kind == "marks"]


def panel(scheme: Scheme, codes: list[str], rng: Draws) -> Panel:
    """Every other expert has a home, among units that none of the expert's group reviews."""
    stages = mark_stages(scheme)
    if not stages:
        return Panel(EXPERTS.empty(), 0, np.zeros(0))
    size = max(stage.reviewers for stage in stages) + SPARE
    rows: list[dict[str, object]] = [
        {
            "expert": f"E{number + 1:02d}",
            "name": f"专家{number + 1:02d}（练习）",
            "panel_group": f"第{number // size + 1}组",
            "homes": homes(codes, number // size, len(stages), rng) if number % 2 else [],
        }
        for number in range(GROUPS * size)
    ]
    frame = pl.DataFrame(rows).with_columns(background=pl.lit(None, pl.String)).select(EXPERTS.schema.keys())
    return Panel(EXPERTS.check(frame), size, np.clip(rng.standard_normal(len(rows)) * 18, -40, 40))


def homes(codes: list[str], group: int, stages: int, rng: Draws) -> list[str]:
    """A unit that experts of a group never review, if there is one: a unit's groups follow from its place."""
    away = [code for place, code in enumerate(codes) if (group - place) % GROUPS >= stages]
    return [away[int(rng.randint(0, len(away)))]] if away else []

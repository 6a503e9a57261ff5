"""Practice marks, and what the meeting decided."""

from __future__ import annotations

from datetime import timedelta

import numpy as np
import polars as pl

from huoyue.core.filing.measures import plan_of
from huoyue.core.review.settlement import settle
from huoyue.core.scheme.model import Indicator, Judged, Scheme, Stage
from huoyue.core.scoring.points import measured
from huoyue.core.tables import DECISIONS, MARKS, Facts
from huoyue.examples.practice.draws import Draws, Floats, Ints
from huoyue.examples.practice.panel import GROUPS, Panel, mark_stages

QUARTER = 25
DEVIATES = 0.15
HIGHER, LOWER = "活动质量较高，酌加", "证明材料较简略，酌减"
WEIGHED, UPHELD = "会议逐项核对事实后按讨论结果给分。", "会议核对打分及理由后维持评审结果。"


def marks(scheme: Scheme, cells: pl.DataFrame, experts: Panel, rng: Draws) -> pl.DataFrame:
    """MARKS of every reviewer on every cell of `starts`."""
    stages = mark_stages(scheme)
    if not stages:
        return MARKS.empty()
    given = [
        reviewer_marks(stage, number, seat, cells, experts, rng)
        for number, stage in enumerate(stages)
        for seat in range(stage.reviewers)
    ]
    return MARKS.check(pl.concat(given))


def starts(scheme: Scheme, facts: Facts, screening: pl.DataFrame, people: Floats) -> pl.DataFrame:
    """Where experts begin, for evaluated units and what applies to them: at the points by rule, or near the activity.

    Columns: unit, place (in the register), pillar, indicator, start, maximum, judged.
    """
    evaluated = screening.filter(pl.col("verdict") == "evaluated")["unit"].implode()
    wide = measured(plan_of(scheme), facts, screening)
    places = pl.int_range(len(people), eager=True)
    activity = pl.DataFrame({"unit": facts.units["unit"], "activity": people, "place": places})
    base = wide.join(activity, on="unit", maintain_order="left").filter(pl.col("unit").is_in(evaluated))
    frames = [base.select("unit", "place", *start(scheme, indicator)) for indicator in scheme.indicators]
    return pl.concat(frames).filter(pl.col("maximum") > 0).sort("place", maintain_order=True)


def start(scheme: Scheme, indicator: Indicator) -> list[pl.Expr]:
    """pillar, indicator, start, maximum, judged of one indicator, from the wide table of points and activity."""
    judged = isinstance(indicator.standard, Judged)
    most = pl.col(f"max_{indicator.id}").cast(pl.Int64)
    fair = (pl.col("activity") * most / QUARTER).round().cast(pl.Int64) * QUARTER
    begin = fair if judged else pl.col(f"points_{indicator.id}").cast(pl.Int64).fill_null(0)
    return [
        pl.lit(scheme.pillar_of(indicator.id).id).alias("pillar"),
        pl.lit(indicator.id).alias("indicator"),
        pl.min_horizontal(begin, most).alias("start"),
        most.alias("maximum"),
        pl.lit(judged).alias("judged"),
    ]


def reviewer_marks(
    stage: Stage, number: int, seat: int, cells: pl.DataFrame, experts: Panel, rng: Draws
) -> pl.DataFrame:
    """What the reviewers in one seat of a stage, the `number`-th, give for all cells."""
    place = cells["place"].to_numpy()
    who = (place + number) % GROUPS * experts.size + (place // GROUPS + seat) % experts.size
    given = opinions(cells, experts.severity[who], rng)
    named = experts.frame["expert"].gather(pl.Series(who, dtype=pl.UInt32))
    away = pl.Series(given) - cells["start"]
    moved = pl.when(away > 0).then(pl.lit(HIGHER)).when(away < 0).then(pl.lit(LOWER))
    why = pl.when(~cells["judged"]).then(moved)
    return cells.select(
        stage=pl.lit(stage.id), expert=named, unit="unit", indicator="indicator", mark=pl.Series(given), reason=why
    )


def opinions(cells: pl.DataFrame, severity: Floats, rng: Draws) -> Ints:
    """Starting points confirmed, or moved by quarter points where an expert deviates; nothing stays nothing."""
    start, most, judged = (cells[name].to_numpy() for name in ("start", "maximum", "judged"))
    moves = (rng.random_sample(len(start)) < DEVIATES) | judged
    shift = np.rint((severity + 20 * rng.standard_normal(len(start))) / QUARTER).astype(np.int64) * QUARTER
    moved = np.clip(np.rint(start / QUARTER).astype(np.int64) * QUARTER + shift, 0, most)
    return np.where(moves & (shift != 0) & (start > 0), moved, start)


def decisions(scheme: Scheme, facts: Facts, screening: pl.DataFrame, cells: pl.DataFrame) -> pl.DataFrame:
    """DECISIONS of the first meeting: indicators in dispute at their median, everything else upheld."""
    meetings = [stage.id for stage in scheme.review.stages if stage.kind == "decisions"]
    if not meetings or not facts.marks.height:
        return DECISIONS.empty()
    points = cells.select(
        "unit", "pillar", "indicator", "maximum", points=pl.when(~pl.col("judged")).then("start"),
        outcome=pl.when("judged").then(pl.lit("judged")).otherwise(pl.lit("scored")),
    )  # fmt: skip
    found = settle(scheme, facts, points, screening).differences
    middle = (
        facts.marks.group_by("unit", "indicator").agg(pl.col("mark").median()).join(cells, on=["unit", "indicator"])
    )
    quarter = (pl.col("mark") / QUARTER).round().cast(pl.Int64) * QUARTER
    disputed = found.filter(pl.col("indicator") != "*").join(middle, on=["unit", "indicator"], maintain_order="left")
    settled = pl.min_horizontal(quarter, "maximum").alias("settled")
    single = disputed.select("unit", "indicator", settled, reason=pl.lit(WEIGHED))
    rest = found.select("unit").unique(maintain_order=True).join(single, on="unit", how="anti", maintain_order="left")
    upheld = rest.select("unit", indicator=pl.lit("*"), settled=pl.lit(None, pl.Int64), reason=pl.lit(UPHELD))
    met = {"stage": pl.lit(meetings[0]), "decided_on": pl.lit(scheme.filing.closes + timedelta(days=75))}
    return DECISIONS.check(pl.concat([single, upheld]).with_columns(**met).select(DECISIONS.schema.keys()))

"""A practice panel, its marks, and what its meeting decided."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

import numpy as np
import polars as pl

from huoyue.core.filing.measures import plan_of
from huoyue.core.review.settlement import settle
from huoyue.core.scheme.model import Judged, Scheme, Stage
from huoyue.core.scoring.points import measured
from huoyue.core.tables import DECISIONS, EXPERTS, MARKS, Facts
from huoyue.examples.practice.draws import Draws, Floats, Ints

GROUPS, SPARE, QUARTER = 6, 2, 25
DEVIATES = 0.15
HIGHER, LOWER = "活动质量较高，酌加", "证明材料较简略，酌减"
WEIGHED, UPHELD = "会议逐项核对事实后按讨论结果给分。", "会议核对打分及理由后维持评审结果。"


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
    frames = []
    for indicator in scheme.indicators:
        judged = isinstance(indicator.standard, Judged)
        most = pl.col(f"max_{indicator.id}").cast(pl.Int64)
        fair = (pl.col("activity") * most / QUARTER).round().cast(pl.Int64) * QUARTER
        by_rule = pl.lit(None, pl.Int64) if judged else pl.col(f"points_{indicator.id}").cast(pl.Int64)
        start = fair if judged else by_rule.fill_null(0)
        frames.append(
            base.select(
                "unit", "place", pillar=pl.lit(scheme.pillar_of(indicator.id).id), indicator=pl.lit(indicator.id),
                start=pl.min_horizontal(start, most), maximum=most, judged=pl.lit(judged),
            ).filter(pl.col("maximum") > 0)
        )  # fmt: skip
    return pl.concat(frames).sort("place", maintain_order=True)


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
    middle = facts.marks.group_by("unit", "indicator").agg(pl.col("mark").median())
    quarter = ((pl.col("mark") / QUARTER).round().cast(pl.Int64) * QUARTER).alias("settled")
    disputed = found.filter(pl.col("indicator") != "*").join(middle, on=["unit", "indicator"], maintain_order="left")
    single = disputed.select("unit", "indicator", quarter, reason=pl.lit(WEIGHED))
    rest = found.select("unit").unique(maintain_order=True).join(single, on="unit", how="anti", maintain_order="left")
    upheld = rest.select("unit", indicator=pl.lit("*"), settled=pl.lit(None, pl.Int64), reason=pl.lit(UPHELD))
    met = {"stage": pl.lit(meetings[0]), "decided_on": pl.lit(scheme.filing.closes + timedelta(days=75))}
    return DECISIONS.check(pl.concat([single, upheld]).with_columns(**met).select(DECISIONS.schema.keys()))

"""How recusal was carried out: the annex that says who stood back from what, and that no mark stands against it."""

from __future__ import annotations

import polars as pl

from huoyue.core.message import M
from huoyue.core.review.recusal import compared
from huoyue.report.context_reading import Reading, decimal
from huoyue.report.context_types import Council, StandingBack
from huoyue.report.context_values import Count, Num
from huoyue.report.tables import Column, Display

NAME = "standing-back"


def pairs(reading: Reading) -> pl.DataFrame:
    """expert, unit: of whom each expert stands back, only units that were evaluated."""
    homes = reading.facts.experts.select("expert", pl.col("homes").alias("unit")).explode("unit").drop_nulls("unit")
    evaluated = reading.result("scores").select("unit")
    return homes.unique(maintain_order=True).join(evaluated, on="unit", how="semi", maintain_order="left")


def own_marks(reading: Reading) -> pl.DataFrame:
    """Marks that an expert gave to a unit they stand back from. There should be none."""
    homes = reading.facts.experts.select("expert", pl.col("homes").alias("unit")).explode("unit").unique()
    return reading.facts.marks.join(homes, on=["expert", "unit"], how="semi")


def standing_back(reading: Reading) -> StandingBack:
    """What the annex says. Pairs are of an expert and an evaluated unit."""
    found, marks = pairs(reading), reading.facts.marks
    sheets = marks.select("stage", "expert", "unit").unique().height
    return StandingBack(
        any=marks.height > 0,
        pairs=Num(reading.number(found.height), NAME),
        experts=Num(reading.number(found["expert"].n_unique()), NAME),
        units=Count(found["unit"].n_unique(), NAME),
        sheets=Num(reading.number(sheets), NAME),
        broken=own_marks(reading).height,
        council=council(reading),
    )


def council(reading: Reading) -> Council | None:
    """Marks given to units on the organiser's own council beside the others'; None if the scheme names no such field.

    Also None where only one of both kinds was marked: then nothing can be compared.
    """
    name = reading.scheme.review.council
    if name is None:
        return None
    on_it = reading.facts.units.select("unit", own=pl.col(name).fill_null(value=False))
    most = reading.result("points").select("unit", "indicator", "maximum")
    sheets = (
        reading.facts.marks.join(most, on=["unit", "indicator"])
        .group_by("stage", "expert", "unit", maintain_order=True)
        .agg(pl.col("mark", "maximum").sum())
        .filter(pl.col("maximum") > 0)
        .join(on_it, on="unit")
    )
    found = compared(sheets.select("expert", "own", "mark", "maximum").iter_rows())
    if found.own is None or found.others is None:
        return None
    return Council(
        own=Num(reading.number(found.own_sheets), NAME), others=Num(reading.number(found.other_sheets), NAME),
        own_share=Num(f"{decimal(float(found.own))}%", NAME), other_share=Num(f"{decimal(float(found.others))}%", NAME),
        experts=Num(reading.number(found.experts), NAME),
        within=None if found.within is None else Num(decimal(float(found.within)), NAME),
    )  # fmt: skip


def table(reading: Reading) -> Display:
    """By stage: who marked, how many sheets, and how many of them against the rule."""
    marks, wrong, back = reading.facts.marks, own_marks(reading), pairs(reading)
    stages = [stage for stage in reading.scheme.review.stages if stage.id in set(marks["stage"])]
    parts = [marks.filter(stage=stage.id) for stage in stages]
    sheets = [own.select("expert", "unit").unique().height for own in parts]
    barred = [back.join(own.select("expert").unique(), on="expert", how="semi").height for own in parts]
    against = [wrong.filter(stage=stage.id).select("expert", "unit").unique().height for stage in stages]
    return Display(
        NAME,
        (
            Column(reading.say(M("Stage")), [reading.name(stage.title) for stage in stages]),
            Column(reading.say(M("Experts")), [own["expert"].n_unique() for own in parts], right=True),
            Column(reading.say(M("Score sheets")), sheets, right=True),
            Column(reading.say(M("Pairs barred")), barred, right=True),
            Column(reading.say(M("Sheets against the rule")), against, right=True),
        ),
    )

"""How each settled figure came about, as a sentence in both languages.

Written once for every distinct finding and joined on, so that a round of a million marks takes no longer to explain
than to compute.
"""

from __future__ import annotations

from decimal import Decimal

import polars as pl

from huoyue.core.message import M, Message
from huoyue.core.phrase import both
from huoyue.core.review.combine import CELL, mark_stages
from huoyue.core.scheme.model import Scheme, Stage

COMMA = {"zh": "，", "en": "; "}
NOTES = ["note_zh", "note_en"]


def nearest(num: str = "num", den: str = "den") -> pl.Expr:
    """num / den to the nearest whole, half up; for fractions that are not negative."""
    return (2 * pl.col(num) + pl.col(den)) // (2 * pl.col(den))


def points_of(value: int) -> Decimal:
    """Hundredths as points."""
    return Decimal(value) / 100


def phrased(distinct: pl.DataFrame, messages: list[Message], names: list[str]) -> pl.DataFrame:
    """`distinct` with each row's message in Chinese and English under `names`."""
    texts = [both(message) for message in messages]
    columns = [pl.Series(name, [text[place] for text in texts], pl.String) for place, name in enumerate(names)]
    return distinct.with_columns(*columns)


def stage_note(stage: Stage, experts: int, value: int) -> Message:
    """What a stage's experts gave a cell: 分组初评3位专家均值4.33."""
    title, given = stage.title, points_of(value)
    if experts == 1:
        return M("{stage}: one expert gave {value}", stage=title, value=given)
    if stage.combine == "median":
        return M("{stage}: median {value} of {experts} experts", stage=title, value=given, experts=experts)
    if stage.combine == "trimmed_mean" and experts >= 2 * stage.trim + 1:
        return M(
            "{stage}: mean {value} of {experts} experts without the {trim} highest and lowest",
            stage=title, value=given, experts=experts, trim=stage.trim,
        )  # fmt: skip
    return M("{stage}: mean {value} of {experts} experts", stage=title, value=given, experts=experts)


def stage_notes(scheme: Scheme, stages: pl.DataFrame) -> pl.DataFrame:
    """unit, indicator, note_zh, note_en from the combined marks of every stage, stages in order."""
    order = {stage.id: place for place, stage in enumerate(mark_stages(scheme))}
    by_id = {stage.id: stage for stage in mark_stages(scheme)}
    shown = stages.select(*CELL, "stage", "experts", shown=nearest())
    distinct = shown.select("stage", "experts", "shown").unique()
    messages = [stage_note(by_id[stage], experts, value) for stage, experts, value in distinct.iter_rows()]
    texts = shown.join(phrased(distinct, messages, NOTES), on=["stage", "experts", "shown"])
    placed = texts.with_columns(place=pl.col("stage").replace_strict(order, default=None, return_dtype=pl.Int64))
    return (
        placed.sort("place")
        .group_by(CELL, maintain_order=True)
        .agg(pl.col(f"note_{lang}").str.join(COMMA[lang]) for lang in COMMA)
    )


def weighted_notes(stages: pl.DataFrame, means: pl.DataFrame) -> pl.DataFrame:
    """unit, indicator, note_zh, note_en for cells that more than one stage marked: 加权4.43."""
    several = stages.group_by(CELL).len().filter(pl.col("len") > 1)
    shown = means.join(several, on=CELL, how="semi").select(*CELL, shown=nearest())
    distinct = shown.select("shown").unique()
    messages = [M("weighted {value}", value=points_of(value)) for (value,) in distinct.iter_rows()]
    return shown.join(phrased(distinct, messages, NOTES), on="shown").select(*CELL, *NOTES)


def decision_notes(scheme: Scheme, decisions: pl.DataFrame) -> pl.DataFrame:
    """unit, indicator, note_zh, note_en from the meeting's decisions on single indicators."""
    titles = {stage.id: stage.title for stage in scheme.review.stages}
    messages = [
        M("{stage} upheld this: {reason}", stage=titles[row["stage"]], reason=row["reason"])
        if row["settled"] is None
        else M(
            "{stage} decided {value}: {reason}",
            stage=titles[row["stage"]], value=points_of(row["settled"]), reason=row["reason"],
        )
        for row in decisions.iter_rows(named=True)
    ]  # fmt: skip
    return phrased(decisions.select(CELL), messages, NOTES)


def correction_notes(corrections: pl.DataFrame) -> pl.DataFrame:
    """unit, indicator, note_zh, note_en of what objections corrected."""
    messages = [
        M(
            "corrected to {value} after objection {number}: {reason}",
            value=points_of(row["settled"]), number=row["number"], reason=row["reason"],
        )
        for row in corrections.iter_rows(named=True)
    ]  # fmt: skip
    return phrased(corrections.select(CELL), messages, NOTES)


def unmarked_notes() -> pl.DataFrame:
    """basis, outcome, note_zh, note_en where no expert marked."""
    told = {
        ("rule", "scored"): M("Not marked by experts: the points by rule stand"),
        ("not_applicable", "not_applicable"): M("Does not apply here"),
        ("not_available", "not_available"): M("Not available: the facts give no figure, so it counts 0 points"),
        ("not_available", "judged"): M("Not available: judged by experts but not marked, so it counts 0 points"),
    }
    keys = pl.DataFrame(list(told), schema=["basis", "outcome"], orient="row")
    return phrased(keys, list(told.values()), NOTES)


def noted(cells: pl.DataFrame, *notes: pl.DataFrame) -> pl.DataFrame:
    """`cells` with note_zh and note_en: the notes of each cell in the order given; none at all is an empty text."""
    for place, note in enumerate(notes):
        renamed = note.rename({name: f"{name}{place}" for name in NOTES})
        keys = [name for name in note.columns if name not in NOTES]
        cells = cells.join(renamed, on=keys, how="left", maintain_order="left")
    return cells.with_columns(
        pl.concat_str([f"note_{lang}{place}" for place in range(len(notes))], separator=comma, ignore_nulls=True).alias(
            f"note_{lang}"
        )
        for lang, comma in COMMA.items()
    )

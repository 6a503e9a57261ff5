"""Whether marks and decisions keep to the points of their indicator and give the reasons they owe."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

import polars as pl

from huoyue.core.message import M
from huoyue.core.problem import Place, Problem
from huoyue.core.review.combine import CELL
from huoyue.core.review.entries import named, titles
from huoyue.core.scheme.maxima import maxima
from huoyue.core.scheme.model import Scheme
from huoyue.core.tables import Facts


def limit_problems(scheme: Scheme, facts: Facts, points: pl.DataFrame | None) -> Iterator[Problem]:
    """Marks and decisions out of bounds or too fine, and what was changed without a reason."""
    given = facts.marks.select("unit", "indicator", value="mark", place=at("marks", "stage", "expert", *CELL))
    decided = facts.decisions.drop_nulls("settled").filter(pl.col("indicator") != "*")
    settled = decided.select("unit", "indicator", value="settled", place=at("decisions", "stage", *CELL))
    corrected = facts.corrections.select("unit", "indicator", value="settled", place=at("corrections", *CELL))
    yield from beyond(scheme, facts, pl.concat([given, settled, corrected], how="vertical_relaxed"))
    yield from totals_decided(facts)
    if points is not None:
        yield from without_reason(scheme, facts, points)


def at(table: str, *columns: str) -> pl.Expr:
    """The path of a row, for `Place`."""
    return pl.concat_str([pl.lit(table), *columns], separator="/")


def attainable(scheme: Scheme, facts: Facts, units: pl.Series) -> pl.DataFrame:
    """unit, indicator, maximum in hundredths, 0 where the indicator does not apply."""
    members = facts.units.filter(pl.col("unit").is_in(units.implode())).select("unit", "batch", "industry")
    most = {pair: maxima(scheme, *pair) for pair in members.select("batch", "industry").unique().iter_rows()}
    cells = [
        (unit, name, maximum)
        for unit, batch, industry in members.iter_rows()
        for name, maximum in most[batch, industry].items()
    ]
    schema = {"unit": pl.String, "indicator": pl.String, "maximum": pl.Int64}
    return pl.DataFrame(cells, schema=schema, orient="row")


def beyond(scheme: Scheme, facts: Facts, given: pl.DataFrame) -> Iterator[Problem]:
    """Values below 0, above what the unit can attain, or finer than hundredths."""
    most = attainable(scheme, facts, given["unit"].unique())
    value = pl.col("value")
    wrong = given.join(most, on=CELL).filter((value < 0) | (value > pl.col("maximum")) | (value != value.floor()))
    units = named(facts)
    for row in wrong.sort("place").iter_rows(named=True):
        yield Problem(
            "mark_out_of_bounds",
            M(
                "{value} points for {unit}: {indicator} allows 0 to {maximum}, to the hundredth",
                value=Decimal(str(row["value"])) / 100, unit=units[row["unit"]],
                indicator=scheme.indicator(row["indicator"]).title, maximum=Decimal(row["maximum"]) / 100,
            ),
            M("Correct the figure"),
            Place(path=row["place"], value=f"{Decimal(str(row['value'])) / 100:f}"),
        )  # fmt: skip


def totals_decided(facts: Facts) -> Iterator[Problem]:
    """Decisions that give points for a unit as a whole: points are decided by indicator."""
    for row in facts.decisions.drop_nulls("settled").filter(pl.col("indicator") == "*").iter_rows(named=True):
        yield Problem(
            "decision_on_total",
            M("The meeting decided a total for {unit}, but points are decided by indicator",
              unit=named(facts).get(row["unit"], row["unit"])),
            M("Write the decision for each indicator that was changed, or leave the points empty to uphold all"),
            Place(path=f"decisions/{row['stage']}/{row['unit']}/*"),
        )  # fmt: skip


def without_reason(scheme: Scheme, facts: Facts, points: pl.DataFrame) -> Iterator[Problem]:
    """Marks that differ from the suggested points and say nothing about why, one problem an expert and stage."""
    silent = pl.col("reason").fill_null("").str.strip_chars() == ""
    suggested = points.select(*CELL, suggested="points").drop_nulls("suggested")
    changed = facts.marks.join(suggested, on=CELL).filter(silent & (pl.col("mark") != pl.col("suggested")))
    names = dict(facts.experts.select("expert", "name").iter_rows())
    for (stage, expert), rows in sorted(changed.partition_by("stage", "expert", as_dict=True).items()):
        yield Problem(
            "mark_without_reason",
            M(
                "{expert} departed from the suggested points {count} times in {stage} without a reason",
                expert=names.get(expert, expert), count=rows.height, stage=titles(scheme).get(stage, stage),
            ),
            M("Ask for a short reason with every mark that departs from the suggested points"),
            Place(path=f"marks/{stage}/{expert}"),
            severity="warning",
        )  # fmt: skip

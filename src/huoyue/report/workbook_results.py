"""The sheets on single units: the annex, points by indicator, explanations, and who was not evaluated."""

from __future__ import annotations

import polars as pl

from huoyue.core.message import M, Message
from huoyue.report.workbook_book import Book, Field
from huoyue.snapshot.store import Snapshot

BASES: dict[str, Message] = {
    "evidenced": M("evidenced"),
    "inferred": M("inferred"),
    "synthetic": M("synthetic"),
    "registered": M("from the register"),
}
VERDICTS: dict[str, Message] = {
    "evaluated": M("Evaluated"),
    "incomplete": M("Filing incomplete"),
    "not_filed": M("Not filed"),
}


def ranked(snapshot: Snapshot) -> pl.DataFrame:
    """SCORES with name, batch, industry and basis, in the published order."""
    register = snapshot.facts.units.select("unit", "name", "batch", "industry", "basis", "position")
    return snapshot.results["scores"].join(register, on="unit", how="left").sort("serial")


def head_fields(book: Book, rows: pl.DataFrame) -> list[Field]:
    """Rank, name, score, tier and batch, as every sheet of units begins."""
    tiers = rows["tier"].to_list()
    return [
        Field(book.say(M("Rank")), rows["rank"].to_list(), "whole"),
        Field(book.say(M("Name")), rows["name"].to_list()),
        Field(book.say(M("Score")), (rows["score"] / 100).to_list(), "score"),
        Field(book.say(M("Tier")), [book.tier_titles[tier] for tier in tiers], tiers=tiers),
        Field(
            book.title(book.scheme.words.batch.as_heading()),
            [book.batch_titles.get(batch, batch) for batch in rows["batch"]],
        ),
    ]


def annex(book: Book, snapshot: Snapshot) -> None:
    """Rank, name, score, tier and batch of every evaluated unit, and how the batch is known."""
    rows = ranked(snapshot)
    note = M("What is marked synthetic was assigned for this round and is not evidenced.")
    told = note if (rows["basis"] == "synthetic").any() else None
    sheet = book.sheet(M("Results"), told)
    industries = {industry.id: book.title(industry.title) for industry in book.scheme.industries}
    bases = [book.say(BASES[basis]) if basis in BASES else basis for basis in rows["basis"]]
    fields = [
        *head_fields(book, rows),
        Field(book.say(M("How the {batch} is known", batch=book.scheme.words.batch)), bases),
        Field(
            book.title(book.scheme.words.industry.as_heading()),
            [industries.get(name or "", name) for name in rows["industry"]],
        ),
        Field(book.say(M("Code")), rows["unit"].to_list()),
    ]
    book.table(sheet, fields, frozen=2)


def matrix(book: Book, snapshot: Snapshot) -> None:
    """Settled points of every unit in every indicator, as decimals; the exact fractions are in the raw table."""
    rows = ranked(snapshot)
    settled = snapshot.results["settled"].filter(pl.col("basis") != "not_applicable")
    points = {
        (unit, indicator): above / below / 100
        for unit, indicator, above, below in settled.select(
            "unit", "indicator", "settled_num", "settled_den"
        ).iter_rows()
    }
    units = rows["unit"].to_list()
    fields = head_fields(book, rows)
    for indicator in book.scheme.indicators:
        head = f"{book.title(indicator.short)} ({indicator.points.normalize():f})"
        fields.append(Field(head, [points.get((unit, indicator.id)) for unit in units], "points"))
    note = M("Settled points; the maximum stands in brackets. Empty: the indicator does not apply.")
    area = book.table(book.sheet(M("Points by indicator"), note), fields, frozen=2)
    for number, indicator in enumerate(book.scheme.indicators, start=5):
        scale = {"type": "2_color_scale", "min_type": "num", "max_type": "num", "min_value": 0}
        colours = {"max_value": float(indicator.points), "min_color": "#F4C7A1", "max_color": "#FFFFFF"}
        area.sheet.conditional_format(4, number, area.last, number, scale | colours)


def explanations(book: Book, snapshot: Snapshot) -> None:
    """Why every unit has the points it has, by rule and as settled."""
    points = snapshot.results["points"].select(
        "unit", "indicator", "participated", explanation=f"explanation_{book.lang}"
    )
    settled = snapshot.results["settled"].with_columns(note=f"note_{book.lang}")
    register = snapshot.facts.units.select("unit", "name", "position")
    order = {indicator.id: place for place, indicator in enumerate(book.scheme.indicators)}
    rows = (
        settled.join(points, on=["unit", "indicator"], how="left")
        .join(register, on="unit", how="left")
        .with_columns(place=pl.col("indicator").replace_strict(order, default=len(order)))
        .sort("position", "place")
    )
    exact = rows["settled_num"] / rows["settled_den"] / 100
    fields = [
        Field(book.say(M("Name")), rows["name"].to_list()),
        Field(book.say(M("Indicator")), [book.indicator_titles.get(name, name) for name in rows["indicator"]]),
        Field(book.say(M("Maximum")), (rows["maximum"] / 100).to_list(), "points"),
        Field(book.say(M("Points by rule")), (rows["suggested"] / 100).to_list(), "points"),
        Field(book.say(M("Settled points")), exact.to_list(), "points"),
        Field(book.say(M("By rule, because")), rows["explanation"].to_list(), "wrap"),
        Field(book.say(M("How it was settled")), rows["note"].to_list(), "wrap"),
    ]
    book.table(book.sheet(M("Explanations")), fields, frozen=2)


def absent(book: Book, snapshot: Snapshot) -> None:
    """Units of the round that were not evaluated, with the reason."""
    register = snapshot.facts.units.select("unit", "name", "batch", "basis", "position")
    rows = (
        snapshot.results["screening"]
        .filter(pl.col("verdict") != "evaluated")
        .join(register, on="unit", how="left")
        .sort("position")
    )
    fields = [
        Field(book.say(M("Name")), rows["name"].to_list()),
        Field(
            book.title(book.scheme.words.batch.as_heading()),
            [book.batch_titles.get(batch, batch) for batch in rows["batch"]],
        ),
        Field(
            book.say(M("How the {batch} is known", batch=book.scheme.words.batch)),
            [book.say(BASES[b]) if b in BASES else b for b in rows["basis"]],
        ),
        Field(book.say(M("Outcome")), [book.say(VERDICTS[verdict]) for verdict in rows["verdict"]]),
        Field(book.say(M("Reason")), rows[f"reason_{book.lang}"].to_list(), "wrap"),
        Field(book.say(M("Code")), rows["unit"].to_list()),
    ]
    book.table(book.sheet(M("Not evaluated")), fields)

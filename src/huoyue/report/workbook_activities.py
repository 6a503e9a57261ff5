"""The sheets on indicators: who carried activities out, and where points were lost, as a heat map."""

from __future__ import annotations

from fractions import Fraction

import polars as pl

from huoyue.core.message import M
from huoyue.core.scheme.bands import tiers_from_top
from huoyue.report.workbook_book import FIRST_ROW, Book, Field
from huoyue.snapshot.store import Snapshot

Member = tuple[str, str, str]
"""Heading, tier and batch of a column of the cross table."""


def participation(book: Book, snapshot: Snapshot) -> None:
    """Units that carried each activity out: all, by tier and by batch, and the share of those it applies to."""
    rows = snapshot.results["participation"]
    found = {(i, t, b): (did, of) for _, i, t, b, did, of in rows.iter_rows()}
    indicators = rows.select("pillar", "indicator").unique(maintain_order=True)
    fields = _names(book, indicators)
    for head, tier, batch in _members(book):
        counts = [found[name, tier, batch] for name in indicators["indicator"]]
        fields.append(Field(head, [did for did, _ in counts], "whole"))
        fields.append(Field(f"{head} %", [book.share(did, of) for did, of in counts], "share"))
    note = M("Evaluated units that carried the activity out, and their share of the evaluated units it applies to.")
    area = book.table(book.sheet(M("Participation"), note), fields, frozen=2)
    for number in range(3, len(fields), 2):
        bar = {"type": "data_bar", "bar_solid": True, "bar_color": "#B7CCDA", "min_type": "num", "max_type": "num"}
        area.sheet.conditional_format(FIRST_ROW, number, area.last, number, bar | {"min_value": 0, "max_value": 1})


def lost_points(book: Book, snapshot: Snapshot) -> None:
    """Share of the attainable points that was lost, by indicator against tier and batch, darker where more was lost."""
    rows = snapshot.results["lost"].filter(pl.col("indicator") != "*")
    found = {(i, t, b): (Fraction(n, d), most) for _, i, t, b, _, n, d, most in rows.iter_rows()}
    indicators = rows.select("pillar", "indicator").unique(maintain_order=True)
    fields = _names(book, indicators)
    for head, tier, batch in _members(book):
        counts = [found[name, tier, batch] for name in indicators["indicator"]]
        fields.append(Field(head, [book.share(lost, most) for lost, most in counts], "share"))
    note = M("Lost points in percent of the attainable points; the darker, the more was lost.")
    area = book.table(book.sheet(M("Lost points"), note), fields, frozen=2)
    heat = {"type": "2_color_scale", "min_type": "num", "max_type": "num", "min_value": 0, "max_value": 1}
    colours = {"min_color": "#FFFFFF", "max_color": "#B5532A"}
    area.sheet.conditional_format(FIRST_ROW, 2, area.last, len(fields) - 1, heat | colours)


def _names(book: Book, indicators: pl.DataFrame) -> list[Field]:
    pillars = {pillar.id: book.title(pillar.short) for pillar in book.scheme.pillars}
    return [
        Field(book.say(M("Pillar")), [pillars[name] for name in indicators["pillar"]]),
        Field(book.say(M("Indicator")), [book.indicator_titles[name] for name in indicators["indicator"]]),
    ]


def _members(book: Book) -> list[Member]:
    tiers = [(book.title(tier.short), tier.id, "*") for tier in tiers_from_top(book.scheme)]
    batches = [(title, "*", batch) for batch, title in book.batch_titles.items()]
    return [(book.say(M("All")), "*", "*"), *tiers, *batches]

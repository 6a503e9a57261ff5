"""The typed result tables as they are, and the dictionary of their columns."""

from __future__ import annotations

import polars as pl

from huoyue.core.message import M, Message
from huoyue.core.tables import RESULT_TABLES, Column, Table, input_tables
from huoyue.report.workbook_book import Book, Field, Form
from huoyue.snapshot.store import Snapshot

TITLES: dict[str, Message] = {
    "screening": M("data: screening"),
    "parts": M("data: parts of standards"),
    "points": M("data: points by rule"),
    "earned": M("data: records that counted"),
    "settled": M("data: settled points"),
    "stage_totals": M("data: totals by stage"),
    "differences": M("data: differences"),
    "pillar_scores": M("data: pillar scores"),
    "scores": M("data: scores"),
    "funnel": M("data: funnel"),
    "shares": M("data: shares"),
    "tier_summary": M("data: scores summed up"),
    "participation": M("data: participation"),
    "lost": M("data: lost points"),
    "polarisation": M("data: polarisation"),
    "association": M("data: association"),
    "separators": M("data: separators"),
    "plausibility": M("data: plausibility"),
    "change": M("data: change"),
    "movement": M("data: movement"),
    "transitions": M("data: transitions"),
    "streaks": M("data: streaks"),
    "candidates": M("data: candidates"),
    "expert_scales": M("data: scales of experts"),
    "agreement": M("data: agreement of experts"),
    "tier_risk": M("data: certainty of tiers"),
    "agreement_indicators": M("data: agreement in detail"),
    "expert_severity": M("data: severity of experts"),
    "expert_logits": M("data: severity in logits"),
    "severity_effect": M("data: severity removed"),
}


def raw_tables(book: Book, snapshot: Snapshot) -> None:
    """Every result table, columns named as in the dictionary, hundredths and fractions as they are."""
    note = M("Points are in hundredths; *_num over *_den is an exact fraction. The dictionary explains the columns.")
    for name, table in RESULT_TABLES.items():
        frame = snapshot.results[name]
        sheet = book.sheet(TITLES.get(name, M("data: {table}", table=name)), note)
        book.table(sheet, [Field(c.name, frame[c.name].to_list(), _form(c.dtype)) for c in table.columns])


def dictionary(book: Book) -> None:
    """Every column of every table: type, whether it may be empty, and what it holds."""
    tables: dict[str, Table] = RESULT_TABLES | input_tables(book.scheme)
    lines = [(name, table, column) for name, table in tables.items() for column in table.columns]
    yes = book.say(M("yes"))
    fields = [
        Field(book.say(M("Table")), [name for name, _, _ in lines]),
        Field(book.say(M("Column")), [column.name for _, _, column in lines]),
        Field(book.say(M("Type")), [str(column.dtype) for _, _, column in lines]),
        Field(book.say(M("Part of the key")), [yes if column.name in table.key else "" for _, table, column in lines]),
        Field(book.say(M("May be empty")), [yes if column.optional else "" for _, _, column in lines]),
        Field(book.say(M("Meaning")), [meaning(book, name, column) for name, _, column in lines], "wrap"),
    ]
    book.table(book.sheet(M("Data dictionary"), M("The columns of every table of the snapshot.")), fields, frozen=2)


def meaning(book: Book, table: str, column: Column) -> str:
    """What a column holds: the title of the scheme's field, or the dictionary's line in the book's language."""
    fields = (spec for kind in book.scheme.records if table == f"records/{kind.id}" for spec in kind.fields)
    own = book.scheme.register_fields if table == "units" else ()
    titles = {spec.id: spec.title for spec in (*fields, *own)}
    return book.title(titles[column.name]) if column.name in titles else book.say(Message(column.doc))


def _form(dtype: pl.DataType) -> Form:
    if dtype == pl.Int64():
        return "whole"
    return "real" if dtype == pl.Float64() else "text"

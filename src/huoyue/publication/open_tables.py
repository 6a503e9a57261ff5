"""The form of open data: tables with typed columns and what each of them means, and what is public of every unit."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import polars as pl

from huoyue.core.analysis.margins import in_round
from huoyue.core.message import M, Message, Title
from huoyue.core.scheme.bands import tiers_from_top
from huoyue.publication.redaction import Redacted

Rows = list[dict[str, object]]
Open = frozenset[str]
TEXT, INT, REAL = pl.String(), pl.Int64(), pl.Float64()


@dataclass(frozen=True)
class Field:
    """A column of open data: its name, its type and what it means."""

    name: str
    dtype: pl.DataType
    meaning: Message


@dataclass(frozen=True)
class OpenTable:
    """A table that leaves, with its data dictionary."""

    name: str
    title: Message
    fields: tuple[Field, ...]
    frame: pl.DataFrame


def made(name: str, title: Message, fields: Iterable[Field], rows: Rows) -> OpenTable:
    """A table of `rows`: what is no field of it is left behind."""
    kept = tuple(fields)
    schema = {one.name: one.dtype for one in kept}
    frame = pl.DataFrame([{name: row.get(name) for name in schema} for row in rows], schema=schema, strict=True)
    return OpenTable(name, title, kept, frame)


UNIT = (
    Field("unit", TEXT, M("Code in the register")),
    Field("name", TEXT, M("Name")),
    Field("batch", TEXT, M("Batch: its id in the scheme")),
    Field("batch_zh", TEXT, M("Batch in Chinese")),
    Field("batch_en", TEXT, M("Batch in English")),
    Field("industry", TEXT, M("Industry: its id in the scheme; may be empty")),
    Field("industry_zh", TEXT, M("Industry in Chinese")),
    Field("industry_en", TEXT, M("Industry in English")),
    Field("basis", TEXT, M("How batch and industry are known: evidenced, registered, inferred or synthetic")),
)
TIER = (
    Field("tier", TEXT, M("Tier: its id in the scheme")),
    Field("tier_zh", TEXT, M("Tier in Chinese")),
    Field("tier_en", TEXT, M("Tier in English")),
)
SCORE = Field("score", REAL, M("Score, rounded as the scheme says"))
RANK = Field("rank", INT, M("Rank, by the scheme's rule for ties"))


def titled(name: str, title: Title | None) -> dict[str, object]:
    return {f"{name}_zh": title.zh if title else None, f"{name}_en": title.en if title else None}


def register(source: Redacted) -> dict[str, dict[str, object]]:
    """What is public of every unit in the round, by code, in the order of the register."""
    scheme = source.scheme
    batches = {one.id: one.title for one in scheme.batches}
    industries = {one.id: one.title for one in scheme.industries}
    rows = in_round(scheme, source.facts.units).sort("position", "unit").iter_rows(named=True)
    return {
        row["unit"]: {name: row[name] for name in ("unit", "name", "batch", "industry", "basis")}
        | titled("batch", batches.get(row["batch"]))
        | titled("industry", industries.get(row["industry"]))
        for row in rows
    }


def placed(source: Redacted, open_kinds: Open) -> list[str]:
    """Codes of the evaluated units in an order that tells no more than what is open: by rank, score or tier."""
    order = {unit: at for at, unit in enumerate(register(source))}
    tiers = {tier.id: at for at, tier in enumerate(tiers_from_top(source.scheme))}
    rows = source.results["scores"].iter_rows(named=True)

    def place(row: dict[str, object]) -> tuple[object, ...]:
        first = row["rank"] if "ranks" in open_kinds else (-int(str(row["score"])) if "scores" in open_kinds else 0)
        return tiers[str(row["tier"])] if first == 0 else 0, first, order.get(str(row["unit"]), 0)

    return [str(row["unit"]) for row in sorted(rows, key=place)]

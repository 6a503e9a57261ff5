"""One column of practice data for one field of a scheme."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import polars as pl

from huoyue.core.scheme.model import FieldSpec, Scheme
from huoyue.core.tables import field_dtype
from huoyue.examples.practice.draws import Draws, Floats, Ints, fading, holed, picked
from huoyue.examples.practice.typical import typical


@dataclass(frozen=True)
class Rows:
    """The rows to be filled: which unit each belongs to, by place in `codes`, and how active that unit is (0 to 1)."""

    scheme: Scheme
    codes: list[str]
    owner: Ints
    activity: Floats
    kind: str | None = None

    @property
    def count(self) -> int:
        return len(self.owner)


def column(rows: Rows, spec: FieldSpec, rng: Draws) -> pl.Series:
    """Values of `spec` for all rows, as the tables store them; what need not be filled sometimes is not."""
    values = drawn(rows, spec, rng).cast(field_dtype(spec))
    filled = {"unit": 0.04, "date": 1.0}.get(spec.type, 0.9)
    return values if spec.required else holed(values, rng.random_sample(rows.count) < filled)


def drawn(rows: Rows, spec: FieldSpec, rng: Draws) -> pl.Series:
    match spec.type:
        case "integer" | "decimal" | "money":
            return numbers(rows, spec, rng)
        case "date":
            return days(rows, rng)
        case "choice":
            return picked([option.id for option in spec.options], fading(rng, len(spec.options), rows.count))
        case "yes_no":
            return pl.Series(rng.random_sample(rows.count) < 0.35 + 0.6 * rows.activity)
        case "unit":
            return others(rows, rng)
        case "link":
            return numbered("https://practice-", rows, ".example.org/")
        case _:
            return numbered(spec.title.zh, rows, "（练习）")


def numbers(rows: Rows, spec: FieldSpec, rng: Draws) -> pl.Series:
    """Skewed numbers around what the standards ask for, within the field's bounds, in stored units."""
    middle = typical(rows.scheme, rows.kind, spec.id)
    spread = np.exp(0.7 * rng.standard_normal(rows.count))
    least = float(spec.at_least or 0)
    most = float("inf") if spec.at_most is None else float(spec.at_most)
    if most <= 4 * middle:
        drawn = least + (most - least) * np.clip(0.75 * rows.activity + 0.3 * rng.random_sample(rows.count), 0, 1)
    else:
        drawn = middle * spread * (0.25 + rows.activity)
    stored = np.rint(np.clip(drawn, least, most) * spec.scale).astype(np.int64)
    return pl.Series(stored)


def days(rows: Rows, rng: Draws) -> pl.Series:
    """Days of the period."""
    starts, ends = rows.scheme.period.starts, rows.scheme.period.ends
    after = rng.randint(0, (ends - starts).days + 1, rows.count)
    return pl.Series(np.datetime64(starts, "D") + after.astype("timedelta64[D]"))


def others(rows: Rows, rng: Draws) -> pl.Series:
    """Codes of other units."""
    away = rng.randint(1, max(2, len(rows.codes)), rows.count)
    return picked(rows.codes, (rows.owner + away) % len(rows.codes))


def numbered(before: str, rows: Rows, after: str) -> pl.Series:
    """Texts that differ from row to row."""
    serial = pl.int_range(1, rows.count + 1, eager=True).cast(pl.String).str.zfill(6)
    return before + serial + after

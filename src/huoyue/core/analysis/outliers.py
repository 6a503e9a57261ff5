"""Numbers far from those of the same batch, by the modified z-score on a logarithmic scale.

Source: B. Iglewicz and D. C. Hoaglin, How to Detect and Handle Outliers (ASQC, 1993): 0.6745 (x - median) / MAD, listed
beyond 3.5. Median and MAD do not move with the outliers themselves, which a mean and standard deviation do.
"""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from fractions import Fraction

import numpy as np
import polars as pl
from numpy.typing import NDArray

from huoyue.core.analysis.finding import Finding, Register
from huoyue.core.message import M
from huoyue.core.scheme.model import Batch, FieldSpec, RecordType, Scheme
from huoyue.core.tables import Facts

FEWEST = 8
"""Values a batch must have before any of them is called far from the rest."""

LIMIT = 3.5
NARROWEST = 0.2
"""Least spread assumed on the log scale: a batch of nearly equal values lists nothing less than 2.8 times off."""


def modified_z(values: NDArray[np.float64], narrowest: float = 0.0) -> NDArray[np.float64]:
    """0.6745 (x - median) / MAD, MAD being at least `narrowest`; zeros where there is no spread at all."""
    middle = float(np.median(values))
    spread = max(float(np.median(np.abs(values - middle))), narrowest)
    scores: NDArray[np.float64] = 0.6745 * (values - middle) / spread if spread else np.zeros_like(values)
    return scores


def outliers(scheme: Scheme, facts: Facts, register: Register) -> Iterator[Finding]:
    """Records with an extreme value in a field that the scheme watches, batch by batch.

    Missing and negative values are left out, as is a batch with fewer than 8 values.
    """
    batches = facts.units.select("unit", "batch")
    for kind in scheme.records:
        for spec in map(kind.field, kind.outliers):
            filed = facts.records[kind.id].select("unit", "record", value=spec.id).filter(pl.col("value") >= 0)
            placed = filed.join(batches, on="unit").sort("unit", "record")
            for batch in scheme.batches:
                yield from far(kind, spec, batch, placed.filter(pl.col("batch") == batch.id), register)


def far(kind: RecordType, spec: FieldSpec, batch: Batch, group: pl.DataFrame, register: Register) -> Iterator[Finding]:
    """The outliers of one field in one batch."""
    if group.height < FEWEST:
        return
    logs = np.log1p(group["value"].to_numpy() / spec.scale)
    usual = Fraction(float(np.median(group["value"].to_numpy()))) / spec.scale
    scored = group.with_columns(score=pl.Series(modified_z(logs, NARROWEST))).filter(pl.col("score").abs() > LIMIT)
    for unit, record, value, score in scored.select("unit", "record", "value", "score").iter_rows():
        text = M(
            "{unit}: {kind}, {field} is {value}, far from the {usual} usual in {batch} (modified z {score})",
            unit=register.name(unit), kind=kind.title, field=spec.title, value=Decimal(value) / spec.scale,
            usual=usual, batch=batch.title, score=f"{score:.2f}",
        )  # fmt: skip
        yield Finding("outlier", ((unit, kind.id, record),), text)

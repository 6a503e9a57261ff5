"""Random draws for practice data."""

from __future__ import annotations

from typing import Any, TypeAlias

import numpy as np
import polars as pl
from numpy.typing import NDArray

Floats: TypeAlias = NDArray[np.float64]
Ints: TypeAlias = NDArray[np.int64]
Flags: TypeAlias = NDArray[np.bool_]
Draws: TypeAlias = np.random.RandomState
"""RandomState on purpose: NumPy keeps its streams the same for ever, so the example rounds stay the same bytes."""


def fading(rng: Draws, options: int, size: int) -> Ints:
    """Indices below `options`, later ones more often: lists of levels begin with the rare."""
    weights = np.arange(1, options + 1) / (options * (options + 1) / 2)
    return np.searchsorted(np.cumsum(weights)[:-1], rng.random_sample(size), side="right").astype(np.int64)


def picked(values: list[str], places: NDArray[Any]) -> pl.Series:
    """`values` at `places`, as texts."""
    return pl.Series(values, dtype=pl.String).gather(pl.Series(places, dtype=pl.UInt32))


def holed(series: pl.Series, keep: Flags) -> pl.Series:
    """`series`, empty where `keep` is false."""
    flag = pl.Series("keep", keep)
    return series.to_frame("value").select(pl.when(flag).then(pl.col("value")))["value"]

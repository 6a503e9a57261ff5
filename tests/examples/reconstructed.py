"""A round with its results, as the tests of the examples read it."""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl

from huoyue.core.scheme.model import Scheme
from huoyue.core.tables import Facts


@dataclass(frozen=True)
class Round:
    """A round with all its results."""

    scheme: Scheme
    facts: Facts
    results: dict[str, pl.DataFrame]

    def __getitem__(self, name: str) -> pl.DataFrame:
        return self.results[name]

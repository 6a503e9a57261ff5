"""Recompute every result of a snapshot from its scheme and facts, and compare."""

from __future__ import annotations

from pathlib import Path

import polars as pl

from huoyue.core.evaluation import evaluate
from huoyue.core.message import M
from huoyue.core.problem import Place, Problem, Refused
from huoyue.snapshot.store import Snapshot, byte_problems, read, table_digest


def verify(path: Path) -> list[Problem]:
    """Everything that does not hold: bytes that changed since sealing, and results that do not follow from the facts.

    Empty when every byte is as sealed and every table recomputes to the same digest.
    """
    if problems := byte_problems(path):
        return problems
    try:
        return recomputed_problems(read(path))
    except Refused as refused:
        return refused.problems


def recomputed_problems(snapshot: Snapshot) -> list[Problem]:
    """The result tables that come out differently when computed again, with the first row that differs."""
    again = evaluate(snapshot.scheme, snapshot.facts)
    return [
        _differs(name, frame, again[name])
        for name, frame in snapshot.results.items()
        if table_digest(frame) != table_digest(again[name])
    ]


def _differs(name: str, sealed: pl.DataFrame, again: pl.DataFrame) -> Problem:
    rows = zip(sealed.iter_rows(), again.iter_rows(), strict=False)
    row = next((n for n, (old, new) in enumerate(rows) if old != new), min(sealed.height, again.height))
    what = M("The table {name} does not follow from the facts: it differs from row {row} on.", name=name, row=row + 1)
    mend = M("Do not use these results; freeze the round again from its facts.")
    return Problem("snapshot.recomputed", what, mend, Place(path=f"results/{name}"))

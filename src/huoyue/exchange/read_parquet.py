"""Parquet files, as written by other systems: one table a file."""

from __future__ import annotations

from pathlib import Path

from huoyue.core.message import M
from huoyue.core.problem import Place, Problem
from huoyue.exchange.grid import Grid, Source
from huoyue.exchange.read_csv import too_large


def read_parquet(path: Path) -> Source:
    """The one grid of a Parquet file, its column names as the heading row."""
    import polars as pl  # why: slow, and rarely needed

    source = Source(path)
    try:
        frame = pl.read_parquet(path)
    except (pl.exceptions.PolarsError, OSError) as error:
        what = M("The file is not readable as Parquet: {why}.", why=str(error)[:120])
        source.problems.append(Problem("file.parquet", what, M("Write the file again."), Place(file=str(path))))
        return source
    if problem := too_large(path, path.stem, frame.height, frame.width):
        source.problems.append(problem)
        return source
    lists = [name for name, dtype in frame.schema.items() if isinstance(dtype, pl.List)]
    frame = frame.with_columns(pl.col(name).list.join("；") for name in lists)
    source.grids.append(Grid(path, path.stem, [list(frame.columns), *(list(row) for row in frame.iter_rows())]))
    return source

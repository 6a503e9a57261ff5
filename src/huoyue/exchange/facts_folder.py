"""Facts as a folder of Parquet files, one a table: what an import leaves behind."""

from __future__ import annotations

import json
from pathlib import Path

import polars as pl

from huoyue.core.message import M
from huoyue.core.problem import Place, Problem, Refused
from huoyue.core.scheme.model import Scheme
from huoyue.core.tables import Facts, NotThisTable, input_tables
from huoyue.exchange.facts_mark import MARK


def write_facts(scheme: Scheme, facts: Facts, folder: Path) -> list[Path]:
    """Write every table of `facts` below `folder`, and under which scheme; say which files were written."""
    folder.mkdir(parents=True, exist_ok=True)
    about = {"huoyue_facts": 1, "scheme": scheme.id, "version": scheme.version}
    (folder / MARK).write_text(json.dumps(about, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")
    written = [folder / MARK]
    for name, frame in facts.tables().items():
        path = folder / f"{name}.parquet"
        path.parent.mkdir(parents=True, exist_ok=True)
        frame.write_parquet(path, compression="zstd", compression_level=3, statistics=False)
        written.append(path)
    return written


def read_facts(scheme: Scheme, folder: Path) -> Facts:
    """The facts in `folder`. Refused if a table is missing or is not what the scheme asks for."""
    frames: dict[str, pl.DataFrame] = {}
    problems = of_another_scheme(scheme, folder)
    if problems:
        raise Refused(problems)
    for name, table in input_tables(scheme).items():
        path = folder / f"{name}.parquet"
        try:
            frames[name] = table.check(pl.read_parquet(path))
        except (OSError, NotThisTable, pl.exceptions.PolarsError) as error:
            what = M("The table {name} cannot be used with this scheme.", name=name)
            mend = M("Import the facts again with this scheme.")
            problems.append(Problem("facts.table", what, mend, Place(file=str(path), value=str(error)[:200])))
    if problems:
        raise Refused(problems)
    return facts_from(frames)


def of_another_scheme(scheme: Scheme, folder: Path) -> list[Problem]:
    """A problem if the facts were imported under another scheme."""
    try:
        about = json.loads((folder / MARK).read_text(encoding="utf-8"))
        named = str(about["scheme"])
    except (OSError, ValueError, KeyError, TypeError):
        named = "?"
    if named == scheme.id:
        return []
    what = M("These facts were imported under the scheme {named}, not {scheme}.", named=named, scheme=scheme.id)
    return [
        Problem("facts.scheme", what, M("Import the facts again with this scheme."), Place(file=str(folder / MARK)))
    ]


def facts_from(frames: dict[str, pl.DataFrame]) -> Facts:
    """`Facts` from tables by name, record types as `records/<id>`."""
    records = {name.removeprefix("records/"): frame for name, frame in frames.items() if name.startswith("records/")}
    return Facts(records=records, **{name: f for name, f in frames.items() if not name.startswith("records/")})

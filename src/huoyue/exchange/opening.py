"""Which files are meant, and each of them as grids of cells."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from pathlib import Path

from huoyue.core.message import M
from huoyue.core.problem import Place, Problem
from huoyue.exchange import limits
from huoyue.exchange.facts_mark import is_ours
from huoyue.exchange.grid import Source
from huoyue.exchange.read_csv import read_csv
from huoyue.exchange.read_parquet import read_parquet
from huoyue.exchange.read_xlsx import read_xlsx

READERS: dict[str, Callable[[Path], Source]] = {".xlsx": read_xlsx, ".csv": read_csv, ".parquet": read_parquet}
FOREIGN = {".xls", ".xlsm", ".xlsb", ".ods", ".et", ".docx", ".doc", ".wps", ".pdf"}
"""Files that people send by mistake; refused by name rather than passed over."""


def files(paths: Iterable[Path], problems: list[Problem]) -> list[Path]:
    """The files meant by `paths`, folders opened, in a stable order; lock files and notes passed over."""
    found: list[Path] = []
    for path in paths:
        inside = sorted(p for p in path.rglob("*") if p.is_file()) if path.is_dir() else [path]
        found += [
            p
            for p in inside
            if not p.name.startswith(("~$", ".")) and (p == path or p.suffix.lower() in {*READERS, *FOREIGN})
        ]
    if len(found) > limits.FILES:
        what = M("{count} files; {limit} are read at most.", count=len(found), limit=limits.FILES)
        problems.append(Problem("file.many", what, M("Import them in parts.")))
        return []
    return found


def opened(path: Path, problems: list[Problem], headings: Collection[str] = ()) -> Source | None:
    """A file read into grids, its own problems added to the list; None where it cannot be opened at all."""
    place = Place(file=str(path))
    reader = READERS.get(path.suffix.lower())
    if reader is None:
        what = M("Files of the kind {suffix} are not read.", suffix=path.suffix or path.name)
        problems.append(Problem("file.kind", what, M("Save it as .xlsx, .csv or .parquet."), place))
        return None
    if not path.is_file():
        problems.append(Problem("file.missing", M("There is no such file."), M("Check the path."), place))
        return None
    if path.suffix.lower() == ".parquet" and is_ours(path):
        what = M("The file belongs to facts imported before; its numbers are not as people write them.")
        problems.append(
            Problem("file.imported", what, M("Give that folder alone, or the files it was made from."), place)
        )
        return None
    size = path.stat().st_size
    if size == 0:
        problems.append(Problem("file.empty", M("The file is empty."), M("Ask for the file again."), place))
        return None
    if size > limits.FILE_BYTES:
        what = M("The file has {size} bytes; {limit} are read at most.", size=size, limit=limits.FILE_BYTES)
        problems.append(Problem("file.size", what, M("Remove pictures, or split the file."), place))
        return None
    source = read_csv(path, headings) if reader is read_csv else reader(path)
    problems += source.problems
    return source

"""Import: from files as people send them to `Facts`, or every problem in one list and nothing imported."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import polars as pl

from huoyue.core.filing.names import Names
from huoyue.core.filing.validate import validate
from huoyue.core.filing.values import folded
from huoyue.core.message import M
from huoyue.core.problem import Place, Problem, Refused
from huoyue.core.scheme.model import Scheme
from huoyue.core.tables import Facts, Table, input_tables
from huoyue.exchange import limits
from huoyue.exchange.duplicates import without_duplicates
from huoyue.exchange.facts_folder import facts_from, is_facts_folder, is_ours, read_facts
from huoyue.exchange.grid import Grid, Source
from huoyue.exchange.layout import Sheet, sheets
from huoyue.exchange.read_csv import read_csv
from huoyue.exchange.read_parquet import read_parquet
from huoyue.exchange.read_xlsx import read_xlsx
from huoyue.exchange.rows import Rows, read_rows
from huoyue.exchange.workbook_cover import COVER, scheme_named

READERS: dict[str, Callable[[Path], Source]] = {".xlsx": read_xlsx, ".csv": read_csv, ".parquet": read_parquet}
FOREIGN = {".xls", ".xlsm", ".xlsb", ".ods", ".et", ".docx", ".doc", ".wps", ".pdf"}
"""Files that people send by mistake; refused by name rather than passed over."""


@dataclass
class Imported:
    """The facts, unless there is an error, and every problem found; `sources` are the files as they were read."""

    facts: Facts | None
    problems: list[Problem]
    sources: list[Source] = field(default_factory=list)


def import_facts(scheme: Scheme, paths: Iterable[Path]) -> Imported:
    """Read files and folders of files into the facts of a round. With any error there are no facts."""
    paths = list(paths)
    if len(paths) == 1 and is_facts_folder(paths[0]):
        return imported_before(scheme, paths[0])
    problems: list[Problem] = []
    sources = [source for path in files(paths, problems) if (source := opened(path, problems)) is not None]
    known = sheets(scheme)
    tables = {sheet.table: Rows.empty(sheet) for sheet in known}
    problems += [problem for source in sources for problem in of_another_scheme(scheme, source)]
    matched = [(source, grid, sheet) for source in sources for grid in source.grids
               if (sheet := sheet_of(known, source, grid, problems)) is not None]  # fmt: skip
    for _, grid, sheet in matched:
        if sheet.table == "units":
            tables["units"].extend(read_rows(sheet, grid, None))
    names = names_of(scheme, tables["units"])
    if not tables["units"].places:
        what = M("There is no register of units among the files.")
        mend = M("Add the register: a sheet or file named {title}.", title=known[0].title)
        problems.append(Problem("facts.no_register", what, mend))
    for source in sources:
        own = [(grid, sheet) for of, grid, sheet in matched if of is source and sheet.table != "units"]
        read_source(own, names, tables)
    problems += [problem for rows in tables.values() for problem in rows.problems]
    frames, dropped = framed(scheme, tables)
    problems += dropped
    facts = None
    if not any(problem.severity == "error" for problem in problems):
        facts = facts_from(frames)
        problems += located(validate(scheme, facts), matched)
        facts = None if any(problem.severity == "error" for problem in problems) else facts
    return Imported(facts, problems, sources)


def imported_before(scheme: Scheme, folder: Path) -> Imported:
    """Facts that an earlier import left behind as Parquet."""
    try:
        return Imported(read_facts(scheme, folder), [])
    except Refused as refused:
        return Imported(None, refused.problems)


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


def opened(path: Path, problems: list[Problem]) -> Source | None:
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
    source = reader(path)
    problems += source.problems
    return source


NOTES = {"说明", "填写说明", "instructions", "read me", "readme", "评分标准", "standards", "问题", "problems"}


def sheet_of(known: Iterable[Sheet], source: Source, grid: Grid, problems: list[Problem]) -> Sheet | None:
    """What a grid holds, by the name of its sheet or file; a name that means nothing is said."""
    name = folded(grid.sheet)
    for sheet in known:
        if name in sheet.names:
            return sheet
    if name not in {folded(note) for note in NOTES} and any(any(row) for row in grid.rows):
        what = M("No table is called {name}; the sheet was not read.", name=grid.sheet)
        mend = M("Name it as in the template: {titles}.", titles=tuple(sheet.title for sheet in known))
        severity = "warning" if len(source.grids) > 1 else "error"
        problems.append(
            Problem("sheet.unknown", what, mend, grid.place(), "warning" if severity == "warning" else "error")
        )
    return None


def of_another_scheme(scheme: Scheme, source: Source) -> Iterator[Problem]:
    """Whether the cover of a workbook names another scheme, or another version of this one."""
    for grid in source.grids:
        if folded(grid.sheet) not in (folded(COVER.zh), folded(COVER.en)):
            continue
        named, version, row = scheme_named(grid)
        if named is not None and named != scheme.id:
            what = M("The workbook was made for the scheme {named}, not for {scheme}.", named=named, scheme=scheme.id)
            mend = M("Use the template of this scheme, or import with the other scheme.")
            yield Problem("file.scheme", what, mend, grid.place(row, None, named))
        elif named is not None and version is not None and version != scheme.version:
            what = M(
                "The workbook was made for version {old} of the scheme; this is {new}.", old=version, new=scheme.version
            )
            mend = M("Check that the sheets still ask the same.")
            yield Problem("file.scheme_version", what, mend, grid.place(row + 1, None, version), "warning")


def located(problems: list[Problem], matched: list[tuple[Source, Grid, Sheet]]) -> list[Problem]:
    """Problems of records with the file and sheet as they were read, where core knows only names of its own."""
    grids = {(grid.file.name, sheet.title.zh): grid for _, grid, sheet in matched}
    found = [grids.get((problem.place.file or "", problem.place.sheet or "")) for problem in problems]
    return [
        problem
        if grid is None
        else replace(problem, place=replace(problem.place, file=str(grid.file), sheet=grid.sheet))
        for problem, grid in zip(problems, found, strict=True)
    ]


def names_of(scheme: Scheme, register: Rows) -> Names:
    columns = register.columns
    aliases = [(entry or "").split("\n") if entry else [] for entry in columns["aliases"]]
    found = zip(columns["unit"], columns["name"], aliases, strict=True)
    return Names(((code, name or code, also) for code, name, also in found if code), scheme.words.suffixes)


def read_source(grids: list[tuple[Grid, Sheet]], names: Names, tables: dict[str, Rows]) -> None:
    """The sheets of one file. Where record sheets name no unit, the file's one filing says whose they are."""
    filed: list[str] = []
    for grid, sheet in grids:
        if sheet.table == "filings":
            rows = read_rows(sheet, grid, names)
            filed += [unit for unit in rows.columns["unit"] if unit]
            tables[sheet.table].extend(rows)
    unit = filed[0] if len(set(filed)) == 1 else None
    for grid, sheet in grids:
        if sheet.table == "filings":
            continue
        rows = read_rows(sheet, grid, names, unit=unit)
        if rows.places and sheet.record_type is not None and sheet.reported_by != "unit" and unit is not None:
            what = M("{title} is not reported by the unit itself.", title=sheet.title)
            mend = M("Delete the sheet; the liaison officer or the secretariat hands it in.")
            rows.problems.append(Problem("sheet.not_theirs", what, mend, grid.place()))
        tables[sheet.table].extend(rows)


def framed(scheme: Scheme, tables: dict[str, Rows]) -> tuple[dict[str, pl.DataFrame], list[Problem]]:
    """The rows of every table as its frame, without rows that stand twice."""
    frames: dict[str, pl.DataFrame] = {}
    problems: list[Problem] = []
    for name, table in input_tables(scheme).items():
        rows = tables[name]
        kept, dropped = without_duplicates(rows, table)
        problems += dropped
        frames[name] = frame_of(table, rows, kept)
    return frames, problems


def frame_of(table: Table, rows: Rows, kept: list[int]) -> pl.DataFrame:
    """A frame of the rows `kept`; what the file does not carry is derived: record numbers, places, register order."""
    columns: dict[str, list[Any]] = {}
    for name, dtype in table.schema.items():
        if name == "position":
            columns[name] = list(range(1, len(kept) + 1))
        elif name == "source":
            columns[name] = [rows.places[n][0].file.name for n in kept]
        elif name == "row":
            columns[name] = [rows.places[n][0].first_row + rows.places[n][1] for n in kept]
        elif isinstance(dtype, pl.List):
            columns[name] = [(rows.columns[name][n] or "").split("\n") if rows.columns[name][n] else [] for n in kept]
        elif name == "record":
            columns[name] = record_numbers(table, rows, kept)
        elif name == "basis" and table.name == "units":
            columns[name] = [rows.columns[name][n] or "registered" for n in kept]
        elif name == "indicator" and table.name == "decisions":
            columns[name] = ["*" if rows.columns[name][n] == "whole" else rows.columns[name][n] for n in kept]
        else:
            found = rows.columns.get(name)
            columns[name] = [found[n] if found is not None else None for n in kept]
    return pl.DataFrame(columns, schema=table.schema)


def record_numbers(table: Table, rows: Rows, kept: list[int]) -> list[str]:
    """The numbers given in the file, else the type and the running number of the record: meeting-0007."""
    kind = table.name.removeprefix("records/")
    given = rows.columns["record"]
    return [given[n] or f"{kind}-{place:04d}" for place, n in enumerate(kept, 1)]

"""Import: from files as people send them to `Facts`, or every problem in one list and nothing imported."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path

from huoyue.core.filing.names import Names
from huoyue.core.filing.validate import outside_periods, validate
from huoyue.core.filing.values import folded
from huoyue.core.message import M
from huoyue.core.problem import Problem, Refused
from huoyue.core.scheme.model import Scheme
from huoyue.core.tables import Facts
from huoyue.exchange.facts_folder import facts_from, is_facts_folder, read_facts
from huoyue.exchange.frames import framed
from huoyue.exchange.grid import Grid, Source
from huoyue.exchange.layout import Sheet, sheets
from huoyue.exchange.opening import files, opened
from huoyue.exchange.rows import Rows, read_rows
from huoyue.exchange.workbook_cover import COVER, scheme_named


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
    facts = facts_from(frames)
    checked = outside_periods(scheme, facts) if wrong(problems) else validate(scheme, facts)
    problems += located(list(checked), matched)
    return Imported(None if wrong(problems) else facts, problems, sources)


def wrong(problems: list[Problem]) -> bool:
    """Whether any problem is an error."""
    return any(problem.severity == "error" for problem in problems)


def imported_before(scheme: Scheme, folder: Path) -> Imported:
    """Facts that an earlier import left behind as Parquet."""
    try:
        return Imported(read_facts(scheme, folder), [])
    except Refused as refused:
        return Imported(None, refused.problems)


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

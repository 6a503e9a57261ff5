"""Import: from files as people send them to `Facts`, or every problem in one list and nothing imported."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path

from huoyue.core.filing.names import Names
from huoyue.core.filing.validate import by_cell, validate
from huoyue.core.filing.values import folded
from huoyue.core.message import M
from huoyue.core.problem import Problem, Refused
from huoyue.core.scheme.model import Scheme
from huoyue.core.tables import Facts
from huoyue.exchange.facts_folder import facts_from, read_facts
from huoyue.exchange.facts_mark import is_facts_folder
from huoyue.exchange.frames import framed
from huoyue.exchange.grid import Grid, Source
from huoyue.exchange.layout import GIVEN, Sheet, sheets
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
    known = sheets(scheme)
    headings = {key for sheet in known for column in sheet.columns for key in column.headings}
    sources = [source for path in files(paths, problems) if (source := opened(path, problems, headings)) is not None]
    tables = {sheet.table: Rows.empty(sheet) for sheet in known}
    problems += [problem for source in sources for problem in of_another_scheme(scheme, source)]
    problems += [hidden(known, grid) for source in sources for grid in source.hidden]
    matched = [(source, grid, sheet) for source in sources for grid in source.grids
               if (sheet := sheet_of(known, source, grid, problems)) is not None]  # fmt: skip
    for _, grid, sheet in matched:
        if sheet.table == "units":
            tables["units"].extend(read_rows(sheet, grid, None))
    names = names_of(scheme, tables["units"]) if tables["units"].places else None
    if names is None and not any(
        problem.code.startswith("file.") and problem.severity == "error" for problem in problems
    ):
        what = M("There is no register of units among the files.")
        mend = M("Add the register: a sheet or file named {title}.", title=known[0].title)
        problems.append(Problem("facts.no_register", what, mend))
    for source in sources:
        own = [(grid, sheet) for of, grid, sheet in matched if of is source]
        read_source(own, names, tables)
    problems += [problem for rows in tables.values() for problem in rows.problems]
    frames, left, dropped = framed(scheme, tables)
    problems += dropped
    facts = facts_from(frames)
    checked = by_cell(scheme, facts) if wrong(problems) else validate(scheme, facts)
    problems += [located(problem, tables, left) for problem in checked]
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


def hidden(known: Iterable[Sheet], grid: Grid) -> Problem:
    """A hidden sheet is not read; one with rows of ours is an error, since nobody can say whether they are meant."""
    sheet = next((sheet for sheet in known if folded(grid.sheet) in sheet.names), None)
    if sheet is None or not read_rows(sheet, grid, None).places:
        return Problem("file.hidden", M("The sheet is hidden and was not read."), None, grid.place(), "note")
    what = M("The sheet is hidden but holds rows of {title}.", title=sheet.title)
    return Problem("sheet.hidden", what, M("Unhide the sheet, or delete it."), grid.place())


def located(problem: Problem, tables: dict[str, Rows], left: dict[str, list[int]]) -> Problem:
    """The problem with its file, sheet and cell, where core knows only the row of a table."""
    place = problem.place
    if place.sheet is None or place.line is None:
        return problem
    n = left[place.sheet][place.line - 1]
    return replace(problem, place=tables[place.sheet].place(n, place.path, place.value))


def names_of(scheme: Scheme, register: Rows) -> Names:
    columns = register.columns
    aliases = [(entry or "").split("\n") if entry else [] for entry in columns["aliases"]]
    found = zip(columns["unit"], columns["name"], aliases, strict=True)
    return Names(((code, name or code, also) for code, name, also in found if code), scheme.words.suffixes)


def read_source(grids: list[tuple[Grid, Sheet]], names: Names | None, tables: dict[str, Rows]) -> None:
    """The sheets of one file. Where record sheets name no unit, the file's one filing says whose they are."""
    filed: list[str] = []
    handed: list[Rows] = []
    for grid, sheet in grids:
        if sheet.table == "filings":
            rows = read_rows(sheet, grid, names)
            filed += [unit for unit in rows.columns["unit"] if unit]
            tables[sheet.table].extend(rows)
            handed.append(rows)
    unit = filed[0] if len(set(filed)) == 1 else None
    whole = any(sheet.table == "units" for _, sheet in grids)
    if unit is not None and not whole and any(sheet.record_type is not None for _, sheet in grids):
        tables["filings"].problems += [problem for rows in handed for problem in given_themselves(rows)]
    for grid, sheet in grids:
        if sheet.table in ("units", "filings"):
            continue
        rows = read_rows(sheet, grid, names, unit=unit)
        if unit is not None and sheet.record_type is not None and not whole:
            rows.problems += not_theirs(rows, grid, unit)
        tables[sheet.table].extend(rows)


def given_themselves(filings: Rows) -> Iterator[Problem]:
    """What a unit's own file fills in that is the secretariat's to give, such as more time."""
    for column in (column for column in filings.sheet.columns if column.name in GIVEN):
        for n, value in enumerate(filings.columns[column.name]):
            if value is not None:
                what = M("{title} is not the unit's own to fill in.", title=column.title)
                mend = M("Empty the cell; the secretariat enters it.")
                yield Problem("cell.not_theirs", what, mend, filings.place(n, column.name, str(value)))


def not_theirs(rows: Rows, grid: Grid, unit: str) -> Iterator[Problem]:
    """What a unit's own file must not carry: rows of another unit, and what units do not report themselves."""
    if rows.places and rows.sheet.reported_by != "unit":
        what = M("{title} is not reported by the unit itself.", title=rows.sheet.title)
        mend = M("Delete the sheet; the liaison officer or the secretariat hands it in.")
        yield Problem("sheet.not_theirs", what, mend, grid.place())
        return
    for n, other in enumerate(rows.columns["unit"]):
        if other is not None and other != unit:
            what = M("The file is that of {unit}, but the row is of {other}.", unit=unit, other=other)
            mend = M("Move the row to the file of that unit, or correct the name.")
            yield Problem("row.not_theirs", what, mend, rows.place(n, "unit", other))

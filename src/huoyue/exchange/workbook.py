"""Excel workbooks for filing: an empty template from the scheme alone, or the same filled with facts.

The bytes depend on scheme, facts and language only. What is written is what `intake` reads back.
"""

from __future__ import annotations

from pathlib import Path

import polars as pl

from huoyue.core.scheme.model import Scheme
from huoyue.core.tables import Facts
from huoyue.exchange.cells import unit_names
from huoyue.exchange.layout import Sheet, sheets
from huoyue.exchange.workbook_checks import Lists
from huoyue.exchange.workbook_cover import write_cover
from huoyue.exchange.workbook_look import Look
from huoyue.exchange.workbook_sheets import FIRST_ROW, ROOM, names_range, put, without_unit, write_sheet


def write_template(
    scheme: Scheme, path: Path, lang: str = "zh", *, unit: str | None = None, whole_round: bool = False
) -> None:
    """Write an empty template: what one unit files (`unit` names it, if known), or all sheets of a round."""
    look = Look(scheme, path)
    wanted = sheets(scheme) if whole_round else of_a_unit(scheme)
    write_cover(look, scheme, wanted, lang)
    lists = Lists(look)
    units = names_range(wanted[0], ROOM, lang) if whole_round else None
    for sheet in wanted:
        page = write_sheet(look, scheme, sheet, lists, lang, units=units)
        if sheet.table == "filings" and unit is not None:
            put(page, FIRST_ROW, 0, unit, look.cell(sheet.columns[0]))
    look.book.close()


def write_workbook(scheme: Scheme, facts: Facts, path: Path, lang: str = "zh", *, unit: str | None = None) -> None:
    """Write the workbook of a whole round, or what the unit with the code `unit` filed itself."""
    look = Look(scheme, path)
    wanted = sheets(scheme) if unit is None else of_a_unit(scheme)
    write_cover(look, scheme, wanted, lang)
    lists, names, tables = Lists(look), unit_names(facts.units), facts.tables()
    by_register = facts.units.sort("position")["unit"]
    units = (
        names_range(wanted[0], by_register.len() + ROOM, lang) if unit is None else lists.source(list(names.values()))
    )
    for sheet in wanted:
        frame = tables[sheet.table]
        frame = frame if unit is None else frame.filter(pl.col("unit") == unit)
        frame = frame.sort("position") if sheet.table == "units" else frame
        write_sheet(look, scheme, sheet, lists, lang, frame=frame, names=names, units=units)
    look.book.close()


def of_a_unit(scheme: Scheme) -> tuple[Sheet, ...]:
    """The sheets of a unit's own workbook: its filing and the records that units report."""
    own = (sheet for sheet in sheets(scheme) if sheet.reported_by == "unit")
    return tuple(without_unit(sheet) for sheet in own)

"""The first sheet of a template: what it is for, how to fill it in, and which scheme it belongs to."""

from __future__ import annotations

from collections.abc import Iterable

from huoyue.core.filing.values import clean, folded
from huoyue.core.message import M, Message, Title
from huoyue.core.phrase import render, zone_name
from huoyue.core.scheme.model import Scheme
from huoyue.exchange.grid import Grid
from huoyue.exchange.layout import Sheet
from huoyue.exchange.workbook_look import Look, lines

COVER = Title(zh="说明", en="Instructions")
SCHEME_LABEL, VERSION_LABEL = Title(zh="方案编号", en="Scheme id"), Title(zh="方案版本", en="Scheme version")
LABEL_WIDTH, TEXT_WIDTH = 16, 88


def how_to_fill() -> list[Message]:
    """The rules of filling in, for people who do so once a year."""
    return [
        M("Fill in the sheets behind this one; each begins with what it is for and how it is judged."),
        M("Columns with a dark heading and an asterisk are required. Rest the pointer on a heading for help."),
        M("Choose from the lists where there are lists. Write days as 2020-03-05, amounts in units of 10,000 yuan."),
        M("One row is one record. Leave empty what you do not know; write 0 only where it is none."),
        M("Write values, not formulas. Do not rename sheets or headings; added columns are not read."),
        M("Under evidence, give the number or file name of the document that proves the record."),
    ]


def write_cover(look: Look, scheme: Scheme, sheets: Iterable[Sheet], lang: str) -> None:
    """Write the cover as the first sheet."""
    sheet = look.book.add_worksheet(COVER.in_language(lang))
    sheet.hide_gridlines(2)
    sheet.set_portrait()
    sheet.set_paper(9)
    sheet.fit_to_pages(1, 0)
    sheet.set_column(0, 0, LABEL_WIDTH)
    sheet.set_column(1, 1, TEXT_WIDTH)
    sheet.set_row(0, 16 + 22 * lines(scheme.title.in_language(lang), (LABEL_WIDTH + TEXT_WIDTH) * 0.62))
    sheet.merge_range(0, 0, 0, 1, "", look(bold=True, font_size=16, font_color="#1B4965", text_wrap=True))
    sheet.write_string(
        0, 0, scheme.title.in_language(lang), look(bold=True, font_size=16, font_color="#1B4965", text_wrap=True)
    )
    row = 2
    for label, text in entries(scheme, list(sheets), lang):
        sheet.write_string(row, 0, label, look(bold=True, valign="top", font_color="#1B4965"))
        sheet.write_string(row, 1, text, look(text_wrap=True, valign="top", bottom=1, bottom_color="#E4E9EE"))
        sheet.set_row(row, 6 + 15.5 * lines(text, TEXT_WIDTH))
        row += 1


def entries(scheme: Scheme, sheets: list[Sheet], lang: str) -> list[tuple[str, str]]:
    """The labelled lines of the cover."""
    period, filing = scheme.period, scheme.filing
    window = M("{first} to {last}", first=period.starts, last=period.ends)
    opening = M("{first} to {last} ({zone})", first=filing.opens, last=filing.closes, zone=zone_name(filing.timezone))
    mark = "" if lang == "zh" else " "
    numbered = [f"{n}.{mark}{render(message, lang)}" for n, message in enumerate(how_to_fill(), 1)]
    contents = ("、" if lang == "zh" else ", ").join(sheet.title.in_language(lang) for sheet in sheets)
    return [
        (SCHEME_LABEL.in_language(lang), scheme.id),
        (VERSION_LABEL.in_language(lang), scheme.version),
        (render(M("Evaluation round"), lang), period.label.in_language(lang)),
        (render(M("Evaluated period"), lang), render(window, lang)),
        (render(M("Filing window"), lang), render(opening, lang)),
        (render(M("How to fill in"), lang), "\n".join(numbered)),
        (render(M("Sheets in this workbook"), lang), contents),
        (render(M("From the published source"), lang), scheme.provenance.published.in_language(lang)),
        (render(M("Made by us"), lang), scheme.provenance.ours.in_language(lang)),
    ]


def scheme_named(grid: Grid) -> tuple[str | None, str | None, int]:
    """Scheme id and version that a cover names, and the row of the id; None for what it does not name."""
    found: dict[str, tuple[str, int]] = {}
    for n, row in enumerate(grid.rows[:50]):
        cells = [clean(str(cell)) for cell in row if cell not in (None, "")]
        if len(cells) > 1:
            found.setdefault(folded(cells[0]), (cells[1], n))
    values = [
        next((found[key] for name in (label.zh, label.en) if (key := folded(name)) in found), None)
        for label in (SCHEME_LABEL, VERSION_LABEL)
    ]
    name, version = values
    return name[0] if name else None, version[0] if version else None, name[1] if name else 0

"""report.xlsx: the round for people who sort, filter and restyle it themselves."""

from __future__ import annotations

from pathlib import Path

from xlsxwriter.worksheet import Worksheet

from huoyue.core.message import M
from huoyue.report import (
    workbook_activities,
    workbook_findings,
    workbook_panel,
    workbook_results,
    workbook_tables,
    workbook_tiers,
)
from huoyue.report.workbook_book import Book
from huoyue.snapshot.store import Snapshot


def write_workbook(snapshot: Snapshot, path: Path, lang: str) -> None:
    """Write the workbook of a round in `lang` ("zh" or "en"). The same snapshot gives the same bytes.

    A contents sheet with links, the results as people read them with charts that Excel draws itself, every result
    table as it is, and a data dictionary. OSError if `path` cannot be written.
    """
    book = Book(path, snapshot.scheme, lang)
    contents = book.sheet(M("Contents"))
    workbook_results.annex(book, snapshot)
    _write_tiers(book, snapshot)
    workbook_activities.participation(book, snapshot)
    workbook_activities.lost_points(book, snapshot)
    workbook_results.matrix(book, snapshot)
    workbook_results.explanations(book, snapshot)
    workbook_results.absent(book, snapshot)
    _write_findings(book, snapshot)
    workbook_tables.dictionary(book)
    workbook_tables.raw_tables(book, snapshot)
    _write_contents(book, contents)
    book.workbook.close()


def _write_tiers(book: Book, snapshot: Snapshot) -> None:
    workbook_tiers.funnel(book, snapshot)
    workbook_tiers.tiers(book, snapshot)
    workbook_tiers.by_member(
        book, snapshot, "batch", M("Tiers by {group}", group=book.scheme.words.batch), book.batch_titles
    )
    industries = {industry.id: book.title(industry.title) for industry in book.scheme.industries}
    if industries:
        workbook_tiers.by_member(
            book, snapshot, "industry", M("Tiers by {group}", group=book.scheme.words.industry), industries
        )
    workbook_tiers.splits(book, snapshot)
    workbook_tiers.distribution(book, snapshot)


def _write_findings(book: Book, snapshot: Snapshot) -> None:
    for write_sheet in (
        workbook_findings.plausibility,
        workbook_findings.differences,
        workbook_findings.decisions,
        workbook_findings.objections,
        workbook_panel.agreement,
        workbook_panel.severity,
        workbook_panel.removed,
        workbook_findings.change,
        workbook_findings.streaks,
        workbook_findings.candidates,
    ):
        write_sheet(book, snapshot)


def _write_contents(book: Book, sheet: Worksheet) -> None:
    scheme = book.scheme
    sheet.set_column(0, 0, 30)
    sheet.set_column(1, 1, 90)
    sheet.write_string(0, 0, book.title(scheme.report.title), book.format(bold=True, font_size=16))
    subtitle = book.title(scheme.report.subtitle) if scheme.report.subtitle else ""
    sheet.write_string(1, 0, subtitle, book.format(font_color="#595959"))
    link = book.format(font_color="#1F4E79", underline=1)
    for row, (name, note) in enumerate(book.sheets[1:], start=3):
        sheet.write_url(row, 0, f"internal:'{name.replace(chr(39), chr(39) * 2)}'!A1", link, name)
        sheet.write_string(row, 1, note, book.format())
    sheet.freeze_panes(3, 0)

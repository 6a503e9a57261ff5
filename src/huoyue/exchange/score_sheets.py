"""An expert's score sheets of a stage as one workbook: a long table to mark in, locked but for what is to be filled in.

What it was made for, and every mark as it stood then, is kept in a hidden sheet, so that the way back can tell what the
expert changed from what was changed on the web meanwhile.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from huoyue.core.message import M, Message, Title
from huoyue.core.phrase import render
from huoyue.core.scheme.model import Scheme
from huoyue.exchange.workbook_look import Look, lines

TABLE, COVER = Title(zh="评分表", en="Score sheets"), Title(zh="说明", en="Instructions")
KEPT = "kept"
"""The hidden sheet: four lines of what the workbook is for, then a line for every mark as it stood."""
KEY = ("round", "stage", "expert", "scheme")
ROW_KEY = Title(zh="行键", en="Row key")
ACCEPT, POINTS, REASON = (
    Title(zh="采纳建议分", en="Accept suggestion"), Title(zh="打分", en="Points"), Title(zh="理由", en="Reason"),
)  # fmt: skip
YES = Title(zh="是", en="yes")
WIDE_STANDARD, WIDE_WHY = 46.0, 40.0
HEAD = 2
"""Row of the headings in the table, from 0."""


@dataclass(frozen=True)
class ScoreRow:
    """One indicator of one sheet. Points in hundredths; `points` and `reason` as they stand, `revision` of the mark."""

    unit: str
    name: str
    pillar: Title
    indicator: str
    title: Title
    standard: str
    maximum: int
    suggested: int | None = None
    explanation: str = ""
    points: str = ""
    reason: str = ""
    taken: bool = False
    revision: int = 0


@dataclass(frozen=True)
class MadeFor:
    """Round, stage, expert's code and digest of the scheme that a workbook belongs to."""

    round: str
    stage: str
    expert: str
    scheme: str


def instructions(until: str) -> list[Message]:
    """How to mark in the workbook."""
    return [
        M("Fill in the white cells of the sheet behind this one; everything else is locked."),
        M("Points are numbers from 0 to the maximum of the row, to the hundredth."),
        M("Where the suggested points stand, choose yes under “{column}” instead.", column=ACCEPT),
        M("Give a reason where your points leave the suggested ones by more than the scheme allows."),
        M("Save the file and send it on the page where you got it; you see what it changes before it does."),
        M("Handing in is done on the web, alliance by alliance, until {until}.", until=until),
        M("The workbook is yours alone: do not pass it on."),
    ]  # fmt: skip


def write_score_sheets(
    scheme: Scheme, path: Path, made_for: MadeFor, rows: Sequence[ScoreRow], lang: str, *, heading: str, until: str
) -> None:
    """Write the workbook; `heading` stands on top of it. Suggestions are a column only where any row has one."""
    look = Look(scheme, path)
    cover = look.book.add_worksheet(COVER.in_language(lang))
    cover.hide_gridlines(2)
    cover.set_column(0, 0, 100)
    cover.write_string(0, 0, heading, look.title())
    mark = "" if lang == "zh" else " "
    for n, message in enumerate(instructions(until), 1):
        text = f"{n}.{mark}{render(message, lang)}"
        cover.write_string(n + 1, 0, text, look(text_wrap=True, valign="top"))
        cover.set_row(n + 1, 6 + 15.5 * lines(text, 100))
    cover.protect()
    table(look, rows, lang, heading=heading)
    kept(look, made_for, rows)
    look.book.close()


def table(look: Look, rows: Sequence[ScoreRow], lang: str, *, heading: str) -> None:
    """The sheet to mark in."""
    sheet = look.book.add_worksheet(TABLE.in_language(lang))
    suggests = any(row.suggested is not None for row in rows)
    columns = [(ROW_KEY, 10.0), (Title(zh="联盟", en="Alliance"), 24.0), (Title(zh="一级指标", en="Pillar"), 14.0),
               (Title(zh="指标", en="Indicator"), 20.0), (Title(zh="评价标准", en="Standard"), WIDE_STANDARD),
               (Title(zh="满分", en="Maximum"), 7.0)]  # fmt: skip
    if suggests:
        columns += [(Title(zh="规则得分", en="Suggested"), 9.0),
                    (Title(zh="规则得分说明", en="Why suggested"), WIDE_WHY), (ACCEPT, 11.0)]  # fmt: skip
    columns += [(POINTS, 9.0), (REASON, 44.0)]
    sheet.write_string(0, 0 if lang != "zh" else 1, heading, look.title())
    for at, (title, width) in enumerate(columns):
        free = title in (ACCEPT, POINTS, REASON)
        sheet.set_column(at, at, width, None, {"hidden": title is ROW_KEY})
        sheet.write_string(HEAD, at, title.in_language(lang), look.heading(required=free))
    places = {title: at for at, (title, _) in enumerate(columns)}
    for n, row in enumerate(rows, HEAD + 1):
        write_row(look, sheet, n, row, places, lang)
    sheet.freeze_panes(HEAD + 1, 4)
    sheet.protect("", {"format_columns": True, "format_rows": True, "autofilter": True, "sort": False})
    sheet.autofilter(HEAD, 1, HEAD + max(1, len(rows)), len(columns) - 1)
    sheet.set_landscape()
    sheet.set_paper(9)
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(HEAD)


def write_row(look: Look, sheet: Any, n: int, row: ScoreRow, places: dict[Title, int], lang: str) -> None:
    """One row, with what its free cells take."""
    still = look(text_wrap=True, valign="top", bg_color="#F3F7FA", border=1, border_color="#C9D3DC")
    free = look(text_wrap=True, valign="top", border=1, border_color="#C9D3DC", locked=False)
    number = look(num_format="0.##", valign="top", border=1, border_color="#C9D3DC", locked=False)
    texts = [f"{row.unit}|{row.indicator}", row.name, row.pillar.in_language(lang), row.title.in_language(lang),
             row.standard]  # fmt: skip
    for at, text in enumerate(texts):
        sheet.write_string(n, at, text, still)
    sheet.write_number(n, 5, row.maximum / 100, still)
    taken = max(lines(row.standard, WIDE_STANDARD), lines(row.explanation, WIDE_WHY) if ACCEPT in places else 1, 2)
    sheet.set_row(n, 4 + 14 * min(taken, 12))
    if ACCEPT in places:
        if row.suggested is None:
            sheet.write_blank(n, 6, None, still)
        else:
            sheet.write_number(n, 6, row.suggested / 100, still)
        sheet.write_string(n, 7, row.explanation, still)
        at = places[ACCEPT]
        sheet.write_string(
            n, at, YES.in_language(lang) if row.taken else "", free if row.suggested is not None else still
        )
        if row.suggested is not None:
            sheet.data_validation(n, at, n, at, {"validate": "list", "source": [YES.in_language(lang)]})
    asked = M("A number from 0 to {maximum}.", maximum=f"{row.maximum / 100:g}")
    sheet.data_validation(n, places[POINTS], n, places[POINTS], {
        "validate": "decimal", "criteria": "between", "minimum": 0, "maximum": row.maximum / 100,
        "error_title": POINTS.in_language(lang), "error_message": render(asked, lang),
    })  # fmt: skip
    try:
        sheet.write_number(n, places[POINTS], float(row.points), number)
    except ValueError:
        sheet.write_string(n, places[POINTS], row.points, number)
    sheet.data_validation(n, places[REASON], n, places[REASON], {
        "validate": "length", "criteria": "<=", "value": 2000, "error_title": REASON.in_language(lang),
        "error_message": render(M("At most {count} signs.", count=2000), lang),
    })  # fmt: skip
    sheet.write_string(n, places[REASON], row.reason, free)


def kept(look: Look, made_for: MadeFor, rows: Sequence[ScoreRow]) -> None:
    """The hidden sheet."""
    sheet = look.book.add_worksheet(KEPT)
    for n, name in enumerate(KEY):
        sheet.write_string(n, 0, name)
        sheet.write_string(n, 1, getattr(made_for, name))
    for n, row in enumerate(rows, len(KEY)):
        sheet.write_string(n, 0, f"{row.unit}|{row.indicator}")
        sheet.write_number(n, 1, row.revision)
        sheet.write_string(n, 2, row.points)
        sheet.write_string(n, 3, row.reason)
        sheet.write_string(n, 4, "yes" if row.taken else "")
    sheet.protect()
    sheet.very_hidden()

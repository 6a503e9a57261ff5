"""The lines of a Word file: every paragraph's text, its bookmarks, and where it stands; as we wrote it, or as edited.

What is tracked as deleted is gone, what is tracked as inserted is there. Fields count as they show. Text in boxes,
notes, headers and footers is not read.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from huoyue.report.returned_package import Unreadable, beside, parsed
from huoyue.report.word_marks import NUMBER_MARK, NUMBER_STYLE
from huoyue.report.word_xml import W

MOST_LINES, MOST_SIGNS = 60_000, 4_000_000
SKIPPED = {f"{{{W}}}{name}" for name in ("del", "moveFrom", "pPr", "rPr", "instrText", "delText", "drawing", "pict",
                                         "object", "tblPr", "tblGrid", "trPr", "tcPr", "sectPr")}  # fmt: skip
SIGNS = {
    f"{{{W}}}tab": "\t",
    f"{{{W}}}br": "\n",
    f"{{{W}}}cr": "\n",
    f"{{{W}}}noBreakHyphen": "-",
    f"{{{W}}}ptab": "\t",
}


@dataclass(frozen=True)
class Piece:
    """A stretch of a line's text and the element of the file that holds it, within its run."""

    start: int
    end: int
    element: Any
    run: Any


@dataclass
class Line:
    """A paragraph. `level` is that of a heading, 0 for others; `cell` says table, row and column."""

    text: str = ""
    marks: dict[str, tuple[int, int]] = field(default_factory=dict)
    styled: list[tuple[int, int]] = field(default_factory=list)
    level: int = 0
    cell: tuple[int, int, int] | None = None
    pieces: list[Piece] = field(default_factory=list)
    contents: bool = False
    """Part of the table of contents."""

    def data(self) -> dict[str, Any]:
        """What is compared, as plain data."""
        return {"text": self.text, "marks": self.marks, "level": self.level, "cell": self.cell}


def lines_of(parts: Mapping[str, bytes], main: str, root: Any) -> list[Line]:
    """Every line of the body in order, without the table of contents."""
    reader = Reader(style_names(parts, main))
    body = root.find(f"{{{W}}}body")
    if body is not None:
        reader.read(body, None)
    reader.close()
    return [line for line in reader.lines if not line.contents]


def style_names(parts: Mapping[str, bytes], main: str) -> dict[str, str]:
    """Style id -> its name in small letters: programs rename ids, not the names of Word's own styles."""
    name = beside(main, "styles.xml")
    if name not in parts:
        return {}
    found = {}
    for style in parsed(parts[name]).iter(f"{{{W}}}style"):
        title = style.find(f"{{{W}}}name")
        if title is not None:
            found[str(style.get(f"{{{W}}}styleId"))] = str(title.get(f"{{{W}}}val")).lower()
    return found


class Reader:
    """Walks the body once; bookmarks may begin in one line and end in another."""

    def __init__(self, styles: Mapping[str, str]) -> None:
        self.styles = styles
        self.lines: list[Line] = []
        self.opened: dict[str, tuple[str, int, int]] = {}
        self.tables = 0
        self.signs = 0
        self.number_styles = {NUMBER_STYLE} | {key for key, name in styles.items() if name == "report number"}

    def read(self, parent: Any, cell: tuple[int, int, int] | None) -> None:
        """Blocks: paragraphs, tables, and whatever wraps them."""
        for node in parent:
            if node.tag in SKIPPED or not isinstance(node.tag, str):
                continue
            if node.tag == f"{{{W}}}p":
                self.paragraph(node, cell)
            elif node.tag == f"{{{W}}}tbl" and cell is None:
                self.table(node)
            elif node.tag in (f"{{{W}}}bookmarkStart", f"{{{W}}}bookmarkEnd"):
                self.bookmark(node, len(self.lines), 0)
            else:
                self.read(node, cell)

    def table(self, node: Any) -> None:
        """A table's cells; tables within a cell belong to it."""
        number, self.tables = self.tables, self.tables + 1
        for row, tr in enumerate(within(node, "tr")):
            column = 0
            for tc in within(tr, "tc"):
                self.read(tc, (number, row, column))
                span = tc.find(f"{{{W}}}tcPr/{{{W}}}gridSpan")
                width = str(span.get(f"{{{W}}}val")) if span is not None else "1"
                column += int(width) if width.isdecimal() and len(width) < 4 else 1

    def paragraph(self, node: Any, cell: tuple[int, int, int] | None) -> None:
        line = Line(cell=cell)
        style = node.find(f"{{{W}}}pPr/{{{W}}}pStyle")
        name = self.styles.get(str(style.get(f"{{{W}}}val")), "") if style is not None else ""
        if name.startswith("heading ") and name[8:].isdecimal():
            line.level = int(name[8:9])
        line.contents = name.startswith(("toc", "contents "))
        self.lines.append(line)
        self.inline(node, line, None)
        self.signs += len(line.text)
        if len(self.lines) > MOST_LINES or self.signs > MOST_SIGNS:
            raise Unreadable("too_large")

    def inline(self, parent: Any, line: Line, run: Any) -> None:
        """Runs and whatever wraps them."""
        for node in parent:
            if node.tag in SKIPPED or not isinstance(node.tag, str):
                continue
            if node.tag == f"{{{W}}}r":
                start = len(line.text)
                self.inline(node, line, node)
                if self.is_number(node) and len(line.text) > start:
                    line.styled.append((start, len(line.text)))
            elif node.tag in (f"{{{W}}}bookmarkStart", f"{{{W}}}bookmarkEnd"):
                self.bookmark(node, len(self.lines) - 1, len(line.text))
            elif run is not None and (text := sign(node)):
                line.pieces.append(Piece(len(line.text), len(line.text) + len(text), node, run))
                line.text += text
            elif not node.tag.endswith("}AlternateContent"):
                self.inline(node, line, run)

    def is_number(self, run: Any) -> bool:
        style = run.find(f"{{{W}}}rPr/{{{W}}}rStyle")
        return style is not None and style.get(f"{{{W}}}val") in self.number_styles

    def bookmark(self, node: Any, line: int, at: int) -> None:
        key, name = str(node.get(f"{{{W}}}id")), str(node.get(f"{{{W}}}name"))
        if node.tag == f"{{{W}}}bookmarkStart":
            if NUMBER_MARK.fullmatch(name):
                self.opened[key] = (name, line, at)
        elif key in self.opened:
            name, first, start = self.opened.pop(key)
            if first < len(self.lines):
                found = self.lines[first]
                if first != line and not found.text[start:].strip() and line < len(self.lines):
                    self.lines[line].marks.setdefault(name, (0, at))  # somebody began a new paragraph at the number
                else:
                    found.marks.setdefault(name, (start, at if first == line else len(found.text)))

    def close(self) -> None:
        """Bookmarks that never end hold nothing."""
        self.opened.clear()


def within(parent: Any, name: str) -> Iterator[Any]:
    """Rows of a table or cells of a row, also those that a content control or an insertion wraps."""
    for node in parent:
        if node.tag == f"{{{W}}}{name}":
            yield node
        elif node.tag not in SKIPPED and isinstance(node.tag, str) and not node.tag.endswith(("}tbl", "}p")):
            yield from within(node, name)


def sign(node: Any) -> str:
    """The text of an element of a run."""
    return str(node.text or "") if node.tag == f"{{{W}}}t" else SIGNS.get(node.tag, "")

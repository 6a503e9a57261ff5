"""A short Word document without cover or contents, such as minutes, in the fonts and measures of the report."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from huoyue.report.render_tree import UNWRITABLE, Grid, Node, Tree
from huoyue.report.word import FOOTERS, PAGE, package
from huoyue.report.word_body import Body
from huoyue.report.word_xml import HEAD, NAMESPACES, paragraph, run
from huoyue.snapshot.digests import zipped

HEADERS = '<w:headerReference w:type="default" r:id="header1"/><w:headerReference w:type="even" r:id="header2"/>'
CLOSE = '<w:spacing w:before="0" w:after="240" w:line="680" w:lineRule="exact"/>'
"""The title of a paper without a cover stands at the head of its text."""


PLACES = {
    "": "",
    "right": '<w:ind w:right="640" w:firstLine="0" w:firstLineChars="0"/><w:jc w:val="right"/>',
    "page": '<w:pageBreakBefore/><w:ind w:firstLine="0" w:firstLineChars="0"/>',
    "middle": '<w:spacing w:before="240" w:after="240" w:line="600" w:lineRule="exact"/>'
    '<w:ind w:firstLine="0" w:firstLineChars="0"/><w:jc w:val="center"/>',
}
"""Where a paragraph stands: as text does, at the right like a signature, at the head of a new page, in the middle."""


@dataclass(frozen=True)
class Text:
    """A paragraph, `label` in bold before it; `level` 1 to 3 makes it a heading, 0 plain text at one of `PLACES`."""

    text: str
    level: int = 0
    label: str = ""
    place: str = ""


@dataclass(frozen=True)
class Rows:
    """A table: heads, rows of texts, shares of the width, and which columns stand to the right."""

    heads: Sequence[str]
    rows: Sequence[Sequence[str]]
    widths: Sequence[float]
    right: Sequence[bool] = ()


def write_paper(meta: Mapping[str, Any], blocks: Sequence[Text | Rows], lang: str, *, mark: str = "") -> bytes:
    """A .docx of `meta["title"]`, its subtitle and the blocks; `mark` stands at the head of every page."""
    body = Body(Tree(lang, []), {})
    title = paragraph(run(clean(meta["title"])), "Title", CLOSE)
    subtitle = paragraph(run(clean(meta["subtitle"])), "Subtitle") if meta.get("subtitle") else ""
    inside = title + subtitle + "".join(block(body, one) for one in blocks)
    headers = {name: header(mark) for name in ("header1", "header2")} if mark else {}
    end = f'<w:sectPr>{HEADERS if mark else ""}{FOOTERS}{PAGE}<w:pgNumType w:start="1"/></w:sectPr>'
    return zipped(package(lang, meta, inside + end, headers=headers))


def block(body: Body, one: Text | Rows) -> str:
    """A block as WordprocessingML."""
    if isinstance(one, Rows):
        right = list(one.right) or [False] * len(one.heads)
        total = sum(one.widths)
        return body.table(Grid("", "", [], right, [width / total for width in one.widths],
                               [[words(head) for head in one.heads]],
                               [[words(cell) for cell in row] for row in one.rows]))  # fmt: skip
    if one.level:
        return paragraph(run(clean(one.text)), f"Heading{one.level}")
    label = run(clean(one.label), frozenset({"b"})) if one.label else ""
    return paragraph(label + run(clean(one.text)), "BodyText", PLACES[one.place])


def words(text: str) -> list[Node]:
    return [{"t": "Str", "c": clean(text)}]


def clean(text: str) -> str:
    """Text on one line that Word can hold."""
    return " ".join(UNWRITABLE.sub("", text).split())


def header(mark: str) -> str:
    inside = paragraph(run(clean(mark), frozenset({"b"})), "Footer", '<w:jc w:val="center"/>')
    return f"{HEAD}<w:hdr {NAMESPACES}>{inside}</w:hdr>"

"""The blocks of a report as WordprocessingML: paragraphs, lists, tables, figures."""

from __future__ import annotations

import re
import struct
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from xml.sax.saxutils import quoteattr

from huoyue.report.figures import PIXELS
from huoyue.report.render_tree import LABELS, Grid, Node, Tree, grid, inlines_of, plain
from huoyue.report.word_marks import Bound, number_mark
from huoyue.report.word_xml import bookmark, paragraph, reference_name, run, runs
from huoyue.report.word_xml import field as word_field

TEXT_TWIPS = 8844
"""Width of the text block, 156 mm, in twentieths of a point."""
TEXT_EMU, TALLEST_EMU = 5_616_000, 7_200_000
CELL = 108
OUTLINE_LEVELS = 2
DIGIT = re.compile(r"\d")


@dataclass
class Body:
    """Writes blocks; collects the pictures and the lists they use, and the numbers they hold by their bookmarks."""

    tree: Tree
    images: Mapping[str, bytes]
    pictures: list[str] = field(default_factory=list)
    ordered_lists: int = 0
    marks: int = 0
    heads: int = 0
    bound: dict[str, Bound] = field(default_factory=dict)

    def blocks(self, blocks: list[Node], style: str = "BodyText") -> str:
        return "".join(self.block(block, style) for block in blocks)

    def block(self, block: Node, style: str) -> str:
        content: Any = block.get("c")
        match block["t"]:
            case "Para" | "Plain":
                return paragraph(self.runs(content), style)
            case "Header":
                return self.heading(content[0])
            case "BulletList":
                return "".join(self.item(item, 2) for item in content)
            case "OrderedList":
                self.ordered_lists += 1
                return "".join(self.item(item, 2 + self.ordered_lists) for item in content[1])
            case "BlockQuote":
                return self.blocks(content, style)
            case "CodeBlock":
                return paragraph(run(content[1]), style)
            case "Div":
                return self.blocks(content[1], style)
            case "Table":
                return self.table(grid(block))
            case "Figure":
                return self.figure(block)
            case _:
                return ""

    def runs(self, inlines: list[Node]) -> str:
        return runs(inlines, self.tree.numbers, bind=self.bind)

    def bind(self, bound: Bound, content: str) -> str:
        """A number of the report in the bookmark by which it is found again."""
        name = number_mark(len(self.bound), bound)
        self.bound[name] = bound
        return self.mark(name, content)

    def mark(self, name: str, content: str) -> str:
        self.marks += 1
        return bookmark(self.marks, name, content)

    def heading(self, level: int) -> str:
        """A heading with its bookmark for the table of contents; without a number it leaves the numbered list."""
        at, self.heads = self.heads, self.heads + 1
        heading = self.tree.headings[at]
        apart = "<w:pageBreakBefore/>" if heading.annex else ""
        outside = "" if heading.number else f'{apart}<w:numPr><w:ilvl w:val="0"/><w:numId w:val="0"/></w:numPr>'
        indent = "" if heading.number else '<w:ind w:firstLine="0" w:firstLineChars="0"/>'
        return paragraph(self.mark(f"_Toc{at + 1:06}", run(heading.text)), f"Heading{min(level, 4)}", outside + indent)

    def item(self, blocks: list[Node], list_id: int) -> str:
        """One entry of a list; what follows its first paragraph is set like it, without a bullet."""
        numbered = f'<w:numPr><w:ilvl w:val="0"/><w:numId w:val="{list_id}"/></w:numPr>'
        first = paragraph(self.runs(inlines_of(blocks[:1])), "ListParagraph", numbered)
        return first + self.blocks(blocks[1:], "ListParagraph")

    def caption(self, anchor: str, inlines: list[Node], *, above: bool) -> str:
        """表1　… with a SEQ field inside the bookmark that cross-references point to."""
        number = self.tree.numbers.get(anchor, 0)
        word = LABELS[self.tree.lang, "t" if above else "f"]
        sequence = run(word) + word_field(f"SEQ {word.strip()} \\* ARABIC", str(number))
        label = self.mark(reference_name(anchor, number), sequence)
        keep = "<w:keepNext/>" if above else ""
        return paragraph(label + run("　" if self.tree.lang == "zh" else ". ") + self.runs(inlines), "Caption", keep)

    def table(self, table: Grid) -> str:
        """Full width, heading rows repeated on each page, no row split between two."""
        widths = twips(table.widths)
        columns = "".join(f'<w:gridCol w:w="{width}"/>' for width in widths)
        rows = [self.row(row, table, widths, head=True) for row in table.head]
        rows += [self.row(row, table, widths, head=False) for row in table.rows]
        title = quoteattr(plain(table.caption))
        properties = (
            f'<w:tblPr><w:tblStyle w:val="ReportTable"/><w:tblW w:w="{TEXT_TWIPS}" w:type="dxa"/><w:jc w:val="center"/>'
            '<w:tblLayout w:type="fixed"/><w:tblLook w:val="0020" w:firstRow="1" w:lastRow="0" w:firstColumn="0" '
            f'w:lastColumn="0" w:noHBand="1" w:noVBand="1"/><w:tblCaption w:val={title}/></w:tblPr>'
        )
        caption = self.caption(table.anchor, table.caption, above=True) if table.caption else ""
        after = paragraph("", "AfterTable")
        return f"{caption}<w:tbl>{properties}<w:tblGrid>{columns}</w:tblGrid>{''.join(rows)}</w:tbl>{after}"

    def row(self, cells: list[list[Node]], table: Grid, widths: list[int], *, head: bool) -> str:
        header = "<w:tblHeader/>" if head else ""
        written = []
        for cell, width, right in zip(cells, widths, table.right, strict=True):
            align = '<w:jc w:val="center"/>' if head else '<w:jc w:val="right"/>' if right else ""
            bare = head or not (right and table.anchor)
            inside = paragraph(
                self.runs(cell) if bare else self.number(cell, table), "TableHead" if head else "TableText", align
            )
            written.append(
                f'<w:tc><w:tcPr><w:tcW w:w="{width}" w:type="dxa"/><w:vAlign w:val="center"/></w:tcPr>{inside}</w:tc>'
            )
        return f"<w:tr><w:trPr><w:cantSplit/>{header}</w:trPr>{''.join(written)}</w:tr>"

    def number(self, cell: list[Node], table: Grid) -> str:
        """A cell of numbers, bound as a whole; one without a digit is text."""
        bound = Bound(plain(cell), table.anchor.removeprefix("t-"))
        if not DIGIT.search(bound.text):
            return self.runs(cell)
        return self.bind(bound, runs(cell, self.tree.numbers, frozenset({"n"})))

    def figure(self, block: Node) -> str:
        """A picture with its caption below and its caption as text for those who cannot see it."""
        (anchor, _, _), caption, inside = block["c"]
        images = [node for part in inside for node in part.get("c", []) if node["t"] == "Image"]
        name = images[0]["c"][2][0].removeprefix("figures/").rsplit(".", 1)[0] if images else ""
        if name not in self.images:
            return ""
        self.pictures.append(name)
        text = plain(caption[1])
        drawn = drawing(len(self.pictures), text, self.images[name])
        return paragraph(drawn, "Figure") + self.caption(anchor, inlines_of(caption[1]), above=False)


def twips(shares: list[float]) -> list[int]:
    """Widths of columns that add up to the text block exactly; none so narrow that two signs do not fit."""
    least = 560 / TEXT_TWIPS
    raised = [max(share, least) for share in shares]
    widths = [int(TEXT_TWIPS * share / sum(raised)) for share in raised]
    widths[-1] += TEXT_TWIPS - sum(widths)
    return widths


def drawing(number: int, text: str, png: bytes) -> str:
    """An inline picture, as wide as it was drawn but no wider than the text nor taller than a page bears."""
    width, height = struct.unpack(">II", png[16:24])
    scale = min(9525 / PIXELS, TEXT_EMU / width, TALLEST_EMU / height)
    extent = f'cx="{int(width * scale)}" cy="{int(height * scale)}"'
    said = quoteattr(text)
    picture = (
        f'<pic:pic><pic:nvPicPr><pic:cNvPr id="{number}" name="figure{number}.png" descr={said}/><pic:cNvPicPr/></pic:nvPicPr>'
        f'<pic:blipFill><a:blip r:embed="rIdFigure{number}"/><a:stretch><a:fillRect/></a:stretch></pic:blipFill>'
        f'<pic:spPr><a:xfrm><a:off x="0" y="0"/><a:ext {extent}/></a:xfrm>'
        '<a:prstGeom prst="rect"><a:avLst/></a:prstGeom></pic:spPr></pic:pic>'
    )
    kind = "http://schemas.openxmlformats.org/drawingml/2006/picture"
    return (
        f'<w:r><w:drawing><wp:inline distT="0" distB="0" distL="0" distR="0"><wp:extent {extent}/>'
        f'<wp:docPr id="{number}" name="figure {number}" descr={said}/><wp:cNvGraphicFramePr/>'
        f'<a:graphic><a:graphicData uri="{kind}">{picture}</a:graphicData></a:graphic></wp:inline></w:drawing></w:r>'
    )

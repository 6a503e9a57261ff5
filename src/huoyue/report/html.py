"""The report as one HTML file: no script, nothing from a network, every table at hand as CSV."""

from __future__ import annotations

import base64
import csv
import io
import re
from collections.abc import Mapping
from dataclasses import dataclass
from html import escape
from importlib.resources import files
from typing import Any

import polars as pl

from huoyue.core.message import M
from huoyue.report.render_tree import Grid, Node, Tree, grid, inlines_of, plain
from huoyue.wording import render

FORMULA = ("=", "+", "-", "@", "\t", "\r")
POLICY = "default-src 'none'; style-src 'unsafe-inline'; img-src data:"


@dataclass
class Page:
    """Writes blocks; `tables` are the frames to download, `images` SVG by figure name."""

    tree: Tree
    tables: Mapping[str, pl.DataFrame]
    images: Mapping[str, bytes]
    heads: int = 0

    def blocks(self, blocks: list[Node]) -> str:
        return "\n".join(self.block(block) for block in blocks)

    def block(self, block: Node) -> str:  # noqa: C901  # why: one case a kind of block
        content: Any = block.get("c")
        match block["t"]:
            case "Para":
                return f"<p>{self.inlines(content)}</p>"
            case "Plain":
                return self.inlines(content)
            case "Header":
                heading = self.tree.headings[self.heads]
                self.heads += 1
                rank = min(heading.level + 1, 6)
                return f'<h{rank} id="{heading.anchor}">{escape(heading.line)}</h{rank}>'
            case "BulletList":
                return f"<ul>{self.items(content)}</ul>"
            case "OrderedList":
                return f"<ol>{self.items(content[1])}</ol>"
            case "BlockQuote":
                return f"<blockquote>{self.blocks(content)}</blockquote>"
            case "CodeBlock":
                return f"<pre>{escape(content[1])}</pre>"
            case "Div":
                return self.blocks(content[1])
            case "Table":
                return self.table(grid(block))
            case "Figure":
                return self.figure(block)
            case _:
                return ""

    def items(self, items: list[list[Node]]) -> str:
        return "".join(f"<li>{self.blocks(item)}</li>" for item in items)

    def inlines(self, inlines: list[Node]) -> str:
        return "".join(self.inline(node) for node in inlines)

    def inline(self, node: Node) -> str:
        content: Any = node.get("c")
        match node["t"]:
            case "Str":
                return escape(content)
            case "Space" | "SoftBreak":
                return " "
            case "LineBreak":
                return "<br>"
            case "Strong":
                return f"<strong>{self.inlines(content)}</strong>"
            case "Emph":
                return f"<em>{self.inlines(content)}</em>"
            case "Code":
                return f"<code>{escape(content[1])}</code>"
            case "Link":
                return self.link(content)
            case "Span":
                return self.bound(content)
            case _:
                return ""

    def link(self, content: list[Any]) -> str:
        """Links inside the document; what leads out of it is shown as text only."""
        target, text = content[2][0], self.inlines(content[1])
        return f'<a href="{escape(target)}">{text}</a>' if target.startswith("#") else text

    def bound(self, content: list[Any]) -> str:
        """A number that leads to the table in which it stands."""
        (_, classes, pairs), inlines = content
        name = dict(pairs).get("t", "")
        text = self.inlines(inlines)
        if "n" not in classes or f"t-{name}" not in self.tree.numbers:
            return text
        label = escape(self.tree.label(f"t-{name}"))
        return f'<a class="n" href="#t-{escape(name)}" title="{label}">{text}</a>'

    def table(self, table: Grid) -> str:
        label = f"{self.tree.label(table.anchor)}　".replace("　", "　" if self.tree.lang == "zh" else ". ")
        caption = f"<caption>{escape(label)}{self.inlines(table.caption)}</caption>" if table.caption else ""
        head = "".join(self.row(row, table.right, "th") for row in table.head)
        rows = "\n".join(self.row(row, table.right, "td") for row in table.rows)
        grid_html = f"<table>{caption}<thead>{head}</thead><tbody>{rows}</tbody></table>"
        # a region that scrolls must be reachable by keyboard
        said = escape(plain(table.caption))
        scroll = f'<div class="scroll" tabindex="0" role="region" aria-label="{said}">{grid_html}</div>'
        return f'<section class="tbl" id="{escape(table.anchor)}">{scroll}{self.download(table)}</section>'

    def row(self, cells: list[list[Node]], right: list[bool], tag: str) -> str:
        scope = ' scope="col"' if tag == "th" else ""
        written = (
            f"<{tag}{scope}{' class=r' if r else ''}>{self.inlines(cell)}</{tag}>"
            for cell, r in zip(cells, right, strict=True)
        )
        return f"<tr>{''.join(written)}</tr>"

    def download(self, table: Grid) -> str:
        if table.csv not in self.tables:
            return ""
        data = base64.b64encode(csv_bytes(self.tables[table.csv])).decode()
        words = escape(render(M("Download as CSV"), self.tree.lang))
        name = escape(f"{table.csv}.csv")
        return f'<p class="tools"><a download="{name}" href="data:text/csv;charset=utf-8;base64,{data}">{words}</a></p>'

    def figure(self, block: Node) -> str:
        (anchor, _, _), caption, inside = block["c"]
        images = [node for part in inside for node in part.get("c", []) if node["t"] == "Image"]
        name = images[0]["c"][2][0].removeprefix("figures/").rsplit(".", 1)[0] if images else ""
        if name not in self.images:
            return ""
        inlines = inlines_of(caption[1])
        gap = "　" if self.tree.lang == "zh" else ". "
        chart = inline_svg(self.images[name].decode(), name, plain(inlines))
        words = f"{escape(self.tree.label(anchor) + gap)}{self.inlines(inlines)}"
        return (
            f'<figure id="{escape(anchor)}"><div class="chart">{chart}</div><figcaption>{words}</figcaption></figure>'
        )


def write_html(
    tree: Tree, tables: Mapping[str, pl.DataFrame], images: Mapping[str, bytes], meta: Mapping[str, Any]
) -> str:
    """The whole page as text."""
    body = Page(tree, tables, images).blocks(tree.blocks)
    css = files("huoyue.report").joinpath("assets", "report.css").read_text("utf-8")
    title = escape(str(meta["title"]))
    lines = "".join(f"<p>{escape(str(meta[name]))}</p>" for name in ("subtitle", "author", "dated") if meta.get(name))
    return (
        f'<!doctype html>\n<html lang="{escape(str(meta.get("lang") or "zh-CN"))}">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{POLICY}">\n<title>{title}</title>\n<style>\n{css}</style>\n'
        f'</head>\n<body>\n<div class="page">\n{side(tree)}\n<main>\n<header><h1>{title}</h1>{lines}</header>\n{body}\n'
        "</main>\n</div>\n</body>\n</html>\n"
    )


def side(tree: Tree) -> str:
    """The table of contents beside the text; it can be folded on a small screen."""
    shown = [heading for heading in tree.headings if heading.level <= 2]
    entries = "\n".join(f'<li class="l{h.level}"><a href="#{h.anchor}">{escape(h.line)}</a></li>' for h in shown)
    words = escape(render(M("Contents"), tree.lang))
    return f'<nav aria-label="{words}"><details open><summary>{words}</summary><ol>\n{entries}\n</ol></details></nav>'


def inline_svg(svg: str, name: str, text: str) -> str:
    """A chart inside the page: its ids made its own, said in words for those who cannot see it."""
    prefix = re.sub(r"\W", "-", name)
    own = re.sub(r'(\bid="|url\(#|href="#)', lambda found: f"{found[1]}{prefix}-", svg[svg.index("<svg") :])
    said = f'<svg role="img" aria-label="{escape(text)}"'
    start, rest = own.split(">", 1)
    return f"{start.replace('<svg', said, 1)}><title>{escape(text)}</title>{rest}"


def csv_bytes(frame: pl.DataFrame) -> bytes:
    """CSV that Excel reads as UTF-8, in which no text can become a formula."""
    stream = io.StringIO()
    writer = csv.writer(stream, lineterminator="\r\n")
    writer.writerow([defused(name) for name in frame.columns])
    writer.writerows([defused(cell) for cell in row] for row in frame.iter_rows())
    return b"\xef\xbb\xbf" + stream.getvalue().encode()


def defused(cell: object) -> object:
    """Text that a spreadsheet would take for a formula, with an apostrophe in front."""
    return f"'{cell}" if isinstance(cell, str) and cell.startswith(FORMULA) else cell

"""Words, tables and pictures out of pandoc's tree, for the template of previews."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

MOST_SIGNS, MOST_IN_CELL = 6000, 120
MOST_ROWS, MOST_COLUMNS = 60, 16
AROUND = {"BlockQuote": None, "Div": 1, "Figure": 2}
"""Blocks that hold blocks, and where."""
STYLED = {"Emph": None, "Strong": None, "Underline": None, "Strikeout": None, "Superscript": None, "Subscript": None,
          "SmallCaps": None, "Span": 1, "Link": 1, "Cite": 1, "Quoted": 1}  # fmt: skip
"""Inlines that hold inlines, and where."""
BLANKS = {"Space": " ", "SoftBreak": " ", "LineBreak": "\n"}


def within(content: Any, place: int | None) -> list[Any]:
    held: list[Any] = content if place is None else content[place]
    return held


def blocks_of(nodes: list[Any], depth: int = 0) -> Iterator[dict[str, Any]]:
    """Headings, words, tables and pictures (by their address in the file), in their order."""
    for node in nodes:
        yield from block_of(node["t"], node.get("c"), depth)


def block_of(name: str, content: Any, depth: int) -> Iterator[dict[str, Any]]:
    if name in ("Para", "Plain"):
        yield from paragraph(content, depth)
    elif name == "Header":
        yield {"what": "heading", "level": content[0], "text": words(content[2])[:MOST_SIGNS]}
    elif name == "Table":
        yield {"what": "table", "rows": rows(content)}
    elif name in ("BulletList", "OrderedList"):
        for item in content if name == "BulletList" else content[1]:
            yield from blocks_of(item, depth + 1)
    elif name == "DefinitionList":
        for term, texts in content:
            yield from paragraph(term, depth)
            yield from blocks_of([block for text in texts for block in text], depth + 1)
    elif name == "CodeBlock":
        yield {"what": "words", "depth": depth, "text": content[1][:MOST_SIGNS]}
    elif name in AROUND:
        yield from blocks_of(within(content, AROUND[name]), depth)


def paragraph(inlines: list[Any], depth: int) -> Iterator[dict[str, Any]]:
    """A paragraph's words, and after them its pictures."""
    if text := words(inlines).strip():
        yield {"what": "words", "depth": depth, "text": text[:MOST_SIGNS]}
    for address in pictures(inlines):
        yield {"what": "picture", "address": address}


def rows(content: list[Any]) -> list[list[str]]:
    """The rows of a table; a cell that spans several columns is followed by empty ones."""
    bodies = [row for body in content[4] for row in [*body[2], *body[3]]]
    found = []
    for _, cells in [*content[3][1], *bodies, *content[5][1]][:MOST_ROWS]:
        row: list[str] = []
        for _, _, _, span, blocks in cells[:MOST_COLUMNS]:
            text = " ".join(block.get("text", "") for block in blocks_of(blocks)).strip()
            row += [text[:MOST_IN_CELL], *[""] * min(span - 1, MOST_COLUMNS)]
        found.append(row[:MOST_COLUMNS])
    return found


def words(inlines: list[Any]) -> str:
    """The words of a line, without their looks."""
    return "".join(word(node["t"], node.get("c")) for node in inlines)


def word(name: str, content: Any) -> str:
    if name == "Str":
        return str(content)
    if name in BLANKS:
        return BLANKS[name]
    if name in ("Code", "Math"):
        return str(content[1])
    if name in STYLED:
        text = words(within(content, STYLED[name]))
        return f"“{text}”" if name == "Quoted" else text
    return ""


def pictures(inlines: list[Any]) -> Iterator[str]:
    """Where the pictures of a line lie in the file."""
    for node in inlines:
        if node["t"] == "Image":
            yield node["c"][2][0]
        elif node["t"] in STYLED:
            yield from pictures(within(node["c"], STYLED[node["t"]]))

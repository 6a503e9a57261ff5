"""The report as PDF: pandoc writes the text in typst's language, our template gives it its look."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any

from huoyue.report.fonts import font_folder, refuse_missing
from huoyue.report.render_tree import Node, Tree, pandoc, plain
from huoyue.report.word import CONTENTS

API = [1, 23, 1]


@dataclass(frozen=True)
class Pdf:
    """A PDF and the page of each heading by anchor, as printed on it."""

    body: bytes
    pages: dict[str, int]


@cache
def template() -> str:
    return files("huoyue.report").joinpath("assets", "report.typ").read_text("utf-8")


def write_pdf(tree: Tree, images: Mapping[str, bytes], meta: Mapping[str, Any]) -> Pdf:
    """The PDF of a report; `images` are SVG by figure name. Refused if a character has no glyph. No dates in it."""
    import typst  # why: slow

    refuse_missing(plain(tree.blocks) + "".join(str(value) for value in meta.values() if isinstance(value, str)))
    source = filled(template(), tree, meta) + pandoc(
        blocks_json(numbered(tree)), "-f", "json", "-t", "typst", "--wrap=none"
    )
    with tempfile.TemporaryDirectory() as folder:
        Path(folder, "figures").mkdir()
        for name, image in images.items():
            Path(folder, "figures", f"{name}.svg").write_bytes(image)
        main = Path(folder, "main.typ")
        main.write_text(source, "utf-8")
        compiler = typst.Compiler(input=str(main), root=folder, font_paths=[str(font_folder())])
        body = compiler.compile(format="pdf")
        pages = json.loads(compiler.query("<pages>", field="value", one=True))
    if not isinstance(body, bytes):
        raise TypeError("typst made several documents of one")
    return Pdf(body, dict(zip((heading.anchor for heading in tree.headings), pages, strict=True)))


def filled(text: str, tree: Tree, meta: Mapping[str, Any]) -> str:
    """The template with the title page's texts, as typst strings."""
    language, region = str(meta.get("lang") or "zh-CN").split("-")
    values = {
        "title": meta["title"], "subtitle": meta.get("subtitle") or "", "author": meta.get("author") or "",
        "dated": meta.get("dated") or "",
        "contents": CONTENTS[tree.lang], "lang": language, "region": region,
    }  # fmt: skip
    for name, value in values.items():
        text = text.replace(f"<<{name}>>", quoted(str(value)))
    lines = ", ".join(quoted(line) for line in meta.get("lines") or [meta["title"]])
    text = text.replace("<<title lines>>", f"({lines},)")
    return text.replace("<<chinese>>", "true" if tree.lang == "zh" else "false")


def quoted(text: str) -> str:
    """A typst string that says exactly `text`."""
    escaped = text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", " ")
    return f'"{escaped}"'


def numbered(tree: Tree) -> list[Node]:
    """The blocks with numbers written into headings and captions; an annex begins a page."""
    headings = iter(tree.headings)
    blocks: list[Node] = []
    for block in tree.blocks:
        heading = next(headings) if block["t"] == "Header" else None
        if heading is not None and heading.annex:
            blocks.append({"t": "RawBlock", "c": ["typst", "#pagebreak(weak: true)"]})
        blocks.append(with_number(block, tree, heading))
    return blocks


def with_number(block: Node, tree: Tree, heading: Any) -> Node:
    if heading is not None:
        level, attributes, _ = block["c"]
        return {"t": "Header", "c": [level, attributes, [{"t": "Str", "c": heading.line}]]}
    if block["t"] in ("Table", "Figure"):
        at = 1
        caption = block["c"][at]
        contents = list(block["c"])
        contents[at] = [caption[0], captioned(tree, block["c"][0][0], caption[1])]
        return {"t": block["t"], "c": contents}
    return block


def captioned(tree: Tree, anchor: str, blocks: list[Node]) -> list[Node]:
    """A caption that begins with its label: 表1　…"""
    if not blocks or not tree.label(anchor):
        return blocks
    gap = "　" if tree.lang == "zh" else ". "
    first = {"t": "Str", "c": tree.label(anchor) + gap}
    return [{"t": blocks[0]["t"], "c": [first, *blocks[0]["c"]]}, *blocks[1:]]


def blocks_json(blocks: list[Node]) -> str:
    """A pandoc document of `blocks`."""
    return json.dumps({"pandoc-api-version": API, "meta": {}, "blocks": blocks}, ensure_ascii=False)

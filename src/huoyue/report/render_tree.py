"""A report's Markdown read by pandoc into a tree, with headings, tables and figures numbered and references resolved.

Nodes are pandoc's own (`{"t": type, "c": contents}`), so that a tree may be handed back to pandoc's writers.
"""

from __future__ import annotations

import json
import re
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache
from typing import Any, TypeAlias

Node: TypeAlias = dict[str, Any]
"""A block or an inline of pandoc's tree."""

WITHOUT = (
    "raw_html", "raw_tex", "raw_attribute", "native_divs", "native_spans", "tex_math_dollars", "latex_macros",
    "citations", "yaml_metadata_block", "pandoc_title_block", "example_lists", "auto_identifiers",
    "implicit_header_references", "smart", "blank_before_header", "task_lists", "footnotes", "inline_notes",
    "strikeout", "subscript", "superscript", "mmd_title_block", "definition_lists", "line_blocks", "fancy_lists",
)  # fmt: skip
DIALECT = "markdown+east_asian_line_breaks" + "".join(f"-{name}" for name in WITHOUT)
UNWRITABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")
OWN_NUMBER = re.compile(r"(附件|附录|Annex|Appendix)")
ANNEX = re.compile(r"(附件|Annex)(?=[\s:：]|$)")
"""The head of an annex that bears no number yet."""
ANNEXES = {"zh": "附件", "en": "Annex"}
LABELS = {("zh", "t"): "表", ("zh", "f"): "图", ("en", "t"): "Table ", ("en", "f"): "Figure "}
SIZE = re.compile(r"(?=[（(][^（(]*n=)|(?<=，)(?=n=)")
"""Where the head of a column may break: before the bracket with the size of a group, and before that size."""
DIGITS = "零一二三四五六七八九"


@dataclass(frozen=True)
class Heading:
    """A heading: its level from 1, number as printed ("" if it has none), text and anchor."""

    level: int
    number: str
    text: str
    anchor: str
    annex: bool = False
    """Whether it is the head of an annex, which begins a page of its own."""

    @property
    def line(self) -> str:
        gap = "" if not self.number or self.number.endswith(("、", "）")) else " "
        return f"{self.number}{gap}{self.text}"


@dataclass
class Tree:
    """The blocks, the outline in order, and the number of each table and figure by anchor (`t-funnel` -> 1)."""

    lang: str
    blocks: list[Node]
    headings: list[Heading] = field(default_factory=list)
    numbers: dict[str, int] = field(default_factory=dict)
    annexes: dict[str, str] = field(default_factory=dict)
    """What each annex is called, by anchor (`a-panel` -> 附件2)."""

    def label(self, anchor: str) -> str:
        """表1, Figure 2, 附件3; "" for an anchor that is nothing of the report."""
        if anchor in self.annexes:
            return self.annexes[anchor]
        number = self.numbers.get(anchor)
        return "" if number is None else f"{LABELS[self.lang, anchor[0]]}{number}"


@cache
def pandoc_path() -> str:
    """The pandoc that came with its Python package."""
    import pypandoc  # why: slow

    return str(pypandoc.get_pandoc_path())


def pandoc(text: str, *arguments: str) -> str:
    """What pandoc makes of `text`. RuntimeError with its words if it fails; it may read no other file."""
    command = [pandoc_path(), "--sandbox", *arguments]
    done = subprocess.run(command, input=text, capture_output=True, text=True, encoding="utf-8")  # noqa: S603  # why: our own pandoc, text on its input
    if done.returncode:
        raise RuntimeError(done.stderr)
    return done.stdout


def read_tree(markdown: str, lang: str) -> Tree:
    """The numbered tree of a report in `lang` ("zh" or "en")."""
    # one column: pandoc then gives every column of a pipe table its share of the width, by its dashes
    parsed = json.loads(pandoc(UNWRITABLE.sub("", markdown), "-f", DIALECT, "-t", "json", "--columns=1"))
    tree = Tree(lang, parsed["blocks"])
    number_headings(tree)
    break_column_heads(tree)
    for node in walk(tree.blocks):
        if node["t"] in ("Table", "Figure") and (anchor := node["c"][0][0]):
            kind = anchor[0]
            tree.numbers[anchor] = 1 + sum(known[0] == kind for known in tree.numbers)
    for node in walk(tree.blocks):
        if node["t"] == "Link" and not node["c"][1] and node["c"][2][0].startswith("#"):
            anchor = node["c"][2][0][1:]
            if anchor.startswith("a-") and anchor not in tree.annexes:  # one section alone holds no annex to lead to
                node |= {"t": "Str", "c": ANNEXES[lang]}
            else:
                node["c"][1] = [{"t": "Str", "c": tree.label(anchor)}]
    return tree


def number_headings(tree: Tree) -> None:
    """Give each heading number and anchor; one of class `unnumbered` has no number, annexes are counted apart."""
    counts = [0] * 6
    names = annex_names(tree)
    for at, block in enumerate(tree.blocks):
        if block["t"] != "Header":
            continue
        level, (own, classes, _), inlines = block["c"]
        if at in names:
            inlines[0]["c"] = ANNEX.sub(names[at], inlines[0]["c"], count=1)
        text = plain(inlines)
        number = ""
        if "unnumbered" not in classes and not OWN_NUMBER.match(text):
            counts[level - 1] += 1
            counts[level:] = [0] * (6 - level)
            number = heading_number(counts[:level], tree.lang)
        anchor = own if at in names and own.startswith("a-") else f"s-{len(tree.headings) + 1}"
        block["c"][1] = [anchor, classes, []]
        tree.headings.append(Heading(level, number, text, anchor, annex=at in names))
        if anchor == own:
            tree.annexes[anchor] = names[at]


def annex_names(tree: Tree) -> dict[int, str]:
    """What the annexes are called, by the place of their heads: 附件1, 附件2; a single one has no number.

    Chinese official documents number them so, from two on (GB/T 9704-2012, 7.3.4).
    """
    places = [at for at, block in enumerate(tree.blocks) if block["t"] == "Header" and block["c"][0] == 1
              and block["c"][2] and block["c"][2][0]["t"] == "Str" and ANNEX.match(block["c"][2][0]["c"])]  # fmt: skip
    word = ANNEXES[tree.lang]
    if len(places) < 2:
        return dict.fromkeys(places, word)
    return {at: f"{word}{'' if tree.lang == 'zh' else ' '}{place}" for place, at in enumerate(places, 1)}


def break_column_heads(tree: Tree) -> None:
    """Let the size of a group, such as （n=100）, begin a line of its column head: narrow columns tear it apart."""
    for table in (node for node in walk(tree.blocks) if node["t"] == "Table"):
        for row in table["c"][3][1]:
            for block in (block for cell in row[1] for block in cell[4]):
                block["c"] = broken_head(block["c"])


def broken_head(inlines: list[Node]) -> list[Node]:
    """The inlines of a column head with line breaks before n= and the bracket it stands in."""
    broken: list[Node] = []
    for node in inlines:
        pieces = SIZE.split(node["c"]) if node["t"] == "Str" else []
        if len(pieces) < 2:
            broken.append(node)
            continue
        if not pieces[0] and broken and broken[-1]["t"] == "Space":
            del broken[-1]
        for place, piece in enumerate(pieces):
            broken += [{"t": "LineBreak"}] if place and broken else []
            broken += [{"t": "Str", "c": piece}] if piece else []
    return broken


def heading_number(counts: list[int], lang: str) -> str:
    """一、 （一） 1. （1） in Chinese official documents (GB/T 9704-2012, 7.3.3); 1, 1.1, 1.1.1 in English."""
    if lang == "en":
        return ".".join(str(count) for count in counts)
    last = counts[-1]
    forms = (f"{chinese(last)}、", f"（{chinese(last)}）", f"{last}.", f"（{last}）")
    return forms[min(len(counts), 4) - 1]


def chinese(number: int) -> str:
    """A number below 100 in Chinese: 1 -> 一, 10 -> 十, 21 -> 二十一."""
    tens, ones = divmod(number, 10)
    head = "" if not tens else "十" if tens == 1 else f"{DIGITS[tens]}十"
    return head + (DIGITS[ones] if ones or not tens else "")


def walk(value: object) -> Iterator[Node]:
    """Every node of a tree in reading order, outer ones first."""
    if isinstance(value, dict):
        if "t" in value:
            yield value
        yield from walk(value.get("c"))
    elif isinstance(value, list):
        for item in value:
            yield from walk(item)


def plain(inlines: object) -> str:
    """The text of inlines, or of blocks, without any markup."""
    parts = []
    for node in walk(inlines):
        if node["t"] in ("Str",):
            parts.append(node["c"])
        elif node["t"] in ("Code", "Math", "RawInline"):
            parts.append(node["c"][1])
        elif node["t"] in ("Space", "SoftBreak", "LineBreak"):
            parts.append(" ")
    return "".join(parts)


@dataclass(frozen=True)
class Grid:
    """A table without pandoc's wrapping. `widths` are shares of the text width that add up to 1; cells are inlines."""

    anchor: str
    csv: str
    caption: list[Node]
    right: list[bool]
    widths: list[float]
    head: list[list[list[Node]]]
    rows: list[list[list[Node]]]


def grid(table: Node) -> Grid:
    """A pandoc `Table` as a grid."""
    attributes, caption, columns, head, bodies, _ = table["c"]
    given = [width.get("c", 0.0) for _, width in columns]
    total = sum(given)
    widths = [width / total for width in given] if total else [1 / len(columns)] * len(columns)
    body = [row for part in bodies for row in part[2] + part[3]]
    return Grid(
        anchor=attributes[0],
        csv=dict(attributes[2]).get("csv", attributes[0].removeprefix("t-")),
        caption=inlines_of(caption[1]),
        right=[alignment["t"] == "AlignRight" for alignment, _ in columns],
        widths=widths,
        head=[cells_of(row) for row in head[1]],
        rows=[cells_of(row) for row in body],
    )


def cells_of(row: list[Any]) -> list[list[Node]]:
    return [inlines_of(cell[4]) for cell in row[1]]


def inlines_of(blocks: list[Node]) -> list[Node]:
    """The inlines of simple blocks, one after another."""
    return [inline for block in blocks if block["t"] in ("Plain", "Para") for inline in block["c"]]

"""One section of the report by itself, as an editor previews it: its text in a round's figures, as HTML.

The text is somebody's own, so it is rendered in the sandbox's child process; what comes of it is Markdown in which
nothing is raw, and the page is written from pandoc's tree.
"""

from __future__ import annotations

import re
import tempfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from html import escape
from pathlib import Path
from typing import Any

from huoyue.core.message import M
from huoyue.core.problem import Problem, Refused
from huoyue.report import part
from huoyue.report.context import ANCHOR, NUMBER, REFERENCE, bound, plain, report_context, tidy
from huoyue.report.context_reading import Reading
from huoyue.report.context_seal import UNKNOWN, Known, seal
from huoyue.report.context_types import ReportContext
from huoyue.report.figures import figures
from huoyue.report.figures_style import Spec
from huoyue.report.html import Page
from huoyue.report.part_tables import displays as part_displays
from huoyue.report.part_types import PartContext
from huoyue.report.part_unit import unit_data, unit_tables
from huoyue.report.render_tree import Node, inlines_of, read_tree
from huoyue.report.render_tree import plain as words_of
from huoyue.report.sandbox import render_template
from huoyue.report.sandbox_child import SHIPPED
from huoyue.report.scope import Scope, restricted, title_of
from huoyue.report.tables import Display
from huoyue.report.tables_all import displays
from huoyue.snapshot.store import Snapshot

INCLUDED = re.compile(r'{% include "zh/([\w-]+)\.md\.j2" %}')
TABLE_CAPTION = re.compile(r"^: (.*) \{#(t-[\w-]+) ", re.MULTILINE)
FIGURE_CAPTION = re.compile(r"^!\[(.*)\]\(figures/[^)]*\)\{#(f-[\w-]+)", re.MULTILINE)
LONGEST = 400_000
"""Characters of Markdown that a preview shows."""


def sections() -> tuple[str, ...]:
    """What can be worded: the order of the report, its sections in order, those of its public version, the parts."""
    inside = INCLUDED.findall((SHIPPED / "zh" / "report.md.j2").read_text("utf-8"))
    return ("report", *inside, "public_summary", "public_organisation", "part", "unit")


def shipped(lang: str, name: str) -> str:
    """Our own text of a section."""
    return (SHIPPED / lang / f"{name}.md.j2").read_text("utf-8")


@dataclass
class Ground:
    """What a section of a round is rendered from: plain data, tables and charts. `kind` is the type of the data."""

    lang: str
    kind: type | None
    data: Mapping[str, Any]
    shown: list[Display]
    drawn: dict[str, Spec] = field(default_factory=dict)

    @cached_property
    def captions(self) -> dict[str, str]:
        """Anchor -> caption, of every table and figure as our own wording has them."""
        name = {ReportContext: "report", PartContext: "part"}.get(self.kind or object, "unit")
        text = render_template(None, f"{self.lang}/{name}.md.j2", self.data)
        found = [*TABLE_CAPTION.findall(text), *FIGURE_CAPTION.findall(text)]
        return {anchor: readable(caption) for caption, anchor in found}


def ground(snapshot: Snapshot, lang: str, name: str, known: Known = UNKNOWN) -> Ground:
    """The ground of a section; a report on a part is shown for the first batch, or the first unit."""
    whole = Reading(snapshot, lang)
    if name == "unit":
        code = str(snapshot.results["screening"]["unit"][0])
        shown = unit_tables(snapshot, code, lang)
        return Ground(lang, None, unit_data(snapshot, code, lang, shown, seal(snapshot, known)), shown)
    if name == "part":
        scope = Scope("batch", snapshot.scheme.batches[0].id)
        own, title = Reading(restricted(snapshot, scope), lang), title_of(snapshot, scope, lang)
        shown, drawn = part_displays(own, whole, title), part.charts(own, whole, title)
        context = part.part_context(own, whole, scope, shown, tuple(drawn), known)
        return Ground(lang, PartContext, part.plain(context), shown, drawn)
    shown, drawn = displays(whole), figures(whole)
    return Ground(lang, ReportContext, plain(report_context(whole, shown, tuple(drawn), known)), shown, drawn)


def readable(text: str) -> str:
    """Markdown of one line as people read it."""
    return re.sub(r"\\(.)", r"\1", NUMBER.sub(r"\1", str(text)))


def rendered(on: Ground, name: str, text: str, others: Mapping[str, str] | None = None) -> str:
    """The Markdown of a section with `text` for its template and `others` by name beside it.

    Refused with the line where the text has a mistake.
    """
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place, on.lang)
        folder.mkdir()
        for other, own in (dict(others or {}) | {name: text}).items():
            (folder / f"{other}.md.j2").write_text(own, "utf-8")
        prose = tidy(render_template(Path(place), f"{on.lang}/{name}.md.j2", on.data))
    if len(prose) > LONGEST:
        raise Refused([Problem("section.long", M("The section becomes too long to be shown here."))])
    used = set(ANCHOR.findall(prose))
    told = REFERENCE.sub(lambda found: found[0] if found[1] in used else elsewhere(on, found[1]), prose)
    return bound(told, used)


def elsewhere(on: Ground, anchor: str) -> str:
    """What stands for a table or figure of another section."""
    caption = on.captions.get(anchor, anchor)
    return f"〔{caption}〕" if on.lang == "zh" else f"[{caption}]".replace("[", "\\[").replace("]", "\\]")


class Preview(Page):
    """The page of a section: charts are pictures at an address, tables without their download."""

    picture: Callable[[str], str]

    def figure(self, block: Node) -> str:
        (anchor, _, _), caption, inside = block["c"]
        images = [node for one in inside for node in one.get("c", []) if node["t"] == "Image"]
        name = images[0]["c"][2][0].removeprefix("figures/").rsplit(".", 1)[0] if images else ""
        inlines = inlines_of(caption[1])
        said = escape(words_of(inlines))
        source = escape(self.picture(name))
        label = escape(self.tree.label(anchor))
        gap = "　" if self.tree.lang == "zh" else ". "
        return (f'<figure><img src="{source}" alt="{said}" loading="lazy">'
                f"<figcaption>{label}{gap}{self.inlines(inlines)}</figcaption></figure>")  # fmt: skip


def as_html(on: Ground, markdown: str, picture: Callable[[str], str]) -> str:
    """The section as part of a page; `picture` gives a chart's address."""
    tree = read_tree(markdown, on.lang)
    page = Preview(tree, {}, {})
    page.picture = picture
    return page.blocks(tree.blocks)

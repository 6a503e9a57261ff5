"""The report as a document: prose from templates, figures, and tables to download. Rendering it is another module's.

What rendering relies on: headings without numbers; numbers as `[129]{.n t=funnel}`, naming the table they stand in;
tables with a caption `: text {#t-funnel csv="funnel"}`; figures as `![text](figures/tiers-all.svg){#f-tiers-all}`;
cross-references as empty links, `[](#t-funnel)`.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import polars as pl

from huoyue.report import (
    context_indicators,
    context_outlook,
    context_panel,
    context_people,
    context_results,
    objections,
    standing_back,
)
from huoyue.report.context_people import LONGEST_LIST
from huoyue.report.context_reading import Reading, Source
from huoyue.report.context_seal import UNKNOWN, Known, seal
from huoyue.report.context_types import Block, ReportContext
from huoyue.report.context_values import Counting, data_of
from huoyue.report.cover import dated, title_lines
from huoyue.report.figures import figures
from huoyue.report.figures_style import Spec
from huoyue.report.sandbox import render_template
from huoyue.report.tables import Display
from huoyue.report.tables_all import displays
from huoyue.snapshot.store import Snapshot

TEMPLATE = "report.md.j2"
NUMBER = re.compile(r"\[((?:\\.|[^\]\\])*)\]\{\.n t=([\w-]+)\}")
REFERENCE = re.compile(r"\[\]\(#([tf]-[\w-]+)\)")
HEADING = re.compile(r"#{1,6} ")
ANCHOR = re.compile(r"\{#([tf]-[\w-]+)")


@dataclass(frozen=True)
class Document:
    """A report before it has a format. `figures` are Vega-Lite specifications, `tables` what people may download."""

    markdown: str
    figures: dict[str, Spec]
    tables: dict[str, pl.DataFrame]
    meta: dict[str, Any]


def compose(
    snapshot: Source, lang: str, templates: Path | None = None, *, known: Known = UNKNOWN,
    shown: Callable[[dict[str, Any]], dict[str, Any]] = dict,
) -> Document:  # fmt: skip
    """The report of a round in `lang` ("zh" or "en"), in the wording of `templates` where that folder has its own.

    `shown` may leave out what this report must not say. Refused if a template has a mistake.
    """
    reading = Reading(snapshot, lang)
    tables = displays(reading)
    drawn = figures(reading)
    context = report_context(reading, tables, tuple(drawn), known)
    data = shown(plain(context))
    prose = tidy(render_template(templates, f"{lang}/{TEMPLATE}", data))
    used = set(ANCHOR.findall(prose))
    return Document(
        markdown=bound(prose, used),
        figures={name: spec for name, spec in drawn.items() if f"f-{name}" in used and name in data["figures"]},
        tables={one.name: one.frame for one in tables if f"t-{one.name}" in used and one.name in data["tables"]},
        meta=meta(context) | {"dated": dated(known.on, lang)} | stamp(snapshot),
    )


def report_context(
    reading: Reading, shown: list[Display], drawn: tuple[str, ...], known: Known = UNKNOWN
) -> ReportContext:
    """Everything that the templates may use."""
    return ReportContext(
        lang=reading.lang,
        words=context_people.words(reading),
        texts=context_people.texts(reading),
        timing=context_people.timing(reading),
        total_points=f"{reading.scheme.points:f}",
        pillars=tuple(context_people.pillar_text(reading, pillar) for pillar in reading.scheme.pillars),
        indicators=len(reading.scheme.indicators),
        review=context_people.review(reading),
        severity=context_panel.severity(reading),
        standing_back=standing_back.standing_back(reading),
        objections=objections.objections(reading),
        funnel=context_people.funnel(reading),
        overall=context_results.overall(reading),
        batches=context_results.batches(reading),
        comparison=context_results.comparison(reading),
        tiers=context_results.tiers(reading),
        findings=tuple(context_indicators.pillar_finding(reading, pillar) for pillar in reading.scheme.pillars),
        driver=context_indicators.driver(reading),
        weakest=context_results.weakest(reading),
        absent=context_people.absent(reading),
        plausibility=context_outlook.plausibility(reading),
        history=context_outlook.history(reading),
        candidates=context_outlook.candidates(reading),
        recommendations=context_outlook.recommendations(reading),
        method=context_outlook.method(reading),
        seal=seal(reading.source, known),
        basis=context_people.basis(reading),
        annex_listed=reading.result("scores").height <= LONGEST_LIST,
        tables=blocks(reading, shown),
        figures=drawn,
    )


def blocks(reading: Reading, shown: list[Display]) -> dict[str, Block]:
    return {table.name: table.block(thousands=reading.lang == "en") for table in shown}


def plain(context: ReportContext) -> dict[str, Any]:
    """The context as templates receive it."""
    words = context.words
    data = data_of(context, Counting(context.lang, words.unit, words.units, words.counter))
    if not isinstance(data, dict):
        raise TypeError(type(data))
    return data


def meta(context: ReportContext) -> dict[str, Any]:
    """Title page and document properties, as plain text."""
    texts = context.texts
    return {
        "title": texts.title,
        "lines": title_lines(texts.title, context.lang, context.words.unit),
        "subtitle": texts.subtitle,
        "author": texts.issuer,
        "period": context.timing.label,
        "lang": {"zh": "zh-CN", "en": "en-GB"}[context.lang],
    }


def stamp(snapshot: Source) -> dict[str, str]:
    """Of which snapshot a document is, so that a file handed back says so; nothing for a round that is not frozen."""
    return {"snapshot": snapshot.digest} if isinstance(snapshot, Snapshot) else {}


def tidy(prose: str) -> str:
    """At most one empty line in a row, none at the ends, one around headings: templates need not care."""
    lines = [f"\n{line.rstrip()}\n" if HEADING.match(line) else line.rstrip() for line in prose.splitlines()]
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip() + "\n"


def bound(prose: str, used: set[str]) -> str:
    """Numbers and references whose table is not in the report, because a template left it out, become plain or go."""
    text = NUMBER.sub(lambda found: found[0] if f"t-{found[2]}" in used else found[1], prose)
    return REFERENCE.sub(lambda found: found[0] if found[1] in used else "", text)

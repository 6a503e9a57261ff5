"""A report on a part of the round: a batch, an industry, each beside the whole; or one unit."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path
from typing import Any

from huoyue.report import context_people, context_results, part_tables, statements
from huoyue.report.context import ANCHOR, Document, bound, stamp, tidy
from huoyue.report.context_people import LONGEST_LIST
from huoyue.report.context_reading import Reading
from huoyue.report.context_seal import UNKNOWN, Known, seal
from huoyue.report.context_values import Count, Counting, Num, data_of
from huoyue.report.cover import dated, title_lines
from huoyue.report.figures_scores import distribution
from huoyue.report.figures_style import Spec
from huoyue.report.part_types import LossBeside, PartContext
from huoyue.report.part_unit import unit_data, unit_tables
from huoyue.report.sandbox import render_template
from huoyue.report.scope import Scope, restricted, title_of
from huoyue.report.tables import Display
from huoyue.snapshot.store import Snapshot

NAMED = 5
"""Indicators that a part's text names as those on which most was lost."""


def compose_part(
    snapshot: Snapshot, scope: Scope, lang: str, templates: Path | None = None, *, known: Known = UNKNOWN
) -> Document:
    """The report on a part in `lang`, in the wording of `templates` where that folder has its own.

    Refused if the round has no such part, or a template has a mistake.
    """
    whole = Reading(snapshot, lang)
    title = title_of(snapshot, scope, lang)
    if scope.kind == "unit":
        shown, drawn = unit_tables(snapshot, scope.id, lang), {}
        data = unit_data(snapshot, scope.id, lang, shown, seal(snapshot, known))
    else:
        own = Reading(restricted(snapshot, scope), lang)
        shown, drawn = part_tables.displays(own, whole, title), charts(own, whole, title)
        data = plain(part_context(own, whole, scope, shown, tuple(drawn), known))
    name = f"{lang}/{'unit' if scope.kind == 'unit' else 'part'}.md.j2"
    prose = tidy(render_template(templates, name, data))
    used = set(ANCHOR.findall(prose))
    return Document(
        markdown=bound(prose, used),
        figures={name: spec for name, spec in drawn.items() if f"f-{name}" in used},
        tables={table.name: table.frame for table in shown if f"t-{table.name}" in used},
        meta=meta(whole, title) | {"dated": dated(known.on, lang)} | stamp(snapshot) | {"part": scope.text},
    )


def part_context(
    own: Reading, whole: Reading, scope: Scope, shown: list[Display], drawn: tuple[str, ...], known: Known
) -> PartContext:
    """Everything that the template of a part may use."""
    return PartContext(
        lang=own.lang,
        words=context_people.words(own),
        texts=context_people.texts(own),
        timing=context_people.timing(own),
        title=title_of(whole.source, scope, own.lang),
        kind=scope.kind,
        funnel=context_people.funnel(own),
        overall=context_results.overall(own),
        whole_funnel=context_people.funnel(whole),
        whole=context_results.overall(whole),
        above=Count(above_mean(own, whole), "units"),
        weakest=weakest(own, whole),
        listed=len(own.units) <= LONGEST_LIST,
        basis=context_people.basis(own),
        seal=seal(whole.source, known),
        tables={table.name: table.block(thousands=own.lang == "en") for table in shown},
        figures=drawn,
    )


def above_mean(own: Reading, whole: Reading) -> int:
    """How many units of a part have a score above the exact mean of all."""
    everybody = whole.result("scores")["score"].to_list()
    mean = Fraction(sum(everybody), len(everybody) or 1)
    return sum(score > mean for score in own.result("scores")["score"].to_list())


def weakest(own: Reading, whole: Reading) -> tuple[LossBeside, ...]:
    """The indicators on which a part lost the largest share, each beside the whole."""
    of_whole = {part.name: part for part in context_results.lost_parts(whole)}
    return tuple(
        LossBeside(
            part.name,
            Num(f"{own.percent(part.count, part.whole)}%", "lost"),
            Num(f"{whole.percent(of_whole[part.name].count, of_whole[part.name].whole)}%", "lost"),
        )
        for part in statements.most_lost(context_results.lost_parts(own), NAMED)
    )


def charts(own: Reading, whole: Reading, title: str) -> dict[str, Spec]:
    """Tiers of the part beside the whole, and its scores; none where nobody was evaluated."""
    if not own.result("scores").height:
        return {}
    return {"tiers": part_tables.beside(own, whole, title), "distribution": distribution(own)}


def plain(context: PartContext) -> dict[str, Any]:
    """The context as templates receive it."""
    words = context.words
    data = data_of(context, Counting(context.lang, words.unit, words.units, words.counter))
    if not isinstance(data, dict):
        raise TypeError(type(data))
    return data


def meta(reading: Reading, title: str) -> dict[str, Any]:
    """Title page and document properties; the part's name takes the place of the subtitle."""
    texts = context_people.texts(reading)
    return {
        "title": texts.title,
        "lines": title_lines(texts.title, reading.lang, reading.name(reading.scheme.words.unit)),
        "subtitle": title,
        "author": texts.issuer,
        "period": reading.name(reading.scheme.period.label),
        "lang": {"zh": "zh-CN", "en": "en-GB"}[reading.lang],
    }

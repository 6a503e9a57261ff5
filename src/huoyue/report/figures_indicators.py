"""The charts on indicators: who carried them out, and where points were lost in each tier."""

from __future__ import annotations

from huoyue.core.analysis.margins import ALL
from huoyue.core.message import M
from huoyue.core.scheme.model import Indicator, Pillar
from huoyue.report.context_reading import Reading
from huoyue.report.context_results import lost_part
from huoyue.report.figures_style import INK, NEUTRAL, NORMAL, PALE, RULE, SMALL, WIDTH, Spec, blend, finished, ink_on
from huoyue.report.figures_tiers import counted

TALLEST = 660
"""Pixels that all rows of a chart may take together: it must fit a page with its caption."""
NAMES = 150
"""Pixels for the names of indicators."""
LABEL = 112


def indicator_charts(reading: Reading) -> dict[str, Spec]:
    """Figure name -> specification: participation, lost."""
    return {"participation": participation(reading), "lost": heat_map(reading)}


def step(rows: int) -> float:
    """Height of a row."""
    return min(24.0, TALLEST / max(rows, 1))


def stacked(reading: Reading, panels: list[tuple[Pillar, Spec]]) -> Spec:
    """Panels of the pillars under each other, each with the pillar's name."""
    named = [spec | {"title": {"text": reading.name(pillar.short), "offset": 4}} for pillar, spec in panels]
    return {"vconcat": named, "spacing": 12}


def names_axis(order: list[str]) -> Spec:
    axis = {"title": None, "ticks": False, "domain": False, "labelPadding": 8, "labelLimit": NAMES, "minExtent": NAMES}
    return {"field": "name", "type": "nominal", "sort": order, "axis": axis}


def participation(reading: Reading) -> Spec:
    """Of the evaluated units to which an indicator applies, how many carried it out."""
    rows = reading.result("participation").filter(tier=ALL, batch=ALL).to_dicts()
    found = {row["indicator"]: (int(row["participants"]), int(row["units"])) for row in rows}
    height = step(len(reading.scheme.indicators))
    panels = [
        (pillar, _participation_panel(reading, list(pillar.indicators), found, height))
        for pillar in reading.scheme.pillars
    ]
    head = reading.say(M("Carried out, of those evaluated (n={n})", n=reading.sizes[ALL]))
    return finished({"title": {"text": head}} | stacked(reading, panels))


def _participation_panel(
    reading: Reading, indicators: list[Indicator], found: dict[str, tuple[int, int]], height: float
) -> Spec:
    width = WIDTH - NAMES - 40
    values: list[Spec] = [
        {
            "name": reading.name(indicator.short),
            "share": done / of if of else 0,
            "whole": 1,
            "label": counted(reading, done, reading.percent(done, of)),
        }
        for indicator in indicators
        for done, of in [found[indicator.id]]
    ]
    across = {"field": "share", "type": "quantitative", "axis": None, "scale": {"domain": [0, width / (width - LABEL)]}}
    bar = {"type": "bar", "height": height * 0.66, "fill": NEUTRAL, "stroke": INK, "strokeWidth": 0.5}
    full = {"type": "bar", "height": height * 0.66, "fill": None, "stroke": RULE, "strokeWidth": 0.8}
    text = {"type": "text", "align": "left", "dx": 6, "fontSize": SMALL}
    return {
        "data": {"values": values},
        "width": width,
        "height": {"step": height},
        "encoding": {"y": names_axis([row["name"] for row in values])},
        "layer": [
            {"mark": full, "encoding": {"x": across | {"field": "whole"}}},
            {"mark": bar, "encoding": {"x": across}},
            {"mark": text, "encoding": {"x": across | {"field": "whole"}, "text": {"field": "label"}}},
        ],
    }


def heat_map(reading: Reading) -> Spec:
    """Share of the attainable points that was lost, by indicator and tier: darker is more, the figure stands inside."""
    tiers = [tier for tier in reading.tiers if reading.sizes[tier.id]]
    columns = {ALL: reading.say(M("All"))} | {tier.id: reading.name(tier.short) for tier in tiers}
    headings = [f"{name}\nn={reading.number(reading.sizes[group])}" for group, name in columns.items()]
    rows = reading.result("lost").filter(batch=ALL).to_dicts()
    found = {(row["indicator"], row["tier"]): row for row in rows if row["indicator"] != ALL}
    height = step(len(reading.counted))
    panels: list[tuple[Pillar, Spec]] = []
    for pillar in reading.scheme.pillars:
        own = [indicator for indicator in pillar.indicators if not indicator.bonus]
        cells = [
            _cell(reading, indicator, heading, found[indicator.id, group])
            for indicator in own
            for group, heading in zip(columns, headings, strict=True)
        ]
        if cells:
            panels.append((pillar, _heat_panel(cells, headings, height, not panels)))
    head = reading.say(M("Points lost, as % of those attainable"))
    return finished({"title": {"text": head}} | stacked(reading, panels))


def _cell(reading: Reading, indicator: Indicator, heading: str, row: Spec) -> Spec:
    part = lost_part("", row)
    fill = blend(float(part.share))
    shown = reading.percent(part.count, part.whole)
    return {
        "name": reading.name(indicator.short),
        "group": heading,
        "fill": fill if shown else "#ffffff",
        "ink": ink_on(fill),
        "label": shown or "—",
    }


def _heat_panel(cells: list[Spec], headings: list[str], height: float, headed: bool) -> Spec:
    axis = {
        "orient": "top",
        "title": None,
        "ticks": False,
        "domain": False,
        "labelAngle": 0,
        "labelExpr": "split(datum.label, '\\n')",
        "labelFontSize": SMALL,
        "labelLineHeight": 15,
        "labelPadding": 20,
    }
    group = {"field": "group", "type": "nominal", "sort": headings, "axis": axis if headed else None}
    order = list(dict.fromkeys(cell["name"] for cell in cells))
    fill = {"field": "fill", "type": "nominal", "scale": None}
    ink = {"field": "ink", "type": "nominal", "scale": None}
    return {
        "data": {"values": cells},
        "width": WIDTH - NAMES - 40,
        "height": {"step": height},
        "encoding": {"x": group, "y": names_axis(order)},
        "layer": [
            {"mark": {"type": "rect", "stroke": PALE, "strokeWidth": 0.6}, "encoding": {"fill": fill}},
            {
                "mark": {"type": "text", "fontSize": min(NORMAL, height * 0.6)},
                "encoding": {"text": {"field": "label"}, "color": ink},
            },
        ],
    }

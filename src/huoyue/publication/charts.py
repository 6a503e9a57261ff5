"""The site's charts as Vega-Lite specifications, drawn from open tables only: one for a page, one for a picture."""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import cache
from typing import Any

from huoyue.core.message import M, Message
from huoyue.core.phrase import render
from huoyue.core.scheme.bands import tiers_from_top
from huoyue.core.scheme.model import Scheme
from huoyue.publication.open_tables import OpenTable
from huoyue.report.figures import render as drawn
from huoyue.report.figures_style import INK, NEUTRAL, WIDTH, Spec, finished

Tables = Mapping[str, OpenTable]
HEADS = {
    "tiers-batch": M("Tiers by batch: how many, in the colours of the tiers"),
    "tiers-industry": M("Tiers by industry: how many, in the colours of the tiers"),
    "scores": M("How many have which score"),
    "spread": M("Every score by batch: a dot each"),
    "activities": M("What was carried out, of those evaluated to which it applies"),
}
"""Caption of every chart, which also says it to those who do not see it."""


def charts(scheme: Scheme, tables: Tables, lang: str) -> dict[str, Spec]:
    """Every chart by name; those of scores only where scores are in the results."""
    found = {
        "tiers-batch": tier_bars(scheme, tables, lang, "batch") if len(scheme.batches) > 1 else None,
        "tiers-industry": tier_bars(scheme, tables, lang, "industry") if scheme.industries else None,
        "scores": histogram(scheme, tables, lang),
        "spread": spread(scheme, tables, lang) if len(scheme.batches) > 1 else None,
        "activities": carried_out(tables, lang),
    }
    return {name: spec for name, spec in found.items() if spec}


def pictures(specs: Mapping[str, Spec], lang: str) -> dict[str, bytes]:
    """The charts as pictures, for readers without scripts and for print."""
    return {f"charts/{name}.{lang}.svg": drawn(still(spec), "svg") for name, spec in specs.items()}


def still(spec: Spec) -> Spec:
    """The same chart at the width of a page of text; a live one is as wide as its place."""
    return spec | {"width": WIDTH}


def script(specs: Mapping[str, Spec]) -> bytes:
    """The specifications as a script file, since a page opened from a folder may load nothing else."""
    return f"window.huoyueCharts = {json.dumps(specs, ensure_ascii=False, sort_keys=True)};\n".encode()


@cache
def engine() -> bytes:
    """Vega, Vega-Lite and Vega-Embed as one script, made by vl-convert when an edition is built."""
    import vl_convert  # why: slow

    bundle: Any = vl_convert.javascript_bundle  # its types want a snippet that it does not need
    return str(bundle()).encode()


def colour(scheme: Scheme, lang: str) -> Spec:
    """Tiers in their colours, from the top; picking one in the legend pales the others."""
    tiers = tiers_from_top(scheme)
    scale = {"domain": [one.title.in_language(lang) for one in tiers], "range": [one.colour for one in tiers]}
    legend = {"orient": "top", "title": None, "labelLimit": 220}
    pale = {"condition": {"param": "tier", "value": 1}, "value": 0.15}
    return {"color": {"field": "tier", "type": "nominal", "scale": scale, "legend": legend}, "opacity": pale}


PLAIN: Spec = {"ticks": False, "domain": False, "labelPadding": 8}
WHOLE: Spec = {"format": "d", "tickMinStep": 1}
PICK: list[Spec] = [{"name": "tier", "select": {"type": "point", "fields": ["tier"]}, "bind": "legend"}]


def body(spec: Spec, height: Any) -> Spec:
    """A chart as wide as its place."""
    size = {"width": "container", "autosize": {"type": "fit-x", "contains": "padding"}, "height": height}
    return finished(size | spec)


def tips(lang: str, **fields: Message) -> list[Spec]:
    """What is shown of a mark that somebody points at."""
    return [{"field": name.rstrip("_"), "title": render(title, lang)} for name, title in fields.items()]


def said(message: Message, lang: str) -> str:
    return render(message, lang)


def tier_bars(scheme: Scheme, tables: Tables, lang: str, scope: str) -> Spec:
    """Stacked bars of the tiers of every batch or industry."""
    order = {one.title.in_language(lang): at for at, one in enumerate(tiers_from_top(scheme))}
    members = scheme.batches if scope == "batch" else scheme.industries
    values = [
        {"member": row[f"member_{lang}"], "tier": row[f"tier_{lang}"], "units": row["units"],
         "place": order[str(row[f"tier_{lang}"])]}
        for row in tables["tiers"].frame.filter(scope=scope).to_dicts() if row["units"]
    ]  # fmt: skip
    names = [one.title.in_language(lang) for one in members]
    tip = tips(lang, member=M("Group"), tier=M("Tier"), units=M("How many"))
    encoding = {
        "y": {"field": "member", "type": "nominal", "title": None, "scale": {"domain": names}, "axis": PLAIN},
        "x": {"field": "units", "type": "quantitative", "title": said(M("How many"), lang), "axis": WHOLE},
        "order": {"field": "place", "type": "quantitative"}, "tooltip": tip,
    } | colour(scheme, lang)  # fmt: skip
    mark = {"type": "bar", "stroke": INK, "strokeWidth": 0.5}
    return body({"data": {"values": values}, "params": PICK, "mark": mark, "encoding": encoding}, {"step": 34})


def scored(tables: Tables, lang: str) -> list[Spec]:
    """Name, score, tier and batch of every unit; empty where scores are not open."""
    frame = tables["results"].frame
    if "score" not in frame.columns:
        return []
    return [
        {"name": row["name"], "score": row["score"], "tier": row[f"tier_{lang}"], "batch": row[f"batch_{lang}"]}
        for row in frame.to_dicts()
    ]


def score_axis(scheme: Scheme, lang: str) -> Spec:
    most = float(scheme.points)
    return {
        "type": "quantitative",
        "title": said(M("Score"), lang),
        "scale": {"domain": [0, most * 1.01], "nice": False},
    }


def histogram(scheme: Scheme, tables: Tables, lang: str) -> Spec | None:
    """How many units have each score, fifty bars at most, in the colours of the tiers."""
    rows = scored(tables, lang)
    if not rows:
        return None
    grain = float(scheme.points) / 50
    counts: dict[tuple[int, str], int] = {}
    for row in rows:
        place = int(row["score"] // grain), row["tier"]
        counts[place] = counts.get(place, 0) + 1
    heights: dict[int, int] = {}
    values: list[Spec] = []
    for (at, tier), n in sorted(counts.items()):
        base = heights.get(at, 0)
        heights[at] = base + n
        values.append({"from": at * grain, "to": (at + 1) * grain, "tier": tier, "units": n, "base": base,
                       "top": base + n})  # fmt: skip
    tip = tips(lang, from_=M("Score at least"), to=M("to below"), tier=M("Tier"), units=M("How many"))
    encoding = {
        "x": score_axis(scheme, lang) | {"field": "from"}, "x2": {"field": "to"},
        "y": {"field": "top", "type": "quantitative", "title": said(M("How many"), lang),
              "axis": WHOLE},
        "y2": {"field": "base"},
        "tooltip": tip,
    } | colour(scheme, lang)  # fmt: skip
    mark = {"type": "bar", "stroke": INK, "strokeWidth": 0.4}
    return body({"data": {"values": values}, "params": PICK, "mark": mark, "encoding": encoding}, 220)


def spread(scheme: Scheme, tables: Tables, lang: str) -> Spec | None:
    """Every unit as a dot on the line of its batch; those of one score stand beside each other."""
    rows = scored(tables, lang)
    if not rows:
        return None
    seen: dict[tuple[str, float], int] = {}
    for row in rows:
        at = str(row["batch"]), float(row["score"])
        row["beside"] = seen.get(at, 0)
        seen[at] = row["beside"] + 1
    names = [one.title.in_language(lang) for one in scheme.batches]
    most = max(row["beside"] for row in rows) + 1
    tip = tips(lang, name=M("Name"), score=M("Score"), tier=M("Tier"))
    encoding = {
        "x": score_axis(scheme, lang) | {"field": "score"},
        "y": {"field": "batch", "type": "nominal", "title": None, "scale": {"domain": names},
              "axis": PLAIN | {"grid": True}},
        "yOffset": {"field": "beside", "type": "quantitative", "scale": {"domain": [-1, max(most, 6)]}},
        "tooltip": tip,
    } | colour(scheme, lang)  # fmt: skip
    mark = {"type": "point", "filled": True, "size": 60, "stroke": INK, "strokeWidth": 0.5}
    return body({"data": {"values": rows}, "params": PICK, "mark": mark, "encoding": encoding}, {"step": 90})


def carried_out(tables: Tables, lang: str) -> Spec | None:
    """The share of units that carried each indicator out; what is too small to show has no bar."""
    rows = tables["activities"].frame.filter(tier="*").to_dicts()
    values = [
        {"indicator": row[f"indicator_{lang}"], "share": row["participants"] / row["units"],
         "participants": row["participants"], "units": row["units"]}
        for row in rows if row["participants"] is not None and row["units"]
    ]  # fmt: skip
    if not values:
        return None
    tip = tips(lang, indicator=M("Indicator"), participants=M("Carried it out"), units=M("Applies to"))
    names = [row["indicator"] for row in values]
    encoding = {
        "y": {"field": "indicator", "type": "nominal", "title": None, "scale": {"domain": names},
              "axis": PLAIN | {"labelLimit": 220}},
        "x": {"field": "share", "type": "quantitative", "title": None, "axis": {"format": ".0%"},
              "scale": {"domain": [0, 1]}},
        "tooltip": tip,
    }  # fmt: skip
    mark = {"type": "bar", "fill": NEUTRAL, "stroke": INK, "strokeWidth": 0.4}
    return body({"data": {"values": values}, "mark": mark, "encoding": encoding}, {"step": 24})

"""The charts on scores: their distribution with the tier borders, and the batches side by side."""

from __future__ import annotations

import polars as pl

from huoyue.core.message import M
from huoyue.core.scheme.model import hundredths
from huoyue.report.context_reading import Reading
from huoyue.report.figures_style import INK, PAPER, SMALL, WIDTH, Spec, finished
from huoyue.report.tables import width

POINTS_DRAWN = 3000
"""More units than this are not drawn one by one."""
LANE = 104
"""Height of a batch's lane in pixels."""
BOX = -12
"""How far above the middle of its lane a box stands."""


def score_charts(reading: Reading) -> dict[str, Spec]:
    """Figure name -> specification: distribution, and scores by batch where there are several."""
    if not reading.result("scores").height:
        return {}
    figures = {"distribution": distribution(reading)}
    return figures | ({"batches": by_batch(reading)} if len(reading.batch_names) > 1 else {})


def axis_of(reading: Reading, title: str) -> Spec:
    """The axis of scores, from 0 to full marks."""
    most = float(reading.scheme.points)
    return {
        "type": "quantitative",
        "title": title,
        "scale": {"domain": [0, most * 1.01], "nice": False},
        "axis": {"values": [most * tenth / 10 for tenth in range(11)], "grid": False, "format": "~f"},
    }


def borders(reading: Reading) -> list[float]:
    """Tier borders in points, from the top; the lowest tier has none."""
    return [float(tier.at_least) for tier in reading.tiers[:-1]]


def colours(reading: Reading) -> dict[str, str]:
    return {tier.id: tier.colour for tier in reading.tiers}


def distribution(reading: Reading) -> Spec:
    """How many units have each score, a bar a hundredth of full marks, in the colour of its tier."""
    grain = hundredths(reading.scheme.points) // 100 or 1
    binned = reading.result("scores").with_columns(start=pl.col("score") // grain * grain)
    counts = binned.group_by("start", "tier").len("units").sort("start", "tier").to_dicts()
    fill = colours(reading)
    half = grain / 200
    columns: dict[int, int] = {}
    values: list[Spec] = []
    for row in counts:
        base = columns.get(row["start"], 0)
        columns[row["start"]] = base + row["units"]
        ends = {"from": row["start"] / 100 - half, "to": row["start"] / 100 + half, "base": base}
        values.append(ends | {"units": columns[row["start"]], "colour": fill[row["tier"]]})
    across = axis_of(reading, reading.say(M("Score")))
    up = {
        "field": "units",
        "type": "quantitative",
        "title": reading.say(M("Number of {units} (n={n})", units=reading.scheme.words.units, n=binned.height)),
        "axis": {"values": _whole_ticks(max(columns.values())), "format": ",d"},
        "scale": {"domain": [0, max(columns.values()) * 1.1], "nice": False},
    }
    bar = {"type": "bar", "stroke": INK, "strokeWidth": 0.5}
    colour = {"field": "colour", "type": "nominal", "scale": None}
    place = {"x": across | {"field": "from"}, "x2": {"field": "to"}, "y": up, "y2": {"field": "base"}}
    encoding = place | {"color": colour}
    bars = {"data": {"values": values}, "mark": bar, "encoding": encoding}
    plot = WIDTH - 70
    layers = [bars, *border_lines(reading), *tier_names(reading, plot)]
    return finished({"width": plot, "height": 210, "layer": layers})


def _whole_ticks(most: int) -> list[int]:
    """From 0 up in whole steps of 1, 2 or 5 times a power of ten, about five of them."""
    steps = (lead * 10**power for power in range(12) for lead in (1, 2, 5))
    step = next(step for step in steps if most <= 6 * step)
    return list(range(0, most + 1, step))


def border_lines(reading: Reading) -> list[Spec]:
    """Dashed lines half a step of rounding below each border, with the border's score at the top."""
    half = 10 ** (-reading.scheme.rounding.decimals) / 2
    data = {"values": [{"at": border - half, "label": f"{border:g}"} for border in borders(reading)]}
    place = {"x": {"field": "at", "type": "quantitative"}}
    line = {"type": "rule", "stroke": INK, "strokeDash": [4, 3], "strokeWidth": 1, "y": -18}
    return [{"data": data, "mark": line, "encoding": place}]


def tier_names(reading: Reading, plot: int) -> list[Spec]:
    """The tiers' names above a plot so many pixels wide, each in the middle of its band, in two rows if they crowd."""
    most = float(reading.scheme.points)
    lows = [float(tier.at_least) for tier in reading.tiers]
    highs = [most * 1.01, *lows[:-1]]
    labels = [
        [reading.name(tier.short), _band(reading, low, high, tier is reading.tiers[0])]
        for tier, low, high in zip(reading.tiers, lows, highs, strict=True)
    ]
    bands = [(high - low) / (most * 1.01) * plot for low, high in zip(lows, highs, strict=True)]
    wide = [max(map(width, label)) * SMALL * 0.55 for label in labels]
    crowded = any(sum(wide[i : i + 2]) > sum(bands[i : i + 2]) for i in range(len(wide) - 1))
    values = [{"at": (low + high) / 2, "label": label} for low, high, label in zip(lows, highs, labels, strict=True)]
    rows = [values[::2], values[1::2]] if crowded else [values]
    return [_names_row(row, -12 - 32 * place) for place, row in enumerate(rows)]


def _names_row(values: list[Spec], y: int) -> Spec:
    mark = {"type": "text", "y": y, "fontSize": SMALL, "baseline": "bottom", "lineHeight": 14}
    place = {"x": {"field": "at", "type": "quantitative"}, "text": {"field": "label"}}
    return {"data": {"values": values}, "mark": mark, "encoding": place}


def _band(reading: Reading, low: float, high: float, top: bool) -> str:
    decimals = reading.scheme.rounding.decimals
    end = float(reading.scheme.points) if top else high - 10**-decimals
    return f"{low:.{decimals}f}–{end:.{decimals}f}"


def by_batch(reading: Reading) -> Spec:
    """Each batch: its quartiles as a box, its median as a line with its figure, and every unit as a dot."""
    register = pl.DataFrame(
        [(unit, str(row["batch"])) for unit, row in reading.units.items()], schema=["unit", "batch"], orient="row"
    )
    scored = reading.result("scores").select("unit", "score", "tier").join(register, on="unit", maintain_order="left")
    order = [batch for batch in reading.batch_names if (scored["batch"] == batch).any()]
    lanes = {batch: _lane(reading, batch, scored.filter(batch=batch)) for batch in order}
    names = [lane["name"] for lane in lanes.values()]
    across = axis_of(reading, reading.say(M("Score")))
    row: Spec = {"field": "name", "type": "nominal", "sort": names, "title": None}
    row["axis"] = {"ticks": False, "domain": False, "labelPadding": 8, "labelExpr": "split(datum.label, '\\n')"}
    data = {"values": list(lanes.values())}
    middle = {"y": row | {"bandPosition": 0.5}}
    box = {"type": "bar", "height": 26, "yOffset": BOX, "fill": "#eef1f4", "stroke": INK, "strokeWidth": 0.8}
    whisker = {"type": "rule", "stroke": INK, "strokeWidth": 0.8, "yOffset": BOX}
    tick = {"type": "tick", "thickness": 3, "size": 26, "color": INK, "opacity": 1, "yOffset": BOX}
    text = {"type": "text", "fontSize": SMALL, "yOffset": BOX - 23}
    named = middle | {"x": across | {"field": "median"}, "text": {"field": "label"}}
    layers: list[Spec] = [
        *border_lines(reading),
        {"data": data, "mark": whisker, "encoding": middle | {"x": across | {"field": "low"}, "x2": {"field": "high"}}},
        {"data": data, "mark": box, "encoding": middle | {"x": across | {"field": "q1"}, "x2": {"field": "q3"}}},
        {"data": data, "mark": tick, "encoding": middle | {"x": across | {"field": "median"}}},
        {"data": data, "mark": text | {"stroke": PAPER, "strokeWidth": 4}, "encoding": named},
        {"data": data, "mark": text, "encoding": named},
    ]
    if scored.height <= POINTS_DRAWN:
        layers.append(_dots(reading, scored, {batch: lane["name"] for batch, lane in lanes.items()}, row, across))
    plot = WIDTH - 130
    return finished({"width": plot, "height": {"step": LANE}, "layer": [*layers, *tier_names(reading, plot)]})


def _lane(reading: Reading, batch: str, rows: pl.DataFrame) -> Spec:
    score = rows["score"] / 100
    ends = {name: score.quantile(q, "linear") for name, q in (("low", 0), ("q1", 0.25), ("q3", 0.75), ("high", 1))}
    median = score.quantile(0.5, "linear")
    label = reading.say(M("median {value}", value=f"{median:.10g}"))
    name = f"{reading.batch_names[batch]}\nn={reading.number(rows.height)}"
    return {"name": name, "median": median, "label": label} | ends


def _dots(reading: Reading, scored: pl.DataFrame, names: dict[str, str], row: Spec, across: Spec) -> Spec:
    """Units of one score stand under each other, so that none hides another."""
    fill = colours(reading)
    placed = scored.with_columns(place=pl.int_range(pl.len()).over("batch", "score")).to_dicts()
    values = [
        {
            "name": names[r["batch"]],
            "score": r["score"] / 100,
            "down": 12 + 7 * min(r["place"], 4),
            "colour": fill[r["tier"]],
        }
        for r in placed
    ]
    mark = {"type": "point", "filled": True, "size": 34, "stroke": INK, "strokeWidth": 0.6, "opacity": 1}
    offset = {"field": "down", "type": "quantitative", "scale": {"domain": [-LANE / 2, LANE / 2], "range": [0, LANE]}}
    colour = {"field": "colour", "type": "nominal", "scale": None}
    encoding = {"y": row, "yOffset": offset, "x": across | {"field": "score"}, "fill": colour}
    return {"data": {"values": values}, "mark": mark, "encoding": encoding}

"""The tier charts: shares of the tiers overall and by batch, and each tier split by batch.

Pairs of charts share one scale, and so do the splits, so that a bar of one may be held against a bar of another.
"""

from __future__ import annotations

from collections.abc import Iterable

from huoyue.core.analysis.margins import ALL
from huoyue.core.message import M, Message
from huoyue.report.context_reading import Reading
from huoyue.report.figures_style import INK, NORMAL, PALE, PAPER, WIDTH, Spec, finished

NOT_EVALUATED = "not_evaluated"
ROOM = 112
"""Pixels kept free beside the longest bar for its label."""
BAR, STEP = 20, 30


def tier_charts(reading: Reading) -> dict[str, Spec]:
    """Figure name -> specification: tiers-all, batch-ID, tier-ID."""
    several = len(reading.batch_names) > 1
    widest = _widest(reading, ["all", "batch"])
    figures = {"tiers-all": pair(reading, "all", ALL, widest)}
    if several:
        figures |= {f"batch-{batch}": pair(reading, "batch", batch, widest) for batch in reading.batch_names}
        figures |= {
            f"tier-{tier.id}": split(reading, tier.id, _widest(reading, ["tier"]))
            for tier in reading.tiers
            if reading.sizes[tier.id]
        }
    return figures


def _widest(reading: Reading, scopes: list[str]) -> float:
    rows = reading.result("shares").to_dicts()
    return max((share_of(row) for row in rows if row["scope"] in scopes), default=0.0) or 1.0


def share_of(row: Spec) -> float:
    return float(row["numerator"]) / row["denominator"] if row["denominator"] else 0.0


def pair(reading: Reading, scope: str, member: str, widest: float) -> Spec:
    """Tiers as shares of those evaluated and, beside it, of all units of the round or batch."""
    rows = reading.result("shares").filter(scope=scope, member=member).to_dicts()
    labels = [*(tier.id for tier in reading.tiers), NOT_EVALUATED]
    own = {of: [row for row in rows if row["of"] == of] for of in ("evaluated", "all")}
    sizes = {of: own[of][0]["denominator"] for of in own}
    heads = _heads(reading, member, sizes)
    order = [tier_label(reading, name) for name in labels]
    panels = [
        bars(tier_rows(reading, own[of]), order, reading.say(heads[of]), (WIDTH - 130) // 2, widest, of == "evaluated")
        for of in own
    ]
    return finished({"hconcat": panels, "spacing": 12})


def _heads(reading: Reading, member: str, sizes: dict[str, int]) -> dict[str, Message]:
    n = {of: reading.number(size) for of, size in sizes.items()}
    titles = [batch.title for batch in reading.scheme.batches if batch.id == member]
    if not titles:
        network = reading.scheme.words.network
        whole = M("Of all {network} (n={n})", network=network, n=n["all"])
        return {"evaluated": M("Of those evaluated (n={n})", n=n["evaluated"]), "all": whole}
    return {
        "evaluated": M("{batch}: of those evaluated (n={n})", batch=titles[0], n=n["evaluated"]),
        "all": M("{batch}: of all (n={n})", batch=titles[0], n=n["all"]),
    }


def split(reading: Reading, tier: str, widest: float) -> Spec:
    """One tier by batch, in the tier's own colour."""
    rows = reading.result("shares").filter(scope="tier", member=tier).to_dicts()
    colour = reading.scheme.tier(tier).colour
    title, group = reading.scheme.tier(tier).title, reading.scheme.words.batch
    head = M("Share of the tier {tier} by {group} (n={n})", tier=title, group=group, n=reading.sizes[tier])
    shown = [_row(reading, reading.batch_names[row["tier"]], row, colour) for row in rows]
    return finished(bars(shown, list(reading.batch_names.values()), reading.say(head), WIDTH - 240, widest, True))


def tier_rows(reading: Reading, rows: Iterable[Spec]) -> list[Spec]:
    colours = {tier.id: tier.colour for tier in reading.tiers} | {NOT_EVALUATED: PAPER}
    return [_row(reading, tier_label(reading, row["tier"]), row, colours[row["tier"]]) for row in rows]


def tier_label(reading: Reading, name: str) -> str:
    return reading.tier_names.get(name) or reading.say(M("Not evaluated"))


def _row(reading: Reading, name: str, row: Spec, colour: str) -> Spec:
    label = counted(reading, row["numerator"], row["shown"])
    return {"name": name, "share": share_of(row), "label": label, "colour": colour}


def counted(reading: Reading, count: int, shown: str | None) -> str:
    """16家 30.76%; in English 16 (30.76%)."""
    number = reading.number(count)
    if reading.lang == "zh":
        return f"{number}{reading.scheme.words.counter} {shown}%" if shown is not None else number
    return f"{number} ({shown}%)" if shown is not None else number


def bars(rows: list[Spec], order: list[str], title: str, width: int, widest: float, named: bool) -> Spec:
    """Horizontal bars with their labels beside them; the names of the rows only where `named`."""
    drawn = width - ROOM
    scale = {"domain": [0, widest * width / drawn], "nice": False}
    axis = {"title": None, "ticks": False, "domain": False, "labelPadding": 8} if named else None
    row = {"field": "name", "type": "nominal", "sort": order, "scale": {"domain": order}, "axis": axis}
    across: Spec = {"field": "share", "type": "quantitative", "scale": scale, "axis": None}
    colour = {"field": "colour", "type": "nominal", "scale": None}
    bar = {"type": "bar", "height": BAR, "stroke": INK, "strokeWidth": 0.6}
    text = {"type": "text", "align": "left", "dx": 5, "fontSize": NORMAL}
    base = {"type": "rule", "stroke": PALE}
    return {
        "title": {"text": title, "limit": width + 20},
        "data": {"values": rows},
        "width": width,
        "height": {"step": STEP},
        "encoding": {"y": row},
        "layer": [
            {"mark": bar, "encoding": {"x": across, "color": colour}},
            {"mark": text, "encoding": {"x": across, "text": {"field": "label"}}},
            {"mark": base, "encoding": {"x": {"value": 0}, "y": {"value": 0}, "y2": {"value": STEP * len(order)}}},
        ],
    }

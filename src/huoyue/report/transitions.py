"""From which tier to which units went since each earlier period: the counts behind the table and the figure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import polars as pl

from huoyue.core.message import M
from huoyue.report.context_reading import Reading
from huoyue.report.figures_style import INK, NORMAL, PALE, SMALL, WIDTH, Spec, blend, finished, ink_on
from huoyue.report.tables import Column, Display

FAR = 2
"""How many tiers make a long way."""
CELL = 34
"""Height of a row of the figure."""


@dataclass(frozen=True)
class Matrix:
    """One earlier period: its number from the latest on, its tiers then with how many went to which tier now."""

    number: int
    period: str
    before: list[str]
    now: list[str]
    counts: dict[tuple[str, str], int]

    @property
    def name(self) -> str:
        """The name of its table and of its figure."""
        return f"transitions-{self.number}"


def matrices(reading: Reading) -> list[Matrix]:
    """A matrix for each earlier period with results, the latest first; tiers then that nobody was in are left out."""
    table = reading.result("transitions")
    found = []
    for number, period in enumerate(table["period"].unique(maintain_order=True), 1):
        own = table.filter(pl.col("period") == period)
        counts = {(old, new): n for _, old, new, n in own.select("period", "tier_before", "tier_now", "units").rows()}
        now = own["tier_now"].unique(maintain_order=True).to_list()
        before = [old for old in own["tier_before"].unique(maintain_order=True) if any(counts[old, new] for new in now)]
        found.append(Matrix(number, period, before, now, counts))
    return found


def tier_word(reading: Reading, name: str) -> str:
    """What a tier, or being in none, is called."""
    states = {"not_evaluated": M("Not evaluated"), "unknown": M("Unknown")}
    return reading.say(states[name]) if name in states else reading.tier_names.get(name, name)


def displays(reading: Reading) -> list[Display]:
    """The matrices as tables: tiers then below one another, tiers now across."""
    return [_display(reading, matrix) for matrix in matrices(reading)]


def _display(reading: Reading, matrix: Matrix) -> Display:
    head = Column(reading.say(M("Tier then, and now across")), [tier_word(reading, old) for old in matrix.before])
    columns = [
        Column(tier_word(reading, new), [matrix.counts[old, new] for old in matrix.before], right=True)
        for new in matrix.now
    ]
    total = [sum(matrix.counts[old, new] for new in matrix.now) for old in matrix.before]
    return Display(matrix.name, (head, *columns, Column(reading.say(M("All")), total, right=True)))


def movers(reading: Reading) -> Display:
    """Everybody who moved two tiers or more since an earlier period, the farthest first, then in register order."""
    rows = far_rows(reading)
    return Display(
        "movers",
        (
            Column(reading.say(M("Name")), [reading.unit_name(row["unit"]) for row in rows]),
            Column(reading.say(M("Earlier period")), [reading.period(row["period"]) for row in rows]),
            Column(reading.say(M("Tier then")), [tier_word(reading, row["tier_before"]) for row in rows]),
            Column(reading.say(M("Tier now")), [tier_word(reading, row["tier_now"]) for row in rows]),
            Column(reading.say(M("Tiers moved")), [signed(row["tier_step"]) for row in rows], right=True),
        ),
    )


def signed(step: int) -> str:
    """+2 or −2, with a true minus sign."""
    return f"{step:+d}".replace("-", "−")


def far_rows(reading: Reading) -> list[dict[str, Any]]:
    """Rows of CHANGE of those that moved two tiers or more: the farthest first, then in register order."""
    rows = [row for row in reading.result("change").to_dicts() if row["unit"] in reading.units]
    far = [row for row in rows if row["tier_step"] is not None and abs(row["tier_step"]) >= FAR]
    places = {unit: int(str(row["position"])) for unit, row in reading.units.items()}
    return sorted(far, key=lambda row: (row["period"], -abs(row["tier_step"]), places[row["unit"]]))


def charts(reading: Reading) -> dict[str, Spec]:
    """Figure name -> specification: each matrix as shaded cells, the darker the more."""
    return {matrix.name: _chart(reading, matrix) for matrix in matrices(reading) if matrix.before}


def _chart(reading: Reading, matrix: Matrix) -> Spec:
    most = max(matrix.counts.values(), default=0) or 1
    then, now = ([tier_word(reading, name) for name in names] for names in (matrix.before, matrix.now))
    cells = []
    for old, row in zip(matrix.before, then, strict=True):
        for new, column in zip(matrix.now, now, strict=True):
            count = matrix.counts[old, new]
            fill = blend(count / most * 0.9)
            cells.append({"then": row, "now": column, "fill": fill, "ink": ink_on(fill),
                          "label": reading.number(count) if count else "", "kept": old == new})  # fmt: skip
    axis = {"ticks": False, "domain": False, "labelAngle": 0, "labelPadding": 8, "labelLimit": 220}
    across = {"field": "now", "type": "nominal", "sort": now, "axis": axis | {
        "orient": "top", "title": reading.say(M("Tier now")), "labelFontSize": SMALL}}  # fmt: skip
    down = {"field": "then", "type": "nominal", "sort": then, "axis": axis | {
        "title": reading.say(M("Tier in {period}", period=reading.period(matrix.period)))}}  # fmt: skip
    shade = {"field": "fill", "type": "nominal", "scale": None}
    ink = {"field": "ink", "type": "nominal", "scale": None}
    edge = {"type": "rect", "fillOpacity": 0, "stroke": INK, "strokeWidth": 2}
    return finished(
        {
            "data": {"values": cells},
            "width": WIDTH - 190,
            "height": {"step": CELL},
            "encoding": {"x": across, "y": down},
            "layer": [
                {"mark": {"type": "rect", "stroke": PALE, "strokeWidth": 0.8}, "encoding": {"fill": shade}},
                {"transform": [{"filter": "datum.kept"}], "mark": edge},
                {
                    "mark": {"type": "text", "fontSize": NORMAL},
                    "encoding": {"text": {"field": "label"}, "color": ink},
                },
            ],
        }
    )

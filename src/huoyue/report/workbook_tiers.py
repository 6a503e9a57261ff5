"""The sheets on tiers, with charts that Excel draws itself: funnel, tiers overall and by batch, distribution."""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl
from xlsxwriter.chart import Chart

from huoyue.core.message import M, Message
from huoyue.core.scheme.bands import tiers_from_top
from huoyue.core.scheme.model import hundredths
from huoyue.report.workbook_book import Area, Book, Field, tier_look
from huoyue.snapshot.store import Snapshot

STEPS: dict[str, Message] = {
    "all": M("All units"),
    "filed": M("Filed"),
    "not_filed": M("Not filed"),
    "incomplete": M("Filing incomplete"),
    "evaluated": M("Evaluated"),
}
BIN = 5
"""Width of a column of the distribution, in points."""
EDGE = {"color": "#404040", "width": 0.75}
SIZE = (560, 340)
BESIDE = SIZE[0] + 20
"""How far to the right a second chart stands."""


def funnel(book: Book, snapshot: Snapshot) -> None:
    """How many units there are, filed and were evaluated, by batch."""
    rows = snapshot.results["funnel"]
    members = {"*": book.say(M("All")), **book.batch_titles}
    fields = [Field(book.say(M("Step")), [book.say(step) for step in STEPS.values()])]
    for member, title in members.items():
        found = dict(rows.filter(pl.col("batch") == member).select("step", "units").iter_rows())
        fields.append(Field(title, [found.get(step, 0) for step in STEPS], "whole"))
    area = book.table(book.sheet(M("Filing and screening")), fields)
    chart = _chart(book, "bar", book.say(M("Filing and screening")))
    chart.add_series(_series(area, 1, "#4F6D7A"))
    chart.set_legend({"none": True})
    area.sheet.insert_chart(11, 0, chart)


def tiers(book: Book, snapshot: Snapshot) -> None:
    """Tiers of all units: how many, and in shares of the evaluated and of all, printed as the scheme says."""
    rows = snapshot.results["shares"].filter(pl.col("scope") == "all")
    ladder = tiers_from_top(book.scheme)
    ids = [tier.id for tier in ladder]
    evaluated, everybody = (_found(rows.filter(pl.col("of") == of)) for of in ("evaluated", "all"))
    fields = [
        Field(book.say(M("Tier")), [book.title(tier.title) for tier in ladder], tiers=ids),
        Field(book.say(M("Score from")), [float(tier.at_least) for tier in ladder], "score"),
        Field(book.say(M("Units")), [evaluated[tier][0] for tier in ids], "whole"),
        Field(book.say(M("Of the evaluated")), [evaluated[tier][1] for tier in ids], "share"),
        Field(book.say(M("Of all units")), [everybody[tier][1] for tier in ids], "share"),
    ]
    area = book.table(
        book.sheet(M("Tiers"), M("Shares are printed as the scheme says; exact ones are in the data.")), fields
    )
    for place, kind in enumerate(("column", "pie")):
        chart = _chart(book, kind, book.say(M("Units by tier")))
        points = {"points": [{"fill": {"color": tier.colour}, "border": EDGE} for tier in ladder], "gap": 60}
        series = _series(area, 2, ladder[0].colour) | points
        if kind == "column":
            chart.set_legend({"none": True})
        else:
            series["data_labels"] = {"value": True, "position": "outside_end"}
        chart.add_series(series)
        area.sheet.insert_chart(10, 0, chart, {"x_offset": place * BESIDE})


def by_member(book: Book, snapshot: Snapshot, scope: str, name: Message, titles: dict[str, str]) -> None:
    """Tiers of each batch or industry: counts, and shares of all its units."""
    rows = snapshot.results["shares"].filter(pl.col("scope") == scope)
    ladder = tiers_from_top(book.scheme)
    kinds = [*((tier.id, book.title(tier.short)) for tier in ladder), ("not_evaluated", book.say(M("Not evaluated")))]
    found = {m: _found(rows.filter(pl.col("member") == m, pl.col("of") == "all")) for m in titles}
    word = book.scheme.words.batch if scope == "batch" else book.scheme.words.industry
    fields = [Field(book.title(word.as_heading()), list(titles.values()))]
    fields += [Field(title, [found[m][kind][0] for m in titles], "whole") for kind, title in kinds]
    fields.append(Field(book.say(M("All units")), [sum(n for n, _ in found[m].values()) for m in titles], "whole"))
    fields += [Field(f"{title} %", [found[m][kind][1] for m in titles], "share") for kind, title in kinds]
    area = book.table(book.sheet(name, M("Shares are of all units of the line.")), fields)
    below = 7 + len(titles)
    charts = (("column", None, name), ("bar", "percent_stacked", M("Composition of the evaluated")))
    for place, (kind, stacked, heading) in enumerate(charts):
        chart = _chart(book, kind, book.say(heading), stacked)
        for number, tier in enumerate(ladder, start=1):
            chart.add_series(_series(area, number, tier.colour, inside=stacked is not None))
        area.sheet.insert_chart(below, 0, chart, {"x_offset": place * BESIDE})


def splits(book: Book, snapshot: Snapshot) -> None:
    """Each tier by batch."""
    rows = snapshot.results["shares"].filter(pl.col("scope") == "tier")
    ladder = tiers_from_top(book.scheme)
    ids = [tier.id for tier in ladder]
    found = {tier: _found(rows.filter(pl.col("member") == tier)) for tier in ids}
    fields = [Field(book.say(M("Tier")), [book.title(tier.title) for tier in ladder], tiers=ids)]
    fields += [Field(title, [found[t][batch][0] for t in ids], "whole") for batch, title in book.batch_titles.items()]
    fields += [
        Field(f"{title} %", [found[t][batch][1] for t in ids], "share") for batch, title in book.batch_titles.items()
    ]
    name = M("Each tier by {group}", group=book.scheme.words.batch)
    area = book.table(book.sheet(name, M("Shares are of the units of the tier.")), fields)
    chart = _chart(book, "bar", book.say(name), "percent_stacked")
    for number, grey in zip(range(1, len(book.batch_titles) + 1), _greys(len(book.batch_titles)), strict=True):
        chart.add_series(_series(area, number, grey, inside=True))
    area.sheet.insert_chart(10, 0, chart)


def distribution(book: Book, snapshot: Snapshot) -> None:
    """Scores in steps of five points, coloured by tier, so that a border within a step shows."""
    ladder = tiers_from_top(book.scheme)
    top = hundredths(book.scheme.points)
    starts = list(range(0, top, BIN * 100))
    bins = pl.min_horizontal(pl.col("score"), top - 1) // (BIN * 100)
    counts = snapshot.results["scores"].group_by("tier", bins.alias("bin")).len()
    found = {(tier, place): count for tier, place, count in counts.iter_rows()}
    last = starts[-1]
    labels = [_step_label(start // 100, start == last, book.scheme.rounding.decimals) for start in starts]
    fields = [Field(book.say(M("Score")), labels)]
    for tier in ladder:
        values = [found.get((tier.id, place), 0) for place in range(len(starts))]
        fields.append(Field(book.title(tier.short), values, "whole"))
    area = book.table(book.sheet(M("Distribution of scores")), fields)
    chart = _chart(book, "column", book.say(M("Distribution of scores")), "stacked")
    for number, tier in enumerate(ladder, start=1):
        chart.add_series(_series(area, number, tier.colour, inside=True) | {"gap": 20})
    area.sheet.insert_chart(3, len(fields) + 1, chart)


def _step_label(start: int, last: bool, decimals: int) -> str:
    """85-89 for whole scores, 85-<90 where they have decimals; the last step includes full marks."""
    if last:
        return f"{start}-{start + BIN}"
    return f"{start}-<{start + BIN}" if decimals else f"{start}-{start + BIN - 1}"


def _found(rows: pl.DataFrame) -> dict[str, tuple[int, float | None]]:
    """Tier or batch -> units, and the printed share as a number."""
    columns = rows.select("tier", "numerator", "shown")
    return {name: (count, None if shown is None else float(shown) / 100) for name, count, shown in columns.iter_rows()}


def _chart(book: Book, kind: str, title: str, stacked: str | None = None) -> Chart:
    options = {"type": kind} | ({"subtype": stacked} if stacked else {})
    chart = book.workbook.add_chart(options)
    chart.set_size({"width": SIZE[0], "height": SIZE[1]})
    chart.set_title({"name": title, "name_font": {"size": 12}, "overlay": False})
    chart.set_legend({"position": "bottom"})
    lines = {"major_gridlines": {"visible": True, "line": {"color": "#E0E0E0"}}}
    if kind == "column":
        chart.set_y_axis(lines)
    elif kind == "bar":
        chart.set_y_axis({"reverse": True})
        chart.set_x_axis(lines | {"label_position": "high"})
    return chart


def _series(area: Area, column: int, colour: str, *, inside: bool = False) -> dict[str, object]:
    """A column of a table as a series; labels without zeros, readable on the colour where they stand `inside`."""
    labels: dict[str, object] = {"value": True, "num_format": "0;;;"}
    if inside:
        labels["font"] = {"color": tier_look(colour)["font_color"]}
    series: dict[str, object] = {"name": area.head(column), "categories": area.column(0), "values": area.column(column)}
    return series | {"fill": {"color": colour}, "border": EDGE, "data_labels": labels}


def _greys(count: int) -> Sequence[str]:
    return [
        f"#{level:02X}{level:02X}{level:02X}" for level in (90 + 140 * place // max(1, count) for place in range(count))
    ]

"""Tables and charts of a report on a batch or an industry, each beside the whole round."""

from __future__ import annotations

from collections.abc import Mapping

from huoyue.core.analysis.margins import ALL
from huoyue.core.message import M
from huoyue.report.context_people import LONGEST_LIST, mean_text, reason_of
from huoyue.report.context_reading import Reading
from huoyue.report.context_results import lost_parts
from huoyue.report.figures_style import WIDTH, Spec, finished
from huoyue.report.figures_tiers import bars, share_of, tier_label, tier_rows
from huoyue.report.tables import Column, Display
from huoyue.report.tables_results import SCORE, STEPS, TIER

INDICATOR, NAME, NUMBER = M("Indicator"), M("Name"), M("No.")
WHOLE = M("The whole round")
Cell = str | int | None


def displays(own: Reading, whole: Reading, title: str) -> list[Display]:
    """All tables of the report on the part called `title`."""
    return [
        funnel(own, whole, title), tiers(own, whole, title), scores(own, whole, title), lost(own, whole, title),
        units(own),
    ]  # fmt: skip


def funnel(own: Reading, whole: Reading, title: str) -> Display:
    """From all units to those evaluated, of the part and of the round."""

    def cells(reading: Reading) -> list[Cell]:
        found = {step: n for step, batch, n in reading.result("funnel").iter_rows() if batch == ALL}
        return [found[step] for step in STEPS]

    steps = Column(own.say(M("Step")), [own.say(step) for step in STEPS.values()])
    return Display("funnel", (steps, Column(title, cells(own), right=True), Column(own.say(WHOLE), cells(whole), True)))


def tiers(own: Reading, whole: Reading, title: str) -> Display:
    """Tiers with units and shares of those evaluated, of the part and of the round."""
    names = [tier.id for tier in own.tiers]

    def cells(reading: Reading, what: str) -> list[Cell]:
        rows = reading.result("shares").filter(scope="all", member=ALL, of="evaluated").to_dicts()
        found = {row["tier"]: row[what] for row in rows}
        return [found[name] for name in names]

    columns = [Column(own.say(TIER), [own.tier_names[name] for name in names])]
    for reading, called in ((own, title), (whole, own.say(WHOLE))):
        size = reading.number(reading.sizes[ALL])
        columns += [
            Column(own.say(M("{part}: number", part=called)), cells(reading, "numerator"), right=True),
            Column(own.say(M("{part}: % of those evaluated (n={n})", part=called, n=size)), cells(reading, "shown"),
                   right=True),
        ]  # fmt: skip
    return Display("tiers", tuple(columns))


def scores(own: Reading, whole: Reading, title: str) -> Display:
    """Scores summed up, of the part and of the round."""
    rows = [reading.one("tier_summary", scope="all", member=ALL) for reading in (own, whole)]

    def score(name: str) -> list[Cell]:
        return [None if row[name] is None else own.points(int(str(row[name]))) for row in rows]

    def real(name: str, shape: str) -> list[Cell]:
        return [None if row[name] is None else format(float(str(row[name])), shape) for row in rows]

    sums = [(int(str(row["mean_num"])), int(str(row["units"]))) for row in rows]
    return Display(
        "scores",
        (
            Column(own.say(M("Group")), [title, own.say(WHOLE)]),
            Column(own.say(M("Evaluated (n)")), [size for _, size in sums], right=True),
            Column(own.say(M("Mean")), [mean_text(*one) if one[1] else None for one in sums], right=True),
            Column(own.say(M("Median")), real("median", ".10g"), right=True),
            Column(own.say(M("Lowest")), score("lowest"), right=True),
            Column(own.say(M("Highest")), score("highest"), right=True),
            Column(own.say(M("Standard deviation")), real("sd", ".2f"), right=True),
        ),
    )


def lost(own: Reading, whole: Reading, title: str) -> Display:
    """The share of attainable points lost on every indicator, of the part and of the round, in percent."""

    def cells(reading: Reading) -> list[Cell]:
        return [reading.percent(part.count, part.whole) for part in lost_parts(reading)]

    names = [own.name(indicator.title) for indicator in own.counted]
    return Display(
        "lost",
        (
            Column(own.say(INDICATOR), names),
            Column(title, cells(own), right=True),
            Column(own.say(WHOLE), cells(whole), right=True),
        ),
    )


def units(own: Reading) -> Display:
    """Every unit of the part: by score, then those that were not evaluated with the reason."""
    scored = own.result("scores").sort("serial").to_dicts()
    absent = own.result("screening").filter(verdict="incomplete").to_dicts()
    absent += own.result("screening").filter(verdict="not_filed").to_dicts()
    rows: list[Mapping[str, object]] = [*scored, *(row for row in absent if row["unit"] in own.units)]
    rows = rows if len(rows) <= LONGEST_LIST else []
    return Display(
        "units",
        (
            Column(own.say(NUMBER), list(range(1, len(rows) + 1)), right=True),
            Column(own.say(NAME), [own.unit_name(str(row["unit"])) for row in rows]),
            Column(own.say(SCORE), [_score(own, row) for row in rows], right=True),
            Column(own.say(TIER), [_outcome(own, row) for row in rows]),
            Column(own.say(M("Rank among all")), [_rank(row) for row in rows], right=True),
        ),
    )


def _score(own: Reading, row: Mapping[str, object]) -> str | None:
    return own.points(int(str(row["score"]))) if "score" in row else None


def _outcome(own: Reading, row: Mapping[str, object]) -> str:
    return own.tier_names[str(row["tier"])] if "tier" in row else reason_of(own, row)


def _rank(row: Mapping[str, object]) -> int | None:
    return int(str(row["rank"])) if "rank" in row else None


def beside(own: Reading, whole: Reading, title: str) -> Spec:
    """The tiers of the part and, beside them, of the round, as shares of those evaluated."""
    sides = [(own, title), (whole, own.say(WHOLE))]
    rows = [reading.result("shares").filter(scope="all", member=ALL, of="evaluated").to_dicts() for reading, _ in sides]
    widest = max((share_of(row) for found in rows for row in found), default=0.0) or 1.0
    order = [tier_label(own, tier.id) for tier in own.tiers]
    panels = []
    for (reading, called), found in zip(sides, rows, strict=True):
        head = M("{batch}: of those evaluated (n={n})", batch=called, n=reading.number(reading.sizes[ALL]))
        shown = tier_rows(reading, found)
        panels.append(bars(shown, order, own.say(head), (WIDTH - 130) // 2, widest, reading is own))
    return finished({"hconcat": panels, "spacing": 12})

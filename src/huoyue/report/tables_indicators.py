"""The tables on indicators: participation, lost points, activities of a tier, association, separators."""

from __future__ import annotations

from huoyue.core.analysis.margins import ALL
from huoyue.core.message import M, Message
from huoyue.report import statements
from huoyue.report.context_indicators import activity_parts, wanted_tables
from huoyue.report.context_reading import Reading, decimal
from huoyue.report.context_results import lost_part
from huoyue.report.tables import Column, Display

INDICATOR = M("Indicator")

STRENGTHS: dict[str, Message] = {
    "none": M("no clear association"),
    "very_weak": M("very weak"),
    "weak": M("weak"),
    "moderate": M("moderate"),
    "strong": M("strong"),
}


def groups(reading: Reading) -> dict[str, str]:
    """'*' and the tiers that hold units -> heading with its denominator."""
    names = {ALL: reading.say(M("All evaluated"))} | reading.tier_names
    ids = [ALL, *(tier.id for tier in reading.tiers if reading.sizes[tier.id])]
    return {name: reading.say(M("{group} (n={n})", group=names[name], n=reading.sizes[name])) for name in ids}


def participation(reading: Reading) -> Display:
    """How many units carried each indicator out, for all and by tier.

    Where an indicator does not apply to all of a group, the cell says out of how many (12/20).
    """
    rows = reading.result("participation").filter(batch=ALL).to_dicts()
    found = {(row["indicator"], row["tier"]): (row["participants"], row["units"]) for row in rows}
    lines = reading.scheme.indicators

    def cells(group: str) -> list[str | int | None]:
        pairs = [found[indicator.id, group] for indicator in lines]
        return [done if of == reading.sizes[group] else f"{done}/{of}" for done, of in pairs]

    shares = [reading.percent(*found[indicator.id, ALL]) for indicator in lines]
    headings = groups(reading)
    share = Column(reading.say(M("% of those evaluated (n={n})", n=reading.sizes[ALL])), shares, right=True)
    counts = [Column(heading, cells(group), right=True) for group, heading in headings.items()]
    names = Column(reading.say(INDICATOR), [reading.name(indicator.title) for indicator in lines])
    return Display("participation", (names, counts[0], share, *counts[1:]))


def lost(reading: Reading) -> Display:
    """The share of attainable points that was lost, by pillar and indicator, for all and by tier, in percent."""
    rows = reading.result("lost").filter(batch=ALL).to_dicts()
    found = {(row["pillar"], row["indicator"], row["tier"]): row for row in rows}
    lines: list[tuple[str, str, str]] = []
    for pillar in reading.scheme.pillars:
        own = [indicator for indicator in pillar.indicators if not indicator.bonus]
        if own:
            lines.append((pillar.id, ALL, reading.say(M("Pillar: {pillar}", pillar=pillar.title))))
        lines += [(pillar.id, indicator.id, reading.name(indicator.title)) for indicator in own]

    def cells(group: str) -> list[str | int | None]:
        parts = [lost_part("", found[pillar, indicator, group]) for pillar, indicator, _ in lines]
        return [reading.percent(part.count, part.whole) for part in parts]

    names = {ALL: reading.say(M("All evaluated"))} | reading.tier_names
    headings = {
        group: reading.say(M("{group}, % lost (n={n})", group=names[group], n=reading.sizes[group]))
        for group in groups(reading)
    }
    columns = [Column(heading, cells(group), right=True) for group, heading in headings.items()]
    return Display("lost", (Column(reading.say(INDICATOR), [name for _, _, name in lines]), *columns))


def activities(reading: Reading) -> list[Display]:
    """One table for each tier of each activity table that the scheme asks for."""
    pillars = {pillar.id: pillar for pillar in reading.scheme.pillars}
    displays = []
    for table, wanted, tier in wanted_tables(reading):
        parts = activity_parts(reading, pillars[wanted.pillar], tier)
        heading = M("% of the tier (n={n})", n=reading.sizes[tier])
        columns = (
            Column(reading.say(M("Activity")), [reading.name(i.title) for i in pillars[wanted.pillar].indicators]),
            Column(reading.say(M("Carried it out")), [part.count for part in parts], right=True),
            Column(reading.say(heading), [reading.percent(part.count, part.whole) for part in parts], right=True),
        )
        displays.append(Display(table, columns))
    return displays


def association(reading: Reading) -> Display:
    """Rank correlation of the driver pillar with each other pillar and with all others together."""
    rows = reading.result("association").to_dicts()
    names = {pillar.id: reading.name(pillar.title) for pillar in reading.scheme.pillars}
    names[ALL] = reading.say(M("All others together"))
    words = [statements.strength(row["rho"], row["low"], row["high"], row["units"]) for row in rows]
    return Display(
        "association",
        (
            Column(reading.say(M("With")), [names[row["pillar"]] for row in rows]),
            Column(reading.say(M("Evaluated (n)")), [row["units"] for row in rows], right=True),
            Column(
                reading.say(M("Rank correlation")),
                [None if row["rho"] is None else decimal(row["rho"]) for row in rows],
                right=True,
            ),
            Column(
                reading.say(M("95% interval")),
                [reading.interval(row["low"], row["high"]) or None for row in rows],
                right=True,
            ),
            Column(reading.say(M("Association")), [reading.say(STRENGTHS[word]) for word in words]),
        ),
    )


def separators(reading: Reading) -> Display:
    """The indicators that best tell each pair of adjoining tiers apart."""
    rows = reading.result("separators")
    kept = [row for row in rows.sort("place").to_dicts() if row["place"] <= statements.NAMED]
    order = [tier.id for tier in reading.tiers]
    kept.sort(key=lambda row: order.index(row["upper"]))
    pairs = [f"{reading.tier_names[row['upper']]} / {reading.tier_names[row['lower']]}" for row in kept]
    titles = [reading.name(reading.scheme.indicator(row["indicator"]).title) for row in kept]
    return Display(
        "separators",
        (
            Column(reading.say(M("Adjoining tiers")), pairs),
            Column(reading.say(M("Place")), [row["place"] for row in kept], right=True),
            Column(reading.say(INDICATOR), titles),
            Column(reading.say(M("Probability")), [f"{row['probability']:.2f}" for row in kept], right=True),
            Column(
                reading.say(M("Difference of mean shares of points (percentage points)")),
                [decimal(row["difference"]) for row in kept],
                right=True,
            ),
        ),
    )

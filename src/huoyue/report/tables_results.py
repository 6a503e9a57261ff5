"""The tables on tiers and scores: funnel, tiers, batches, summaries, the annex."""

from __future__ import annotations

from huoyue.core.analysis.margins import ALL
from huoyue.core.message import M, Message
from huoyue.report.context_people import LONGEST_LIST, mean_text
from huoyue.report.context_reading import Reading
from huoyue.report.context_results import tiers
from huoyue.report.tables import Column, Display

NOT_EVALUATED = M("Not evaluated")
TIER, UNITS, SCORE = M("Tier"), M("Number"), M("Score")

STEPS: dict[str, Message] = {
    "all": M("All"),
    "filed": M("Filed"),
    "not_filed": M("Did not file"),
    "incomplete": M("Too incomplete to be evaluated"),
    "evaluated": M("Evaluated"),
}
"""Step of FUNNEL -> its name for readers."""


def indicators(reading: Reading) -> Display:
    """Pillars and indicators with their points; a pillar's name stands on its first line only."""
    lines = [(pillar, i, place) for pillar in reading.scheme.pillars for place, i in enumerate(pillar.indicators)]
    pillars = [
        "" if place else reading.say(M("{pillar} ({points})", pillar=pillar.title, points=pillar.points))
        for pillar, _, place in lines
    ]
    return Display(
        "indicators",
        (
            Column(reading.say(M("Primary indicator (points)")), pillars),
            Column(reading.say(M("No.")), list(range(1, len(lines) + 1)), right=True),
            Column(reading.say(M("Secondary indicator")), [reading.name(i.title) for _, i, _ in lines]),
            Column(reading.say(M("Points")), [f"{i.points:f}" for _, i, _ in lines], right=True),
        ),
    )


def funnel(reading: Reading) -> Display:
    counts = {(step, batch): n for step, batch, n in reading.result("funnel").iter_rows()}
    members = {ALL: reading.say(M("All"))} | (reading.batch_names if len(reading.batch_names) > 1 else {})
    columns = [Column(name, [counts[step, batch] for step in STEPS], right=True) for batch, name in members.items()]
    return Display("funnel", (Column(reading.say(M("Step")), [reading.say(m) for m in STEPS.values()]), *columns))


def tier_table(reading: Reading) -> Display:
    """Tiers with their borders, their units, and both shares; the last line holds those not evaluated."""
    rows = reading.result("shares").filter(scope="all", member=ALL).to_dicts()
    found = {(row["of"], row["tier"]): row for row in rows}
    ids = [tier.id for tier in reading.tiers]
    ranges = [f"{tier.low}～{tier.high}" for tier in tiers(reading)]
    every = [*ids, "not_evaluated"]
    evaluated = [found["evaluated", tier]["shown"] for tier in ids]
    n = {of: reading.number(found[of, ids[0]]["denominator"]) for of in ("evaluated", "all")}
    network = reading.scheme.words.network
    return Display(
        "tiers",
        (
            Column(reading.say(TIER), [*(reading.tier_names[tier] for tier in ids), reading.say(NOT_EVALUATED)]),
            Column(reading.say(SCORE), [*ranges, None], right=True),
            Column(reading.say(UNITS), [found["all", tier]["numerator"] for tier in every], right=True),
            Column(reading.say(M("% of those evaluated (n={n})", n=n["evaluated"])), [*evaluated, None], right=True),
            Column(
                reading.say(M("% of all {network} (n={n})", network=network, n=n["all"])),
                [found["all", tier]["shown"] for tier in every],
                right=True,
            ),
        ),
    )


def batches(reading: Reading) -> Display:
    """Batch by tier: units, and their shares of the batch and of its evaluated units, each with its denominator."""
    rows = reading.result("shares").filter(scope="batch").to_dicts()
    found = {(row["member"], row["of"], row["tier"]): row for row in rows}
    names = reading.tier_names | {"not_evaluated": reading.say(NOT_EVALUATED)}
    every = [*(tier.id for tier in reading.tiers), "not_evaluated"]
    lines = [(batch, tier) for batch in reading.batch_names for tier in every]

    batch = reading.scheme.words.batch

    def column(of: str, what: str) -> list[str | int | None]:
        return [found[b, of, t][what] if (b, of, t) in found else None for b, t in lines]

    return Display(
        "batches",
        (
            Column(reading.name(reading.scheme.words.batch.as_heading()), [reading.batch_names[b] for b, _ in lines]),
            Column(reading.say(TIER), [names[t] for _, t in lines]),
            Column(reading.say(UNITS), column("all", "numerator"), right=True),
            Column(reading.say(M("All of the {batch} (n)", batch=batch)), column("all", "denominator"), right=True),
            Column(reading.say(M("% of the {batch}", batch=batch)), column("all", "shown"), right=True),
            Column(
                reading.say(M("Evaluated in the {batch} (n)", batch=batch)),
                column("evaluated", "denominator"),
                right=True,
            ),
            Column(
                reading.say(M("% of those evaluated in the {batch}", batch=batch)),
                column("evaluated", "shown"),
                right=True,
            ),
        ),
    )


def industries(reading: Reading) -> Display:
    """Evaluated units of each industry by tier, with mean and median; industries without any are left out."""
    shares = reading.result("shares").filter(scope="industry", of="evaluated").to_dicts()
    found = {(row["member"], row["tier"]): row["numerator"] for row in shares}
    summary = {row["member"]: row for row in reading.result("tier_summary").filter(scope="industry").to_dicts()}
    names = {i.id: reading.name(i.title) for i in reading.scheme.industries if summary[i.id]["units"]}
    own = [summary[name] for name in names]
    tiers = [(reading.tier_names[tier.id], [found[name, tier.id] for name in names]) for tier in reading.tiers]
    return Display(
        "industries",
        (
            Column(reading.name(reading.scheme.words.industry.as_heading()), list(names.values())),
            Column(reading.say(M("Evaluated (n)")), [row["units"] for row in own], right=True),
            *(Column(tier, counts, right=True) for tier, counts in tiers),
            Column(reading.say(M("Mean")), [mean_text(r["mean_num"], r["units"]) for r in own], right=True),
            Column(reading.say(M("Median")), [f"{row['median']:.10g}" for row in own], right=True),
        ),
    )


def tier_batches(reading: Reading) -> Display:
    """Each tier split by batch."""
    rows = reading.result("shares").filter(scope="tier").to_dicts()
    return Display(
        "tier-batches",
        (
            Column(reading.say(TIER), [reading.tier_names[row["member"]] for row in rows]),
            Column(
                reading.name(reading.scheme.words.batch.as_heading()),
                [reading.batch_names[row["tier"]] for row in rows],
            ),
            Column(reading.say(UNITS), [row["numerator"] for row in rows], right=True),
            Column(reading.say(M("Tier (n)")), [row["denominator"] for row in rows], right=True),
            Column(reading.say(M("% of the tier")), [row["shown"] for row in rows], right=True),
        ),
    )


def scores(reading: Reading) -> Display:
    """Scores summed up for all, for each batch and for each tier."""
    names = {("all", ALL): reading.say(M("All evaluated"))}
    if len(reading.batch_names) > 1:
        names |= {("batch", batch): name for batch, name in reading.batch_names.items()}
    names |= {("tier", tier.id): reading.tier_names[tier.id] for tier in reading.tiers}
    rows = [reading.one("tier_summary", scope=scope, member=member) for scope, member in names]

    def score(name: str) -> list[str | int | None]:
        return [None if row[name] is None else reading.points(int(str(row[name]))) for row in rows]

    def real(name: str, shape: str) -> list[str | int | None]:
        return [None if row[name] is None else format(float(str(row[name])), shape) for row in rows]

    sums = [(int(str(row["mean_num"])), int(str(row["units"]))) for row in rows]
    return Display(
        "scores",
        (
            Column(reading.say(M("Group")), list(names.values())),
            Column(reading.say(M("Evaluated (n)")), [units for _, units in sums], right=True),
            Column(reading.say(M("Mean")), [mean_text(*s) if s[1] else None for s in sums], right=True),
            Column(reading.say(M("Median")), real("median", ".10g"), right=True),
            Column(reading.say(M("Lowest")), score("lowest"), right=True),
            Column(reading.say(M("Highest")), score("highest"), right=True),
            Column(reading.say(M("Standard deviation")), real("sd", ".2f"), right=True),
        ),
    )


def polarisation(reading: Reading) -> Display:
    """The measure of polarisation for all and by batch, with what decides whether the word may be used."""
    rows = reading.result("polarisation").to_dicts()
    names = {ALL: reading.say(M("All evaluated"))} | reading.batch_names
    verdict = {True: reading.say(M("yes")), False: reading.say(M("no"))}
    return Display(
        "polarisation",
        (
            Column(reading.name(reading.scheme.words.batch.as_heading()), [names[row["member"]] for row in rows]),
            Column(reading.say(M("Evaluated (n)")), [row["units"] for row in rows], right=True),
            Column(reading.say(M("Measure")), [f"{row['measure']:.2f}" for row in rows], right=True),
            Column(
                reading.say(M("95% interval")), [reading.interval(row["low"], row["high"]) for row in rows], right=True
            ),
            Column(
                reading.say(
                    M("95% interval of the difference from the other {batches}", batches=reading.scheme.words.batches)
                ),
                [reading.interval(row["difference_low"], row["difference_high"]) or None for row in rows],
                right=True,
            ),
            Column(
                reading.say(M("Polarised")),
                [None if row["member"] == ALL else verdict[row["polarised"]] for row in rows],
            ),
        ),
    )


def annex(reading: Reading) -> list[Display]:
    """All evaluated units by tier, serial numbers running on; nothing where they are too many for a report."""
    rows = reading.result("scores").sort("serial")
    if rows.height > LONGEST_LIST:
        return []
    shown = [(tier.id, rows.filter(tier=tier.id)) for tier in reading.tiers]
    headings = [reading.say(m) for m in (M("No."), M("Name"), SCORE)]
    return [
        Display(
            f"annex-{tier}",
            (
                Column(headings[0], own["serial"].to_list(), right=True),
                Column(headings[1], [reading.unit_name(unit) for unit in own["unit"]]),
                Column(headings[2], [reading.points(score) for score in own["score"]], right=True),
            ),
        )
        for tier, own in shown
    ]

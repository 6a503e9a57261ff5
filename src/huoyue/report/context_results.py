"""The part of the context that says how many units reached which tier: overall, by batch, tier by tier."""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl

from huoyue.core.analysis.margins import ALL
from huoyue.core.scheme.bands import tiers_from_top
from huoyue.core.scheme.model import Tier, hundredths
from huoyue.report import statements
from huoyue.report.context_people import LONGEST_SENTENCE, mean_text, real
from huoyue.report.context_reading import Reading
from huoyue.report.context_types import Batch, Comparison, Loss, Overall, Ranked, Spread, TierShare, TierText
from huoyue.report.context_values import Count, Num, Share
from huoyue.report.statements import Part


def share(row: Mapping[str, object], table: str) -> Share:
    """A row of SHARES as a share that stands in `table`."""
    numerator, denominator = int(str(row["numerator"])), int(str(row["denominator"]))
    shown = row["shown"]
    return Share(Count(numerator, table), Count(denominator, table), None if shown is None else str(shown))


def tier_shares(reading: Reading, scope: str, member: str, tables: tuple[str, str]) -> tuple[TierShare, ...]:
    """Each tier's share of those evaluated and of all, which stand in the two `tables`."""
    rows = reading.result("shares").filter(scope=scope, member=member).to_dicts()
    found = {(row["tier"], row["of"]): row for row in rows}
    return tuple(
        TierShare(
            reading.tier_names[tier.id],
            share(found[tier.id, "evaluated"], tables[0]),
            share(found[tier.id, "all"], tables[1]),
        )
        for tier in reading.tiers
    )


def spread(reading: Reading, scope: str, member: str, table: str) -> Spread:
    row = reading.one("tier_summary", scope=scope, member=member)
    units = int(str(row["units"]))
    if not units:
        return Spread(False, Count(0, table), None, None, None, None, None)
    return Spread(
        any=True,
        units=Count(units, table),
        mean=Num(mean_text(int(str(row["mean_num"])), units), table),
        median=Num(f"{float(str(row['median'])):.10g}", table),
        lowest=Num(reading.points(int(str(row["lowest"]))), table),
        highest=Num(reading.points(int(str(row["highest"]))), table),
        sd=real(row["sd"], table),
    )


def overall(reading: Reading) -> Overall:
    tiers = tier_shares(reading, "all", ALL, ("tiers", "tiers"))
    counts = {tier.title: tier.evaluated.count.value for tier in tiers}
    whole = reading.sizes[ALL]
    upper = tiers[: len(tiers) // 2]
    count = sum(tier.evaluated.count.value for tier in upper)
    largest = statements.largest(counts)
    by_title = {tier.title: tier.evaluated for tier in tiers}
    return Overall(
        tiers=tiers,
        spread=spread(reading, "all", ALL, "scores"),
        upper=Share(Count(count, "tiers"), Count(whole, "tiers"), reading.percent(count, whole)),
        upper_titles=tuple(tier.title for tier in upper),
        upper_majority=statements.majority(count, whole),
        largest=largest,
        largest_share=by_title[largest[0]] if largest else tiers[0].evaluated,
    )


def batches(reading: Reading) -> tuple[Batch, ...]:
    """Each batch; none where there is only one, which would repeat the whole."""
    if len(reading.scheme.batches) < 2:
        return ()
    return tuple(batch(reading, name) for name in reading.batch_names)


def batch(reading: Reading, name: str) -> Batch:
    tiers = tier_shares(reading, "batch", name, ("batches", "batches"))
    sizes = dict(reading.result("funnel").filter(batch=name).select("step", "units").iter_rows())
    polar = {str(row["member"]): row for row in reading.result("polarisation").to_dicts()}.get(name)
    return Batch(
        title=reading.batch_names[name],
        all=Count(sizes["all"], "funnel"),
        evaluated=Count(sizes["evaluated"], "funnel"),
        absent=Count(sizes["all"] - sizes["evaluated"], "funnel"),
        tiers=tiers,
        spread=spread(reading, "batch", name, "scores"),
        largest=statements.largest({tier.title: tier.evaluated.count.value for tier in tiers}),
        polarised=bool(polar and polar["polarised"]),
        measure=real(polar["measure"], "polarisation") if polar else None,
        interval=reading.interval(polar["low"], polar["high"]) if polar else "",
        figure=f"batch-{name}",
    )


def comparison(reading: Reading) -> Comparison:
    polarised = reading.result("polarisation").to_dicts()
    own = [row for row in polarised if row["member"] != ALL and row["member"] in reading.batch_names]
    top, bottom = reading.tiers[0].id, reading.tiers[-1].id
    top_all, top_evaluated = ranking(reading, top, "all"), ranking(reading, top, "evaluated")
    return Comparison(
        any=len(top_evaluated) > 1,
        top_all=top_all,
        top_evaluated=top_evaluated,
        bottom_evaluated=ranking(reading, bottom, "evaluated"),
        same_order=[place.title for place in top_all] == [place.title for place in top_evaluated],
        polarised=tuple(reading.batch_names[str(row["member"])] for row in own if row["polarised"]),
        measured=bool(own),
    )


def ranking(reading: Reading, tier: str, of: str) -> tuple[Ranked, ...]:
    """Batches by their share of a tier, largest first."""
    rows = reading.result("shares").filter(scope="batch", tier=tier, of=of).to_dicts()
    found = {str(row["member"]): row for row in rows}
    parts = [Part(name, found[name]["numerator"], found[name]["denominator"]) for name in reading.batch_names]
    return tuple(
        Ranked(reading.batch_names[placed.part.name], share(found[placed.part.name], "batches"), placed.relation)
        for placed in statements.ranked(parts)
    )


def lost_parts(reading: Reading, tier: str = ALL, pillar: str | None = None) -> list[Part]:
    """What the units of a tier lost on each indicator, as exact parts named by the indicator's short title."""
    rows = reading.result("lost").filter(tier=tier, batch=ALL).to_dicts()
    found = {str(row["indicator"]): row for row in rows if row["indicator"] != ALL}
    return [
        lost_part(reading.mention(indicator.title), found[indicator.id])
        for indicator in reading.counted
        if pillar is None or reading.scheme.pillar_of(indicator.id).id == pillar
    ]


def lost_part(name: str, row: Mapping[str, object]) -> Part:
    """Lost over attainable points, both brought to whole numbers."""
    below = int(str(row["lost_den"]))
    return Part(name, int(str(row["lost_num"])), int(str(row["attainable"])) * below)


def losses(reading: Reading, parts: tuple[Part, ...], table: str) -> tuple[Loss, ...]:
    return tuple(Loss(part.name, Num(f"{reading.percent(part.count, part.whole)}%", table)) for part in parts)


def tier_text(reading: Reading, tier: Tier, below: Tier | None, high: int) -> TierText:
    own = {row["of"]: row for row in reading.result("shares").filter(scope="all", tier=tier.id).to_dicts()}
    lost, perfect = lost_parts(reading, tier.id), full_marks(reading, tier.id)
    return TierText(
        id=tier.id,
        title=reading.tier_names[tier.id],
        low=reading.points(hundredths(tier.at_least)),
        high=reading.points(high),
        units=Count(reading.sizes[tier.id], "tiers"),
        evaluated=share(own["evaluated"], "tiers"),
        all=share(own["all"], "tiers"),
        split=split(reading, tier.id),
        spread=spread(reading, "tier", tier.id, "scores"),
        perfect=Count(len(perfect), f"annex-{tier.id}"),
        full_marks=tuple(perfect) if len(perfect) <= LONGEST_SENTENCE else (),
        complete=carried_out(reading, tier.id),
        weak=losses(reading, statements.most_lost(lost), "lost"),
        strong=losses(reading, statements.least_lost(lost), "lost"),
        separators=separators(reading, tier.id),
        below=reading.tier_names[below.id] if below else "",
        figure=f"tier-{tier.id}",
    )


def tiers(reading: Reading) -> tuple[TierText, ...]:
    """Each tier from the top; a tier ends one step of rounding below the one above it."""
    ordered = tiers_from_top(reading.scheme)
    grain = 10 ** (2 - reading.scheme.rounding.decimals)
    highs = [hundredths(reading.scheme.points), *(hundredths(tier.at_least) - grain for tier in ordered)]
    return tuple(map(lambda *each: tier_text(reading, *each), ordered, [*ordered[1:], None], highs[: len(ordered)]))


def split(reading: Reading, tier: str) -> tuple[tuple[str, Share], ...]:
    rows = reading.result("shares").filter(scope="tier", member=tier).to_dicts()
    return tuple((reading.batch_names[str(row["tier"])], share(row, "tier-batches")) for row in rows)


def full_marks(reading: Reading, tier: str) -> list[str]:
    perfect = hundredths(reading.scheme.points)
    rows = reading.result("scores").filter((pl.col("tier") == tier) & (pl.col("score") == perfect)).sort("serial")
    return [reading.unit_name(unit) for unit in rows["unit"]]


def carried_out(reading: Reading, tier: str) -> tuple[str, ...]:
    rows = reading.result("participation").filter(tier=tier, batch=ALL)
    names = {indicator.id: reading.mention(indicator.title) for indicator in reading.counted}
    parts = [Part(names[i], done, of) for i, done, of in _cells(rows) if i in names]
    return tuple(part.name for part in statements.carried_out_by_all(parts))


def _cells(rows: pl.DataFrame) -> list[tuple[str, int, int]]:
    return list(rows.select("indicator", "participants", "units").iter_rows())


def separators(reading: Reading, upper: str) -> tuple[str, ...]:
    rows = reading.result("separators").filter((pl.col("upper") == upper) & (pl.col("probability") > 0.5))
    best = rows.sort("place").head(statements.NAMED)["indicator"]
    return tuple(reading.mention(reading.scheme.indicator(name).title) for name in best)


def weakest(reading: Reading) -> tuple[Loss, ...]:
    """The five indicators on which all evaluated units together lost the largest share."""
    return losses(reading, statements.most_lost(lost_parts(reading), 5), "lost")

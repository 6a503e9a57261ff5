"""The part of the context that says what each indicator shows, and whether one pillar goes with the others."""

from __future__ import annotations

from collections.abc import Mapping

from huoyue.core.analysis.margins import ALL
from huoyue.core.scheme.model import ActivityTable as Wanted
from huoyue.core.scheme.model import Pillar
from huoyue.report import statements
from huoyue.report.context_people import real
from huoyue.report.context_reading import Reading
from huoyue.report.context_results import losses, lost_part, lost_parts
from huoyue.report.context_types import Activity, ActivityTable, Association, Driver, Loss, PillarFinding
from huoyue.report.context_values import Count, Num, Share
from huoyue.report.statements import Part


def activity_parts(reading: Reading, pillar: Pillar, tier: str) -> list[Part]:
    """How many units of a tier carried out each indicator of a pillar."""
    rows = reading.result("participation").filter(tier=tier, batch=ALL, pillar=pillar.id)
    found = {str(i): (done, of) for i, done, of in rows.select("indicator", "participants", "units").iter_rows()}
    return [Part(reading.mention(indicator.title), *found[indicator.id]) for indicator in pillar.indicators]


def activities(reading: Reading, parts: tuple[Part, ...], table: str) -> tuple[Activity, ...]:
    return tuple(
        Activity(part.name, Share(Count(part.count, table), Count(part.whole, table), _shown(reading, part)))
        for part in parts
    )


def _shown(reading: Reading, part: Part) -> str | None:
    return reading.percent(part.count, part.whole)


def names(parts: tuple[Part, ...]) -> tuple[str, ...]:
    return tuple(part.name for part in parts)


def wanted_tables(reading: Reading) -> list[tuple[str, Wanted, str]]:
    """(name of the table, what the scheme asks for, tier), for tiers that hold units."""
    wanted = [(want, tier) for want in reading.scheme.report.activity_tables for tier in want.tiers]
    return [(f"activity-{want.pillar}-{tier}", want, tier) for want, tier in wanted if reading.sizes[tier]]


def activity_table(reading: Reading, pillar: Pillar, tier: str, table: str) -> ActivityTable:
    parts = activity_parts(reading, pillar, tier)
    return ActivityTable(
        title=reading.name(pillar.title),
        tier=reading.tier_names[tier],
        units=Count(reading.sizes[tier], table),
        table=table,
        complete=names(statements.carried_out_by_all(parts)),
        least=activities(reading, statements.least_carried_out(parts), table),
    )


def pillar_finding(reading: Reading, pillar: Pillar) -> PillarFinding:
    parts = activity_parts(reading, pillar, ALL)
    own = [(table, tier) for table, want, tier in wanted_tables(reading) if want.pillar == pillar.id]
    return PillarFinding(
        title=reading.name(pillar.title),
        why=reading.name(pillar.why) if pillar.why else "",
        lost=pillar_lost(reading, pillar, ALL),
        by_tier=by_tier(reading, pillar),
        complete=names(statements.carried_out_by_all(parts)),
        most=activities(reading, statements.most_carried_out(parts), "participation"),
        least=activities(reading, statements.least_carried_out(parts), "participation"),
        weak=losses(reading, statements.most_lost(lost_parts(reading, pillar=pillar.id)), "lost"),
        activity_tables=tuple(activity_table(reading, pillar, tier, table) for table, tier in own),
    )


def pillar_lost(reading: Reading, pillar: Pillar, tier: str) -> Num | None:
    rows = reading.result("lost").filter(pillar=pillar.id, indicator=ALL, tier=tier, batch=ALL).to_dicts()
    part = lost_part(pillar.id, rows[0]) if rows else Part(pillar.id, 0, 0)
    return Num(f"{reading.percent(part.count, part.whole)}%", "lost") if part.whole else None


def by_tier(reading: Reading, pillar: Pillar) -> tuple[Loss, ...]:
    found = [(tier, pillar_lost(reading, pillar, tier.id)) for tier in reading.tiers]
    return tuple(Loss(reading.tier_names[tier.id], lost) for tier, lost in found if lost is not None)


def association(reading: Reading, row: Mapping[str, object]) -> Association:
    titles = {pillar.id: reading.name(pillar.title) for pillar in reading.scheme.pillars}
    rho, low, high = (None if row[end] is None else float(str(row[end])) for end in ("rho", "low", "high"))
    return Association(
        title=titles.get(str(row["pillar"]), ""),
        strength=statements.strength(rho, low, high, int(str(row["units"]))),
        negative=rho is not None and rho < 0,
        rho=real(rho, "association"),
        interval=reading.interval(low, high),
    )


def driver(reading: Reading) -> Driver:
    """The association of the scheme's driver pillar; `any` is false where there is none or nothing to rank."""
    rows = reading.result("association").to_dicts()
    titles = {pillar.id: reading.name(pillar.title) for pillar in reading.scheme.pillars}
    title = titles.get(reading.scheme.report.driver or "", "")
    together = [association(reading, row) for row in rows if row["pillar"] == ALL]
    return Driver(
        any=bool(together) and together[0].rho is not None,
        title=title,
        together=together[0] if together else None,
        others=tuple(association(reading, row) for row in rows if row["pillar"] != ALL),
    )

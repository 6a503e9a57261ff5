"""What an edition says of how it differs from the one before: what moved for the public, what came out, and why."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from huoyue.core.message import M, Message, Title
from huoyue.core.phrase import both
from huoyue.publication.about import KIND_TITLES
from huoyue.publication.leaving import results
from huoyue.publication.open_tables import Open
from huoyue.publication.redaction import redacted
from huoyue.snapshot.store import Snapshot

Row = dict[str, Any]


def errata(
    before: Snapshot | None, after: Snapshot, is_open: Open, came_out: tuple[str, ...], reason: Title | None
) -> tuple[Title, ...]:
    """One line for all that moved; only what is open is told. `before` is None where the snapshot is the same."""
    said: list[Message] = [M("Added, since its delay has ended: {kind}.", kind=KIND_TITLES[kind]) for kind in came_out]
    if before is not None:
        said += moved(rows_of(before, is_open), rows_of(after, is_open))
    lines = [Title(zh=zh, en=en) for zh, en in map(both, said)]
    return tuple([reason, *lines] if reason else lines)


def rows_of(snapshot: Snapshot, is_open: Open) -> dict[str, Row]:
    """The public result of every unit."""
    rows = results(redacted(snapshot), is_open).frame.to_dicts()
    return {row["unit"]: row for row in rows}


def moved(before: dict[str, Row], after: dict[str, Row]) -> Iterator[Message]:
    """Units that came, went, or have another score or tier; ranks that moved only because of these are counted."""
    for unit in sorted(before.keys() | after.keys()):
        old, new = before.get(unit), after.get(unit)
        if old is None and new is not None:
            yield M("{name}: now evaluated, {tier}.", name=new["name"], tier=tier_of(new))
        elif new is None and old is not None:
            yield M("{name}: no longer among those evaluated.", name=old["name"])
        elif old and new:
            yield from changed(old, new)
    ranks = [unit for unit in before.keys() & after.keys() if before[unit].get("rank") != after[unit].get("rank")]
    if ranks:
        yield M("{count} ranks moved with it.", count=len(ranks))


def changed(old: Row, new: Row) -> Iterator[Message]:
    names = {"name": new["name"]}
    if old["tier"] != new["tier"]:
        yield M("{name}: tier corrected from {before} to {after}.", **names, before=tier_of(old), after=tier_of(new))
    if old.get("score") != new.get("score"):
        before, after = (f"{row['score']:g}" for row in (old, new))
        yield M("{name}: score corrected from {before} to {after}.", **names, before=before, after=after)
    elif finer(old) != finer(new):
        yield M("{name}: points corrected.", **names)


def finer(row: Row) -> Row:
    """Points by pillar and indicator, as far as they are open."""
    return {name: value for name, value in row.items() if name.startswith(("pillar_", "indicator_"))}


def tier_of(row: Row) -> Title:
    return Title(zh=row["tier_zh"], en=row["tier_en"])

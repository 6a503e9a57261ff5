"""The first look at a round: its funnel, its tiers, and where the documents are."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import polars as pl

from huoyue.cli.screen import Screen
from huoyue.core.message import M, Message
from huoyue.core.scheme.bands import tiers_from_top
from huoyue.snapshot.store import Snapshot

STEPS = {
    "all": M("In the register"),
    "filed": M("Filed"),
    "not_filed": M("Did not file"),
    "incomplete": M("Filed too little to be evaluated"),
    "evaluated": M("Evaluated"),
}


def summarise(screen: Screen, snapshot: Snapshot, out: Path | None) -> None:
    """Print the funnel and the tier table, or both as JSON, and where to look."""
    if screen.as_json:
        screen.data(as_data(snapshot, out))
        return
    funnel = counts(snapshot)
    title = snapshot.scheme.title.in_language(screen.lang)
    screen.table(
        M("{title}: funnel", title=title),
        [M("Step"), M("Units")],
        [[screen.text(STEPS[step]), str(count)] for step, count in funnel.items()],
    )
    screen.table(M("Tiers"), tier_headings(), tier_rows(screen.lang, snapshot))
    if out is not None:
        screen.say(M("Report: {files}", files=tuple(str(path) for path in sorted(out.glob("report.*")))))
        screen.say(M("Feedback cards: {folder}", folder=str(out / "cards")))
        screen.say(M("Snapshot: {folder}, digest {digest}", folder=str(out / "snapshot"), digest=snapshot.digest))


def counts(snapshot: Snapshot) -> dict[str, int]:
    """Units at each step of the funnel."""
    overall = snapshot.results["funnel"].filter(pl.col("batch") == "*")
    found = dict(overall.select("step", "units").iter_rows())
    return {step: int(found.get(step, 0)) for step in STEPS}


def tier_headings() -> list[Message]:
    return [M("Tier"), M("Units"), M("Of those evaluated, %"), M("Of all, %")]


def tier_rows(lang: str, snapshot: Snapshot) -> list[list[str]]:
    """A row a tier: title, units, share of the evaluated, share of all, as the scheme prints percentages."""
    shares = snapshot.results["shares"].filter(pl.col("scope") == "all")
    rows = []
    for tier in tiers_from_top(snapshot.scheme):
        own = {row["of"]: row for row in shares.filter(pl.col("tier") == tier.id).iter_rows(named=True)}
        shown = [own[of]["shown"] or "-" for of in ("evaluated", "all")]
        rows.append([tier.title.in_language(lang), str(own["evaluated"]["numerator"]), *shown])
    return rows


def as_data(snapshot: Snapshot, out: Path | None) -> dict[str, Any]:
    shares = snapshot.results["shares"].filter(pl.col("scope") == "all").drop("scope", "member")
    place = {"folder": str(out)} if out else {}
    return {
        "scheme": snapshot.scheme.id,
        "digest": snapshot.digest,
        "funnel": counts(snapshot),
        "tiers": shares.to_dicts(),
    } | place

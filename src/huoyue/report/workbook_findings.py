"""The sheets on findings: plausibility, differences and decisions, change, streaks and candidates."""

from __future__ import annotations

import polars as pl

from huoyue.core.message import M, Message
from huoyue.report.context_reading import Reading
from huoyue.report.objections import table as objection_table
from huoyue.report.workbook_book import Book, Field
from huoyue.report.workbook_results import BASES
from huoyue.snapshot.store import Snapshot

RULES: dict[str, Message] = {
    "same_claim": M("Same claim"),
    "same_evidence": M("Same evidence"),
    "duplicate": M("Duplicate record"),
    "outlier": M("Unusual value"),
    "date": M("Date outside the period"),
    "other_round": M("Also claimed in another round"),
}
DIFFERENCES: dict[str, Message] = {
    "total": M("Experts' totals differ"),
    "stages": M("Stages differ"),
    "tier_crossing": M("Totals in different tiers"),
    "border": M("Near a tier border"),
    "indicator_share": M("Marks on an indicator differ"),
}
STREAKS: dict[str, Message] = {
    "full_marks": M("Full marks"),
    "top_tier": M("Top tier"),
    "bottom_tier": M("Bottom tier"),
    "not_evaluated": M("Not evaluated"),
}


def named(snapshot: Snapshot, rows: pl.DataFrame) -> pl.DataFrame:
    """The rows with the unit's name and place in the register."""
    return rows.join(snapshot.facts.units.select("unit", "name", "position"), on="unit", how="left")


def said(book: Book, texts: dict[str, Message], names: pl.Series) -> list[str]:
    """Ids in words; an id that has none stands as it is."""
    return [book.say(texts[name]) if name in texts else name for name in names]


def plausibility(book: Book, snapshot: Snapshot) -> None:
    """What should be checked in the facts; rows with one number belong together."""
    rows = named(snapshot, snapshot.results["plausibility"]).sort("finding", "position", "record")
    kinds = {kind.id: book.title(kind.title) for kind in book.scheme.records}
    fields = [
        Field(book.say(M("Finding")), rows["finding"].to_list(), "whole"),
        Field(book.say(M("Kind of finding")), said(book, RULES, rows["rule"])),
        Field(book.say(M("Name")), rows["name"].to_list()),
        Field(book.say(M("Kind of record")), [kinds.get(kind, kind) for kind in rows["record_type"]]),
        Field(book.say(M("Record")), rows["record"].to_list()),
        Field(book.say(M("What was found")), rows[f"detail_{book.lang}"].to_list(), "wrap"),
    ]
    note = M("A finding calls for a check; it is not a proof of misreporting.")
    book.table(book.sheet(M("Plausibility"), note), fields)


def differences(book: Book, snapshot: Snapshot) -> None:
    """Units that a rule sent to the meeting, and what the meeting decided on them."""
    decided = snapshot.facts.decisions.select("unit", "indicator", "settled", "reason", "decided_on")
    rows = (
        named(snapshot, snapshot.results["differences"])
        .join(decided, on=["unit", "indicator"], how="left")
        .sort("position", "rule", "indicator")
    )
    fields = [
        Field(book.say(M("Name")), rows["name"].to_list()),
        Field(book.say(M("Difference")), said(book, DIFFERENCES, rows["rule"])),
        Field(book.say(M("Indicator")), _indicators(book, rows["indicator"])),
        Field(book.say(M("Size")), rows["size"].to_list(), "points"),
        Field(book.say(M("Limit")), rows["limit"].to_list(), "points"),
        Field(book.say(M("Decided on")), [book.say(M("yes")) if d else book.say(M("no")) for d in rows["decided"]]),
    ]
    note = M("Sizes are in points; for marks on an indicator, in percent of its points.")
    book.table(book.sheet(M("Differences"), note), fields)


def decisions(book: Book, snapshot: Snapshot) -> None:
    """Every decision of the meeting with its reason."""
    rows = named(snapshot, snapshot.facts.decisions).sort("position", "indicator")
    points = [None if value is None else value / 100 for value in rows["settled"]]
    fields = [
        Field(book.say(M("Name")), rows["name"].to_list()),
        Field(book.say(M("Indicator")), _indicators(book, rows["indicator"])),
        Field(book.say(M("Points decided")), points, "points"),
        Field(book.say(M("Reason")), rows["reason"].to_list(), "wrap"),
        Field(book.say(M("Day")), rows["decided_on"].to_list(), "day"),
    ]
    note = M("Without points decided, the experts' marks were upheld.")
    book.table(book.sheet(M("Decisions"), note), fields)


def objections(book: Book, snapshot: Snapshot) -> None:
    """The register of objections, without who objected; no sheet where there was none."""
    if snapshot.facts.objections.is_empty():
        return
    shown = objection_table(Reading(snapshot, book.lang))
    fields = [Field(column.heading, [str(cell) for cell in column.cells], "wrap") for column in shown.columns]
    note = M("Who objected is known to those who handle objections and to nobody else.")
    book.table(book.sheet(M("Objections"), note), fields)


def change(book: Book, snapshot: Snapshot) -> None:
    """Score and tier now against each earlier period."""
    rows = named(snapshot, snapshot.results["change"]).sort("position", "period")
    scores = {name: (rows[name] / 100).to_list() for name in ("before", "now")}
    tiers = {name: rows[name].to_list() for name in ("tier_before", "tier_now")}
    fields = [
        Field(book.say(M("Name")), rows["name"].to_list()),
        Field(book.say(M("Earlier period")), rows["period"].to_list()),
        Field(book.say(M("Score then")), scores["before"], "score"),
        Field(book.say(M("Score now")), scores["now"], "score"),
        Field(book.say(M("Tier then")), _tiers(book, tiers["tier_before"]), tiers=tiers["tier_before"]),
        Field(book.say(M("Tier now")), _tiers(book, tiers["tier_now"]), tiers=tiers["tier_now"]),
        Field(book.say(M("Tiers moved")), rows["tier_step"].to_list(), "whole"),
        Field(book.say(M("How it is known")), _bases(book, rows["basis"])),
    ]
    note = M("Each period is tiered by its own borders, so tiers can be compared where scores cannot.")
    book.table(book.sheet(M("Change"), note), fields)


def streaks(book: Book, snapshot: Snapshot) -> None:
    """Two or more successive periods of the same kind up to this one, longest first."""
    rows = named(snapshot, snapshot.results["streaks"].filter(pl.col("periods") > 1)).sort(
        "kind", "periods", "position", descending=[False, True, False]
    )
    fields = [
        Field(book.say(M("Name")), rows["name"].to_list()),
        Field(book.say(M("Streak")), said(book, STREAKS, rows["kind"])),
        Field(book.say(M("Periods")), rows["periods"].to_list(), "whole"),
    ]
    book.table(book.sheet(M("Streaks")), fields)


def candidates(book: Book, snapshot: Snapshot) -> None:
    """The lists that the scheme draws up, each unit with its reason."""
    lists = {rule.id: book.title(rule.title) for rule in book.scheme.outlook.candidates}
    rows = named(snapshot, snapshot.results["candidates"]).sort("list", "position")
    fields = [
        Field(book.say(M("List")), [lists.get(name, name) for name in rows["list"]]),
        Field(book.say(M("Name")), rows["name"].to_list()),
        Field(book.say(M("Reason")), rows[f"reason_{book.lang}"].to_list(), "wrap"),
    ]
    book.table(book.sheet(M("Candidates")), fields)


def _bases(book: Book, names: pl.Series) -> list[str | None]:
    return [book.say(BASES[name]) if name in BASES else name for name in names]


def _tiers(book: Book, names: list[str | None]) -> list[str | None]:
    return [book.tier_titles.get(name or "", name) for name in names]


def _indicators(book: Book, names: pl.Series) -> list[str]:
    return [book.say(M("as a whole")) if name == "*" else book.indicator_titles.get(name, name) for name in names]

"""A round without what never leaves. Whatever an edition is made of reads this and not the snapshot.

So a page, a table or a document cannot let out a mark, an expert, a contact, a record or the reason of a decision by
mistake: it is not there.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import polars as pl

from huoyue.core.message import M
from huoyue.core.phrase import both
from huoyue.core.scheme.model import Scheme
from huoyue.core.tables import (
    CORRECTIONS,
    DECISIONS,
    EXPERTS,
    FILINGS,
    MARKS,
    OBJECTIONS,
    OVERRIDES,
    RESULT_TABLES,
    UNITS,
    Facts,
)
from huoyue.snapshot.store import Snapshot

KEPT = (
    "screening", "settled", "pillar_scores", "scores", "funnel", "shares", "tier_summary", "participation", "lost",
    "polarisation", "association", "separators", "change", "movement", "transitions", "streaks", "candidates",
)  # fmt: skip
"""Result tables that may be read at all; the others are emptied."""
ON_REVIEW = M("Decided by the secretariat on review")


@dataclass(frozen=True)
class Redacted:
    """What publication and its report are written from."""

    scheme: Scheme
    facts: Facts
    results: Mapping[str, pl.DataFrame]
    digest: str


def redacted(snapshot: Snapshot) -> Redacted:
    """The snapshot's register, earlier results and outcomes, and nothing of who said what."""
    scheme, facts = snapshot.scheme, snapshot.facts
    results = {name: table.empty() for name, table in RESULT_TABLES.items()}
    results |= {name: snapshot.results[name] for name in KEPT}
    results["screening"] = public_verdicts(scheme, results["screening"])
    results["settled"] = results["settled"].with_columns(note_zh=pl.lit(""), note_en=pl.lit(""))
    kept = replace(
        facts, units=public_register(scheme, facts.units), filings=FILINGS.empty(), experts=EXPERTS.empty(),
        records={name: frame.clear() for name, frame in facts.records.items()}, marks=MARKS.empty(),
        decisions=DECISIONS.empty(), overrides=OVERRIDES.empty(), corrections=CORRECTIONS.empty(),
        objections=OBJECTIONS.empty(),
    )  # fmt: skip
    return Redacted(scheme, kept, results, snapshot.digest)


def public_register(scheme: Scheme, units: pl.DataFrame) -> pl.DataFrame:
    """Code, name, groups and place of each unit; no liaison officer, no aliases, no own fields of the scheme."""
    own = [pl.lit(None, units.schema[spec.id]).alias(spec.id) for spec in scheme.register_fields]
    none = pl.lit([], UNITS.schema["aliases"]).alias("aliases")
    return units.with_columns(none, pl.lit(None, pl.String).alias("liaison"), *own)


def public_verdicts(scheme: Scheme, screening: pl.DataFrame) -> pl.DataFrame:
    """Verdicts with the reason that the scheme gives for a rule, without what was counted or written in this case."""
    reasons = {rule.id: rule.reason for rule in scheme.screening}
    review = both(ON_REVIEW)
    said = []
    for row in screening.iter_rows(named=True):
        if row["verdict"] == "evaluated":
            said.append(("", ""))
        elif row["decided_by"] == "rule" and row["rule"] in reasons:
            said.append((reasons[row["rule"]].zh, reasons[row["rule"]].en))
        else:
            said.append(review)
    by_rule = pl.col("decided_by") == "rule"
    return screening.with_columns(
        rule=pl.when(by_rule).then("rule").otherwise(None),
        value=pl.lit(None, pl.Float64), needed=pl.lit(None, pl.Float64),
        decided_by=pl.when(by_rule).then(pl.lit("rule")).otherwise(pl.lit("review")),
        reason_zh=pl.Series([zh for zh, _ in said], dtype=pl.String),
        reason_en=pl.Series([en for _, en in said], dtype=pl.String),
    )  # fmt: skip

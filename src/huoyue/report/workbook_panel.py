"""Sheets on how the panel marked: agreement by indicator, severity of experts, and what would be without it."""

from __future__ import annotations

import polars as pl

from huoyue.core.analysis.panel.series import ALL_STAGES, TOTAL
from huoyue.core.message import M, Message
from huoyue.report.workbook_book import Book, Field
from huoyue.report.workbook_findings import named
from huoyue.snapshot.store import Snapshot


def agreement(book: Book, snapshot: Snapshot) -> None:
    """Coefficients of agreement by stage and indicator, with intervals."""
    rows = snapshot.results["agreement_indicators"]
    titles = book.indicator_titles | {TOTAL: book.say(M("Experts' totals"))}
    estimates = [
        (M("Intraclass correlation"), "icc"),
        (M("Intraclass correlation, two-way"), "icc_two_way"),
        (M("Krippendorff's α"), "alpha"),
        (M("Krippendorff's α, ordinal"), "alpha_ordinal"),
    ]
    fields = [
        Field(book.say(M("Stage")), stages(book, rows["stage"])),
        Field(book.say(M("Indicator")), [titles.get(name, name) for name in rows["indicator"]]),
        Field(book.say(M("Marked by two or more")), rows["units"].to_list(), "whole"),
        Field(book.say(M("Experts")), rows["experts"].to_list(), "whole"),
        *(field for head, name in estimates for field in interval(book, rows, head, name, f"{name}_")),
        *reals(book, rows, (M("Kendall's W"), "kendall_w"), (M("p of W"), "kendall_p")),
    ]
    note = M("Agreement of a single expert with the others; intervals are of 95%. Described, not corrected for.")
    book.table(book.sheet(M("Agreement"), note), fields)


def severity(book: Book, snapshot: Snapshot) -> None:
    """Experts of all stages together and of each, by both models."""
    logits = snapshot.results["expert_logits"].drop("component", "marks")
    renamed = logits.rename({name: f"logit_{name}" for name in logits.columns if name not in ("stage", "expert")})
    rows = snapshot.results["expert_severity"].join(renamed, on=["stage", "expert"], how="left", maintain_order="left")
    fields = [
        Field(book.say(M("Stage")), stages(book, rows["stage"])),
        Field(book.say(M("Expert")), rows["expert"].to_list()),
        Field(book.say(M("Group compared")), rows["component"].to_list(), "whole"),
        Field(book.say(M("Marked by two or more")), rows["units"].to_list(), "whole"),
        *interval(book, rows, M("Severity in points"), "severity", ""),
        *interval(book, rows, M("Severity in logits"), "logit_severity", "logit_"),
        *reals(book, rows, (M("Infit"), "logit_infit"), (M("Outfit"), "logit_outfit")),
        *reals(book, rows, (M("Points for the average unit"), "logit_fair")),
    ]
    note = M("Positive is more severe. Severities can be compared within a group of experts only.")
    book.table(book.sheet(M("Severity of experts"), note), fields)


def removed(book: Book, snapshot: Snapshot) -> None:
    """Every score beside what it would be with severity removed; tiers that would change first."""
    rows = named(snapshot, snapshot.results["severity_effect"]).sort(
        pl.col("changed"), pl.col("shift").abs(), "position", descending=[True, True, False]
    )
    tiers = {name: rows[name].to_list() for name in ("tier", "tier_adjusted")}
    shown = {name: [book.tier_titles.get(tier, tier) for tier in own] for name, own in tiers.items()}
    fields = [
        Field(book.say(M("Name")), rows["name"].to_list()),
        Field(book.say(M("Score")), (rows["score"] / 100).to_list(), "score"),
        Field(book.say(M("Score with severity removed")), (rows["adjusted"] / 100).to_list(), "score"),
        Field(book.say(M("Change before rounding")), rows["shift"].to_list(), "points"),
        Field(book.say(M("Tier")), shown["tier"], tiers=tiers["tier"]),
        Field(book.say(M("Tier with severity removed")), shown["tier_adjusted"], tiers=tiers["tier_adjusted"]),
        Field(book.say(M("Tier would change")), [book.say(M("yes")) if c else "" for c in rows["changed"]]),
    ]
    note = M("Advice only: severities are estimates, and no score was changed.")
    book.table(book.sheet(M("Severity removed"), note), fields)


def stages(book: Book, names: pl.Series) -> list[str]:
    """Stages in words."""
    titles = {stage.id: book.title(stage.title) for stage in book.scheme.review.stages}
    titles[ALL_STAGES] = book.say(M("all stages together"))
    return [titles.get(name, name) for name in names]


def interval(book: Book, rows: pl.DataFrame, head: Message, value: str, ends: str) -> list[Field]:
    """An estimate and the ends of its interval, in the columns `value`, `ends`low and `ends`high."""
    low, high = M("{what}: lower end", what=head), M("{what}: upper end", what=head)
    return reals(book, rows, (head, value), (low, f"{ends}low"), (high, f"{ends}high"))


def reals(book: Book, rows: pl.DataFrame, *columns: tuple[Message, str]) -> list[Field]:
    """Columns of real numbers under their headings."""
    return [Field(book.say(head), rows[name].to_list(), "real") for head, name in columns]

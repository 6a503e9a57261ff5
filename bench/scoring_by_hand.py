"""The 2016 example scheme's scoring by rule, hand-written in Polars: what `score_frames` is measured against."""

from __future__ import annotations

from datetime import date

import polars as pl

Frames = dict[str, pl.LazyFrame]


def step(value: pl.Expr, *steps: tuple[float, int]) -> pl.Expr:
    """`steps` from the highest threshold down."""
    found = pl.when(value >= steps[0][0]).then(steps[0][1])
    for threshold, points in steps[1:]:
        found = found.when(value >= threshold).then(points)
    return found.otherwise(0)


def linear(value: pl.Expr, full: int, points: int) -> pl.Expr:
    return (2 * pl.min_horizontal(value, pl.lit(full)) * points + full) // (2 * full)


def capped(*terms: pl.Expr) -> pl.Expr:
    return pl.min_horizontal(pl.sum_horizontal(terms), pl.lit(500))


def is_(column: str, value: str) -> pl.Expr:
    return (pl.col(column) == value).sum()


def grouped(r: Frames) -> list[pl.LazyFrame]:
    funding = pl.col("funding")
    return [
        r["meeting"].group_by("unit").agg(
            council=is_("kind", "council"), committee=is_("kind", "expert_committee"),
            assembly=is_("kind", "assembly"), secretariat=is_("kind", "secretariat"),
        ),
        r["website"].group_by("unit").agg(sites=pl.len(), updated=pl.col("last_updated").max()),
        r["contact_attempt"].group_by("unit").agg(attempts=pl.len(), reached=pl.col("reached").sum()),
        r["secretariat"].group_by("unit").agg(
            staffed=(pl.col("full_time_staff") >= 1).sum(), ruled=pl.col("working_rules").sum()
        ),
        r["project"].group_by("unit").agg(
            own=is_("kind", "self_funded"), own_funding=funding.filter(pl.col("kind") == "self_funded").sum(),
            bought=is_("kind", "commissioned"), bought_funding=funding.filter(pl.col("kind") == "commissioned").sum(),
            **{
                level: ((pl.col("kind") == "government") & (pl.col("level") == level)).sum()
                for level in ("national", "provincial", "local")
            },
        ),
        r["ip_sharing"].group_by("unit").agg(shared=pl.len()),
        r["standard_document"].group_by("unit").agg(
            **{f"standard_{x}": is_("level", x) for x in ("international", "national", "industry", "local", "alliance")}
        ),
        r["platform"].group_by("unit").agg(platforms=pl.len(), users=pl.col("users").sum()),
        r["event"].group_by("unit").agg(events=pl.len()),
        r["study"].group_by("unit").agg(plans=is_("kind", "plan"), reports=is_("kind", "report")),
        r["cooperation"].group_by("unit").agg(partners=pl.col("partner").drop_nulls().n_unique()),
        r["service"].group_by("unit").agg(services=pl.len(), served=pl.col("organisations_served").sum()),
        r["training"].group_by("unit").agg(
            persons=pl.col("persons").sum(), kinds=pl.col("kind").drop_nulls().n_unique()
        ),
        r["media_report"].group_by("unit").agg(
            **{f"media_{level}": is_("level", level) for level in ("national", "industry", "local")}
        ),
    ]  # fmt: skip


def points() -> list[pl.Expr]:
    c = pl.col
    age = (pl.lit(date(2017, 1, 27)) - c("updated")).dt.total_days()
    reach = c("reached") / c("attempts").clip(1)
    return [
        step(c("council"), (2, 500), (1, 300)),
        step(c("committee"), (2, 500), (1, 300)),
        step(c("assembly"), (1, 500)),
        step(c("secretariat"), (12, 500), (6, 400), (3, 200), (1, 100)),
        pl.when(c("sites") == 0).then(0).when(age <= 30).then(500).when(age <= 180).then(300).otherwise(100),
        capped(
            step(reach, (0.9, 300), (0.6, 200), (0.3, 100)), step(c("staffed"), (1, 100)), step(c("ruled"), (1, 100))
        ),
        capped(step(c("own"), (3, 300), (2, 200), (1, 100)), linear(c("own_funding"), 40000, 200)),
        capped(c("national") * 250, c("provincial") * 150, c("local") * 100),
        capped(step(c("bought"), (3, 300), (2, 200), (1, 100)), linear(c("bought_funding"), 20000, 200)),
        linear(c("shared"), 4, 500),
        capped(
            c("standard_international") * 300, c("standard_national") * 250, c("standard_industry") * 200,
            c("standard_local") * 150, c("standard_alliance") * 100,
        ),
        capped(step(c("platforms"), (2, 300), (1, 200)), linear(c("users"), 20, 200)),
        step(c("events"), (4, 500), (3, 400), (2, 300), (1, 200)),
        capped(c("plans") * 250, c("reports") * 200),
        step(c("partners"), (3, 500), (2, 400), (1, 200)),
        capped(step(c("services"), (3, 300), (2, 200), (1, 100)), linear(c("served"), 100, 200)),
        capped(linear(c("persons"), 200, 300), step(c("kinds"), (2, 200), (1, 100))),
        capped(c("media_national") * 150, c("media_industry") * 100, c("media_local") * 50),
    ]  # fmt: skip


def scored(units: pl.LazyFrame, records: Frames) -> pl.LazyFrame:
    """unit, score, tier, serial."""
    wide = units
    for frame in grouped(records):
        wide = wide.join(frame, on="unit", how="left")
    numbers = pl.selectors.integer() | pl.selectors.unsigned_integer()
    totals = wide.with_columns(numbers.fill_null(0).cast(pl.Int64)).select(
        "unit", "position", score=(pl.sum_horizontal(points()) * 2 + 100) // 200 * 100
    )
    tier = pl.when(pl.col("score") >= 8500).then(pl.lit("high"))
    tier = tier.when(pl.col("score") >= 7000).then(pl.lit("fairly_high"))
    tier = tier.when(pl.col("score") >= 5000).then(pl.lit("average"))
    ordered = totals.with_columns(tier=tier.otherwise(pl.lit("poor"))).sort(-pl.col("score"), "position")
    return ordered.with_row_index("serial", 1).select("unit", "score", "tier", pl.col("serial").cast(pl.Int64))

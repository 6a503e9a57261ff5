"""What may leave: the public tables of a round, as frames with the meaning of every column.

Each function takes the redacted round and the kinds that are open, and gives a table with exactly the columns that
these kinds allow, or none.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable

import polars as pl

from huoyue.core.analysis.margins import ALL
from huoyue.core.analysis.percent import percentage
from huoyue.core.message import M
from huoyue.core.scheme.bands import tiers_from_top
from huoyue.core.scheme.model import Scheme
from huoyue.publication.cells import hidden, is_safe
from huoyue.publication.open_tables import (
    INT,
    RANK,
    REAL,
    SCORE,
    TEXT,
    TIER,
    UNIT,
    Field,
    Open,
    OpenTable,
    Rows,
    made,
    placed,
    register,
    titled,
)  # fmt: skip
from huoyue.publication.redaction import Redacted


def leaving(source: Redacted, open_kinds: Open) -> dict[str, OpenTable]:
    """Every public table by name."""
    makers: tuple[Callable[[Redacted, Open], OpenTable | None], ...] = (
        results, tiers, not_evaluated, funnel, activities, losses, history, candidates,
    )  # fmt: skip
    found = [table for make in makers if (table := make(source, open_kinds))]
    return {table.name: table for table in found}


def results(source: Redacted, open_kinds: Open) -> OpenTable:
    """Evaluated units with their tier, and of score, rank, pillars and indicators what is open."""
    scheme, units = source.scheme, register(source)
    scores = {row["unit"]: row for row in source.results["scores"].iter_rows(named=True)}
    tier_titles = {tier.id: tier.title for tier in scheme.tiers}
    fields = [*UNIT, *TIER]
    fields += [SCORE] if "scores" in open_kinds else []
    fields += [RANK] if "ranks" in open_kinds else []
    finer: dict[str, dict[str, float]] = defaultdict(dict)
    for kind, table, column, above in (
        ("pillars", "pillar_scores", "pillar", "score"), ("indicators", "settled", "indicator", "settled"),
    ):  # fmt: skip
        if kind in open_kinds:
            members = scheme.pillars if kind == "pillars" else scheme.indicators
            fields += [Field(f"{column}_{one.id}", REAL, M("Points for {title}", title=one.title)) for one in members]
            cells = source.results[table].select("unit", column, f"{above}_num", f"{above}_den").iter_rows()
            for unit, name, num, den in cells:
                finer[unit][f"{column}_{name}"] = round(num / den / 100, 4)
    rows: Rows = []
    for unit in placed(source, open_kinds):
        row = scores[unit]
        said = titled("tier", tier_titles[row["tier"]]) | finer.get(unit, {})
        rows.append(
            units.get(unit, {"unit": unit, "name": unit}) | said
            | {"tier": row["tier"], "score": row["score"] / 100, "rank": row["rank"]}
        )  # fmt: skip
    return made("results", M("Results"), fields, rows)


def tiers(source: Redacted, open_kinds: Open) -> OpenTable:
    """How many evaluated units each tier has: in all, by batch and by industry, as can be counted in `results`."""
    scheme, known = source.scheme, register(source)
    rows: Rows = []
    found = [(known.get(unit, {}), tier) for unit, tier in source.results["scores"].select("unit", "tier").iter_rows()]
    members = [("all", ALL, None), *(("batch", one.id, one.title) for one in scheme.batches),
               *(("industry", one.id, one.title) for one in scheme.industries)]  # fmt: skip
    for scope, member, title in members:
        of = [tier for row, tier in found if scope == "all" or row.get(scope) == member]
        rows += [
            {"scope": scope, "member": member, "units": of.count(tier.id), "tier": tier.id}
            | titled("member", title) | titled("tier", tier.title)
            for tier in tiers_from_top(scheme)
        ]  # fmt: skip
    del open_kinds
    scope_fields = (
        Field("scope", TEXT, M("all, batch or industry")),
        Field("member", TEXT, M("Id of the batch or industry; '*' for all")),
        Field("member_zh", TEXT, M("Batch or industry in Chinese")),
        Field("member_en", TEXT, M("Batch or industry in English")),
    )
    return made("tiers", M("Tiers"), (*scope_fields, *TIER, Field("units", INT, M("Evaluated units"))), rows)


VERDICT_TITLES = {
    "incomplete": M("Filed too little to be evaluated"),
    "not_filed": M("Did not file"),
    "evaluated": M("Evaluated"),
}
STEPS = {
    "all": M("In the register"),
    "filed": M("Filed"),
    "not_filed": M("Did not file"),
    "incomplete": M("Filed too little to be evaluated"),
    "evaluated": M("Evaluated"),
}


def absent_units(source: Redacted) -> dict[str, str]:
    """Codes and verdicts of the units that were not evaluated."""
    rows = source.results["screening"].select("unit", "verdict").iter_rows()
    return {unit: verdict for unit, verdict in rows if verdict != "evaluated"}


def not_evaluated(source: Redacted, open_kinds: Open) -> OpenTable | None:
    """Units that were not evaluated, with the reason that the scheme gives for the rule."""
    if "not_evaluated" not in open_kinds:
        return None
    units = register(source)
    said = {row["unit"]: row for row in source.results["screening"].iter_rows(named=True)}
    rows = [
        units[unit] | {name: said[unit][name] for name in ("verdict", "reason_zh", "reason_en")}
        for unit in units
        if unit in said and said[unit]["verdict"] != "evaluated"
    ]
    reasons = (
        Field("verdict", TEXT, M("incomplete or not_filed")),
        Field("reason_zh", TEXT, M("Reason in Chinese: that of the rule, not of the single case")),
        Field("reason_en", TEXT, M("Reason in English: that of the rule, not of the single case")),
    )
    return made("not_evaluated", M("Not evaluated"), (*UNIT, *reasons), rows)


def funnel(source: Redacted, open_kinds: Open) -> OpenTable:
    """From the register to evaluation. Where those not evaluated are withheld, only what is safe by the least cell.

    How many were evaluated is known from `results`, so the register's sizes and all other steps hang on one count:
    how many were not. It is shown for the whole round only, and only where it is safe.
    """
    found = source.results["funnel"]
    if "not_evaluated" not in open_kinds:
        least = source.scheme.publication.smallest_cell
        counts = {row["step"]: row["units"] for row in found.filter(batch=ALL).iter_rows(named=True)}
        away = counts["all"] - counts["evaluated"]
        whole = {"all", "evaluated"} if away >= least or away == 0 else {"evaluated"}
        if {"not_filed", "incomplete"} <= counts.keys() and min(counts["not_filed"], counts["incomplete"]) >= least:
            whole |= {"not_filed", "incomplete", "filed"}
        found = found.filter(
            (pl.col("step") == "evaluated") | ((pl.col("batch") == ALL) & pl.col("step").is_in(sorted(whole)))
        )
    fields = (
        Field("step", TEXT, M("all, filed, not_filed, incomplete or evaluated")),
        Field("batch", TEXT, M("Batch: its id in the scheme; '*' for all")),
        Field("units", INT, M("How many")),
    )
    return made("funnel", M("From the register to evaluation"), fields, found.to_dicts())


def indicator_titles(scheme: Scheme, name: str) -> dict[str, object]:
    return titled("indicator", scheme.indicator(name).title)


INDICATOR = (
    Field("indicator", TEXT, M("Indicator: its id in the scheme")),
    Field("indicator_zh", TEXT, M("Indicator in Chinese")),
    Field("indicator_en", TEXT, M("Indicator in English")),
)


def activities(source: Redacted, open_kinds: Open) -> OpenTable:
    """How many evaluated units carried out each indicator, in all and by tier; small counts are empty if withheld."""
    scheme, least = source.scheme, source.scheme.publication.smallest_cell
    found = source.results["participation"].filter(batch=ALL)
    counts = {(row["indicator"], row["tier"]): (row["participants"], row["units"])
              for row in found.iter_rows(named=True)}  # fmt: skip
    names = [tier.id for tier in tiers_from_top(scheme)]
    rows: Rows = []
    for indicator in scheme.indicators:
        cells = [counts.get((indicator.id, tier), (0, 0)) for tier in names]
        whole = counts.get((indicator.id, ALL), (0, 0))
        is_whole, away = True, set[int]()
        if "indicators" not in open_kinds:
            is_whole = is_safe(whole, least)
            away = hidden(cells, least, total=is_whole)
        lines = [(ALL, whole, is_whole), *((names[at], cell, at not in away) for at, cell in enumerate(cells))]
        rows += [
            {"indicator": indicator.id, "tier": tier, "participants": done if shown else None, "units": of}
            | indicator_titles(scheme, indicator.id)
            for tier, (done, of), shown in lines
        ]
    fields = (
        *INDICATOR,
        Field("tier", TEXT, M("Tier: its id in the scheme; '*' for all")),
        Field("participants", INT, M("Evaluated units that carried it out; empty where the count is too small")),
        Field("units", INT, M("Evaluated units to which it applies")),
    )
    return made("activities", M("What was carried out"), fields, rows)


def losses(source: Redacted, open_kinds: Open) -> OpenTable | None:
    """Share of the attainable points that all evaluated units together did not reach, by indicator.

    The percentages are those of the report, rounded as the scheme has it.
    """
    rule = source.scheme.percentages
    least = source.scheme.publication.smallest_cell
    found = source.results["lost"].filter((pl.col("tier") == ALL) & (pl.col("batch") == ALL))
    rows: Rows = [
        {"indicator": row["indicator"], "units": row["units"],
         "lost_percent": float(percentage(row["lost_num"], row["lost_den"] * row["attainable"], rule) or 0)}
        | indicator_titles(source.scheme, row["indicator"])
        for row in found.iter_rows(named=True)
        if row["indicator"] != ALL and row["attainable"] and ("indicators" in open_kinds or row["units"] >= least)
    ]  # fmt: skip
    fields = (
        *INDICATOR,
        Field("units", INT, M("Evaluated units to which it applies")),
        Field("lost_percent", REAL, M("Points not reached, in percent of those attainable")),
    )
    return made("losses", M("Where points were lost"), fields, rows) if rows else None


def history(source: Redacted, open_kinds: Open) -> OpenTable | None:
    """What units came to in earlier periods, as published then."""
    if "history" not in open_kinds:
        return None
    scored = set(source.results["scores"]["unit"])
    known = register(source)
    everybody = "not_evaluated" in open_kinds
    published: dict[str, list[str]] = {}
    for one in source.facts.earlier_sources.sort("period", "source").iter_rows(named=True):
        published.setdefault(one["period"], []).append(one["source"])
    rows: Rows = [
        {"unit": row["unit"], "name": known[row["unit"]]["name"], "period": row["period"], "basis": row["basis"],
         "score": None if row["score"] is None else row["score"] / 100, "tier": row["tier"],
         "source": "; ".join(published.get(row["period"], []))}
        for row in source.facts.earlier.sort("unit", "period").iter_rows(named=True)
        if row["unit"] in known and (everybody or (row["unit"] in scored and (row["score"] is not None or row["tier"])))
    ]  # fmt: skip
    fields = (
        Field("unit", TEXT, M("Code in the register")),
        Field("name", TEXT, M("Name")),
        Field("period", TEXT, M("Earlier period")),
        Field("score", REAL, M("Score then, by the scheme of that period; empty if not evaluated or not known")),
        Field("tier", TEXT, M("Tier then, where the published result names one")),
        Field("basis", TEXT, M("How the earlier result is known: evidenced, inferred or synthetic")),
        Field("source", TEXT, M("Where the results of that period were published; empty if they were settled here")),
    )
    return made("history", M("Earlier results"), fields, rows)


def candidates(source: Redacted, open_kinds: Open) -> OpenTable | None:
    """The lists of candidates; reasons only where everything they speak of is open."""
    if "candidates" not in open_kinds:
        return None
    known = register(source)
    away = set() if "not_evaluated" in open_kinds else set(absent_units(source))
    titles = {one.id: one.title for one in source.scheme.outlook.candidates}
    rows: Rows = [
        row | titled("list", titles.get(row["list"])) | {"name": known[row["unit"]]["name"]}
        for row in source.results["candidates"].iter_rows(named=True)
        if row["unit"] in known and row["unit"] not in away
    ]
    fields = [
        Field("list", TEXT, M("List: its id in the scheme")),
        Field("list_zh", TEXT, M("List in Chinese")),
        Field("list_en", TEXT, M("List in English")),
        Field("unit", TEXT, M("Code in the register")),
        Field("name", TEXT, M("Name")),
    ]
    if {"scores", "history", "not_evaluated"} <= open_kinds:
        fields += [Field("reason_zh", TEXT, M("Why, in Chinese")), Field("reason_en", TEXT, M("Why, in English"))]
    return made("candidates", M("Lists of candidates"), fields, rows)

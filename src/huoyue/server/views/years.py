"""The years side by side: participation and tiers, who moved, streaks and candidates, one alliance's years."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import polars as pl
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from huoyue.core.message import M, Message, Title
from huoyue.core.scheme.model import Scheme
from huoyue.server.asking import reader
from huoyue.server.models import Alliance
from huoyue.server.queries.shelf import snapshot_of
from huoyue.server.queries.tables import CODE, NAME, Cells, Exported, heads
from huoyue.server.queries.years import NOT_EVALUATED, UNKNOWN, Period, Result, Years, alliances_listed, years_of
from huoyue.server.queries.years_chart import chart_of
from huoyue.server.saying import current_language, said
from huoyue.server.views.exports import KINDS, as_workbook
from huoyue.server.wording.years import BASES, STREAKS
from huoyue.snapshot.store import Snapshot

SHOWN = 100
STATES: dict[str, Message] = {NOT_EVALUATED: M("Not evaluated"), UNKNOWN: M("Unknown")}
Worded = Message | Title | str


def tier_words(years: Years) -> dict[str, Worded]:
    """What tiers, and being in none, are called: the newest scheme's word first."""
    found: dict[str, Worded] = {}
    for period in years.periods:
        found |= period.titles
    return found | {tier.id: tier.title for tier in years.scheme.tiers} | STATES


def years_page(request: HttpRequest) -> HttpResponse:
    """The dashboard."""
    years = years_of(reader(request))
    newest = years.newest
    snapshot = snapshot_of(newest.frozen) if newest is not None and newest.frozen is not None else None
    words = tier_words(years)
    chosen = {name: request.GET.get(typed, "").strip()
              for name, typed in (("query", "q"), ("batch", "batch"), ("industry", "industry"))}  # fmt: skip
    page = Paginator(alliances_listed(**chosen), SHOWN).get_page(request.GET.get("page"))
    chart = chart_of(years)
    columns = [*years.tiers, NOT_EVALUATED, UNKNOWN]
    context: dict[str, Any] = {
        "years": years, "newest": newest, "words": words, "chosen": chosen, "page": page, "chart": chart,
        "legend": [(words.get(name, name), colour) for name, colour in chart.colours.items()],
        "columns": [words.get(name, name) for name in columns],
        "table": [(period, [period.counts().get(name, 0) for name in columns]) for period in reversed(years.periods)],
        "rows": [(one, [(period.label, *cell(period, one.code, words)) for period in reversed(years.periods)])
                 for one in page.object_list],
        "scheme": years.scheme, **titles(years.scheme),
    }  # fmt: skip
    if snapshot is not None and newest is not None:
        context |= against(snapshot, request.GET.get("against", ""), words)
        context |= {"streaks": streaks(snapshot), "candidates": candidates(snapshot)}
    return render(request, "years/years.html", context)


def titles(scheme: Scheme) -> dict[str, Any]:
    return {"batch_titles": {one.id: one.title for one in scheme.batches},
            "industry_titles": {one.id: one.title for one in scheme.industries}}  # fmt: skip


def cell(period: Period, code: str, words: dict[str, Worded]) -> tuple[Result | None, Worded, int]:
    """What a period says of an alliance: the result, the word for its tier, how many are ranked with it."""
    result = period.results.get(code)
    if result is None:
        return None, "", 0
    name = result.tier or ("" if result.evaluated else NOT_EVALUATED)
    return result, period.titles.get(name) or words.get(name, name), period.ranked


def against(snapshot: Snapshot, asked: str, words: dict[str, Worded]) -> dict[str, Any]:
    """The transition matrix of the newest round against one earlier period, and who moved two tiers or more."""
    table = snapshot.results["transitions"]
    periods = table["period"].unique(maintain_order=True).to_list()
    period = asked if asked in periods else next(iter(periods), "")
    own = table.filter(pl.col("period") == period)
    before = own["tier_before"].unique(maintain_order=True).to_list()
    now = own["tier_now"].unique(maintain_order=True).to_list()
    counts = {(row["tier_before"], row["tier_now"]): row["units"] for row in own.iter_rows(named=True)}
    lines = [(words.get(old, old), [(counts[old, new], old == new) for new in now], sum(counts[old, n] for n in now))
             for old in before]  # fmt: skip
    known = snapshot.facts.earlier_schemes.filter(pl.col("period") == period).to_dicts()
    return {
        "matrix": [line for line in lines if line[2]], "matrix_heads": [words.get(name, name) for name in now],
        "sources": snapshot.facts.earlier_sources.filter(pl.col("period") == period)["source"].to_list(),
        "against": period, "againsts": periods, "comparable": known[0] if known else None,
        "far": far_movers(snapshot, period, words),
    }  # fmt: skip


def far_movers(snapshot: Snapshot, period: str, words: dict[str, Worded]) -> list[dict[str, Any]]:
    """Those that moved two tiers or more since a period, the farthest first, in register order."""
    names = snapshot.facts.units.select("unit", "name", "position")
    moved = snapshot.results["change"].filter((pl.col("period") == period) & (pl.col("tier_step").abs() >= 2))
    rows = moved.join(names, on="unit").sort(pl.col("tier_step").abs(), "position", descending=[True, False])
    return [row | {"tier_before": words.get(row["tier_before"]), "tier_now": words.get(row["tier_now"])}
            for row in rows.iter_rows(named=True)]  # fmt: skip


def streaks(snapshot: Snapshot) -> list[tuple[Message, list[tuple[str, str, int]]]]:
    """By kind: (code, name, periods) of streaks of at least two periods, the longest first."""
    places = snapshot.facts.units.select("unit", "name", "position")
    long = snapshot.results["streaks"].filter(pl.col("periods") >= 2).join(places, on="unit")
    rows = long.sort("periods", "position", descending=[True, False])
    return [(title, rows.filter(kind=kind).select("unit", "name", "periods").rows()) for kind, title in STREAKS.items()]


def candidates(snapshot: Snapshot) -> list[tuple[Title, list[tuple[str, str, str]]]]:
    """By list of the scheme: (code, name, why)."""
    names = dict(snapshot.facts.units.select("unit", "name").iter_rows())
    found, reason = snapshot.results["candidates"], f"reason_{current_language()}"
    return [
        (rule.title, [(unit, names[unit], why)
                      for unit, why in found.filter(list=rule.id).select("unit", reason).iter_rows()])
        for rule in snapshot.scheme.outlook.candidates
    ]  # fmt: skip


def alliance_years_page(request: HttpRequest, alliance: Alliance) -> HttpResponse:
    """One alliance over the years: its names, its result in every period, what may be compared."""
    years = years_of(reader(request))
    words = tier_words(years)
    moves = movements(years, alliance.code)
    newest = years.newest
    snapshot = snapshot_of(newest.frozen) if newest is not None and newest.frozen is not None else None
    code = alliance.code
    rows = [(period, *cell(period, code, words), BASES.get(_basis(period, code)), moves.get(period.label))
            for period in reversed(years.periods)]  # fmt: skip
    context = {
        "alliance": alliance, "rows": rows, "names": alliance.names.order_by("until"), "newest": newest,
        "streaks": [(title, n) for title, own in (streaks(snapshot) if snapshot else [])
                    for code, _, n in own if code == alliance.code],
        "candidates": [(title, why) for title, own in (candidates(snapshot) if snapshot else [])
                       for code, _, why in own if code == alliance.code],
    }  # fmt: skip
    return render(request, "years/alliance.html", context)


def _basis(period: Period, code: str) -> str:
    result = period.results.get(code)
    return result.basis if result is not None and period.frozen is None else ""


def movements(years: Years, code: str) -> dict[str, dict[str, Any]]:
    """How the newest round stands against each earlier period, for one alliance."""
    newest = years.newest
    if newest is None or newest.frozen is None:
        return {}
    table = snapshot_of(newest.frozen).results["movement"].filter(pl.col("unit") == code)
    return {row["period"]: row for row in table.iter_rows(named=True)}


def export(request: HttpRequest) -> HttpResponse:
    """Everything as a workbook: every result, the counts by tier, transitions, streaks, candidates."""
    years, lang = years_of(reader(request)), current_language()
    words = tier_words(years)
    sheets = [results_sheet(years, words, lang), counts_sheet(years, words, lang)]
    if (newest := years.newest) is not None and newest.frozen is not None:
        sheets += snapshot_sheets(snapshot_of(newest.frozen), words, lang)
    answer = HttpResponse(as_workbook(sheets), content_type=KINDS["xlsx"])
    answer.headers["Content-Disposition"] = 'attachment; filename="years.xlsx"'
    return answer


def results_sheet(years: Years, words: dict[str, Worded], lang: str) -> Exported:
    rows: list[Cells] = []
    for alliance in alliances_listed():
        for period in years.periods:
            result, tier, ranked = cell(period, alliance.code, words)
            if result is not None:
                source = period.round.key if period.round is not None and not result.source else result.source
                rows.append([alliance.code, alliance.name, period.label,
                             "" if result.score is None else result.score / 100, said(tier, lang), result.rank or "",
                             ranked, said(BASES.get(result.basis, result.basis), lang), source])  # fmt: skip
    columns = (CODE, NAME, M("Period"), M("Score"), M("Tier"), M("Rank"), M("Ranked"), M("Basis"), M("Source"))
    return Exported(said(M("Results"), lang), heads(lang, *columns), rows)


def counts_sheet(years: Years, words: dict[str, Worded], lang: str) -> Exported:
    columns = [*years.tiers, NOT_EVALUATED, UNKNOWN]
    rows: list[Cells] = [
        [period.label, period.evaluated, *(period.counts().get(name, 0) for name in columns),
         said(period.comparability, lang)]
        for period in years.periods
    ]  # fmt: skip
    titles_ = [said(words.get(name, name), lang) for name in columns]
    first, last = heads(lang, M("Period"), M("Evaluated")), heads(lang, M("Comparability"))
    return Exported(said(M("Tiers over the years"), lang), [*first, *titles_, *last], rows)


def snapshot_sheets(snapshot: Snapshot, words: dict[str, Worded], lang: str) -> Iterable[Exported]:
    matrix: list[Cells] = [
        [row["period"], said(words.get(row["tier_before"], row["tier_before"]), lang),
         said(words.get(row["tier_now"], row["tier_now"]), lang), row["units"]]
        for row in snapshot.results["transitions"].iter_rows(named=True)
    ]  # fmt: skip
    yield Exported(said(M("Transitions"), lang),
                   heads(lang, M("Earlier period"), M("Tier then"), M("Tier now"), M("Alliances")), matrix)  # fmt: skip
    lasting: list[Cells] = [[said(kind, lang), *row] for kind, rows in streaks(snapshot) for row in rows]
    yield Exported(said(M("Streaks"), lang), heads(lang, M("Kind"), CODE, NAME, M("Successive periods")), lasting)
    listed: list[Cells] = [[said(title, lang), *row] for title, rows in candidates(snapshot) for row in rows]
    yield Exported(said(M("Candidates"), lang), heads(lang, M("List"), CODE, NAME, M("Why")), listed)

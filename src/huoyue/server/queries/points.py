"""Suggested points of one filing as it stands, by the same rules as the evaluation's."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import polars as pl

from huoyue.core.message import Message
from huoyue.core.scheme.model import Indicator, Pillar, RecordType, Scheme
from huoyue.core.scoring.explain.standard import standard_words
from huoyue.core.scoring.points import suggest
from huoyue.core.screening import screen
from huoyue.core.tables import Facts, input_tables, records_table
from huoyue.server.models import Filing, SelfScore
from huoyue.server.queries.facts import observed
from huoyue.server.queries.filings import Overview, Section, applies, names_of


@dataclass
class PointsRow:
    """An indicator: its standard in words, suggested points with their explanation, and the alliance's own."""

    pillar: Pillar
    indicator: Indicator
    standard: list[Message]
    suggested: int | None = None
    explained: Any = None
    own: int | None = None
    reason: str = ""
    revision: int = 0
    typed: str = ""
    wrong: str = ""

    @property
    def own_text(self) -> str:
        return "" if self.own is None else f"{self.own / 100:g}"

    @property
    def suggested_text(self) -> str:
        return "" if self.suggested is None else f"{self.suggested / 100:g}"


def points_so_far(filing: Filing, overview: Overview, *, shows: bool) -> list[PointsRow]:
    """A row for every indicator that applies; suggested points only where the round `shows` them."""
    scheme, alliance = overview.scheme, filing.alliance
    rows = [
        PointsRow(pillar, indicator, standard_words(scheme, indicator))
        for pillar in scheme.pillars
        for indicator in pillar.indicators
        if applies(indicator, alliance)
    ]
    own = {score.indicator: score for score in SelfScore.objects.filter(filing=filing)}
    suggested = suggestions(scheme, filing, overview.sections.values()) if shows else {}
    for row in rows:
        if (score := own.get(row.indicator.id)) is not None:
            row.own, row.reason, row.revision = score.points, score.reason, score.revision
        if (found := suggested.get(row.indicator.id)) is not None:
            row.suggested = found["points"]
            row.explained = found
    return rows


def suggestions(scheme: Scheme, filing: Filing, sections: Iterable[Section]) -> dict[str, Any]:
    """POINTS rows of the filing by indicator. Standards that compare units are left to the evaluation."""
    facts = facts_of_one(scheme, filing, sections, others=True)
    points = suggest(scheme, facts, screen(scheme, facts)).points
    return {row["indicator"]: row for row in points.iter_rows(named=True)}


def facts_of_one(scheme: Scheme, filing: Filing, sections: Iterable[Section], *, others: bool = False) -> Facts:
    """The facts of one filing as it is being typed: what cannot be read is left out.

    Records are called by their number in the table, as people see them; `others` adds what others reported.
    """
    tables = {name: table.empty() for name, table in input_tables(scheme).items()}
    alliance = filing.alliance
    unit: dict[str, Any] = dict.fromkeys(tables["units"].columns) | {
        "unit": alliance.code, "name": alliance.name, "aliases": [], "batch": alliance.batch,
        "industry": alliance.industry or None, "status": alliance.status, "basis": alliance.basis, "position": 1,
    }  # fmt: skip
    tables["units"] = pl.DataFrame([unit], schema=tables["units"].schema)
    on = scheme.filing.closes
    filed = dict.fromkeys(tables["filings"].columns) | {"unit": alliance.code, "submitted_on": on}
    tables["filings"] = pl.DataFrame([filed], schema=tables["filings"].schema)
    for section in sections:
        schema = records_table(section.kind).schema
        rows = [
            dict.fromkeys(schema)
            | {name: value for name, value in row.reading.values.items() if name in schema}
            | {"unit": alliance.code, "record": str(number), "evidence": row.record.cells.get("evidence")}
            for number, row in enumerate(section.rows, 1)
        ]
        tables[f"records/{section.kind.id}"] = pl.DataFrame(rows, schema=schema)
    if others:
        tables |= {f"records/{kind.id}": observed_of(scheme, kind, filing) for kind in scheme.records
                   if kind.reported_by != "unit"}  # fmt: skip
    records = {name.removeprefix("records/"): frame for name, frame in tables.items() if name.startswith("records/")}
    return Facts(records=records, **{name: f for name, f in tables.items() if not name.startswith("records/")})


def observed_of(scheme: Scheme, kind: RecordType, filing: Filing) -> pl.DataFrame:
    """What others reported about one alliance under a record type, called by its number."""
    schema = records_table(kind).schema
    rows = [
        dict.fromkeys(schema) | {name: value for name, value in row.items() if name in schema} | {"record": str(number)}
        for number, row in enumerate(observed(kind, [filing], names_of(scheme)), 1)
    ]
    return pl.DataFrame(rows, schema=schema)

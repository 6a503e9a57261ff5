"""The cases of a scheme, as evaluators write them: facts in field ids and the units of the form, points out."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import polars as pl

from huoyue.core.scheme.model import FieldSpec, Scheme, hundredths
from huoyue.core.scheme.nodes import read_nodes
from huoyue.core.scoring.points import suggest
from huoyue.core.tables import SCREENING, Facts
from huoyue.examples.assembly import gathered
from huoyue.schemes import builtin

UNIT = "A001"


@dataclass(frozen=True)
class Case:
    scheme: str
    file: str
    content: dict[str, Any]

    def __str__(self) -> str:
        return f"{self.scheme}-{self.content['name']}"


def cases() -> list[Case]:
    """Every case of every built-in scheme. The files are read as strictly as schemes are."""
    found = []
    for name, path in builtin().items():
        for file in sorted(path.parent.glob("cases/*.yaml")):
            reading = read_nodes(file.read_text(encoding="utf-8"), file.name)
            assert reading.problems == []
            assert isinstance(reading.values, list)
            found += [Case(name, file.name, case) for case in reading.values]
    return found


def stored(spec: FieldSpec, value: Any) -> Any:
    """A value as the form shows it, as the tables hold it: 20.5 with two decimals is 2050."""
    return (
        int(Decimal(value) * spec.scale)
        if spec.type in ("integer", "decimal", "money") and value is not None
        else value
    )


def facts_of(scheme: Scheme, case: Case) -> Facts:
    """The unit of the case and those it is compared with, all filed."""
    units = [case.content, *case.content.get("others", [])]
    rows: dict[str, list[dict[str, object]]] = {"units": [], "filings": []}
    for n, given in enumerate(units, 1):
        code = UNIT if n == 1 else f"B{n:03}"
        rows["units"].append(register_row(scheme, code, n, given.get("unit", {})))
        rows["filings"].append({"unit": code, "submitted_on": scheme.filing.closes})
        for kind, records in given.get("records", {}).items():
            rows.setdefault(f"records/{kind}", []).extend(record_rows(scheme, kind, code, records))
    return gathered(scheme, rows)


def register_row(scheme: Scheme, code: str, position: int, given: dict[str, Any]) -> dict[str, object]:
    own = {spec.id: stored(spec, given.get(spec.id, 1000)) for spec in scheme.register_fields}
    return {
        "unit": code, "name": code, "aliases": [], "status": scheme.statuses[0].id, "basis": "synthetic",
        "batch": given.get("batch", scheme.batches[0].id), "industry": given.get("industry", scheme.industries[0].id),
        "position": position,
    } | own  # fmt: skip


def record_rows(scheme: Scheme, kind: str, code: str, records: list[dict[str, Any]]) -> list[dict[str, object]]:
    specs = {spec.id: spec for spec in scheme.record_type(kind).fields}
    written = [record for record in records for _ in range(record.get("times", 1))]
    return [
        {"unit": code, "record": f"{kind}-{code}-{n}"}
        | {name: stored(specs[name], value) for name, value in record.items() if name != "times"}
        for n, record in enumerate(written, 1)
    ]


def points_of(scheme: Scheme, case: Case) -> dict[str, int | str]:
    """What the unit of the case gets, by indicator: hundredths, or the outcome where there are no points."""
    facts = facts_of(scheme, case)
    verdicts = [{"unit": unit, "verdict": "evaluated"} for unit in facts.units["unit"]]
    fixed = {"decided_by": "rule", "reason_zh": "", "reason_en": "", "rule": None, "value": None, "needed": None}
    screening = SCREENING.frame([row | fixed for row in verdicts])
    points = suggest(scheme, facts, screening).points.filter(pl.col("unit") == UNIT)
    rows = points.select("indicator", "outcome", "points").iter_rows()
    return {name: points if outcome == "scored" else outcome for name, outcome, points in rows}


def expected(case: Case) -> dict[str, int | str]:
    given: dict[str, Any] = case.content["points"]
    return {name: value if isinstance(value, str) else hundredths(value) for name, value in given.items()}

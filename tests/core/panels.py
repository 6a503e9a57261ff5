"""Small rounds for the tests of screening and review: a scheme of three indicators, its facts, marks and points."""

from __future__ import annotations

from datetime import date
from functools import cache
from typing import Any

import polars as pl

from huoyue.core.scheme.model import Scheme
from huoyue.core.tables import (
    CORRECTIONS,
    DECISIONS,
    EXPERTS,
    FILINGS,
    MARKS,
    OVERRIDES,
    POINTS,
    SCREENING,
    Facts,
    input_tables,
    units_table,
)


def title(text: str) -> dict[str, str]:
    return {"zh": f"{text}（中）", "en": text}


def named(name: str, **more: Any) -> dict[str, Any]:
    return {"id": name, "title": title(name)} | more


def short(name: str, **more: Any) -> dict[str, Any]:
    return named(name, short=title(name), **more)


RECORDS = [
    named(
        "meeting",
        dated="held_on",
        key=["title"],
        evidence="required",
        outliers=["people"],
        fields=[
            named("title", type="text", required=True),
            named("held_on", type="date"),
            named("people", type="integer"),
        ],
    ),
    named(
        "project",
        dated="active_on",
        key=["number"],
        exclusive=True,
        joint="partner",
        outliers=["funding"],
        fields=[
            named("number", type="text", required=True),
            named("active_on", type="date"),
            named("funding", type="money", decimals=2),
            named("partner", type="unit"),
        ],
    ),
    named("call", reported_by="liaison", fields=[named("called_on", type="date")]),
]
PILLARS = [
    short(
        "work",
        points=60,
        indicators=[
            short("meetings", points=40, standard={"kind": "presence", "of": "meeting", "points": 40}),
            short("calls", points=20, standard={"kind": "presence", "of": "call", "points": 20}),
        ],
    ),
    short(
        "results",
        points=40,
        indicators=[
            short(
                "projects",
                points=40,
                standard={
                    "kind": "judged",
                    "rubric": [{"points": 0, "title": title("none")}, {"points": 40, "title": title("many")}],
                    "facts": ["project"],
                },
            )
        ],
    ),
]
TIERS = [
    short("high", at_least=85, colour="#111111"),
    short("middle", at_least=50, colour="#222222"),
    short("low", at_least=0, colour="#333333"),
]
STAGES = [
    named("first", kind="marks", weight="0.4", reviewers=3),
    named("second", kind="marks", weight="0.6", reviewers=2, across_groups=True),
    named("meeting", kind="decisions"),
]
PLAIN = {
    "huoyue": 1,
    "id": "small",
    "title": title("small"),
    "words": {"unit": title("unit"), "units": title("units"), "network": title("network"), "index": title("index")},
    "provenance": {"published": title("nothing"), "ours": title("all")},
    "period": {"label": title("one"), "starts": "2030-01-01", "ends": "2030-12-31"},
    "filing": {"opens": "2031-01-01", "closes": "2031-01-31"},
    "statuses": [named("member"), named("guest", evaluated=False)],
    "batches": [named("one"), named("two")],
    "records": RECORDS,
    "pillars": PILLARS,
    "tiers": TIERS,
    "screening": [named("filed", kind="filed", verdict="not_filed", reason=title("not filed"))],
    "review": {"stages": STAGES},
    "report": {"title": title("report"), "issuer": title("us")},
}


@cache
def plain() -> Scheme:
    return Scheme.model_validate(PLAIN)


def scheme(**changes: Any) -> Scheme:
    """The small scheme with top-level keys replaced."""
    return Scheme.model_validate(PLAIN | changes)


def reviewed(stages: list[dict[str, Any]] | None = None, /, **differences: Any) -> Scheme:
    """The small scheme with other stages, or rules for large differences."""
    return scheme(review={"stages": STAGES if stages is None else stages, "differences": differences})


def unit_rows(*codes: str, **more: Any) -> list[dict[str, Any]]:
    rest = {"aliases": [], "batch": "one", "industry": None, "status": "member", "liaison": None, "basis": "registered"}
    return [
        {"unit": code, "name": f"{code}联盟", "position": place} | rest | more
        for place, code in enumerate(codes, start=1)
    ]


def facts(by: Scheme, units: list[dict[str, Any]], **tables: Any) -> Facts:
    """Facts of the given units; `records` maps a type to rows, other tables are frames."""
    empty = {name: table.empty() for name, table in input_tables(by).items()}
    records = {kind.id: empty[f"records/{kind.id}"] for kind in by.records}
    for kind, rows in tables.pop("records", {}).items():
        records[kind] = record_frame(by, kind, rows)
    single = {name: frame for name, frame in empty.items() if not name.startswith("records/")}
    return Facts(**(single | {"units": units_table(by).frame(units), "records": records} | tables))


def record_frame(by: Scheme, kind: str, rows: list[dict[str, Any]]) -> pl.DataFrame:
    """Records of a type; what a row leaves out is empty, ids are made up."""
    table = input_tables(by)[f"records/{kind}"]
    blank = dict.fromkeys(table.schema)
    return table.frame(blank | {"record": f"{kind}-{place}"} | row for place, row in enumerate(rows))


def filings(due: dict[str, date] | None = None, /, **days: date) -> pl.DataFrame:
    """FILINGS of unit -> day of submission; `due` names the last day of those who were given more time."""
    own = due or {}
    return FILINGS.frame(
        {"unit": u, "submitted_on": day, "filer": None, "source": None, "due_on": own.get(u)} for u, day in days.items()
    )


def overrides(*rows: tuple[str, str, str, str]) -> pl.DataFrame:
    return OVERRIDES.frame(dict(zip(OVERRIDES.schema, row, strict=True)) for row in rows)


def experts(**rows: tuple[str, list[str]]) -> pl.DataFrame:
    """EXPERTS of code -> (group, homes)."""
    return EXPERTS.frame(
        {"expert": code, "name": code, "panel_group": group, "background": None, "homes": homes}
        for code, (group, homes) in rows.items()
    )


def marks(*rows: tuple[str, str, str, str, int]) -> pl.DataFrame:
    """MARKS of (stage, expert, unit, indicator, hundredths)."""
    return MARKS.frame(dict(zip(MARKS.schema, (*row, "because"), strict=True)) for row in rows)


def decisions(*rows: tuple[str, str, str, int | None]) -> pl.DataFrame:
    """DECISIONS of (stage, unit, indicator, hundredths)."""
    return DECISIONS.frame(dict(zip(DECISIONS.schema, (*row, "talked over", None), strict=True)) for row in rows)


def corrections(*rows: tuple[str, str, int]) -> pl.DataFrame:
    """CORRECTIONS of (unit, indicator, hundredths)."""
    day = date(2017, 5, 2)
    return CORRECTIONS.frame(dict(zip(CORRECTIONS.schema, (*row, "7", "left out", day), strict=True)) for row in rows)


def screening(*units: str, verdict: str = "evaluated") -> pl.DataFrame:
    rest = {"verdict": verdict, "rule": None, "value": None, "needed": None, "decided_by": "rule"}
    return SCREENING.frame({"unit": unit, "reason_zh": "", "reason_en": ""} | rest for unit in units)


def points(by: Scheme, unit: str, **suggested: int | str) -> pl.DataFrame:
    """POINTS of a unit: indicator -> suggested hundredths, or an outcome without points."""
    return POINTS.frame(
        {
            "unit": unit,
            "pillar": by.pillar_of(indicator).id,
            "indicator": indicator,
            "outcome": value if isinstance(value, str) else "scored",
            "points": None if isinstance(value, str) else value,
            "maximum": 0 if value == "not_applicable" else int(by.indicator(indicator).points * 100),
            "participated": True,
            "explanation_zh": "",
            "explanation_en": "",
        }
        for indicator, value in suggested.items()
    )

"""A scheme with a standard of every kind, and facts for it: by hand, or many by a seed."""

from __future__ import annotations

from datetime import date, timedelta
from random import Random
from typing import Any

import polars as pl

from huoyue.core.scheme.model import Scheme
from huoyue.core.scoring.points import Suggested, suggest
from huoyue.core.tables import SCREENING, Facts, input_tables

Row = dict[str, Any]


def title(text: str) -> dict[str, str]:
    return {"zh": f"{text}（中）", "en": text}


def named(name: str, **more: Any) -> Row:
    return {"id": name, "title": title(name.replace("_", " "))} | more


def indicator(name: str, standard: Row, points: float = 10, **more: Any) -> Row:
    return named(name, short=title(name), points=points, standard=standard, **more)


EVENT = named(
    "event",
    dated="held_on",
    evidence="required",
    fields=[
        named("kind", type="choice", required=True, options=[named("a"), named("b"), named("c")]),
        named("held_on", type="date", required=True),
        named("money", type="money", decimals=2, measured_in={"zh": "万元", "en": "x 10,000 yuan"}),
        named("people", type="integer"),
        named("partner", type="unit"),
        named("open", type="yes_no"),
    ],
)
CONTACT = named(
    "contact",
    reported_by="liaison",
    fields=[named("on", type="date"), named("reached", type="yes_no", required=True)],
)
EVERY_KIND: list[Row] = [
    indicator(
        "stepped", {"kind": "steps", "measure": {"of": "event", "where": {"kind": "a"}},
                    "steps": [{"at_least": 1, "points": 4}, {"at_least": 3, "points": 10}]},
    ),
    indicator(
        "summed", {"kind": "linear", "measure": {"of": "event", "sum": "money"}, "full_at": 30, "points": 10},
        applies={"batches": ["old"], "redistribute": "pillar"},
    ),
    indicator(
        "fewer", {"kind": "linear", "measure": {"of": "event", "smallest": "people"}, "zero_at": 90, "full_at": 10,
                  "points": 10},
    ),
    indicator(
        "by_category", {"kind": "categories", "of": "event", "where": {"open": True}, "field": "kind",
                        "points": {"a": 2.5, "b": 1.25}, "cap": 8},
    ),
    indicator(
        "listed", {"kind": "checklist", "items": [
            {"title": title("big"), "of": "event", "where": {"people": {"at_least": 50}}, "points": 6},
            {"title": title("funded"), "of": "event", "where": {"money": {"at_least": 2.5}}, "points": 4}]},
    ),
    indicator(
        "numbered", {"kind": "checklist", "by_number": [{"at_least": 1, "points": 3}, {"at_least": 2, "points": 10}],
                     "items": [{"title": title("a"), "of": "event", "where": {"kind": "a"}},
                               {"title": title("b or c"), "of": "event", "where": {"kind": ["b", "c"]}}]},
    ),
    indicator(
        "recent", {"kind": "recency", "of": "event", "field": "held_on", "otherwise": 1,
                   "steps": [{"within_days": 30, "points": 10}, {"within_days": 100, "points": 5}]},
    ),
    indicator(
        "shared", {"kind": "ratio", "numerator": {"of": "contact", "where": {"reached": True}},
                   "denominator": {"of": "contact"},
                   "steps": [{"at_least": 0.5, "points": 5}, {"at_least": 0.9, "points": 10}]},
    ),
    indicator(
        "per_member", {"kind": "ratio", "numerator": {"of": "event", "sum": "people"},
                       "denominator": {"register": "members"}, "full_at": 4, "points": 10},
        participation={"of": "event", "where": {"people": {"present": True}}},
    ),
    indicator("present", {"kind": "presence", "of": "event", "where": {"partner": {"present": True}}, "points": 10},
              applies={"industries": ["wood", "steel"], "redistribute": "none"}),
    indicator(
        "ranked", {"kind": "relative", "measure": {"of": "event"}, "method": "percentile", "group": "batch",
                   "points": 10},
    ),
    indicator(
        "ranged", {"kind": "relative", "measure": {"of": "event", "sum": "money"}, "method": "min_max", "points": 10},
    ),
    indicator(
        "scored", {"kind": "relative", "measure": {"of": "event", "sum": "people"}, "per": {"register": "members"},
                   "method": "z_score", "group": "industry", "better": "less", "points": 10},
    ),
    indicator(
        "added", {"kind": "sum", "parts": [
            {"kind": "steps", "measure": {"of": "event", "distinct": "partner"},
             "steps": [{"at_least": 2, "points": 6}]},
            {"kind": "linear", "measure": {"of": "event", "largest": "people"}, "full_at": 60, "points": 7}]},
        applies={"industries": ["steel"], "redistribute": "total"},
    ),
    indicator("judged", {"kind": "judged", "facts": ["event"], "rubric": [
        {"points": 0, "title": title("none")}, {"points": 10, "title": title("all")}]}),
    indicator("extra", {"kind": "presence", "of": "event", "where": {"kind": "c"}, "points": 3}, 3, bonus=True),
]  # fmt: skip


def scheme(indicators: list[Row] | None = None, **changes: Any) -> Scheme:
    """A scheme of one pillar with these indicators, or of all kinds; `changes` replace top-level entries."""
    chosen = EVERY_KIND if indicators is None else indicators
    points = sum(one["points"] for one in chosen if not one.get("bonus"))
    text: Row = {
        "huoyue": 1, "id": "every_kind", "title": title("every kind"),
        "words": {"unit": title("unit"), "units": title("units"), "network": title("network"), "index": title("index")},
        "provenance": {"published": title("nothing"), "ours": title("all")},
        "period": {"label": title("year"), "starts": "2020-01-01", "ends": "2020-12-31"},
        "filing": {"opens": "2020-12-01", "closes": "2021-01-31"},
        "points": points,
        "statuses": [named("member")],
        "batches": [named("old"), named("new")],
        "industries": [named("steel"), named("wood")],
        "register": [named("members", type="integer")],
        "records": [EVENT, CONTACT],
        "pillars": [named("only", short=title("only"), points=points, indicators=chosen)],
        "tiers": [
            named("good", short=title("good"), at_least=points * 0.6, colour="#111111"),
            named("fair", short=title("fair"), at_least=points * 0.4, colour="#222222"),
            named("poor", short=title("poor"), at_least=0, colour="#333333"),
        ],
        "screening": [named("filed", kind="filed", verdict="not_filed", reason=title("no"))],
        "report": {"title": title("report"), "issuer": title("issuer")},
    }  # fmt: skip
    return Scheme.model_validate(text | changes)


VETOES = [
    named("closed_event", of="event", where={"kind": "c", "open": False}, at_most="fair"),
    named("huge_event", of="event", where={"people": {"at_least": 95}}, at_most="poor"),
]
CHAIN = {"method": "chain", "chain": ["only", "stepped"], "then": "code"}


def filled(columns: list[str], rows: list[Row]) -> list[Row]:
    return [dict.fromkeys(columns) | row for row in rows]


def facts_of(scheme: Scheme, units: list[Row], **records: list[Row]) -> Facts:
    """Facts of these units, all of them filed, and records; what is left out is missing."""
    tables = input_tables(scheme)
    given: dict[str, list[Row]] = {
        "units": [
            {"name": unit["unit"], "aliases": [], "batch": "old", "status": "member", "basis": "synthetic",
             "position": place} | unit
            for place, unit in enumerate(units, 1)
        ],
        "filings": [{"unit": unit["unit"], "submitted_on": date(2021, 1, 1)} for unit in units],
    }  # fmt: skip
    for kind in scheme.records:
        rows = records.get(kind.id, [])
        given[f"records/{kind.id}"] = [{"record": f"{kind.id}-{n:04}"} | row for n, row in enumerate(rows, 1)]
    frames = {
        name: table.frame(filled([column.name for column in table.columns], given.get(name, [])))
        for name, table in tables.items()
    }
    single = ("units", "filings", "experts", "marks", "decisions", "earlier", "overrides")
    return Facts(
        records={kind.id: frames[f"records/{kind.id}"] for kind in scheme.records},
        **{name: frames[name] for name in single},
    )


def screening_of(evaluated: list[str], others: list[str] | None = None) -> pl.DataFrame:
    """SCREENING: these units are evaluated, the others incomplete."""
    verdicts = dict.fromkeys(evaluated, "evaluated") | dict.fromkeys(others or [], "incomplete")
    columns = [column.name for column in SCREENING.columns]
    reasons = {"decided_by": "rule", "reason_zh": "", "reason_en": ""}
    rows: list[Row] = [{"unit": unit, "verdict": verdict} | reasons for unit, verdict in verdicts.items()]
    return SCREENING.frame(filled(columns, rows))


def suggested(scheme: Scheme, facts: Facts) -> Suggested:
    """Points when every unit is evaluated."""
    return suggest(scheme, facts, screening_of(facts.units["unit"].to_list()))


def points_of(scheme: Scheme, facts: Facts, name: str) -> list[int | None]:
    """The points of one indicator, in the order of the register."""
    return suggested(scheme, facts).points.filter(pl.col("indicator") == name)["points"].to_list()


def random_facts(scheme: Scheme, size: int, seed: int) -> Facts:
    """`size` units with up to nine events and five contacts each; a third of the values are missing."""
    rng = Random(seed)
    codes = [f"u{n:04}" for n in range(size)]
    units = [
        {"unit": code, "batch": rng.choice(["old", "new"]), "industry": rng.choice(["steel", "wood", None]),
         "members": rng.choice([0, 5, 20, 33, None])}
        for code in codes
    ]  # fmt: skip
    events = [event(rng, code, codes) for code in codes for _ in range(rng.randrange(10))]
    contacts = [
        {"unit": code, "reached": rng.choice([True, False, None])} for code in codes for _ in range(rng.randrange(6))
    ]
    return facts_of(scheme, units, event=events, contact=contacts)


def event(rng: Random, code: str, codes: list[str]) -> Row:
    return {
        "unit": code,
        "kind": rng.choice(["a", "b", "c", None]),
        "held_on": rng.choice([date(2020, 1, 1) + timedelta(days=rng.randrange(366)), None]),
        "money": rng.choice([rng.randrange(2000), None]),
        "people": rng.choice([rng.randrange(100), None]),
        "partner": rng.choice([rng.choice(codes), None]),
        "open": rng.choice([True, False, None]),
    }

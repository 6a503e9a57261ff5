"""A small scheme of filed records, and facts for it."""

from __future__ import annotations

from datetime import date
from typing import Any

from huoyue.core.scheme.model import Scheme
from huoyue.core.tables import Facts, input_tables

Row = dict[str, Any]


def title(text: str) -> dict[str, str]:
    return {"zh": text, "en": text}


def named(name: str, **more: Any) -> Row:
    return {"id": name, "title": title(name)} | more


def indicator(name: str, standard: Row, **more: Any) -> Row:
    return named(name, short=title(name), points=10, standard=standard, **more)


RECORDS: list[Row] = [
    named("talk", evidence="required", fields=[
        named("held_on", type="date", required=True),
        named("cost", type="decimal", decimals=1),
        named("guests", type="integer", required=True),
        named("topic", type="text"),
    ]),
    named("call", reported_by="liaison", fields=[named("answered", type="yes_no", required=True)]),
]  # fmt: skip
INDICATORS: list[Row] = [
    indicator("talks", {"kind": "presence", "of": "talk", "where": {"guests": {"at_least": 10}}, "points": 10}),
    indicator("calls", {"kind": "ratio", "numerator": {"of": "call", "where": {"answered": True}},
                        "denominator": {"of": "call"}, "steps": [{"at_least": 1, "points": 10}]},
              participation={"of": "call", "where": {"answered": True}}),
    indicator("judged", {"kind": "judged", "facts": ["talk"], "rubric": [
        {"points": 0, "title": title("no")}, {"points": 10, "title": title("yes")}]}),
    indicator("size", {"kind": "steps", "measure": {"register": "members"}, "steps": [{"at_least": 9, "points": 10}]}),
]  # fmt: skip


def scheme() -> Scheme:
    text: Row = {
        "huoyue": 1, "id": "small", "title": title("small"),
        "words": {name: title(name) for name in ("unit", "units", "network", "index")},
        "provenance": {"published": title("no"), "ours": title("all")},
        "period": {"label": title("year"), "starts": "2020-01-01", "ends": "2020-12-31"},
        "filing": {"opens": "2020-12-01", "closes": "2021-01-31"}, "points": 40,
        "statuses": [named("member")], "batches": [named("old")],
        "register": [named("members", type="integer"), named("founded", type="date")],
        "records": RECORDS,
        "pillars": [named("only", short=title("only"), points=40, indicators=INDICATORS)],
        "tiers": [named("good", short=title("g"), at_least=20, colour="#111111"),
                  named("poor", short=title("p"), at_least=0, colour="#222222")],
        "screening": [named("filed", kind="filed", verdict="not_filed", reason=title("no"))],
        "report": {"title": title("report"), "issuer": title("issuer")},
    }  # fmt: skip
    return Scheme.model_validate(text)


def facts(units: list[Row], **records: list[Row]) -> Facts:
    tables = input_tables(scheme())

    def frame(name: str, rows: list[Row]) -> Any:
        columns = [column.name for column in tables[name].columns]
        return tables[name].frame([dict.fromkeys(columns) | row for row in rows])

    usual = {"aliases": [], "batch": "old", "status": "member", "basis": "synthetic"}
    single = ("experts", "marks", "decisions", "earlier", "overrides")
    return Facts(
        units=frame("units", [{"name": u["unit"], "position": n} | usual | u for n, u in enumerate(units, 1)]),
        filings=frame("filings", [{"unit": u["unit"], "submitted_on": date(2021, 1, 1)} for u in units]),
        records={
            kind.id: frame(f"records/{kind.id}", [{"record": f"{kind.id}{n}"} | row for n, row in enumerate(rows)])
            for kind in scheme().records
            for rows in [records.get(kind.id, [])]
        },
        **{name: frame(name, []) for name in single},
    )

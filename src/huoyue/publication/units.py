"""A page for every unit: its result, and what it came to before."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from huoyue.core.analysis.history import by_number, earlier_tiered
from huoyue.core.message import Title
from huoyue.publication.open_tables import OpenTable
from huoyue.publication.redaction import Redacted
from huoyue.publication.speech import page
from huoyue.report.context_reading import KNOWN
from huoyue.snapshot.digests import sha256

SAFE = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,60}")
Row = dict[str, Any]


def slug(unit: str) -> str:
    """A unit's code as the name of a file, anywhere."""
    return unit if SAFE.fullmatch(unit) else sha256(unit.encode())[:16]


def unit_pages(
    tables: Mapping[str, OpenTable], source: Redacted, lang: str, shared: Mapping[str, Any]
) -> dict[str, bytes]:
    """`<lang>/units/<code>.html` for every unit that the edition names."""
    past = histories(tables, source, lang)
    sources = source.facts.earlier_sources.select("period", "source").sort("period", "source", descending=[True, False])
    found = {}
    for row in [*shared["results"], *shared["absent"]]:
        periods = {one["period"] for one in past.get(row["unit"], [])}
        name = f"units/{slug(row['unit'])}.html"
        own: Row = {
            "here": "results", "up": "../../", "path": name, "row": row, "past": past.get(row["unit"], []),
            "points": points(row, source), "sure": row["basis"] in KNOWN,
            "taken": [one for one in sources.rows() if one[0] in periods],
        }  # fmt: skip
        found[f"{lang}/{name}"] = page("unit.html", lang, **shared, **own)
    return found


def points(row: Row, source: Redacted) -> list[tuple[Title, float]]:
    """Points by pillar or indicator, as far as they leave."""
    scheme = source.scheme
    members = [(f"pillar_{one.id}", one.title) for one in scheme.pillars]
    members += [(f"indicator_{one.id}", one.title) for one in scheme.indicators]
    return [(title, row[name]) for name, title in members if row.get(name) is not None]


def histories(tables: Mapping[str, OpenTable], source: Redacted, lang: str) -> dict[str, list[Row]]:
    """The public earlier results of each unit, latest first, tiers read by the borders of their own period."""
    if "history" not in tables:
        return {}
    titles = {tier.id: tier.title.in_language(lang) for tier in source.scheme.tiers}
    tiers = {(row["unit"], row["period"]): row["tier"]
             for row in earlier_tiered(source.scheme, source.facts.earlier).iter_rows(named=True)}  # fmt: skip
    found: dict[str, list[Row]] = {}
    for row in tables["history"].frame.to_dicts():
        tier = tiers.get((row["unit"], row["period"]))
        said = row | {"tier": titles.get(str(tier), tier or ""), "sure": row["basis"] == "evidenced"}
        found.setdefault(row["unit"], []).append(said)
    for rows in found.values():
        rows.sort(key=lambda row: by_number(row["period"]), reverse=True)
    return found

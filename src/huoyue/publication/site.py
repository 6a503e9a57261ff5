"""The public site of an edition: static pages in both languages, with relative links and nothing from a network."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from huoyue.core.message import M
from huoyue.core.phrase import render
from huoyue.core.scheme.bands import tiers_from_top
from huoyue.publication.about import KIND_TITLES, About, citation, licence
from huoyue.publication.charts import HEADS, charts, engine, pictures, script
from huoyue.publication.criteria import criteria
from huoyue.publication.formats import columns_of
from huoyue.publication.leaving import STEPS, VERDICT_TITLES
from huoyue.publication.open_tables import OpenTable
from huoyue.publication.openness import Openness
from huoyue.publication.redaction import Redacted
from huoyue.publication.speech import page
from huoyue.publication.standing import asset
from huoyue.publication.units import slug, unit_pages

PAGES = ("index", "criteria", "results", "tiers", "charts", "data", "editions")
Tables = Mapping[str, OpenTable]


@dataclass(frozen=True)
class Site:
    """All that pages are written from."""

    source: Redacted
    about: About
    kinds: Mapping[str, Openness]
    tables: Tables
    digest: str
    documents: tuple[str, ...]

    def rows(self, name: str) -> list[dict[str, Any]]:
        """The rows of a public table; none where it does not leave."""
        return self.tables[name].frame.to_dicts() if name in self.tables else []

    def has(self, table: str, column: str) -> bool:
        """Whether a column leaves."""
        return table in self.tables and column in self.tables[table].frame.columns


def site_files(
    source: Redacted, about: About, kinds: Mapping[str, Openness], tables: Tables, digest: str, written: tuple[str, ...]
) -> dict[str, bytes]:
    """Every file of the site by name; `written` are the data files and documents that its pages link to."""
    site = Site(source, about, kinds, tables, digest, written)
    files = {f"assets/{name}": asset(name) for name in ("site.css", "site.js", "charts.js", "mark.svg")}
    files["assets/vega.js"] = engine()
    files["assets/vega-licence.txt"] = asset("vega-licence.txt")
    files["assets/tiers.css"] = colours(site)
    files["index.html"] = page("root.html", "zh", title=source.scheme.report.title)
    for lang in ("zh", "en"):
        drawn = charts(source.scheme, tables, lang)
        files[f"assets/charts-{lang}.js"] = script(drawn)
        files |= pictures(drawn, lang)
        shared = frame(site, lang)
        for name in PAGES:
            own = {"here": name, "up": "../", "path": f"{name}.html"}
            files[f"{lang}/{name}.html"] = page(f"{name}.html", lang, **shared, **own, drawn=tuple(drawn))
        files |= unit_pages(site.tables, source, lang, shared)
    return files


def frame(site: Site, lang: str) -> dict[str, Any]:
    """What the pages of a language may say."""
    scheme = site.source.scheme
    return {
        "about": site.about, "scheme": scheme, "words": scheme.words, "tiers": tiers_from_top(scheme),
        "tier_places": {tier.id: at for at, tier in enumerate(tiers_from_top(scheme))},
        "kinds": site.kinds, "kind_titles": KIND_TITLES, "digest": site.digest, "snapshot": site.source.digest,
        "results": site.rows("results"), "absent": site.rows("not_evaluated"), "counts": site.rows("tiers"),
        "scores": site.has("results", "score"), "ranks": site.has("results", "rank"),
        "funnel": [(STEPS[row["step"]], row["units"]) for row in site.rows("funnel") if row["batch"] == "*"],
        "verdicts": VERDICT_TITLES, "activities": site.rows("activities"), "losses": site.rows("losses"),
        "candidates": site.rows("candidates"), "address": {row["unit"]: slug(row["unit"]) for row in listed(site)},
        "tables": [(name, one.title, columns_of(one), one.frame.height) for name, one in site.tables.items()],
        "documents": [name for name in site.documents if name.startswith("documents/")],
        "later_said": render(M("This edition was replaced. Edition {n} holds now.", n="{n}"), lang),
        "count_said": render(M("{n} of {all} shown", n="{n}", all="{all}"), lang),
        "citation": citation(scheme, site.about, site.digest).in_language(lang),
        "licence": licence(scheme).in_language(lang), "heads": HEADS,
        "criteria": criteria(site.source, site.kinds, lang),
    }  # fmt: skip


def listed(site: Site) -> list[dict[str, Any]]:
    """Every unit that has a page."""
    return [*site.rows("results"), *site.rows("not_evaluated")]


def colours(site: Site) -> bytes:
    """The scheme's colours of the tiers, from the top, as a style sheet."""
    tiers = enumerate(tiers_from_top(site.source.scheme))
    return "".join(f".tier-{at}{{--tier:{tier.colour}}}\n" for at, tier in tiers).encode()

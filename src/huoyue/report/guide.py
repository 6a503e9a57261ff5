"""The filing guide and methods page of a scheme, from the scheme file alone: HTML and Word."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path
from typing import Any

from huoyue.core.message import Title
from huoyue.core.scheme.model import FieldSpec, Indicator, Measure, RecordType, Scheme, Sum, simple_parts
from huoyue.core.scoring.explain.standard import standard_words
from huoyue.report.html import write_html
from huoyue.report.pdf import write_pdf
from huoyue.report.render_tree import read_tree
from huoyue.report.sandbox import render_template
from huoyue.report.word import write_word
from huoyue.wording import day, number, render


def write_guide(scheme: Scheme, folder: Path, lang: str, *, templates: Path | None = None) -> list[Path]:
    """Write `guide.html` and `guide.docx` into `folder` and say which. Refused if a template has a mistake."""
    markdown = render_template(templates, f"{lang}/guide.md.j2", guide_data(scheme, lang))
    tree = read_tree(markdown, lang)
    meta = {
        "title": scheme.title.in_language(lang),
        "subtitle": {"zh": "填报指南与评价方法", "en": "Filing guide and methods"}[lang],
        "author": scheme.report.issuer.in_language(lang),
        "lang": {"zh": "zh-CN", "en": "en-GB"}[lang],
    }
    folder.mkdir(parents=True, exist_ok=True)
    html, word = folder / "guide.html", folder / "guide.docx"
    html.write_bytes(write_html(tree, {}, {}, meta).encode())
    word.write_bytes(write_word(tree, {}, write_pdf(tree, {}, meta).pages, meta))
    return [html, word]


def guide_data(scheme: Scheme, lang: str) -> dict[str, Any]:
    """Everything the guide says, as plain texts; its template escapes them."""
    says = Saying(scheme, lang)
    return {
        "unit": says(scheme.words.unit),
        "counter": scheme.words.counter,
        "network": says(scheme.words.network),
        "index": says(scheme.words.index),
        "period": {
            "label": says(scheme.period.label),
            "starts": day(scheme.period.starts, lang),
            "ends": day(scheme.period.ends, lang),
        },
        "filing": {
            "opens": day(scheme.filing.opens, lang),
            "closes": day(scheme.filing.closes, lang),
            "zone": scheme.filing.timezone,
        },
        "published": says(scheme.provenance.published),
        "ours": says(scheme.provenance.ours),
        "points": says.amount(scheme.points),
        "indicators": len(scheme.indicators),
        "records": [says.record(kind) for kind in scheme.records],
        "pillars": [says.pillar(at) for at in range(len(scheme.pillars))],
        "vetoes": [
            {"title": says(veto.title), "tier": says(scheme.tier(veto.at_most).title)} for veto in scheme.vetoes
        ],
        "tiers": says.tiers(),
        "screening": [
            {"title": says(rule.title), "reason": says(rule.reason), "mend": says(rule.mend)}
            for rule in scheme.screening
        ],
        "discipline": says(scheme.review.discipline),
        "stages": says.stages(),
        "differences": says.differences(),
        "rounding": {"method": scheme.rounding.method, "decimals": scheme.rounding.decimals},
        "percentages": {"method": scheme.percentages.method, "decimals": scheme.percentages.decimals},
        "ties": {"method": scheme.ties.method, "then": scheme.ties.then, "chain": says.chain()},
    }


class Saying:
    """A scheme's parts as plain texts in one language."""

    def __init__(self, scheme: Scheme, lang: str) -> None:
        self.scheme, self.lang = scheme, lang
        self.uses = {kind.id: [i for i in scheme.indicators if kind.id in looked_at(i)] for kind in scheme.records}

    def __call__(self, title: Title | None) -> str:
        return "" if title is None else title.in_language(self.lang)

    def amount(self, value: Decimal | None) -> str:
        return "" if value is None else number(value, self.lang)

    def record(self, kind: RecordType) -> dict[str, Any]:
        """A record type: who reports it, its fields, its evidence, and which indicators look at it."""
        return {
            "title": self(kind.title),
            "by": kind.reported_by,
            "single": kind.single,
            "dated": self(kind.field(kind.dated).title) if kind.dated else "",
            "key": [self(kind.field(name).title) for name in kind.key],
            "exclusive": kind.exclusive,
            "evidence": kind.evidence,
            "hint": self(kind.evidence_hint),
            "fields": [self.field(spec) for spec in kind.fields],
            "used_by": [self(indicator.title) for indicator in self.uses[kind.id]],
            "anchor": kind.id.replace("_", "-"),
        }

    def field(self, spec: FieldSpec) -> dict[str, Any]:
        return {
            "title": self(spec.title),
            "type": spec.type,
            "decimals": spec.decimals,
            "required": spec.required,
            "options": [self(option.title) for option in spec.options],
            "least": self.amount(spec.at_least),
            "most": self.amount(spec.at_most),
            "measured_in": self(spec.measured_in),
            "help": self(spec.help),
        }

    def pillar(self, at: int) -> dict[str, Any]:
        pillar = self.scheme.pillars[at]
        return {
            "title": self(pillar.title),
            "points": self.amount(pillar.points),
            "why": self(pillar.why),
            "indicators": [self.indicator(indicator) for indicator in pillar.indicators],
        }

    def indicator(self, indicator: Indicator) -> dict[str, Any]:
        """An indicator with its standard in words, and where it applies."""
        batches = {batch.id: batch.title for batch in self.scheme.batches}
        industries = {industry.id: industry.title for industry in self.scheme.industries}
        return {
            "title": self(indicator.title),
            "points": self.amount(indicator.points),
            "why": self(indicator.why),
            "text": self(indicator.standard_text),
            "kind": indicator.standard.kind,
            "capped": isinstance(indicator.standard, Sum),
            "standard": [render(message, self.lang) for message in standard_words(self.scheme, indicator)],
            "advice": self(indicator.advice),
            "bonus": indicator.bonus,
            "batches": [self(batches[name]) for name in indicator.applies.batches],
            "industries": [self(industries[name]) for name in indicator.applies.industries],
            "redistribute": indicator.applies.redistribute,
            "records": [self(kind.title) for kind in self.scheme.records if kind.id in looked_at(indicator)],
        }

    def tiers(self) -> list[dict[str, str]]:
        """Tiers from the top with the least rounded score of each."""
        ordered = sorted(self.scheme.tiers, key=lambda tier: tier.at_least, reverse=True)
        return [{"title": self(tier.title), "least": self.amount(tier.at_least)} for tier in ordered]

    def stages(self) -> list[dict[str, Any]]:
        return [
            {
                "title": self(stage.title),
                "kind": stage.kind,
                "purpose": self(stage.purpose),
                "combine": stage.combine,
                "trim": stage.trim,
                "weight": self.amount(stage.weight),
                "reviewers": stage.reviewers,
                "across": stage.across_groups,
            }
            for stage in self.scheme.review.stages
        ]

    def differences(self) -> dict[str, Any]:
        rule = self.scheme.review.differences
        names = ("total", "stages", "border", "indicator_share")
        return {name: self.amount(getattr(rule, name)) for name in names} | {"tier_crossing": rule.tier_crossing}

    def chain(self) -> list[str]:
        titles = {named.id: named.title for named in (*self.scheme.pillars, *self.scheme.indicators)}
        return [self(titles[name]) for name in self.scheme.ties.chain]


def looked_at(indicator: Indicator) -> set[str]:
    """Ids of the record types that an indicator's standard, or its rubric, looks at."""
    facts = set(getattr(indicator.standard, "facts", ()))
    for part in simple_parts(indicator.standard):
        sources = [part, *getattr(part, "items", ())]
        sources += [value for value in vars(part).values() if isinstance(value, Measure)]
        facts |= {source.of for source in sources if getattr(source, "of", None)}
    return facts

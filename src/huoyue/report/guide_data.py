"""What the filing guide says: a scheme's parts as plain texts in one language, and small examples of its rules."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction
from typing import Any

from huoyue.core.analysis.percent import percentage, percentages
from huoyue.core.message import Title
from huoyue.core.scheme.bands import rounded, tier_of, tiers_from_top
from huoyue.core.scheme.model import (
    FieldSpec,
    Indicator,
    Measure,
    RecordType,
    Relative,
    Scheme,
    Stage,
    Sum,
    Veto,
    simple_parts,
)  # fmt: skip
from huoyue.core.scoring.explain.standard import standard_words
from huoyue.core.scoring.explain.words import kind_in_words
from huoyue.wording import day, number, render


def guide_data(scheme: Scheme, lang: str) -> dict[str, Any]:
    """Everything the guide says, as plain texts; its template escapes them."""
    says = Saying(scheme, lang)
    return {
        "unit": says(scheme.words.unit),
        "units": says(scheme.words.units),
        "counter": scheme.words.counter,
        "batch": says(scheme.words.batch),
        "industry": says(scheme.words.industry),
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
        "statuses": [says(status.title) for status in scheme.statuses if status.evaluated],
        "other_statuses": [says(status.title) for status in scheme.statuses if not status.evaluated],
        "batches": [{"title": says(batch.title), "expected": batch.expected} for batch in scheme.batches],
        "industries": [says(industry.title) for industry in scheme.industries],
        "register": [says.field(spec) for spec in scheme.register_fields],
        "published": says(scheme.provenance.published),
        "ours": says(scheme.provenance.ours),
        "points": says.amount(scheme.points),
        "indicators": len(scheme.indicators),
        "records": [says.record(kind) for kind in scheme.records],
        "pillars": [says.pillar(at) for at in range(len(scheme.pillars))],
        "vetoes": [says.veto(veto) for veto in scheme.vetoes],
        "smallest_groups": smallest_groups(scheme),
        "tiers": says.tiers(),
        "screening": [
            {"title": says(rule.title), "reason": says(rule.reason), "mend": says(rule.mend)}
            for rule in scheme.screening
        ],
        "discipline": says(scheme.review.discipline),
        "stages": [says.stage(stage) for stage in scheme.review.stages],
        "meeting": next((says(stage.title) for stage in scheme.review.stages if stage.kind == "decisions"), ""),
        "differences": says.differences(),
        "rounding": {
            "method": scheme.rounding.method,
            "decimals": scheme.rounding.decimals,
            "examples": says.roundings(),
        },
        "percentages": {
            "method": scheme.percentages.method,
            "decimals": scheme.percentages.decimals,
            "two_thirds": percentage(2, 3, scheme.percentages),
            "thirds": percentages([1, 1, 1], 3, scheme.percentages),
        },
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
            "joint": self(kind.field(kind.joint).title) if kind.joint else "",
            "outliers": [self(kind.field(name).title) for name in kind.outliers],
            "evidence": kind.evidence,
            "hint": self(kind.evidence_hint),
            "fields": [self.field(spec) for spec in kind.fields],
            "used_by": [self(indicator.title) for indicator in self.uses[kind.id]],
            "vetoes": [self(veto.title) for veto in self.scheme.vetoes if veto.of == kind.id],
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
            "longest": spec.longest if spec.type == "text" else None,
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
        ordered = tiers_from_top(self.scheme)
        return [{"title": self(tier.title), "least": self.amount(tier.at_least)} for tier in ordered]

    def stage(self, stage: Stage) -> dict[str, Any]:
        """A review stage: who marks, how marks are joined, what the stage weighs."""
        return {
            "title": self(stage.title),
            "kind": stage.kind,
            "purpose": self(stage.purpose),
            "combine": stage.combine,
            "trim": stage.trim,
            "weight": self.amount(stage.weight),
            "reviewers": stage.reviewers,
            "across": stage.across_groups,
        }

    def veto(self, veto: Veto) -> dict[str, str]:
        """What holds a unit down, the records that show it, and the tier it is held to."""
        return {
            "title": self(veto.title),
            "records": render(kind_in_words(self.scheme, veto.of, veto.where), self.lang),
            "tier": self(self.scheme.tier(veto.at_most).title),
        }

    def roundings(self) -> list[dict[str, str]]:
        """Two totals beside the border of the highest tier, and what becomes of them."""
        grain = Decimal(10) ** -self.scheme.rounding.decimals
        half = tiers_from_top(self.scheme)[0].at_least - grain / 2
        return [self.rounding(total) for total in (half, half - grain / 100)]

    def rounding(self, total: Decimal) -> dict[str, str]:
        score = rounded(Fraction(total) * 100, self.scheme.rounding)
        tier = tier_of(self.scheme, score)
        return {"total": self.amount(total), "score": self.amount(Decimal(score) / 100), "tier": self(tier.title)}

    def differences(self) -> dict[str, Any]:
        rule = self.scheme.review.differences
        names = ("total", "stages", "border", "indicator_share")
        return {name: self.amount(getattr(rule, name)) for name in names} | {"tier_crossing": rule.tier_crossing}

    def chain(self) -> list[str]:
        titles = {named.id: named.title for named in (*self.scheme.pillars, *self.scheme.indicators)}
        return [self(titles[name]) for name in self.scheme.ties.chain]


def smallest_groups(scheme: Scheme) -> list[int]:
    """The sizes below which the reference groups of relative standards give way to all units; none without any."""
    parts = (part for indicator in scheme.indicators for part in simple_parts(indicator.standard))
    return sorted({part.smallest_group for part in parts if isinstance(part, Relative) and part.group != "all"})


def looked_at(indicator: Indicator) -> set[str]:
    """Ids of the record types that an indicator's standard, or its rubric, looks at."""
    facts = set(getattr(indicator.standard, "facts", ()))
    for part in simple_parts(indicator.standard):
        sources = [part, *getattr(part, "items", ())]
        sources += [value for value in vars(part).values() if isinstance(value, Measure)]
        facts |= {source.of for source in sources if getattr(source, "of", None)}
    return facts

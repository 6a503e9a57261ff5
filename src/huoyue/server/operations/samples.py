"""Samples for verification: drawn by risk with a seed that repeats the draw, and what verification found."""

from __future__ import annotations

from collections import Counter, defaultdict

import polars as pl

from huoyue.server.models import Filing, Finding, Round, Sample, SampleUnit
from huoyue.server.operations.draw import draw
from huoyue.server.operations.findings import SHORTEST_NOTE
from huoyue.server.operations.journal import Acting, Refuse, operation, record
from huoyue.server.queries.facts import facts_of
from huoyue.server.queries.schemes import scheme_of

OUTCOMES = ("confirmed", "corrected", "misreported")
CLEARED = ("checked", "explained")
"""Marks after which a finding is no reason to doubt any more."""
WEIGHTS = {"same_claim": 3.0, "same_evidence": 3.0, "other_round": 3.0, "outlier": 2.0, "duplicate": 1.0, "date": 1.0}
"""How much a finding of each rule adds to the risk of every alliance in it."""
BARE = 2.0
"""What it adds if all records that need evidence name none; in proportion if some do."""


def risks(round_: Round) -> dict[str, float]:
    """The risk of every alliance whose filing counts, by code, in register order.

    risk = 1 + sum of the weights of its findings that nobody has cleared + 2 x the share of its records that need
    evidence and name none. docs/methodology/verification.md says why.
    """
    facts, scheme = facts_of(round_), scheme_of(round_)
    order = dict(facts.units.select("unit", "position").iter_rows())
    doubts: defaultdict[str, float] = defaultdict(float)
    for finding in Finding.objects.filter(round=round_, gone_at=None).exclude(mark__in=CLEARED):
        for unit in finding.units:
            doubts[unit] += WEIGHTS.get(finding.rule, 1.0)
    asked: Counter[str] = Counter()
    bare: Counter[str] = Counter()
    for kind in scheme.records:
        if kind.reported_by == "unit" and kind.evidence == "required":
            asked.update(facts.records[kind.id]["unit"])
            bare.update(facts.records[kind.id].filter(pl.col("evidence").is_null())["unit"])
    shares = {unit: bare[unit] / asked[unit] for unit in asked}
    return {
        unit: 1 + doubts[unit] + BARE * shares.get(unit, 0.0)
        for unit in sorted(facts.filings["unit"], key=lambda unit: order[unit])
    }


@operation("sample.drawn")
def draw_sample(acting: Acting, round_: Round, size: int, seed: int) -> Sample:
    """Draw filings for verification by risk. The same seed on the same filings and findings draws the same.

    The event keeps the risk of every filing, so that the draw can be repeated from the journal alone.
    """
    weights = risks(round_)
    if not weights:
        raise Refuse("nothing_to_draw")
    if not 1 <= size <= len(weights):
        raise Refuse("sample_size", most=str(len(weights)))
    if not 0 <= seed < 10**15:
        raise Refuse("sample_seed")
    drawn = draw(weights, size, seed)
    filings = {f.alliance.code: f for f in Filing.objects.filter(round=round_).select_related("alliance")}
    sample = Sample.objects.create(round=round_, seed=seed, size=size, by=acting.doer, at=acting.at)
    SampleUnit.objects.bulk_create(
        SampleUnit(sample=sample, filing=filings[unit], risk=weights[unit], place=place)
        for place, unit in enumerate(drawn, 1)
    )
    after = {"seed": seed, "size": size, "drawn": drawn, "risks": {unit: repr(risk) for unit, risk in weights.items()}}
    record(acting, "sample.drawn", round=round_, subject=str(sample.pk), after=after)
    return sample


@operation("sample.verified")
def note_outcome(acting: Acting, unit: SampleUnit, outcome: str, note: str) -> None:
    """Write down what verification of a drawn filing found; an empty outcome takes it back."""
    note = note.strip()
    if outcome and outcome not in OUTCOMES:
        raise Refuse("no_mark")
    if outcome in ("corrected", "misreported") and len(note) < SHORTEST_NOTE:
        raise Refuse("note_short", least=str(SHORTEST_NOTE))
    before, after = {"outcome": unit.outcome, "note": unit.note}, {"outcome": outcome, "note": note}
    by, at = (acting.account, acting.at) if outcome else (None, None)
    same = SampleUnit.objects.filter(pk=unit.pk, outcome=unit.outcome, at=unit.at)
    if same.update(outcome=outcome, note=note, by=by, at=at) != 1:
        raise Refuse("stale")
    filing, subject = unit.filing, str(unit.sample_id)
    record(acting, "sample.verified", round=unit.sample.round, alliance=filing.alliance, subject=subject, before=before,
           after=after)  # fmt: skip

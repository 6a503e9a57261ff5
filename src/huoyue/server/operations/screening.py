"""Screening: the rules' verdicts stored, people's decisions beside them, findings marked, samples drawn, all settled."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from hashlib import sha256

import polars as pl

from huoyue.core.analysis.plausibility import plausible
from huoyue.core.screening import screen
from huoyue.core.tables import Facts
from huoyue.server.models import Filing, Finding, Round, Sample, SampleUnit, Stage, State, Verdict
from huoyue.server.operations.draw import draw
from huoyue.server.operations.journal import Acting, Refuse, canonical, operation, record
from huoyue.server.queries.facts import facts_of
from huoyue.server.queries.schemes import scheme_of

MARKS = ("checked", "explained", "misreported")
OUTCOMES = ("confirmed", "corrected", "misreported")
DECISIONS = ("evaluated", "incomplete", "not_filed")
SHORTEST_REASON = 5
WEIGHTS = {"same_claim": 3.0, "same_evidence": 3.0, "other_round": 3.0, "duplicate": 1.0, "outlier": 2.0, "date": 1.0}
"""How much a finding of each rule adds to the risk of an alliance; what people found explained adds nothing."""


@operation("round.screened")
def screen_round(acting: Acting, round_: Round) -> Counter[str]:
    """Let the rules look at every filing as it counts now, and look for what is implausible. Decisions are kept."""
    if round_.stage in (Stage.PREPARING, Stage.SCREENED):
        raise Refuse("wrong_stage")
    facts = facts_of(round_)
    counts = _store_verdicts(acting.at, round_, facts)
    found = _store_findings(acting.at, round_, facts)
    record(acting, "round.screened", round=round_, after={"verdicts": dict(counts), "findings": found})
    return counts


def _store_verdicts(at: datetime, round_: Round, facts: Facts) -> Counter[str]:
    """The rules' verdicts, whatever people decided: decisions stand beside them."""
    scheme = scheme_of(round_)
    ruled = {row["unit"]: row for row in screen(scheme, _undecided(facts)).iter_rows(named=True)}
    known = {verdict.filing_id: verdict for verdict in Verdict.objects.filter(filing__round=round_)}
    counts: Counter[str] = Counter()
    for filing in Filing.objects.filter(round=round_).select_related("alliance"):
        row = ruled.get(filing.alliance.code)
        if row is None:
            continue
        fields = {
            "ruled": row["verdict"], "rule": row["rule"] or "", "value": row["value"], "needed": row["needed"],
            "reason_zh": row["reason_zh"], "reason_en": row["reason_en"],
        }  # fmt: skip
        verdict = known.get(filing.pk)
        if verdict is None:
            verdict = Verdict.objects.create(filing=filing, ruled_at=at, **fields)
        elif any(getattr(verdict, name) != value for name, value in fields.items()):
            changed = fields | {"ruled_at": at, "confirmed_at": None, "revision": verdict.revision + 1}
            Verdict.objects.filter(pk=verdict.pk).update(**changed)
        counts[verdict.decided or row["verdict"]] += 1
    return counts


def _undecided(facts: Facts) -> Facts:
    return replace(facts, overrides=facts.overrides.clear())


def _store_findings(at: datetime, round_: Round, facts: Facts) -> int:
    """The implausible findings; what was found before keeps its mark, what is gone is kept as gone."""
    earlier = facts_of(round_.previous).records if round_.previous is not None else {}
    same = {name: frame for name, frame in earlier.items() if name in facts.records}
    fitting = {n: f for n, f in same.items() if dict(f.schema) == dict(facts.records[n].schema)}
    table = plausible(scheme_of(round_), facts, fitting)
    keys: set[str] = set()
    for group in table.partition_by("finding", maintain_order=True) if table.height else []:
        keys.add(_store_finding(at, round_, group))
    Finding.objects.filter(round=round_, gone_at=None).exclude(key__in=keys).update(gone_at=at)
    return len(keys)


def _store_finding(at: datetime, round_: Round, group: pl.DataFrame) -> str:
    first = group.row(0, named=True)
    units = list(dict.fromkeys(group["unit"]))
    records = [[row["unit"], row["record_type"], row["record"]] for row in group.iter_rows(named=True)]
    key = sha256(canonical([first["rule"], units, records]).encode()).hexdigest()
    Finding.objects.update_or_create(
        round=round_,
        key=key,
        defaults={"text_zh": first["detail_zh"], "text_en": first["detail_en"], "gone_at": None},
        create_defaults={
            "rule": first["rule"], "units": units, "records": records, "text_zh": first["detail_zh"],
            "text_en": first["detail_en"], "found_at": at,
        },
    )  # fmt: skip
    return key


def _same(verdict: Verdict, **changes: object) -> None:
    """Change a verdict, if nobody else did since it was read and the round is not settled."""
    if verdict.filing.round.stage == Stage.SCREENED:
        raise Refuse("screening_settled")
    same = Verdict.objects.filter(pk=verdict.pk, revision=verdict.revision)
    if same.update(revision=verdict.revision + 1, **changes) != 1:
        raise Refuse("stale")


@operation("verdict.confirmed")
def confirm(acting: Acting, verdict: Verdict) -> None:
    """Note that somebody looked at a verdict and lets it stand."""
    _same(verdict, confirmed_at=acting.at)
    filing = verdict.filing
    after = {"verdict": verdict.decided or verdict.ruled}
    record(acting, "verdict.confirmed", round=filing.round, alliance=filing.alliance, after=after)


@operation("verdict.decided")
def decide(acting: Acting, verdict: Verdict, decided: str, reason: str) -> None:
    """Put a person's verdict in place of the rules', with a written reason; an empty one gives the rules theirs back."""
    filing, reason = verdict.filing, reason.strip()
    if decided and decided not in DECISIONS:
        raise Refuse("no_verdict")
    if len(reason) < SHORTEST_REASON:
        raise Refuse("reason_short", least=str(SHORTEST_REASON))
    if decided == "evaluated" and filing.in_force_id is None:
        raise Refuse("nothing_in_force")
    before = {"verdict": verdict.decided or verdict.ruled, "reason": verdict.decided_reason}
    _same(verdict, decided=decided, decided_reason=reason if decided else "", decided_by=acting.account if decided else None,
          decided_at=acting.at if decided else None, confirmed_at=acting.at)  # fmt: skip
    after = {"verdict": decided or verdict.ruled, "reason": reason}
    record(acting, "verdict.decided", round=filing.round, alliance=filing.alliance, before=before, after=after)


@operation("finding.marked")
def mark_findings(acting: Acting, round_: Round, findings: Sequence[Finding], mark: str, note: str) -> int:
    """Mark findings as checked, explained or misreported, with a note; an empty mark takes it back."""
    if mark and mark not in MARKS:
        raise Refuse("no_mark")
    if round_.stage == Stage.SCREENED:
        raise Refuse("screening_settled")
    if not findings:
        raise Refuse("nothing_chosen")
    if mark in ("explained", "misreported") and len(note.strip()) < SHORTEST_REASON:
        raise Refuse("reason_short", least=str(SHORTEST_REASON))
    before = {one.key[:16]: one.mark for one in findings}
    Finding.objects.filter(pk__in=[one.pk for one in findings]).update(
        mark=mark, note=note.strip(), marked_by=acting.account if mark else None, marked_at=acting.at if mark else None
    )
    after = {"mark": mark, "note": note.strip()}
    record(acting, "finding.marked", round=round_, before=before, after=after)
    return len(findings)


def risks(round_: Round) -> dict[str, float]:
    """The risk of every alliance whose filing counts: 1, and more for each finding and for records without evidence.

    risk = 1 + sum of the weights of its findings that nobody explained + 2 x the share of its records that should have
    evidence and name none. docs/methodology/verification.md has the reasons.
    """
    facts = facts_of(round_)
    scheme = scheme_of(round_)
    risk = {code: 1.0 for code in facts.filings["unit"]}
    for finding in Finding.objects.filter(round=round_, gone_at=None).exclude(mark="explained"):
        for unit in finding.units:
            if unit in risk:
                risk[unit] += WEIGHTS.get(finding.rule, 1.0)
    asked: dict[str, int] = defaultdict(int)
    bare: dict[str, int] = defaultdict(int)
    for kind in scheme.records:
        if kind.reported_by == "unit" and kind.evidence == "required":
            for unit, evidence in facts.records[kind.id].select("unit", "evidence").iter_rows():
                asked[unit] += 1
                bare[unit] += evidence is None
    return {unit: base + 2 * bare[unit] / asked[unit] if asked[unit] else base for unit, base in risk.items()}


@operation("sample.drawn")
def draw_sample(acting: Acting, round_: Round, size: int, seed: int) -> Sample:
    """Draw filings for verification by risk. The same seed on the same filings and findings draws the same."""
    weights = risks(round_)
    if not 1 <= size <= len(weights):
        raise Refuse("sample_size", most=str(len(weights)))
    if not 0 <= seed < 2**53:
        raise Refuse("sample_seed")
    sample = Sample.objects.create(round=round_, seed=seed, size=size, by=acting.account, at=acting.at)
    filings = {f.alliance.code: f for f in Filing.objects.filter(round=round_).select_related("alliance")}
    drawn = draw(weights, size, seed)
    SampleUnit.objects.bulk_create(
        SampleUnit(sample=sample, filing=filings[unit], risk=weights[unit], place=place)
        for place, unit in enumerate(drawn, 1)
    )
    after = {"seed": seed, "size": size, "units": drawn, "risks": {unit: round(weights[unit], 6) for unit in drawn}}
    record(acting, "sample.drawn", round=round_, subject=str(sample.pk), after=after)
    return sample


@operation("sample.verified")
def note_outcome(acting: Acting, unit: SampleUnit, outcome: str, note: str) -> None:
    """Write down what verification of a drawn filing found."""
    if outcome not in OUTCOMES:
        raise Refuse("no_mark")
    if outcome != "confirmed" and len(note.strip()) < SHORTEST_REASON:
        raise Refuse("reason_short", least=str(SHORTEST_REASON))
    before = {"outcome": unit.outcome, "note": unit.note}
    SampleUnit.objects.filter(pk=unit.pk).update(outcome=outcome, note=note.strip(), by=acting.account, at=acting.at)
    after = {"outcome": outcome, "note": note.strip()}
    filing = unit.filing
    record(acting, "sample.verified", round=unit.sample.round, alliance=filing.alliance, before=before, after=after)


@operation("round.settled")
def settle_screening(acting: Acting, round_: Round) -> None:
    """End screening: the verdicts are final and become the screening table of the snapshot."""
    if round_.stage != Stage.CLOSED:
        raise Refuse("wrong_stage")
    filings = Filing.objects.filter(round=round_)
    out = filings.filter(state=State.RETURNED, correct_until__gt=acting.at).count()
    if out:
        raise Refuse("returned_out", count=str(out))
    screen_round(Acting(acting.account, acting.role, acting.at, acting.address), round_)
    same = Round.objects.filter(pk=round_.pk, stage=Stage.CLOSED, revision=round_.revision)
    if same.update(stage=Stage.SCREENED, revision=round_.revision + 1) != 1:
        raise Refuse("stale")
    verdicts = Verdict.objects.filter(filing__round=round_)
    counts = Counter(one.decided or one.ruled for one in verdicts)
    round_.stage, round_.revision = Stage.SCREENED, round_.revision + 1
    record(acting, "round.settled", round=round_, after={"verdicts": dict(counts)})


@operation("round.unsettled")
def unsettle_screening(acting: Acting, round_: Round, reason: str) -> None:
    """Take screening up again, with a reason."""
    if round_.stage != Stage.SCREENED:
        raise Refuse("wrong_stage")
    if len(reason.strip()) < SHORTEST_REASON:
        raise Refuse("reason_short", least=str(SHORTEST_REASON))
    same = Round.objects.filter(pk=round_.pk, stage=Stage.SCREENED, revision=round_.revision)
    if same.update(stage=Stage.CLOSED, revision=round_.revision + 1) != 1:
        raise Refuse("stale")
    record(acting, "round.unsettled", round=round_, after={"reason": reason.strip()})

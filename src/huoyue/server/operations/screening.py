"""Screening: the rules' verdicts stored, people's decisions beside them, and all of it settled."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from django.db.models import QuerySet

from huoyue.core.screening import screen
from huoyue.core.tables import Facts
from huoyue.server.models import SETTLED, Filing, Remark, ReviewStage, Round, Stage, State, Verdict
from huoyue.server.operations.findings import SHORTEST_NOTE, store_findings
from huoyue.server.operations.journal import Acting, Refuse, operation, record
from huoyue.server.operations.revisions import change
from huoyue.server.operations.step_letters import tell_verdicts
from huoyue.server.operations.submission import Said, return_for_correction
from huoyue.server.queries.facts import facts_of
from huoyue.server.queries.schemes import scheme_of

DECISIONS = ("evaluated", "incomplete", "not_filed")
SHORTEST_REASON = 10
"""Signs of the reason for departing from the rules: a sentence, not a word."""


@operation("round.screened")
def screen_round(acting: Acting, round_: Round) -> Counter[str]:
    """Let the rules look at every filing as it counts now, and look for what is implausible. Decisions are kept.

    While filing is open this is a preview; it may be done again at any time until screening is settled.
    """
    if round_.stage in (Stage.PREPARING, *SETTLED):
        raise Refuse("wrong_stage")
    facts = facts_of(round_)
    counts = _store_verdicts(acting.at, round_, facts)
    found = store_findings(acting.at, round_, facts)
    record(acting, "round.screened", round=round_, after={"verdicts": dict(counts), "findings": found})
    return counts


def _store_verdicts(at: datetime, round_: Round, facts: Facts) -> Counter[str]:
    """The rules' verdicts, whatever people decided: decisions stand beside them. How many of each hold."""
    ruled = {row["unit"]: row for row in screen(scheme_of(round_), _undecided(facts)).iter_rows(named=True)}
    verdicts = Verdict.objects.filter(filing__round=round_)
    verdicts.exclude(filing__alliance__code__in=list(ruled)).delete()  # their status is not evaluated any more
    known = {verdict.filing_id: verdict for verdict in verdicts}
    counts: Counter[str] = Counter()
    for filing in Filing.objects.filter(round=round_).select_related("alliance", "in_force"):
        if (row := ruled.get(filing.alliance.code)) is not None:
            verdict = known.get(filing.pk)
            _store_verdict(at, filing, verdict, row)
            counts[(verdict.decided if verdict else "") or row["verdict"]] += 1
    return counts


def _store_verdict(at: datetime, filing: Filing, verdict: Verdict | None, row: dict[str, object]) -> None:
    """One verdict of the rules. Who looked at it before has to look again if it or the filing has changed since."""
    fields = {
        "ruled": row["verdict"], "rule": row["rule"] or "", "value": row["value"], "needed": row["needed"],
        "reason_zh": row["reason_zh"], "reason_en": row["reason_en"],
    }  # fmt: skip
    if verdict is None:
        Verdict.objects.create(filing=filing, ruled_at=at, **fields)
        return
    seen, version = verdict.confirmed_at, filing.in_force
    newer = seen is not None and version is not None and version.submitted_at > seen
    if newer or any(getattr(verdict, name) != value for name, value in fields.items()):
        changed = fields | {"ruled_at": at, "confirmed_at": None, "revision": verdict.revision + 1}
        Verdict.objects.filter(pk=verdict.pk).update(**changed)


def _undecided(facts: Facts) -> Facts:
    return replace(facts, overrides=facts.overrides.clear())


def _same(verdict: Verdict, **changes: Any) -> None:
    """Change a verdict, if nobody else did since it was read and the round is not settled."""
    if verdict.filing.round.stage in SETTLED:
        raise Refuse("screening_settled")
    change(verdict, **changes)


@operation("verdict.confirmed")
def confirm(acting: Acting, verdict: Verdict) -> None:
    """Note that somebody looked at a verdict and lets it stand."""
    _same(verdict, confirmed_at=acting.at)
    filing = verdict.filing
    after = {"verdict": verdict.decided or verdict.ruled}
    record(acting, "verdict.confirmed", round=filing.round, alliance=filing.alliance, after=after)


@operation("verdict.decided")
def decide(acting: Acting, verdict: Verdict, decided: str, reason: str) -> None:
    """Put a person's verdict, with a written reason, in place of the rules'; an empty one gives theirs back."""
    filing, reason = verdict.filing, reason.strip()
    if refusal := why_not_decide(verdict, decided, reason):
        raise refusal
    before = {"verdict": verdict.decided or verdict.ruled, "reason": verdict.decided_reason}
    by, at = (acting.account, acting.at) if decided else (None, None)
    kept = reason if decided else ""
    _same(verdict, decided=decided, decided_reason=kept, decided_by=by, decided_at=at, confirmed_at=acting.at)
    after = {"verdict": decided or verdict.ruled, "reason": reason}
    record(acting, "verdict.decided", round=filing.round, alliance=filing.alliance, before=before, after=after)


def why_not_decide(verdict: Verdict, decided: str, reason: str) -> Refuse | None:
    """Why a person cannot decide so; None if they can."""
    if decided and decided not in DECISIONS:
        return Refuse("no_verdict")
    if len(reason) < SHORTEST_REASON:
        return Refuse("reason_short", least=str(SHORTEST_REASON))
    if decided == "evaluated" and verdict.filing.in_force_id is None:
        return Refuse("nothing_in_force")
    return None


def return_from_screening(
    acting: Acting, verdict: Verdict, remarks: Sequence[Said], correct_until: datetime
) -> list[Remark]:
    """Return a filing for correction, at most for the grace period of the round."""
    round_ = verdict.filing.round
    if correct_until > acting.at + timedelta(days=round_.grace_days + 1):
        raise Refuse("grace_longer", days=str(round_.grace_days))
    return return_for_correction(acting, verdict.filing, remarks=remarks, correct_until=correct_until)


@operation("round.settled")
def settle_screening(acting: Acting, round_: Round) -> Counter[str]:
    """End screening: the rules look once more, and the verdicts are those of the snapshot.

    Alliances on which people decided otherwise get a letter.
    """
    if refusal := why_not_settle(acting, round_):
        raise refusal
    before = seen_of(round_)
    counts = screen_round(Acting(acting.account, acting.role, acting.at, acting.address), round_)
    after = seen_of(round_)
    if moved := [code for code, seen in before.items() if after.get(code) != seen]:
        raise Refuse("verdicts_moved", alliances="; ".join(moved))
    unfiled = Verdict.objects.filter(filing__round=round_, decided="evaluated", filing__in_force=None)
    if unfiled.exists():
        raise Refuse("decided_unfiled", alliances="; ".join(unfiled.values_list("filing__alliance__code", flat=True)))
    change(round_, {"stage": Stage.CLOSED}, stage=Stage.SCREENED)
    record(acting, "round.settled", round=round_, after={"verdicts": dict(counts), "practice": round_.practice})
    tell_verdicts(acting, round_)
    return counts


def seen_of(round_: Round) -> dict[str, tuple[str, str, bool]]:
    """The verdict on each alliance with its reason, and whether somebody has looked at it, by code."""
    rows = Verdict.objects.filter(filing__round=round_).order_by("filing__alliance__position", "pk")
    found = rows.values_list("filing__alliance__code", "ruled", "reason_zh", "confirmed_at")
    return {code: (ruled, reason, at is not None) for code, ruled, reason, at in found}


def why_not_settle(acting: Acting, round_: Round) -> Refuse | None:
    """Why screening cannot be settled now: filing is not closed, or somebody may still hand in."""
    if round_.stage != Stage.CLOSED:
        return Refuse("wrong_stage")
    filings = Filing.objects.filter(round=round_)
    if out := codes(filings.filter(state=State.RETURNED, correct_until__gt=acting.at)):
        return Refuse("returned_out", alliances=out)
    if extended := codes(filings.filter(extended_until__gt=acting.at).exclude(state=State.SUBMITTED)):
        return Refuse("extended_out", alliances=extended)
    return None


def codes(filings: QuerySet[Filing]) -> str:
    """The alliances of these filings, for a sentence; empty if there are none."""
    named = filings.order_by("alliance__position").values_list("alliance__code", "alliance__name")
    return "; ".join(f"{code} {name}" for code, name in named)


@operation("round.unsettled")
def unsettle_screening(acting: Acting, round_: Round, reason: str) -> None:
    """Take screening up again, with a reason."""
    if round_.stage != Stage.SCREENED:
        raise Refuse("wrong_stage")
    if len(reason.strip()) < SHORTEST_NOTE:
        raise Refuse("reason_short", least=str(SHORTEST_NOTE))
    if ReviewStage.objects.filter(round=round_, kind="marks").exclude(state="waiting").exists():
        raise Refuse("review_begun")
    change(round_, {"stage": Stage.SCREENED}, stage=Stage.CLOSED)
    record(acting, "round.unsettled", round=round_, after={"reason": reason.strip()})

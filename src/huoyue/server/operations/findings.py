"""What is implausible in a round: found by rule, kept with its marks when it is found again, marked by people."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import datetime
from hashlib import sha256

import polars as pl

from huoyue.core.analysis.plausibility import plausible
from huoyue.core.tables import Facts
from huoyue.server.models import SETTLED, Finding, Round
from huoyue.server.operations.chain import canonical
from huoyue.server.operations.journal import Acting, Refuse, operation, record
from huoyue.server.queries.facts import facts_of
from huoyue.server.queries.schemes import scheme_of

MARKS = ("checked", "explained", "misreported")
SHORTEST_NOTE = 5
FIGURES = re.compile(r"\d[\d.,]*")


def store_findings(at: datetime, round_: Round, facts: Facts) -> int:
    """Keep what is implausible now, and say how much. What was found before keeps its mark, what is gone is kept."""
    table = plausible(scheme_of(round_), facts, earlier_records(round_, facts))
    groups = table.partition_by("finding", maintain_order=True) if table.height else []
    known = {one.key: one for one in Finding.objects.filter(round=round_)}
    keys: set[str] = set()
    for key, group in keyed(facts, groups):
        keys.add(key)
        store_finding(at, round_, known.get(key), key, group)
    Finding.objects.filter(round=round_, gone_at=None).exclude(key__in=keys).update(gone_at=at)
    return len(keys)


def earlier_records(round_: Round, facts: Facts) -> dict[str, pl.DataFrame]:
    """The records of the round before, as far as its record types are those of this one."""
    if round_.previous is None:
        return {}
    before = facts_of(round_.previous).records
    same = [name for name, now in facts.records.items() if name in before and same_columns(before[name], now)]
    return {name: before[name] for name in same}


def same_columns(one: pl.DataFrame, other: pl.DataFrame) -> bool:
    return dict(one.schema) == dict(other.schema)


def keyed(facts: Facts, groups: Sequence[pl.DataFrame]) -> Iterator[tuple[str, pl.DataFrame]]:
    """Each finding with its key: rule, records with all that stands in them, and what is said apart from figures.

    So a mark holds while the alliance's own records stay as they were, whatever others file; a record that was changed
    is to be looked at again. Figures are left out, since the usual value of a batch moves with every filing.
    """
    records = {name: written(frame) for name, frame in facts.records.items()}
    seen: Counter[str] = Counter()
    for group in groups:
        first = group.row(0, named=True)
        rows = [(row["unit"], row["record_type"], row["record"]) for row in group.iter_rows(named=True)]
        about = [[*row, records[row[1]][row[0], row[2]]] for row in rows]
        text = FIGURES.sub("#", first["detail_en"])
        plain = sha256(canonical([first["rule"], about, text]).encode()).hexdigest()
        seen[plain] += 1
        yield sha256(f"{plain}:{seen[plain]}".encode()).hexdigest(), group


def written(frame: pl.DataFrame) -> dict[tuple[str, str], str]:
    """Every record as text, by unit and number; where it was read from does not count."""
    kept = frame.drop("source", "row", strict=False)
    return {(row["unit"], row["record"]): str(sorted(row.items())) for row in kept.iter_rows(named=True)}


def store_finding(at: datetime, round_: Round, known: Finding | None, key: str, group: pl.DataFrame) -> None:
    """Keep one finding: a new row, or its text brought up to date."""
    first = group.row(0, named=True)
    texts = {"text_zh": first["detail_zh"], "text_en": first["detail_en"]}
    if known is None:
        units = list(dict.fromkeys(group["unit"]))
        records = [[row["unit"], row["record_type"], row["record"]] for row in group.iter_rows(named=True)]
        Finding.objects.create(
            round=round_, key=key, rule=first["rule"], units=units, records=records, found_at=at, **texts
        )
    elif known.gone_at is not None or any(getattr(known, name) != text for name, text in texts.items()):
        Finding.objects.filter(pk=known.pk).update(gone_at=None, **texts)


@operation("finding.marked")
def mark_findings(acting: Acting, round_: Round, findings: Sequence[Finding], mark: str, note: str) -> int:
    """Mark findings as checked, explained or misreported, with a note; an empty mark takes it back."""
    note = note.strip()
    if refusal := why_not_mark(round_, findings, mark, note):
        raise refusal
    before = {one.key[:16]: {"mark": one.mark, "note": one.note} for one in findings}
    by, at = (acting.account, acting.at) if mark else (None, None)
    for one in findings:
        same = Finding.objects.filter(pk=one.pk, round=round_, mark=one.mark, marked_at=one.marked_at)
        if same.update(mark=mark, note=note, marked_by=by, marked_at=at) != 1:
            raise Refuse("stale")
    record(acting, "finding.marked", round=round_, before=before, after={"mark": mark, "note": note})
    return len(findings)


def why_not_mark(round_: Round, findings: Sequence[Finding], mark: str, note: str) -> Refuse | None:
    """Why findings cannot be marked so; None if they can."""
    if mark and mark not in MARKS:
        return Refuse("no_mark")
    if round_.stage in SETTLED:
        return Refuse("screening_settled")
    if not findings:
        return Refuse("no_finding_chosen")
    if mark in ("explained", "misreported") and len(note) < SHORTEST_NOTE:
        return Refuse("note_short", least=str(SHORTEST_NOTE))
    return None

"""Taking over results of earlier years: read, matched, confirmed by a person, then all at once; and correcting one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Max

from huoyue.server.models import Alliance, EarlierImport, EarlierResult
from huoyue.server.operations.journal import Acting, Refuse, operation, record
from huoyue.server.operations.register_import import mark_of_register
from huoyue.server.operations.revisions import because, change
from huoyue.server.queries.earlier import fates, periods_of

LEFT_OUT = "-"
"""What somebody chooses for a name that is not in the register."""


@dataclass(frozen=True)
class Chosen:
    """What a person confirmed: a code of the register or LEFT_OUT for each row; what each word for a tier means."""

    codes: list[str]
    tiers: Mapping[str, str]


def mark_of_earlier() -> str:
    """Changes whenever the register or what is kept of earlier years does."""
    found = EarlierResult.objects.aggregate(n=Count("pk"), last=Max("pk"), at=Max("at"))
    return f"{mark_of_register()} {found}"


@operation("earlier.looked_at")
def keep_earlier(
    acting: Acting,
    file_name: str,
    period: str,
    source: str,
    rows: Sequence[Mapping[str, Any]],
    problems: Sequence[object],
) -> EarlierImport:
    """Keep what a file says, to be matched with the register before it is taken over."""
    kept = {"mark": mark_of_earlier(), "rows": list(rows), "problems": list(problems)}
    found = EarlierImport.objects.create(
        by=acting.doer, at=acting.at, file_name=file_name[:200], period=period, source=source, rows=kept
    )
    after = {"rows": len(rows), "period": period, "source": source}
    record(acting, "earlier.looked_at", subject=found.file_name[:80], after=after)
    return found


@operation("earlier.applied")
def apply_earlier(acting: Acting, found: EarlierImport, chosen: Chosen) -> dict[str, int]:
    """Take over a list as it was confirmed: every row, or none. The same list again changes nothing.

    Refuse if it was taken over already, if the register or earlier results changed since it was read, if a row waits
    for a decision, or if two rows mean the same alliance in the same period.
    """
    if found.applied_at is not None:
        raise Refuse("import_done")
    if found.rows["mark"] != mark_of_earlier():
        raise Refuse("earlier_moved")
    rows: list[Mapping[str, Any]] = found.rows["rows"]
    if undecided := [row["name"] for row, code in zip(rows, chosen.codes, strict=True) if not code]:
        raise Refuse("earlier_undecided", count=str(len(undecided)), names="、".join(undecided[:5]))
    wanted = _wanted(found, rows, chosen)
    alliances = {one.code: one for one in Alliance.objects.filter(code__in=[code for code, *_ in wanted])}
    counts = {"new": 0, "correction": 0, "same": 0, "left": len(rows) - len(wanted)}
    states = fates([(code, period, score, tier) for code, period, score, tier, _ in wanted])
    for (code, period, score, tier, name), fate in zip(wanted, states, strict=True):
        counts[fate.state] += 1
        if fate.state == "new":
            EarlierResult.objects.create(
                alliance=alliances[code], period=period, score=score, tier=tier, name=name[:200], source=found.source,
                by=acting.doer, at=acting.at,
            )  # fmt: skip
        elif fate.before is not None and fate.state == "correction":
            _set(acting, fate.before, score, tier, source=found.source)
            event_of(acting, fate.before, score, tier, found.source)
    change(found, {"applied_at": None}, applied_at=acting.at)
    after = counts | {"period": found.period, "source": found.source}
    record(acting, "earlier.applied", subject=found.file_name[:80], after=after)
    return counts


def _wanted(
    found: EarlierImport, rows: Sequence[Mapping[str, Any]], chosen: Chosen
) -> list[tuple[str, str, int | None, str, str]]:
    """(code, period, score, tier, name) of the rows that mean an alliance. Refuse where two mean the same result."""
    seen: dict[tuple[str, str], str] = {}
    wanted = []
    for row, code, period in zip(rows, chosen.codes, periods_of(rows, found.period), strict=True):
        if code == LEFT_OUT:
            continue
        if (other := seen.setdefault((code, period), row["name"])) is not row["name"]:
            raise Refuse("earlier_twice", first=other, second=row["name"], period=period)
        wanted.append((code, period, row["score"], chosen.tiers.get(row["tier"], ""), row["name"]))
    return wanted


def _set(acting: Acting, before: EarlierResult, score: int | None, tier: str, **more: str) -> None:
    """Change a result that still is as it was read."""
    same = EarlierResult.objects.filter(pk=before.pk, score=before.score, tier=before.tier)
    if same.update(score=score, tier=tier, by=acting.doer, at=acting.at, **more) != 1:
        raise Refuse("stale")


def event_of(acting: Acting, before: EarlierResult, score: int | None, tier: str, reason: str) -> None:
    """What was kept before and is kept now, and why."""
    record(
        acting, "earlier.corrected", alliance=before.alliance, subject=before.period,
        before={"score": before.score, "tier": before.tier, "source": before.source},
        after={"score": score, "tier": tier, "reason": reason},
    )  # fmt: skip


@operation("earlier.corrected")
def correct_earlier(acting: Acting, result: EarlierResult, score: int | None, tier: str, reason: str) -> None:
    """Correct one result, with the reason."""
    why = because(reason)
    _set(acting, result, score, tier)
    event_of(acting, result, score, tier, why)


@operation("earlier.removed")
def remove_earlier(acting: Acting, result: EarlierResult, reason: str) -> None:
    """Take one result away, with the reason; the event keeps what it said."""
    why = because(reason)
    if not EarlierResult.objects.filter(pk=result.pk, score=result.score, tier=result.tier).delete()[0]:
        raise Refuse("stale")
    before = {"score": result.score, "tier": result.tier, "name": result.name, "source": result.source}
    record(acting, "earlier.removed", alliance=result.alliance, subject=result.period, before=before,
           after={"reason": why})  # fmt: skip

"""The alliance's own points beside the standard, where the round asks for them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from huoyue.core.scheme.model import hundredths
from huoyue.server.models import Filing, SelfScore
from huoyue.server.operations.filing import hold
from huoyue.server.operations.journal import Acting, Refuse, operation, record
from huoyue.server.queries.schemes import scheme_of


@dataclass(frozen=True)
class Own:
    """What an alliance gives itself on an indicator, in hundredths, and why; the revision it was typed over, or 0."""

    points: int | None
    reason: str = ""
    revision: int = 0


class Overtaken(Refuse):
    """Somebody else changed own points meanwhile; `now` is what stands, by indicator. Nothing was saved."""

    def __init__(self, now: dict[str, SelfScore]) -> None:
        super().__init__("stale")
        self.now = now


@operation("filing.self_scored")
def save_self_scores(acting: Acting, filing: Filing, scores: Mapping[str, Own]) -> int:
    """Save own points by indicator, all or none; how many changed. Refuse points outside the indicator's."""
    scheme = scheme_of(filing.round)
    if not scheme.filing.self_assessment:
        raise Refuse("no_self_score")
    hold(acting, filing)
    most = {indicator.id: hundredths(indicator.points) for indicator in scheme.indicators}
    if any(name not in most or not 0 <= (own.points or 0) <= most[name] for name, own in scores.items()):
        raise Refuse("no_self_score")
    stands = {score.indicator: score for score in SelfScore.objects.filter(filing=filing)}
    changed = {name: own for name, own in scores.items() if differs(own, stands.get(name))}
    if overtaken := {name: stands[name] for name, own in changed.items()
                     if name in stands and stands[name].revision != own.revision}:  # fmt: skip
        raise Overtaken(overtaken)
    for name, own in changed.items():
        put(filing, name, own, stands.get(name))
    before = {name: [stands[name].points, stands[name].reason] for name in changed if name in stands}
    after = {name: [own.points, own.reason] for name, own in changed.items()}
    record(acting, "filing.self_scored", round=filing.round, alliance=filing.alliance, before=before, after=after)
    return len(changed)


def differs(own: Own, stands: SelfScore | None) -> bool:
    """Whether what was typed is not what stands."""
    return (own.points, own.reason) != ((stands.points, stands.reason) if stands else (None, ""))


def put(filing: Filing, name: str, own: Own, stands: SelfScore | None) -> None:
    """Write one; of two people at once, the second is refused."""
    if stands is None:
        SelfScore.objects.create(filing=filing, indicator=name, points=own.points, reason=own.reason)
        return
    same = SelfScore.objects.filter(pk=stands.pk, revision=own.revision)
    if same.update(points=own.points, reason=own.reason, revision=own.revision + 1) != 1:
        raise Refuse("stale")

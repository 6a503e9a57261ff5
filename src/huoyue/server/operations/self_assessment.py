"""The alliance's own points beside the standard, where the round asks for them."""

from __future__ import annotations

from huoyue.core.scheme.model import hundredths
from huoyue.server.models import Filing, SelfScore
from huoyue.server.operations.filing import hold
from huoyue.server.operations.journal import Acting, Refuse, operation, record
from huoyue.server.queries.schemes import scheme_of


@operation("filing.self_scored")
def save_self_scores(acting: Acting, filing: Filing, scores: dict[str, tuple[int | None, str]]) -> None:
    """Save own points, in hundredths, with reasons, by indicator. Refuse points outside the indicator's."""
    if not filing.round.self_assessment:
        raise Refuse("no_self_score")
    hold(acting, filing)
    known = {indicator.id: indicator for indicator in scheme_of(filing.round).indicators}
    before = {s.indicator: [s.points, s.reason] for s in SelfScore.objects.filter(filing=filing)}
    for name, (points, reason) in scores.items():
        if name not in known or (points is not None and not 0 <= points <= hundredths(known[name].points)):
            raise Refuse("no_self_score")
        SelfScore.objects.update_or_create(
            filing=filing, indicator=name, defaults={"points": points, "reason": reason[:500]}
        )
    after = {name: list(pair) for name, pair in scores.items()}
    record(acting, "filing.self_scored", round=filing.round, alliance=filing.alliance, before=before, after=after)

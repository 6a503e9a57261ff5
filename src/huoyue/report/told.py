"""What a unit is told of its own result: its points and why, never what one expert gave or another unit earned."""

from __future__ import annotations

from dataclasses import dataclass

from huoyue.core.message import M, Message
from huoyue.core.review.notes import points_of
from huoyue.core.review.settlement import last_decisions, reviewed_cells
from huoyue.core.scheme.model import Scheme
from huoyue.snapshot.store import Snapshot

BY_MARKS = M("By the marks of the experts")
"""All that is told of marks: of one or two experts a stage's mean would tell the marks themselves."""


@dataclass(frozen=True)
class Shown:
    """What a card tells beside a unit's own points: what stages of marks came to, the rank, and means of how few."""

    marks: bool = True
    ranks: bool = True
    least: int = 1
    """Means over fewer units are left out: they would tell another unit's points."""


EVERYTHING = Shown()


def told_to_units(scheme: Scheme, *, published: bool = False) -> Shown:
    """What units are told under a scheme: the rank if the notice shows ranks, or an edition that was published does."""
    ranks = scheme.notice.ranks or (published and scheme.publication.ranks == "public")
    return Shown(marks=False, ranks=ranks, least=scheme.publication.smallest_cell)


def told_notes(snapshot: Snapshot) -> dict[tuple[str, str], Message]:
    """(unit, indicator) -> what a meeting or an objection settled, in words; a correction replaces a decision."""
    scheme, titles = snapshot.scheme, {stage.id: stage.title for stage in snapshot.scheme.review.stages}
    cells = reviewed_cells(scheme, snapshot.results["points"], snapshot.results["screening"])
    found: dict[tuple[str, str], Message] = {}
    for row in last_decisions(scheme, snapshot.facts.decisions, cells).iter_rows(named=True):
        upheld = (
            M("{stage} upheld this: {reason}") if row["settled"] is None else M("{stage} decided {value}: {reason}")
        )
        values = {"stage": titles[row["stage"]], "reason": row["reason"], "value": points_of(row["settled"] or 0)}
        found[row["unit"], row["indicator"]] = Message(upheld.text, values)
    for row in snapshot.facts.corrections.iter_rows(named=True):
        found[row["unit"], row["indicator"]] = M(
            "corrected to {value} after objection {number}: {reason}",
            value=points_of(row["settled"]), number=row["number"], reason=row["reason"],
        )  # fmt: skip
    return found

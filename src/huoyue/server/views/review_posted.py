"""What a plain form of a score sheet posts: read against the marks as they stand, and kept as it was typed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from django.http import QueryDict

from huoyue.core.review.sheet import LONGEST_REASON
from huoyue.server.operations.journal import Refuse
from huoyue.server.operations.review_sheets import Given, StaleMark
from huoyue.server.queries.review_sheets import Line, as_points, same_points


def given_from(posted: QueryDict, lines: Iterable[Line]) -> dict[str, Given]:
    """What was typed for every indicator of the form; a ticked suggestion stands where no points are typed."""
    found = {}
    for line in lines:
        name = line.indicator.id
        if f"p-{name}" not in posted:
            continue
        typed, ticked = legible(posted.get(f"p-{name}", "")), f"take-{name}" in posted
        if ticked and not typed:
            typed = line.suggested
        revision = posted.get(f"rev-{name}", "")
        seen = int(revision) if revision.isascii() and revision.isdigit() and len(revision) < 10 else 0
        found[name] = Given(
            typed, legible(posted.get(f"w-{name}", "")), ticked and same_points(typed, line.suggested), seen
        )
    return found


def legible(text: str) -> str:
    """Text as every database keeps it; a form's line ends are those that were typed."""
    return text.replace("\x00", "").replace("\r\n", "\n").strip()


def differs(given: Given, line: Line) -> bool:
    """Whether what was typed is not what stands."""
    mark = line.mark
    if mark is None:
        return bool(given.typed or given.reason)
    return (
        not same_points(given.typed, mark.typed or as_points(mark.points))
        or given.reason[:LONGEST_REASON] != mark.reason.strip()
        or given.taken != mark.taken
    )


def changed(given: Mapping[str, Given], lines: Mapping[str, Line]) -> dict[str, Given]:
    """What has to be saved."""
    return {name: one for name, one in given.items() if differs(one, lines[name])}


def clashing(given: Mapping[str, Given], lines: Mapping[str, Line]) -> dict[str, Given]:
    """What was changed here, and saved otherwise in another window since this form was made."""
    return {name: one for name, one in changed(given, lines).items() if one.revision != lines[name].revision}


def keep_typed(lines: Iterable[Line], given: Mapping[str, Given], refused: Refuse | None) -> None:
    """Fill a form with what was typed. Where another window saved something else, its version goes beside it, and the
    next save is made against that."""
    current = refused.current if isinstance(refused, StaleMark) else None
    for line in lines:
        one = given.get(line.indicator.id)
        if one is None:
            continue
        stands = current if current is not None and current.indicator == line.indicator.id else line.mark
        if stands is not None and one.revision != stands.revision and differs(one, line):
            line.theirs, line.revision = stands, stands.revision
        line.typed, line.reason, line.taken = one.typed, one.reason, one.taken

"""Word files of the report that were handed back, and the passages written by hand that they brought."""

from __future__ import annotations

from collections.abc import Iterable

from django.db.models import Count, Q, QuerySet

from huoyue.core.refusal import Refusal
from huoyue.report.passages import Placed
from huoyue.server.models import Frozen, Passage, Returned, Round, Stage
from huoyue.server.queries.doors import ABSENT
from huoyue.server.queries.people import Person
from huoyue.server.queries.results import results_door


def returned_door(person: Person, *, round: str) -> Round | Refusal:  # noqa: A002 - the address's word
    """A frozen round, for whoever may see what it came to."""
    found = results_door(person, round=round)
    if isinstance(found, Refusal):
        return found
    return found if found.stage == Stage.FROZEN else ABSENT


def returned_one_door(person: Person, *, round: str, number: int) -> Returned | Refusal:  # noqa: A002
    """A file that was handed back."""
    found = returned_door(person, round=round)
    if isinstance(found, Refusal):
        return found
    return Returned.objects.filter(round=found, pk=number).select_related("round", "frozen", "by").first() or ABSENT


def returned_files(round_: Round) -> QuerySet[Returned]:
    """The files handed back, the newest first, with how many of their passages are carried."""
    files = Returned.objects.filter(round=round_).select_related("frozen", "by")
    return files.annotate(carried=Count("passages", filter=Q(passages__dropped_at=None)))


def carried(round_: Round, lang: str) -> QuerySet[Passage]:
    """The passages that go into the next report in `lang`, in their order."""
    return Passage.objects.filter(round=round_, lang=lang, dropped_at=None)


def placed(passages: Iterable[Passage]) -> list[Placed]:
    """Passages as the report sets them in."""
    return [Placed(one.heading, one.after, one.text) for one in passages]


def snapshot_named(digest: str) -> Frozen | None:
    """The snapshot whose digest begins so, of whatever round."""
    return Frozen.objects.filter(digest__startswith=digest).select_related("round").first()


def counted(findings: Iterable[dict[str, object]]) -> dict[str, int]:
    """How many numbers are as computed, differ, agree, cannot be checked, are gone."""
    counts = dict.fromkeys(("unchanged", "differs", "agrees", "unknown", "removed"), 0)
    for one in findings:
        if one["kind"] in counts:
            counts[str(one["kind"])] += int(str(one.get("count", 1)))
    return counts

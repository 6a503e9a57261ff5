"""What the panel's pages show: seats with their conflicts and sheets, conflicts, and how recusal was carried out."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field

from django.conf import settings
from django.db.models import Count, F, Q, QuerySet

from huoyue.core.filing.values import folded
from huoyue.core.message import Message
from huoyue.core.refusal import Refusal
from huoyue.core.review.recusal import Comparison, compared
from huoyue.server.models import Alliance, Conflict, Duty, Mark, Member, Panellist, ReviewStage, Role, Round, Sheet
from huoyue.server.queries.doors import ABSENT
from huoyue.server.queries.people import Person
from huoyue.server.queries.review import panel_of, review_door, sees_stage_marks
from huoyue.server.queries.review_progress import lacking, title_of
from huoyue.server.queries.schemes import scheme_of
from huoyue.server.wording.review import SEAT_STATES


@dataclass(frozen=True)
class SeatLine:
    """A seat as a line of the panel."""

    seat: Panellist
    state: Message
    lacks: Message | None
    fields: list[object]
    conflicts: int
    sheets: int
    handed_in: int


def is_marking_begun(round_: Round) -> bool:
    """Whether anybody has begun a sheet that counts: from then on groups stay as they are."""
    return Sheet.objects.filter(stage__round=round_, stage__kind="marks").exclude(begun_at=None).exists()


def seat_lines(round_: Round) -> list[SeatLine]:
    """Everybody on the panel, in the order of their codes."""
    titles = {one.id: one.title for one in scheme_of(round_).industries}
    now = Q(sheets__aside_at=None) & ~Q(sheets__stage__kind="calibration")
    seats = panel_of(round_).annotate(
        of=Count("sheets", filter=now, distinct=True),
        done=Count("sheets", filter=now & Q(sheets__submitted_at__isnull=False), distinct=True),
        barring=Count("conflicts__alliance", filter=Q(conflicts__ended_at=None), distinct=True),
    )
    return [
        SeatLine(
            one, SEAT_STATES[one.state], lacking(one) if one.state in ("asked", "accepted") else None,
            [titles.get(name, name) for name in one.fields], one.barring, one.of, one.done,
        )
        for one in seats
    ]  # fmt: skip


def conflicts_in(round_: Round) -> QuerySet[Conflict]:
    """Every conflict of the round, those that hold first."""
    found = Conflict.objects.filter(panellist__round=round_)
    return found.select_related("panellist__account", "alliance", "found_by").order_by(
        F("ended_at").asc(nulls_first=True), "panellist__code", "alliance__position", "pk"
    )


def conflict_door(person: Person, *, round: str, conflict: int) -> Conflict | Refusal:  # noqa: A002
    """A conflict of the round, for those who lead or observe its review."""
    found = review_door(person, round=round)
    if isinstance(found, Refusal):
        return ABSENT
    one = conflicts_in(found).filter(pk=conflict).first()
    if one is None:
        return ABSENT
    one.panellist.round = found
    return one


def kept_apart(round_: Round) -> QuerySet[Sheet]:
    """Sheets that a conflict found late set aside; their marks count for nothing."""
    return Sheet.objects.filter(stage__round=round_, aside_kind="conflict").exclude(aside_at=None)


@dataclass
class Recusal:
    """How recusal was carried out: conflicts by kind, how they were found, sheets set aside, pairs avoided."""

    by_kind: Counter[str] = field(default_factory=Counter)
    ended: int = 0
    aside: int = 0
    aside_marked: int = 0
    """Of the sheets set aside, those in which marks were given already."""
    avoided: int = 0
    """Pairs of an expert who may mark and an alliance to be evaluated that a conflict bars."""
    own: list[Alliance] = field(default_factory=list)
    """The organiser's own alliances."""
    compared: list[tuple[object, Comparison]] = field(default_factory=list)
    hidden: bool = False
    """Whether marks may not be seen yet by whoever looks."""


def recusal_of(person: Person, round_: Round, evaluated: Iterable[int]) -> Recusal:
    """The section on recusal. `evaluated`: the keys of the alliances to be evaluated."""
    found = Recusal()
    units = set(evaluated)
    pairs: set[tuple[int, int]] = set()
    for one in conflicts_in(round_):
        if one.ended_at is not None:
            found.ended += 1
            continue
        found.by_kind[one.kind] += 1
        if one.panellist.state not in ("left", "declined") and one.alliance_id in units:
            pairs.add((one.panellist_id, one.alliance_id))
    found.avoided = len(pairs)
    found.aside = kept_apart(round_).count()
    found.aside_marked = kept_apart(round_).exclude(begun_at=None).count()
    found.own = own_alliances()
    for stage in ReviewStage.objects.filter(round=round_, kind="marks"):
        stage.round = round_
        if stage.state != "closed" or not sees_stage_marks(person, stage):
            found.hidden = True
            continue
        found.compared.append((title_of(stage), compared_in(stage, {one.pk for one in found.own})))
    return found


def own_alliances() -> list[Alliance]:
    """The organiser's own: those that somebody of the secretariat files for, or of which the organiser is a member."""
    secretariat = Duty.objects.filter(role=Role.SECRETARIAT, ended_at=None).values("account")
    filed = Duty.objects.filter(role=Role.FILER, ended_at=None, account__in=secretariat)
    own = {pk for pk in filed.values_list("alliance_id", flat=True) if pk}
    names = {folded(settings.ORGANISATION), folded(settings.ORGANISATION_EN)} - {""}
    own |= {pk for pk, name in Member.objects.values_list("alliance_id", "organisation") if folded(name) in names}
    return list(Alliance.objects.filter(pk__in=own, merged_into=None).order_by("position", "pk"))


def compared_in(stage: ReviewStage, own: set[int]) -> Comparison:
    """Marks given to the organiser's own alliances in a stage beside those given to the others."""
    sheets = Sheet.objects.filter(stage=stage, aside_at=None).exclude(submitted_at=None)
    most: dict[int, dict[str, int]] = defaultdict(dict)
    rows = sheets.values_list("filing_id", "filing__suggestions__indicator", "filing__suggestions__maximum")
    for filing, indicator, maximum in rows.order_by():
        if indicator is not None:
            most[filing][indicator] = maximum
    given: dict[int, list[int]] = {}
    marks = Mark.objects.filter(sheet__in=sheets, points__isnull=False).select_related("sheet__filing")
    about: dict[int, tuple[int, bool]] = {}
    for mark in marks:
        sums = given.setdefault(mark.sheet_id, [0, 0])
        sums[0] += mark.points or 0
        sums[1] += most[mark.sheet.filing_id].get(mark.indicator, 0)
        about[mark.sheet_id] = (mark.sheet.panellist_id, mark.sheet.filing.alliance_id in own)
    return compared((*about[key], points, of) for key, (points, of) in given.items() if of)

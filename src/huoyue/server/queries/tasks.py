"""What there is to do for a person: their filings, their rounds, what the secretariat tells them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.db.models import QuerySet

from huoyue.core.message import Message, Title
from huoyue.server.models import (
    SETTLED,
    Filing,
    Handler,
    Notice,
    Objection,
    Panellist,
    ReviewStage,
    Role,
    Round,
    Stage,
    State,
)
from huoyue.server.queries.doors import visible_filings, visible_rounds
from huoyue.server.queries.notice import day_of, told_results
from huoyue.server.queries.people import Person
from huoyue.server.queries.results_todo import results_todo
from huoyue.server.queries.review_seat import SeatTask, seat_task
from huoyue.server.queries.review_todo import Todo, todo_of
from huoyue.server.queries.screening import outcome_of
from huoyue.server.queries.windows import deadline_of, why_closed
from huoyue.server.saying import last_moment, moment
from huoyue.server.wording import STAGES

RUN_REVIEW = {Role.SECRETARIAT, Role.CHAIR}
MOST_TODO = 3
LONG = timedelta(days=60)
"""How long after its end a round is one of the earlier ones."""


@dataclass
class RoundTasks:
    """A round as a person meets it: the filings in it by state, and until when."""

    round: Round
    states: dict[str, int]
    filings: list[Filing] = field(default_factory=list)
    """The person's own, where they file."""
    is_open: bool = False
    left: int = 0
    """Whole days until the deadline."""
    seat: SeatTask | None = None
    """An expert's next step on the panel of the round."""
    review: list[Todo] = field(default_factory=list)
    """What is next in the review, for those who run it."""
    has_review: bool = False
    told: bool = False
    """Whether the person's alliances are told their results."""
    handling: list[Objection] = field(default_factory=list)
    """Objections that the person looks into and owes an opinion on."""
    results: list[Todo] = field(default_factory=list)
    """What is next once scores are settled, for the secretariat."""
    leads: bool = False
    """Whether a meeting waits for the person to lead it."""
    earlier: bool = False
    """Whether the round is long over, with nothing left to do in it for this person."""

    @property
    def title(self) -> Title:
        return Title(zh=self.round.title_zh, en=self.round.title_en)

    @property
    def stage_title(self) -> Message:
        return STAGES[self.round.stage]

    @property
    def until(self) -> str:
        """The deadline in the round's own time zone, for a sentence."""
        return last_moment(self.round.deadline, zone=self.round.time_zone)

    @property
    def opening(self) -> str:
        """When it opens, for a sentence."""
        return moment(self.round.opens_at, zone=self.round.time_zone)

    @property
    def closed_early(self) -> str:
        """When filing was closed, if that was before the deadline, for a sentence."""
        return moment(self.round.closed_early, zone=self.round.time_zone) if self.round.closed_early else ""

    @property
    def awaits(self) -> bool:
        """Whether the round waits for something that an expert or chair has to do."""
        return self.leads or (self.seat is not None and self.seat.step not in ("wait", "over"))

    @property
    def submitted(self) -> int:
        return self.states.get(State.SUBMITTED, 0)

    @property
    def total(self) -> int:
        return sum(self.states.values())


def tasks_of(person: Person, at: datetime) -> list[RoundTasks]:
    """The person's rounds, the nearest deadline first among the open ones.

    Whoever has alliances sees those in which one of them takes part.
    """
    found = [_tasks(person, round_, at) for round_ in visible_rounds(person)]
    if person.role in (Role.FILER, Role.LIAISON):
        found = [one for one in found if one.total]
    return sorted(
        found, key=lambda one: (not one.awaits, not one.is_open, one.round.practice, -one.round.deadline.timestamp())
    )


def _tasks(person: Person, round_: Round, at: datetime) -> RoundTasks:
    filings = visible_filings(person, round_)
    states = Counter(filings.order_by().values_list("state", flat=True))
    own = list(filings.select_related("verdict")) if person.role == Role.FILER else []
    for filing in own:
        filing.round = round_
        filing.until = deadline_of(filing)
        filing.is_open = why_closed(filing, at) is None
        filing.outcome = outcome_of(filing)
    left = (round_.deadline - at).days
    seat = seat_task(person, round_, at) if person.role == Role.EXPERT else None
    over = _is_long_over(person, round_, own, at) and (seat is None or seat.step in ("wait", "over"))
    is_open = round_.stage == Stage.OPEN and round_.opens_at <= at < round_.deadline
    found = RoundTasks(round_, dict(states), own, is_open, max(0, left), seat=seat, earlier=over)
    if round_.stage == Stage.FROZEN:
        found.handling = owed_by(person, round_)
        found.told = bool(own) and told_results(round_, day_of(at, round_)) is not None
        found.earlier = found.earlier and not found.handling and not found.told
    if person.role in RUN_REVIEW and has_review(round_):
        found.has_review, found.review = True, todo_of(round_, at)[:MOST_TODO]
        found.earlier = found.earlier and all(one.over for one in found.review)
        found.leads = person.role == Role.CHAIR and any(one.leads for one in found.review)
    if person.is_secretariat:
        found.results = results_todo(round_, at)
        found.earlier = found.earlier and not found.results
    return found


def owed_by(person: Person, round_: Round) -> list[Objection]:
    """The objections on which a person owes an opinion."""
    if person.account is None or person.role not in (Role.EXPERT, Role.SECRETARIAT):
        return []
    owed = Handler.objects.filter(account=person.account, objection__round=round_, objection__state="admitted",
                                  ended_at=None, opinion_at=None)  # fmt: skip
    return [one.objection for one in owed.select_related("objection")]


def has_review(round_: Round) -> bool:
    """Whether a round has come to its review: screening is settled and stages are laid out, or a panel was asked."""
    laid_out = ReviewStage.objects.filter(round=round_).exists()
    return laid_out or Panellist.objects.filter(round=round_).exists()


def _is_long_over(person: Person, round_: Round, own: Sequence[Filing], at: datetime) -> bool:
    """Whether nothing can be filed in a round since long; for the secretariat it has to be screened, too."""
    if round_.stage == Stage.PREPARING or any(filing.is_open for filing in own):
        return False
    if person.is_secretariat and round_.stage not in SETTLED:
        return False
    return min(round_.closed_at or round_.deadline, round_.deadline) < at - LONG


def notices_for(person: Person) -> QuerySet[Notice]:
    """What the secretariat tells this person, newest first; nothing that was withdrawn."""
    audiences = ["all", person.role]
    rounds = list(visible_rounds(person).values_list("pk", flat=True))
    notices = Notice.objects.filter(round__in=rounds, withdrawn_at=None).select_related("round")
    if person.is_secretariat:
        return notices
    if person.role == Role.FILER:
        open_states = [State.UNTOUCHED, State.DRAFT, State.CHECKING, State.RETURNED]
        mine = {duty.alliance_id for duty in person.duties}
        unsubmitted = Filing.objects.filter(alliance_id__in=mine, state__in=open_states).values("round")
        return notices.filter(audience__in=audiences) | notices.filter(audience="unsubmitted", round__in=unsubmitted)
    return notices.filter(audience__in=audiences)

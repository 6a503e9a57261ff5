"""The next step of a round between settled scores and the published edition, in the order in which the steps follow:
freeze, report, notice, objections, edition. What stands against publishing is asked of `editions` alone."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.urls import reverse

from huoyue.core.message import M, Message
from huoyue.server.models import Frozen, Job, ReviewStage, Round, Stage
from huoyue.server.queries.editions import against_publishing, due_kinds
from huoyue.server.queries.finalising import blocking, checklist, is_frozen
from huoyue.server.queries.notice import day_of, periods_of, phase_of, undecided
from huoyue.server.queries.published import editions_of, holding
from huoyue.server.queries.review_todo import Todo
from huoyue.server.queries.schemes import scheme_of
from huoyue.server.queries.shelf import latest


@dataclass(frozen=True)
class Step:
    """What is to be done next, why, and where; `button` says it in a word or two."""

    what: Message
    why: Message
    button: Message
    address: str


def results_todo(round_: Round, now: datetime) -> list[Todo]:
    """The next step of a round whose review is over; none once its latest snapshot is published."""
    if round_.practice or (not is_frozen(round_) and not ready_to_freeze(round_)):
        return []
    step = next_step(round_, now)
    return [Todo(step.what, step.address, presses=True)] if step else []


def ready_to_freeze(round_: Round) -> bool:
    """Whether screening is settled and every stage of the scheme's review closed; also where there is none."""
    closed = set(ReviewStage.objects.filter(round=round_, state="closed").values_list("key", flat=True))
    return round_.stage == Stage.SCREENED and all(one.id in closed for one in scheme_of(round_).review.stages)


def next_step(round_: Round, now: datetime) -> Step | None:
    """The next step of a round; none in a practice round and once its latest snapshot is published."""
    if round_.practice:
        return None
    frozen = latest(round_)
    if not is_frozen(round_) or frozen is None:
        return to_freeze(round_)
    against = {one.code for one in against_publishing(round_)}
    if "edition_corrections" in against:
        return Step(M("Decisions on objections wait for a corrected snapshot."),
                    M("The edition is made from the snapshot that holds the corrections."),
                    M("Make the corrected snapshot"), reverse("correct", args=[round_.key]))  # fmt: skip
    held = holding(round_)
    if held is not None and held.frozen_id == frozen.pk and not due_kinds(round_, now):
        return None
    if not has_report(round_, frozen):
        return Step(M("Build the report on snapshot {number}.", number=frozen.number),
                    M("Whoever decides on the notice reads the report first."),
                    M("Build the report"), reverse("documents", args=[round_.key]))  # fmt: skip
    if "edition_notice" in against:
        return to_notice(round_, now)
    if "edition_objections" in against:
        return Step(M("Objections undecided: {count}.", count=undecided(round_).count()),
                    M("An edition is published when every objection is decided, with reasons."),
                    M("Decide the objections"), reverse("objections", args=[round_.key]))  # fmt: skip
    return Step(M("Publish the edition."), M("Nothing in the round stands against it."), M("Publish now"),
                reverse("edition_publish", args=[round_.key]))  # fmt: skip


def to_freeze(round_: Round) -> Step:
    """The checklist, and how much of it is open."""
    left = len(blocking(checklist(round_)))
    why = M("{count} points have to be settled before the round can be frozen.", count=left) if left else M(
        "Nothing stands against freezing.")  # fmt: skip
    what = M("Finalise: the checklist says what is open before the round is frozen.")
    return Step(what, why, M("Open the checklist"), reverse("finalise", args=[round_.key]))


def has_report(round_: Round, frozen: Frozen) -> bool:
    """Whether the report on the last snapshot was built or is being built, or the round went on without it."""
    built = Job.objects.filter(frozen=frozen, kind="report", state__in=("waiting", "running", "done")).exists()
    return built or periods_of(round_).exists() or editions_of(round_).exists()


def to_notice(round_: Round, now: datetime) -> Step:
    """Put the results up, wait for the last day, or close the notice."""
    period, count = periods_of(round_).filter(withdrawn_at=None).first(), undecided(round_).count()
    address = reverse("notice_period", args=[round_.key])
    if period is None or period.closed_at is not None:
        return Step(M("Put the results on public notice."),
                    M("The scheme wants a notice period before results are published."),
                    M("To the notice"), address)  # fmt: skip
    if phase_of(period, day_of(now, round_)) == "over":
        return Step(M("The notice period is over; objections undecided: {count}.", count=count),
                    M("Decide on what is open, then close the notice: an edition can be published after that."),
                    M("To the notice"), address)  # fmt: skip
    what = M("On public notice until {day}; objections undecided: {count}.", day=period.ends_on, count=count)
    return Step(what, M("An edition can be published when the notice is closed."), M("To the notice"), address)

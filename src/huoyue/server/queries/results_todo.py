"""What there is to do between settled scores and the published edition, for the secretariat's first page."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

from django.urls import reverse

from huoyue.core.message import M, Message
from huoyue.server.models import Correction, Edition, NoticePeriod, ReviewStage, Round, Stage
from huoyue.server.queries.notice import undecided
from huoyue.server.queries.review_todo import Todo
from huoyue.server.queries.schemes import scheme_of
from huoyue.server.queries.shelf import latest


def results_todo(round_: Round, now: datetime) -> list[Todo]:
    """The next step of a round whose review is over; none once its latest snapshot is published."""
    if round_.practice:
        return []
    if round_.stage == Stage.SCREENED and review_is_over(round_):
        what = M("Finalise: the checklist says what is open before the round is frozen.")
        return [Todo(what, reverse("finalise", args=[round_.key]), presses=True)]
    if round_.stage != Stage.FROZEN or (said := after_freezing(round_, now)) is None:
        return []
    return [Todo(said, reverse("results", args=[round_.key]), presses=True)]


def review_is_over(round_: Round) -> bool:
    """Whether every stage of the scheme's review is closed; also where there is none."""
    closed = set(ReviewStage.objects.filter(round=round_, state="closed").values_list("key", flat=True))
    return all(stage.id in closed for stage in scheme_of(round_).review.stages)


def after_freezing(round_: Round, now: datetime) -> Message | None:
    """What a frozen round waits for."""
    if Correction.objects.filter(filing__round=round_, frozen=None).exists():
        return M("Decisions on objections wait for a corrected snapshot.")
    frozen = latest(round_)
    if Edition.objects.filter(frozen=frozen, withdrawn_at=None).exists():
        return None
    last = NoticePeriod.objects.filter(round=round_, withdrawn_at=None).order_by("-number").first()
    if last is not None and last.closed_at is None:
        open_ = undecided(round_).count()
        if now.astimezone(ZoneInfo(round_.time_zone)).date() > last.ends_on:
            return M("The notice period is over; {count} objections are undecided.", count=open_)
        return M("On public notice until {day}; {count} objections are undecided.", day=last.ends_on, count=open_)
    if last is None and scheme_of(round_).notice.hold:
        return M("Put the results on public notice.")
    return M("Publish the edition.")

"""How work beside the requests ends without a result: given up, with the reason in both languages."""

from __future__ import annotations

import logging
from datetime import datetime
from typing import Any

from huoyue.core.message import Message
from huoyue.core.phrase import both
from huoyue.server.models import Job
from huoyue.server.operations.jobs import told
from huoyue.server.operations.journal import Acting, Refuse, operation, record
from huoyue.server.queries.solving import KIND as SOLVING
from huoyue.server.wording import refusal_words

log = logging.getLogger("huoyue.building")
Problems = list[dict[str, str]]


def give_up(job: Job, problems: Problems, now: datetime) -> None:
    """It cannot be done, unless another worker has taken it over meanwhile."""
    try:
        (unsolved if job.kind == SOLVING else failed)(Acting(None, "", now), job, problems)
    except Refuse:
        log.info("%s was taken over", job.uid)


def said(message: Message, **values: Any) -> Problems:
    """A reason in both languages."""
    zh, en = both(Message(message.text, values))
    return [{"zh": zh, "en": en}]


def refused(error: Refuse) -> Problems:
    """A refusal as the reason of a failure."""
    words = refusal_words(error.refusal)
    (zh, en), (mend, amend) = (both(one) for one in words)
    return [{"zh": f"{zh}{mend}", "en": f"{en} {amend}"}]


def fail(acting: Acting, job: Job, problems: Problems) -> None:
    """Note that it failed, unless it is another worker's by now."""
    same = Job.objects.filter(pk=job.pk, state=job.state, worker=job.worker)
    if same.update(state="failed", finished_at=acting.at, problems=problems) != 1:
        raise Refuse("job_lost")


@operation("document.failed")
def failed(acting: Acting, job: Job, problems: Problems) -> None:
    """It cannot be built, and why."""
    fail(acting, job, problems)
    told(acting, "document.failed", job, problems=problems[:5])


@operation("review.solving_failed")
def unsolved(acting: Acting, job: Job, problems: Problems) -> None:
    """There is no such assignment, or it was not found; and why."""
    fail(acting, job, problems)
    record(acting, "review.solving_failed", round=job.round, subject=job.options["stage"],
           after={"problems": problems[:5]})  # fmt: skip

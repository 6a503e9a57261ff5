"""The demonstration's small rounds after freezing: one on public notice now, one whose notice is over and published.

Making the edition takes longer than people wait for a demonstration to start: it comes while it is served.
"""

from __future__ import annotations

import logging
from datetime import timedelta

from django.db import connection
from django.utils import timezone

from huoyue.server.demonstration.results import PUBLISHED
from huoyue.server.models import Account, Edition, NoticePeriod, Role, Round, Stage
from huoyue.server.operations.editions import publish, ready
from huoyue.server.operations.journal import Acting
from huoyue.server.operations.notice import Office, close_period, put_up
from huoyue.server.queries.notice import day_of, proposed

OFFICE = Office("活跃度评价秘书处（演示）", "010-55500000", "secretariat@example.org", "某市某路1号（虚拟）")
log = logging.getLogger("huoyue.demonstration")


def put_on_notice(round_: Round, secretariat: Account) -> None:
    """On public notice since today at the latest: put up yesterday or before."""
    now = timezone.now()
    at, today = now - timedelta(days=1), day_of(now, round_)
    while proposed(round_, at).starts > today:  # a holiday lies between
        at -= timedelta(days=1)
    put_up(Acting(secretariat, Role.SECRETARIAT, at), round_, OFFICE)


def end_notice(round_: Round, secretariat: Account) -> None:
    """A notice that is over, nobody having objected."""
    now = timezone.now()
    at, today = now - timedelta(days=10), day_of(now, round_)
    while proposed(round_, at).ends >= today:
        at -= timedelta(days=1)
    period = put_up(Acting(secretariat, Role.SECRETARIAT, at), round_, OFFICE)
    acting = Acting(secretariat, Role.SECRETARIAT, now)
    close_period(acting, NoticePeriod.objects.select_related("round", "frozen").get(pk=period.pk))


def publish_example() -> None:
    """Publish the round that waits for it, once; what goes wrong is logged, and the demonstration goes on without."""
    try:
        waiting = Round.objects.filter(key__endswith=PUBLISHED.suffix, stage=Stage.FROZEN).first()
        secretariat = Account.objects.filter(duties__role=Role.SECRETARIAT).order_by("pk").first()
        if waiting is None or secretariat is None or Edition.objects.filter(round=waiting).exists():
            return
        made = ready(waiting, timezone.now())
        publish(Acting(secretariat, Role.SECRETARIAT, timezone.now()), waiting, made)
    except Exception:  # the rest of the demonstration can be tried all the same
        log.exception("the example edition was not published")


def publish_beside() -> None:
    """The same in a thread of its own, whose connection ends with it."""
    try:
        publish_example()
    finally:
        connection.close()

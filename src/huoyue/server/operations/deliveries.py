"""What webhooks are sent: deliveries are rows made from the journal, one an event and webhook, claimed before sending.

A delivery whose sender died is sent once more after a while, so a receiver may get it twice and knows it by its `id`.
Each webhook gets its deliveries in the order of the journal; while the first is refused, the others wait.
"""

from __future__ import annotations

import hashlib
import hmac
import logging
from datetime import datetime, timedelta
from http.client import HTTPException
from socket import gaierror
from ssl import SSLError

from django.db import transaction
from django.db.models import Max, Q

from huoyue.server.models import Delivery, Event, Webhook
from huoyue.server.operations.chain import canonical
from huoyue.server.operations.journal import Acting
from huoyue.server.operations.outbox import text_of
from huoyue.server.operations.reaching import NotAllowed, post
from huoyue.server.operations.webhooks import TEST, secret_of, stop_webhook

AT_ONCE = 50
LOOKED_AT = 5000
"""Events that are looked at for a webhook in one go."""
PAUSES = (1, 5, 15, 60, 240, 480)
"""Minutes to wait after a delivery was refused; the last one from then on."""
MOST_TRIES = 13
"""After as many, some three days, the webhook is stopped."""
CLAIM = timedelta(minutes=5)
"""After so long a claimed delivery of which nothing was heard is tried again."""
log = logging.getLogger("huoyue.webhooks")


def deliver_due(now: datetime) -> int:
    """Put what happened in line for every webhook, and send what is due; how many arrived."""
    for hook in Webhook.objects.filter(stopped_at=None).select_related("round"):
        queue_events(hook, now)
    due = Delivery.objects.filter(state="queued", due_at__lte=now, webhook__stopped_at=None)
    sent, away = 0, set()
    for delivery in list(due.select_related("webhook__round").order_by("due_at", "seq", "pk")[:AT_ONCE]):
        if delivery.webhook_id in away or not claim(delivery, now):
            continue
        if send(delivery, now):
            sent += 1
        else:
            away.add(delivery.webhook_id)
    return sent


def queue_events(hook: Webhook, now: datetime) -> None:
    """Make a delivery of each event since the last look that the webhook wants to know of."""
    last = Event.objects.aggregate(last=Max("seq"))["last"] or 0
    until = min(last, hook.after_seq + LOOKED_AT)
    if until <= hook.after_seq:
        return
    events = Event.objects.filter(seq__gt=hook.after_seq, seq__lte=until, kind__in=hook.kinds)
    own = Q(round=hook.round) if hook.round else Q(round=None) | Q(round__practice=False)
    made = [
        Delivery(webhook=hook, seq=event.seq, kind=event.kind, body=body_of(hook, event), due_at=now)
        for event in events.filter(own).select_related("round", "alliance").order_by("seq")
    ]
    with transaction.atomic():
        looked = Webhook.objects.filter(pk=hook.pk, after_seq=hook.after_seq).update(after_seq=until)
        if looked == 1:  # else another process looked at these events
            Delivery.objects.bulk_create(made, ignore_conflicts=True)


def body_of(hook: Webhook, event: Event) -> str:
    """What a receiver is told of an event: what happened, where, and its place in the journal. Nothing about people."""
    return canonical({
        "id": f"{hook.uid}-{event.seq}", "kind": event.kind, "round": event.round.key if event.round else None,
        "alliance": event.alliance.code if event.alliance else None, "at": event.at.isoformat(), "seq": event.seq,
        "digest": event.digest,
    })  # fmt: skip


def signature(secret: str, at: int, body: bytes) -> str:
    """The header that proves where a delivery comes from, and when it was sent."""
    proof = hmac.new(secret.encode(), f"{at}.".encode() + body, hashlib.sha256).hexdigest()
    return f"t={at},v1={proof}"


def claim(delivery: Delivery, now: datetime) -> bool:
    """Take a delivery, if no other process has it."""
    free = Delivery.objects.filter(pk=delivery.pk, state="queued", tries=delivery.tries, due_at__lte=now)
    delivery.tries += 1
    return free.update(tries=delivery.tries, due_at=now + CLAIM, error="interrupted") == 1


def send(delivery: Delivery, now: datetime) -> bool:
    """Send a claimed delivery and note what came of it; whether it arrived."""
    hook, body = delivery.webhook, delivery.body.encode()
    headers = {
        "Content-Type": "application/json; charset=utf-8", "User-Agent": "Huoyue",
        "Huoyue-Event": delivery.kind, "Huoyue-Signature": signature(secret_of(hook), int(now.timestamp()), body),
    }  # fmt: skip
    status, error = None, ""
    try:
        status = post(hook.address, body, headers)
    except (OSError, HTTPException, ValueError) as failed:
        error = said_of(failed)
    if status is not None and 200 <= status < 300:
        arrived(delivery, now, status)
        return True
    refused(delivery, now, status, error or f"HTTP {status}")
    return False


def said_of(failed: Exception) -> str:
    """A code for what goes wrong often, in the words of the system for the rest."""
    known: tuple[tuple[type[Exception], str], ...] = (
        (NotAllowed, "not_allowed"), (gaierror, "unknown_name"), (SSLError, "certificate"), (TimeoutError, "silent"),
        (ConnectionRefusedError, "away"),
    )  # fmt: skip
    for kind, code in known:
        if isinstance(failed, kind):
            return code
    return text_of(str(failed) or type(failed).__name__)[:200]


def arrived(delivery: Delivery, now: datetime, status: int) -> None:
    own = Delivery.objects.filter(pk=delivery.pk, tries=delivery.tries)
    own.update(state="sent", status=status, error="", sent_at=now)
    if delivery.tries > 1 or delivery.kind == TEST:  # it is there again: what waited for it need not wait any longer
        waiting = Delivery.objects.filter(webhook=delivery.webhook, state="queued", due_at__gt=now)
        waiting.exclude(error="interrupted").update(due_at=now)


def refused(delivery: Delivery, now: datetime, status: int | None, error: str) -> None:
    """Try again later, and all that follows with it; after some days the webhook is stopped."""
    log.warning("webhook %s, event %s: %s", delivery.webhook.uid, delivery.seq, error)
    own = Delivery.objects.filter(pk=delivery.pk, state="queued", tries=delivery.tries)
    if delivery.kind == TEST or delivery.tries >= MOST_TRIES:
        own.update(state="failed", status=status, error=error)
        if delivery.kind != TEST:
            hook = delivery.webhook
            stop_webhook(Acting(None, "", now), hook, f"{error} ({delivery.tries})")
        return
    later = now + timedelta(minutes=PAUSES[min(delivery.tries, len(PAUSES)) - 1])
    own.update(status=status, error=error, due_at=later)
    waiting = Delivery.objects.filter(webhook=delivery.webhook, state="queued", due_at__lt=later)
    waiting.exclude(kind=TEST).update(due_at=later)

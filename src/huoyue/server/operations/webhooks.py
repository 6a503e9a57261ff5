"""Webhooks: addresses that are told of changes of state. Each has a secret of its own that is kept nowhere."""

from __future__ import annotations

from collections.abc import Iterable
from secrets import token_hex
from urllib.parse import urlsplit

from django.conf import settings
from django.db.models import Min
from django.utils.crypto import salted_hmac

from huoyue.server.models import Delivery, Round, Webhook
from huoyue.server.operations.chain import canonical
from huoyue.server.operations.journal import Acting, Refuse, operation, record
from huoyue.server.operations.revisions import because
from huoyue.server.wording.interfaces import HOOKED

TEST = "test"
"""The kind of a delivery that tells of nothing."""
HERE = ("localhost", "127.0.0.1", "::1")


def secret_of(hook: Webhook) -> str:
    """The secret that signs what goes to a webhook: it follows from the server's key and the webhook's name."""
    return "hys_" + salted_hmac("huoyue.webhook", hook.uid, secret=settings.SECRET_KEY, algorithm="sha256").hexdigest()


def address_read(text: str) -> str:
    """An address as it was typed. Refused unless it is https, or in a demonstration http to this machine itself."""
    try:
        parts = urlsplit(text.strip())
        port = parts.port
    except ValueError as error:
        raise Refuse("webhook_address") from error
    is_plain = settings.DEMONSTRATION and parts.scheme == "http" and parts.hostname in HERE
    if not parts.hostname or parts.username is not None or port == 0 or not (parts.scheme == "https" or is_plain):
        raise Refuse("webhook_address")
    if not text.isascii() or any(sign.isspace() for sign in text.strip()):
        raise Refuse("webhook_address")
    return text.strip()


def kinds_read(kinds: Iterable[str]) -> list[str]:
    wanted = [kind for kind in HOOKED if kind in set(kinds)]
    if not wanted:
        raise Refuse("webhook_kinds")
    return wanted


@operation("webhook.added")
def add_webhook(acting: Acting, *, address: str, kinds: Iterable[str], round: Round | None) -> Webhook:  # noqa: A002
    """A webhook that is told of what happens from now on."""
    where, wanted = address_read(address), kinds_read(kinds)
    if Webhook.objects.filter(address=where, round=round).exists():
        raise Refuse("webhook_twice")
    hook = Webhook.objects.create(
        uid=token_hex(8), address=where, kinds=wanted, round=round, by=acting.doer, at=acting.at
    )
    event = record(acting, "webhook.added", round=round, subject=hook.uid, after=shown(hook))
    hook.after_seq = event.seq
    hook.save(update_fields=["after_seq"])
    return hook


@operation("webhook.changed")
def change_webhook(acting: Acting, hook: Webhook, *, address: str, kinds: Iterable[str], round: Round | None) -> None:  # noqa: A002
    """Tell another address, or of other things. What waits goes to the new address."""
    before = shown(hook)
    hook.address, hook.kinds, hook.round = address_read(address), kinds_read(kinds), round
    if Webhook.objects.filter(address=hook.address, round=round).exclude(pk=hook.pk).exists():
        raise Refuse("webhook_twice")
    hook.save(update_fields=["address", "kinds", "round"])
    record(acting, "webhook.changed", round=round, subject=hook.uid, before=before, after=shown(hook))


@operation("webhook.stopped")
def stop_webhook(acting: Acting, hook: Webhook, reason: str) -> None:
    """Send nothing more; what happens meanwhile waits."""
    why = because(reason)[:300]
    if Webhook.objects.filter(pk=hook.pk, stopped_at=None).update(stopped_at=acting.at, stopped_because=why) != 1:
        raise Refuse("stale")
    record(acting, "webhook.stopped", round=hook.round, subject=hook.uid, after={"reason": why})


@operation("webhook.resumed")
def resume_webhook(acting: Acting, hook: Webhook) -> None:
    """Go on where it stopped: what waited and what was given up is sent."""
    stopped = Webhook.objects.filter(pk=hook.pk).exclude(stopped_at=None)
    if stopped.update(stopped_at=None, stopped_because="") != 1:
        raise Refuse("stale")
    hook.deliveries.exclude(state="sent").update(state="queued", tries=0, due_at=acting.at)
    record(acting, "webhook.resumed", round=hook.round, subject=hook.uid, before={"reason": hook.stopped_because})


@operation("webhook.removed")
def remove_webhook(acting: Acting, hook: Webhook) -> None:
    """Take a webhook away with all that waits for it."""
    record(acting, "webhook.removed", round=hook.round, subject=hook.uid, before=shown(hook))
    hook.delete()


@operation("webhook.sent_again")
def send_again(acting: Acting, hook: Webhook, delivery: Delivery) -> None:
    """Put a delivery that arrived or was given up in line once more, with the same body."""
    if hook.stopped_at is not None:
        raise Refuse("webhook_stopped")
    same = Delivery.objects.filter(pk=delivery.pk, tries=delivery.tries).exclude(state="queued")
    if same.update(state="queued", tries=0, due_at=acting.at, error="") != 1:
        raise Refuse("delivery_not_failed")
    record(acting, "webhook.sent_again", round=hook.round, subject=hook.uid, after={"number": delivery.seq})


@operation("webhook.tried")
def try_webhook(acting: Acting, hook: Webhook) -> Delivery:
    """Put a delivery in line that tells of nothing, to see whether the address takes it. Its number is below zero."""
    if hook.stopped_at is not None:
        raise Refuse("webhook_stopped")
    lowest = hook.deliveries.filter(seq__lt=0).aggregate(lowest=Min("seq"))["lowest"] or 0
    body = {"id": f"{hook.uid}{lowest - 1}", "kind": TEST, "round": hook.round.key if hook.round else None,
            "alliance": None, "at": acting.at.isoformat(), "seq": 0, "digest": ""}  # fmt: skip
    made = Delivery.objects.create(webhook=hook, seq=lowest - 1, kind=TEST, body=canonical(body), due_at=acting.at)
    record(acting, "webhook.tried", round=hook.round, subject=hook.uid, after={"number": made.seq})
    return made


def shown(hook: Webhook) -> dict[str, object]:
    """What events keep of a webhook."""
    return {"address": hook.address, "kinds": hook.kinds, "round": hook.round.key if hook.round else ""}

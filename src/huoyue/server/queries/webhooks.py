"""Webhooks for the secretariat: of all rounds, or of the rounds it serves."""

from __future__ import annotations

from django.db.models import Count, Q, QuerySet

from huoyue.core.refusal import Refusal
from huoyue.server.models import Delivery, Webhook
from huoyue.server.queries.doors import ABSENT
from huoyue.server.queries.people import Person

SHOWN = 50


def serves_everywhere(person: Person) -> bool:
    """Whether somebody is the secretariat of all rounds."""
    return person.is_secretariat and any(duty.round_id is None for duty in person.duties)


def visible_webhooks(person: Person) -> QuerySet[Webhook]:
    """The webhooks that somebody looks after, with how many deliveries wait and failed."""
    if not person.is_secretariat:
        return Webhook.objects.none()
    found = Webhook.objects.select_related("round", "by").annotate(
        waiting=Count("deliveries", filter=Q(deliveries__state="queued")),
        lost=Count("deliveries", filter=Q(deliveries__state="failed")),
    )
    if serves_everywhere(person):
        return found
    return found.filter(round_id__in=[duty.round_id for duty in person.duties])


def webhook_door(person: Person, *, hook: str) -> Webhook | Refusal:
    """A webhook, for the secretariat."""
    return visible_webhooks(person).filter(uid=hook).first() or ABSENT


def last_deliveries(hook: Webhook) -> list[Delivery]:
    """What was sent to it, or is on its way, the last first."""
    return list(Delivery.objects.filter(webhook=hook).order_by("-pk")[:SHOWN])

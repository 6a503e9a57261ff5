"""For watchdogs and Prometheus: whether the server is ready, and its figures. No personal data."""

from __future__ import annotations

import hmac
import platform
import time
from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Any

from django.conf import settings
from django.contrib.sessions.models import Session
from django.db import Error, connection
from django.db.models import Count, Min
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils import timezone
from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, InfoMetricFamily
from prometheus_client.exposition import CONTENT_TYPE_PLAIN_0_0_4
from prometheus_client.metrics_core import Metric
from prometheus_client.registry import Collector

import huoyue
from huoyue.server.counting import registry
from huoyue.server.models import Delivery, Job, Mail
from huoyue.server.models.protection import is_protected
from huoyue.server.models.sealing import is_sealed
from huoyue.server.operations.alive import last_sign
from huoyue.server.operations.audit import head
from huoyue.server.operations.health import (
    BACKGROUND,
    database_bytes,
    detail,
    free_bytes,
    is_ready,
    migrations,
    points,
)
from huoyue.server.operations.journal import Refuse

QUEUES: tuple[tuple[str, Any, str, tuple[str, ...]], ...] = (
    ("letters", Mail, "due_at", ("queued",)),
    ("jobs", Job, "at", ("waiting", "running")),
    ("deliveries", Delivery, "due_at", ("queued",)),
)
"""What waits: its name, its rows, since when, and the states in which it waits."""


def may_watch(request: HttpRequest) -> bool:
    """Whether the request carries the token of the settings. Without one in the settings nothing does."""
    given = request.headers.get("Authorization", "").removeprefix("Bearer ").strip()
    wanted = settings.METRICS_TOKEN
    return bool(wanted) and hmac.compare_digest(given.encode(), wanted.encode())


def ready(request: HttpRequest) -> HttpResponse:
    """`ok`, or 503; what was found, for those who have the token."""
    if may_watch(request):
        found = detail()
        return JsonResponse(found, status=200 if found["ready"] else 503)
    fine = is_ready(points())
    return HttpResponse("ok" if fine else "not ready", status=200 if fine else 503, content_type="text/plain")


def metrics(request: HttpRequest) -> HttpResponse:
    """Figures in the text form of Prometheus; no such page without the token."""
    if not may_watch(request):
        raise Refuse("absent")
    figures = CollectorRegistry()
    figures.register(Installation())
    body = generate_latest(registry()) + generate_latest(figures)
    return HttpResponse(body, content_type=CONTENT_TYPE_PLAIN_0_0_4)


class Installation(Collector):
    """Figures read from the database and the disk when they are asked for."""

    def collect(self) -> Iterable[Metric]:
        yield InfoMetricFamily("huoyue", "Which version runs.", {
            "version": huoyue.__version__, "python": platform.python_version(), "database": connection.vendor,
        })  # fmt: skip
        begun = time.perf_counter()
        try:
            seq = head()[0]
        except Error:
            yield gauge("huoyue_database_up", "Whether the database answers.", 0)
            return
        yield gauge("huoyue_database_up", "Whether the database answers.", 1)
        yield gauge("huoyue_database_seconds", "Seconds of a short query.", time.perf_counter() - begun)
        yield CounterMetricFamily("huoyue_events", "Events in the chain.", seq)
        for part in (of_database, of_queues, of_sessions, of_disk, of_background):
            yield from part()


def gauge(name: str, help_: str, value: float) -> GaugeMetricFamily:
    return GaugeMetricFamily(name, help_, value)


def of_database() -> Iterator[Metric]:
    """Size, and whether tables and triggers are as they should be."""
    fit = migrations()
    yield gauge("huoyue_database_bytes", "Bytes of the database.", database_bytes())
    yield gauge("huoyue_migrations_fit", "Whether tables fit the version.", not (fit.missing or fit.unknown))
    kept = is_protected(connection) and is_sealed(connection)
    yield gauge("huoyue_triggers_there", "Whether the triggers that keep events and frozen rounds are there.", kept)


def of_queues() -> Iterator[Metric]:
    """Letters, jobs and webhooks by state, and since when the oldest of those that wait is due."""
    now = timezone.now()
    for name, model, since, waiting in QUEUES:
        rows = GaugeMetricFamily(f"huoyue_{name}", f"Rows of {name} by state.", labels=["state"])
        counted = dict(model.objects.order_by().values_list("state").annotate(count=Count("pk")))
        for state, _ in model._meta.get_field("state").choices:
            rows.add_metric([state], counted.get(state, 0))
        yield rows
        oldest = model.objects.filter(state__in=waiting, **{f"{since}__lte": now}).aggregate(at=Min(since))["at"]
        yield gauge(f"huoyue_{name}_oldest_seconds", f"Age of the oldest that is due of {name}.", age(oldest, now))


def age(since: datetime | None, now: datetime) -> float:
    return (now - since).total_seconds() if since else 0.0


def of_sessions() -> Iterator[Metric]:
    open_ = Session.objects.filter(expire_date__gt=timezone.now()).count()
    yield gauge("huoyue_sessions", "Sessions that have not expired.", open_)


def of_disk() -> Iterator[Metric]:
    free = GaugeMetricFamily("huoyue_disk_free_bytes", "Free bytes.", labels=["folder"])
    for folder, count in free_bytes().items():
        free.add_metric([folder], count)
    yield free


def of_background() -> Iterator[Metric]:
    seen = last_sign(BACKGROUND)
    yield gauge("huoyue_background_seen_timestamp_seconds", "Last sign of life of the background work.", seen or 0)

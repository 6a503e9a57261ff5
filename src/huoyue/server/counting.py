"""What requests came to, counted by each process for itself and added up over all of them when it is asked for."""

from __future__ import annotations

import os

from prometheus_client import CollectorRegistry, Counter, Histogram
from prometheus_client.multiprocess import MultiProcessCollector

FOLDER = "PROMETHEUS_MULTIPROC_DIR"
"""Names the folder in which the processes of one server keep their counts; it has to stand before this is read."""
BORDERS = (0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10)
"""Seconds."""
SAVES = ("record_save", "sheet_save")
"""Pages that save what people type while they type."""

OWN = CollectorRegistry()
REQUESTS = Counter("huoyue_requests", "Requests answered.", ["route", "method", "status"], registry=OWN)
SECONDS = Histogram("huoyue_request_seconds", "Seconds to answer.", ["route"], buckets=BORDERS, registry=OWN)
SAVED = Counter("huoyue_saves", "Saves answered as saved.", registry=OWN)


def count(route: str, method: str, status: int, seconds: float) -> None:
    """Count one request."""
    REQUESTS.labels(route, method, str(status)).inc()
    SECONDS.labels(route).observe(seconds)
    if route in SAVES and status < 300:
        SAVED.inc()


def registry() -> CollectorRegistry:
    """The counts of all processes; of this one alone where there is no folder for more."""
    if not os.environ.get(FOLDER):
        return OWN
    found = CollectorRegistry()
    MultiProcessCollector(found)  # type: ignore[no-untyped-call]
    return found

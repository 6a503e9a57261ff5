"""Measures of the panel, live for those who lead: agreement, severity, and what would change without it."""

from __future__ import annotations

from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from huoyue.server.asking import own_account
from huoyue.server.models import ReviewStage
from huoyue.server.queries.review_measures import Severity, measured
from huoyue.server.queries.review_progress import title_of
from huoyue.server.queries.review_stages import scheme_stage
from huoyue.server.queries.schemes import scheme_of
from huoyue.server.wording.review import CALIBRATION, STAGE_STATES

WIDTH, LEFT, RIGHT, LINE = 720, 150, 60, 22


@dataclass(frozen=True)
class Bar:
    """An expert in the figure: the middle of the line, dot, ends of the interval (None: unknown), in its units."""

    who: str
    y: int
    dot: float
    low: float | None
    high: float | None
    text: str
    apart: bool


@dataclass(frozen=True)
class Figure:
    """Severities with their intervals on one axis; `marks` are (place, label)."""

    width: int
    height: int
    zero: float
    bottom: int
    bars: list[Bar]
    marks: list[tuple[float, str]]


def measures_page(request: HttpRequest, stage: ReviewStage) -> HttpResponse:
    """Everything that is measured of one stage. It is advice: no score is ever changed by it."""
    scheme, known = scheme_of(stage.round), scheme_stage(stage)
    found = measured(stage, own_account(request))
    context = {
        "round": stage.round, "stage": stage, "title": known.title if known else CALIBRATION,
        "stage_state": STAGE_STATES[stage.state], "found": found, "figure": figure(found.severities),
        "tiers": {tier.id: tier.title for tier in scheme.tiers}, "meeting": stage.kind == "decisions",
        "others": [(row, title_of(row)) for row in ReviewStage.objects.filter(round=stage.round)
                   if row.pk != stage.pk and row.state != "waiting"],
    }  # fmt: skip
    return render(request, "review/measures.html", context)


def figure(severities: list[Severity]) -> Figure | None:
    """The severities in points as a figure; None where there is nothing to show."""
    rows = [(one, one.points) for one in severities if one.points and one.points["severity"] is not None]
    if not rows:
        return None
    ends = [abs(value) for _, row in rows for value in (row["severity"], row["low"], row["high"]) if value is not None]
    reach = max([1.0, *ends])
    middle, half = (LEFT + WIDTH - RIGHT) / 2, (WIDTH - RIGHT - LEFT) / 2

    def place(value: float | None) -> float | None:
        return None if value is None else round(middle + half * value / reach, 1)

    bars = [
        Bar(one.code, LINE * number + LINE // 2 + 4, place(row["severity"]) or 0.0, place(row["low"]),
            place(row["high"]), f"{row['severity']:+.2f}".replace("-", "−"), one.apart)
        for number, (one, row) in enumerate(rows)
    ]  # fmt: skip
    bottom = LINE * len(bars) + 8
    step = next(size for size in (0.5, 1, 2, 5, 10, 20, 50) if reach / size <= 4 or size == 50)
    counts = range(-int(reach / step), int(reach / step) + 1)
    marks = [(middle + half * number * step / reach, f"{number * step:+g}".replace("-", "−").replace("+0", "0"))
             for number in counts]  # fmt: skip
    return Figure(WIDTH, bottom + 20, middle, bottom, bars, [(round(at, 1), text) for at, text in marks])

"""What becomes of the results: the notice period with its objections, and what the public is shown."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from huoyue.core.message import Title
from huoyue.core.scheme.model.base import Flag, Part

Openness = Literal["public", "delayed", "withheld"]


class PublicNotice(Part):
    """The period (公示) in which results are shown before they are final, and how objections are taken.

    `days` are counted as calendar days or as working days by the Chinese calendar; the first is the day after the
    notice is put up. `decide_within` and `remind_before` are counted alike. `handlers`: at least so many people, none
    of whom marked the unit, look into an objection before it is decided.
    """

    hold: Flag = True
    days: int = Field(default=7, ge=1, le=60)
    counted: Literal["calendar", "working"] = "calendar"
    real_name: Flag = True
    seal: Flag = True
    evidence: Flag = True
    handlers: int = Field(default=2, ge=1, le=9)
    decide_within: int = Field(default=15, ge=1, le=120)
    remind_before: int = Field(default=3, ge=0, le=30)
    scores: Flag = True
    ranks: Flag = False
    not_evaluated: Flag = True
    text: Title | None = None


class Publication(Part):
    """What an edition shows. Each kind is public, delayed (by `delay_days` after publication) or withheld.

    Names and tiers of evaluated units are what is published at least. `smallest_cell`: counts below it are not shown
    in tables of what is otherwise withheld. Marks, experts, contacts, records and the reasons of single decisions
    are let out by no choice.
    """

    scores: Openness = "public"
    ranks: Openness = "public"
    pillars: Openness = "withheld"
    indicators: Openness = "withheld"
    not_evaluated: Openness = "public"
    history: Openness = "public"
    candidates: Openness = "withheld"
    report: Openness = "public"
    delay_days: int = Field(default=30, ge=1, le=3650)
    smallest_cell: int = Field(default=5, ge=1, le=100)
    licence: Title | None = None

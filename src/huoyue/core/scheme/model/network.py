"""The network and the round: statuses, batches, the period, the filing window, words."""

from __future__ import annotations

from datetime import date
from typing import Literal

from pydantic import Field

from huoyue.core.message import Title
from huoyue.core.scheme.model.base import Flag, Named, Part


class Batch(Named):
    """A cohort in which units joined. `expected` is how many units the register must hold, if known."""

    expected: int | None = Field(default=None, ge=0)


class Status(Named):
    """A standing in the network. Only units of an `evaluated` status are part of the round's denominator."""

    evaluated: Flag = True


class Period(Part):
    """What is evaluated: a label and a free window, both ends included. It need not be a calendar year."""

    label: Title
    starts: date
    ends: date


class Filing(Part):
    """When filing is open, both days included, in the round's time zone, and what filers are shown and asked.

    `suggested_points`: whether filers see what the rules give for what they filed so far. `self_assessment`: whether
    they give points of their own beside each standard, with a reason.
    """

    opens: date
    closes: date
    timezone: str = "Asia/Shanghai"
    suggested_points: Literal["shown", "hidden"] = "shown"
    self_assessment: Flag = False


class Provenance(Part):
    """Which parts of the scheme the published source prints, and which are the author's own."""

    published: Title
    ours: Title

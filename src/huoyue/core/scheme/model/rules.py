"""Rules of the round: tiers, rounding, percentages, ties, screening, review, what follows over several periods."""

from __future__ import annotations

from decimal import Decimal
from typing import Annotated, Literal

from pydantic import Field

from huoyue.core.message import Title
from huoyue.core.scheme.model.base import Flag, Identifier, Named, Part


class Tier(Named):
    """A band of scores by its lower bound on the rounded score; `short` labels charts; the last tier starts at 0."""

    short: Title
    at_least: Decimal
    colour: Annotated[str, Field(pattern=r"^#[0-9a-fA-F]{6}$")]


class Rounding(Part):
    """The one rounding of the score."""

    method: Literal["half_up", "half_even", "down"] = "half_up"
    decimals: int = Field(default=0, ge=0, le=2)


class Percentages(Part):
    """How shares are printed. They are exact fractions until then.

    largest_remainder makes the shares of one whole add to 100 exactly.
    """

    method: Literal["half_up", "truncate", "largest_remainder"] = "half_up"
    decimals: int = Field(default=2, ge=0, le=4)


class Ties(Part):
    """serial: numbers run on; shared: equal scores share a rank and the next is skipped (1, 2, 2, 4); chain: ties are
    broken by the pillars and indicators of `chain`, in order, and what is still tied shares a rank. Within a tie
    units stand in the order of `then`: register order or code."""

    method: Literal["serial", "shared", "chain"] = "shared"
    chain: tuple[Identifier, ...] = ()
    then: Literal["register", "code"] = "register"


class ScreeningRule(Named):
    """One condition for being evaluated, tried in order; the first that fails gives verdict and reason.

    filed: a filing exists. in_time: it was submitted by the close of filing. records: at least `at_least` records of
    type `of`. coverage: at least `at_least` indicators (of `pillar`, or of all) have a fact. complete: at least
    `at_least` percent of the required fields and evidence references are filled.
    `title` is the requirement; `reason` is what a unit that fails is told, and `mend` what to do next time.
    """

    kind: Literal["filed", "in_time", "records", "coverage", "complete"]
    verdict: Literal["not_filed", "incomplete"]
    reason: Title
    mend: Title | None = None
    of: Identifier | None = None
    pillar: Identifier | None = None
    at_least: Decimal | None = None


class Rights(Part):
    """What an expert sees beside the score sheet of a stage.

    Without names, texts are masked; what files of evidence hold cannot be, so that evidence is then shown only where
    the scheme says so in so many words. `earlier` is about the marks of stages before: none, the expert's own, or
    those of the expert's group.
    """

    names: Flag = True
    facts: Flag = True
    evidence: Flag = Field(default_factory=lambda before: bool(before.get("names", True)))
    points: Flag = True
    earlier: Literal["none", "own", "group"] = "none"


class Stage(Named):
    """A review stage. `marks` stages collect experts' marks per indicator; a `decisions` stage is a meeting.

    combine: how the marks of one stage are joined; trimmed_mean drops the `trim` highest and lowest when at least
    2 * trim + 1 marks remain otherwise it is the mean. `weight` is how a stage weighs against the other mark stages
    in which the unit was marked. `across_groups` forbids reviewers of the group that marked the unit before.
    `days` is how long the stage is planned to take, `sees` what experts see in it.
    """

    kind: Literal["marks", "decisions"]
    combine: Literal["mean", "median", "trimmed_mean"] = "mean"
    trim: int = Field(default=1, ge=1)
    weight: Decimal = Decimal(1)
    reviewers: int = Field(default=1, ge=1)
    across_groups: Flag = False
    days: int = Field(default=7, ge=1)
    sees: Rights = Rights()
    purpose: Title | None = None


class Differences(Part):
    """When a unit goes to the meeting. Each rule that is set is tried; all that hold are listed.

    total: the experts' totals (across stages) differ by at least so many points. stages: stage results differ by at
    least so many. tier_crossing: experts' totals fall into different tiers. border: the provisional score is within
    so many points of a tier border. indicator_share: marks on an indicator differ by at least this percent of its
    points.
    """

    total: Decimal | None = None
    stages: Decimal | None = None
    tier_crossing: Flag = False
    border: Decimal | None = None
    indicator_share: Decimal | None = None


class Review(Part):
    """Stages in order and the rule for large differences. No stages: rule points are final.

    `reason_beyond`: how many points a mark may leave the suggested points without a reason. `council`: the yes_no field
    of the register that says which units sit on the organiser's own council; their marks are compared with the others'.
    """

    stages: tuple[Stage, ...] = ()
    differences: Differences = Differences()
    reason_beyond: Decimal = Field(default=Decimal(0), ge=0)
    council: Identifier | None = None
    discipline: Title | None = None


class EarlierTiers(Part):
    """Tier borders of another period, so that its scores are read by its own rules."""

    period: str
    at_least: dict[Identifier, Decimal]


class Candidates(Named):
    """A list of units by their results over successive periods, this one included.

    A unit is listed when, in each of the last `periods`, its tier is in `tiers`; not having been evaluated counts
    when `not_evaluated` is true. Fewer known periods than `periods`: not listed, and said so.
    """

    kind: Literal["exit", "demonstration"]
    periods: int = Field(ge=1)
    tiers: tuple[Identifier, ...] = ()
    not_evaluated: Flag = False
    score_at_least: Decimal | None = None


class Outlook(Part):
    """What follows from results over several periods."""

    earlier_tiers: tuple[EarlierTiers, ...] = ()
    candidates: tuple[Candidates, ...] = ()

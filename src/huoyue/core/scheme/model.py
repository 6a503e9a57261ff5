"""The scheme as typed values: everything a round is, from one YAML file.

Points and weights are decimals in the file and whole hundredths inside (`hundredths`). Nothing here reads files; see
`parse` for that, and `checks` for what a scheme must satisfy beyond the types below.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from huoyue.core.message import Title

Identifier = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{0,47}$")]
Scalar = bool | int | Decimal | date | str


def hundredths(value: Decimal | int) -> int:
    """A decimal of at most two places as whole hundredths: 2.5 -> 250. ValueError if it has more places."""
    scaled = Decimal(value) * 100
    if scaled != scaled.to_integral_value():
        raise ValueError(value)
    return int(scaled)


class Part(BaseModel):
    """Base of all scheme nodes: frozen, and refusing unknown keys."""

    model_config = ConfigDict(frozen=True, extra="forbid", arbitrary_types_allowed=True)


# --- the network and the round ------------------------------------------------------------------------------------


class Named(Part):
    id: Identifier
    title: Title


class Batch(Named):
    """A cohort in which units joined. `expected` is how many units the register must hold, if known."""

    expected: int | None = Field(default=None, ge=0)


class Status(Named):
    """A standing in the network. Only units of an `evaluated` status are part of the round's denominator."""

    evaluated: bool = True


class Period(Part):
    """What is evaluated: a label and a free window, both ends included. It need not be a calendar year."""

    label: Title
    starts: date
    ends: date


class Filing(Part):
    """When filing is open, both days included, in the round's time zone."""

    opens: date
    closes: date
    timezone: str = "Asia/Shanghai"


class Provenance(Part):
    """Which parts of the scheme the published source prints, and which are the author's own."""

    published: Title
    ours: Title


# --- facts --------------------------------------------------------------------------------------------------------


class Option(Named):
    """One choice. `also` lists other spellings that people write and that certainly mean it."""

    also: tuple[str, ...] = ()


class FieldSpec(Named):
    """One typed field of a record type or of the register.

    Stored as: text, choice, link, unit -> string; integer, decimal, money -> 64-bit whole number in units of
    10**-`decimals`; date -> date; yes_no -> boolean. `money` is in 万元 (ten thousand yuan); 元 is converted.
    `unit` holds the code of another evaluated unit.
    """

    type: Literal["text", "integer", "decimal", "money", "date", "choice", "yes_no", "link", "unit"]
    required: bool = False
    options: tuple[Option, ...] = ()
    decimals: int = Field(default=0, ge=0, le=4)
    at_least: Decimal | None = None
    at_most: Decimal | None = None
    longest: int = Field(default=200, ge=1, le=5000)
    help: Title | None = None
    measured_in: Title | None = None

    @property
    def scale(self) -> int:
        """How many stored units make one: 10**decimals."""
        return int(10**self.decimals)


class RecordType(Named):
    """A kind of fact: its fields, who reports it, what evidence it needs, and what makes two records the same.

    `dated` names the date field that must lie in the period. `key` names the fields that identify one event; two
    records of one unit with the same key are duplicates. `exclusive` means that one key belongs to one unit only, so
    two units that claim it are listed for checking; with `joint` partners named in a unit field the claim is expected.
    """

    reported_by: Literal["unit", "liaison", "secretariat"] = "unit"
    fields: tuple[FieldSpec, ...]
    dated: Identifier | None = None
    key: tuple[Identifier, ...] = ()
    exclusive: bool = False
    joint: Identifier | None = None
    evidence: Literal["required", "optional", "none"] = "none"
    evidence_hint: Title | None = None
    single: bool = False
    """At most one record a unit (a yearly statement rather than a list of events)."""
    outliers: tuple[Identifier, ...] = ()
    """Number fields whose extreme values, within a batch, are listed for checking."""

    def field(self, name: str) -> FieldSpec:
        """The field called `name`; KeyError if there is none."""
        return {spec.id: spec for spec in self.fields}[name]

    @property
    def names(self) -> tuple[str, ...]:
        return tuple(spec.id for spec in self.fields)


# --- standards ----------------------------------------------------------------------------------------------------


class Test(Part):
    """A condition on one field; all parts that are set must hold. A missing value meets only `present: false`."""

    is_: Scalar | None = Field(default=None, alias="is")
    in_: tuple[Scalar, ...] = Field(default=(), alias="in")
    not_in: tuple[Scalar, ...] = ()
    at_least: Decimal | date | None = None
    at_most: Decimal | date | None = None
    present: bool | None = None


Where = dict[Identifier, Scalar | tuple[Scalar, ...] | Test]
"""Field -> a value (equals), a list of values (one of), or a `Test`. All entries must hold."""


class Measure(Part):
    """A number drawn from a unit's records of one type: how many, or a statistic of one field.

    `count` is the default; `distinct`, `sum`, `largest`, `smallest` and `latest` name a field. `register` names a
    register field instead of records. Units without a qualifying record have count and sum 0, other statistics none.
    """

    of: Identifier | None = None
    where: Where = Field(default_factory=dict)
    distinct: Identifier | None = None
    sum: Identifier | None = None
    largest: Identifier | None = None
    smallest: Identifier | None = None
    register_field: Identifier | None = Field(default=None, alias="register")


class Step(Part):
    """`points` when the value is at least `at_least`."""

    at_least: Decimal
    points: Decimal


class AgeStep(Part):
    """`points` when the latest date is at most `within_days` before the end of the period."""

    within_days: int = Field(ge=0)
    points: Decimal


class Item(Part):
    """One line of a checklist: met when the unit has a record of type `of` that passes `where`."""

    title: Title
    of: Identifier
    where: Where = Field(default_factory=dict)
    points: Decimal = Decimal(0)


class Steps(Part):
    """Points by steps: the points of the highest step reached, else 0. `per` divides the value first (a ratio)."""

    kind: Literal["steps"]
    measure: Measure
    steps: tuple[Step, ...] = Field(min_length=1)


class Linear(Part):
    """0 points at `zero_at`, `points` at `full_at`, linear between, capped at both ends. `full_at` may be the less."""

    kind: Literal["linear"]
    measure: Measure
    zero_at: Decimal = Decimal(0)
    full_at: Decimal
    points: Decimal


class Categories(Part):
    """Each record earns the points of its category in `field`; the sum is capped at `cap`."""

    kind: Literal["categories"]
    of: Identifier
    where: Where = Field(default_factory=dict)
    field: Identifier
    points: dict[Identifier, Decimal]
    cap: Decimal


class Checklist(Part):
    """Points of every item met; or, with `by_number`, the points of the largest number of items met that is reached."""

    kind: Literal["checklist"]
    items: tuple[Item, ...] = Field(min_length=1)
    by_number: tuple[Step, ...] = ()


class Recency(Part):
    """Points by the age, in days at the end of the period, of the latest date in `field`.

    `otherwise` is earned when records exist but the latest date is older than every step, or missing.
    """

    kind: Literal["recency"]
    of: Identifier
    where: Where = Field(default_factory=dict)
    field: Identifier
    steps: tuple[AgeStep, ...] = Field(min_length=1)
    otherwise: Decimal = Decimal(0)


class Ratio(Part):
    """Numerator over denominator, then by `steps` or linearly from `zero_at` to `full_at`.

    Not available (no points, and said so) where the denominator is 0 or missing.
    """

    kind: Literal["ratio"]
    numerator: Measure
    denominator: Measure
    steps: tuple[Step, ...] = ()
    zero_at: Decimal = Decimal(0)
    full_at: Decimal | None = None
    points: Decimal | None = None


class Presence(Part):
    """`points` when at least one record qualifies."""

    kind: Literal["presence"]
    of: Identifier
    where: Where = Field(default_factory=dict)
    points: Decimal


class Relative(Part):
    """Points by standing among the evaluated units of the reference group; ours is stated, never implied.

    min_max: (x - min) / (max - min). percentile: (units below + half of units equal, self excluded) / (n - 1).
    z_score: ((x - mean) / population standard deviation) mapped linearly from `z_low`..`z_high` to 0..`points`.
    `better` says which direction is good. A group with fewer than `smallest_group` units, or without spread, falls
    back to all units, and without spread there everybody gets half of `points`.
    """

    kind: Literal["relative"]
    measure: Measure
    per: Measure | None = None
    method: Literal["min_max", "percentile", "z_score"]
    group: Literal["all", "batch", "industry"] = "all"
    better: Literal["more", "less"] = "more"
    points: Decimal
    z_low: Decimal = Decimal(-2)
    z_high: Decimal = Decimal(2)
    smallest_group: int = Field(default=5, ge=2)


class Level(Part):
    """One described level of a rubric."""

    points: Decimal
    title: Title


class Judged(Part):
    """No rule: experts mark by a written rubric. `facts` names the record types shown beside the score sheet."""

    kind: Literal["judged"]
    rubric: tuple[Level, ...] = Field(min_length=2)
    facts: tuple[Identifier, ...] = ()


SimplePart = Annotated[
    Steps | Linear | Categories | Checklist | Recency | Ratio | Presence | Relative, Field(discriminator="kind")
]


class Sum(Part):
    """Several parts added, capped at the indicator's points."""

    kind: Literal["sum"]
    parts: tuple[SimplePart, ...] = Field(min_length=2)


Standard = Annotated[
    Steps | Linear | Categories | Checklist | Recency | Ratio | Presence | Relative | Judged | Sum,
    Field(discriminator="kind"),
]


# --- indicators ---------------------------------------------------------------------------------------------------


class Applies(Part):
    """Where an indicator applies (empty = everywhere) and what becomes of its points where it does not.

    pillar / total: shared among the other applicable indicators of the pillar / of the scheme in proportion to their
    points, to whole hundredths by largest remainder. none: the unit's maximum is lower and its score is scaled up to
    the scheme's points.
    """

    batches: tuple[Identifier, ...] = ()
    industries: tuple[Identifier, ...] = ()
    redistribute: Literal["pillar", "total", "none"] = "pillar"


class Indicator(Named):
    """A secondary indicator (二级指标). `short` labels chart axes. A `bonus` indicator adds on top, capped at the total.

    `participation` says what counts as having carried the activity out, where that is not simply having any record
    that the standard looks at.
    """

    short: Title
    points: Decimal = Field(gt=0)
    standard: Standard
    why: Title | None = None
    standard_text: Title | None = None
    advice: Title | None = None
    applies: Applies = Applies()
    bonus: bool = False
    participation: Measure | None = None
    lineage: str | None = None
    """Id of the indicator that an earlier scheme used for the same thing, if it differs from this id."""


class Pillar(Named):
    """A primary indicator (一级指标)."""

    short: Title
    points: Decimal = Field(gt=0)
    indicators: tuple[Indicator, ...] = Field(min_length=1)
    why: Title | None = None


class Veto(Named):
    """一票否决: a unit with such a record is held to the tier `at_most`, whatever its score, and the reason is shown."""

    of: Identifier
    where: Where = Field(default_factory=dict)
    at_most: Identifier


# --- results ------------------------------------------------------------------------------------------------------


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


# --- screening ----------------------------------------------------------------------------------------------------


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


# --- review -------------------------------------------------------------------------------------------------------


class Stage(Named):
    """A review stage. `marks` stages collect experts' marks per indicator; a `decisions` stage is a meeting.

    combine: how the marks of one stage are joined; trimmed_mean drops the `trim` highest and lowest when at least
    2 * trim + 1 marks remain otherwise it is the mean. `weight` is how a stage weighs against the other mark stages
    in which the unit was marked. `across_groups` forbids reviewers of the group that marked the unit before.
    """

    kind: Literal["marks", "decisions"]
    combine: Literal["mean", "median", "trimmed_mean"] = "mean"
    trim: int = Field(default=1, ge=1)
    weight: Decimal = Decimal(1)
    reviewers: int = Field(default=1, ge=1)
    across_groups: bool = False
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
    tier_crossing: bool = False
    border: Decimal | None = None
    indicator_share: Decimal | None = None


class Review(Part):
    """Stages in order and the rule for large differences. No stages: rule points are final."""

    stages: tuple[Stage, ...] = ()
    differences: Differences = Differences()
    discipline: Title | None = None


# --- years --------------------------------------------------------------------------------------------------------


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
    not_evaluated: bool = False
    score_at_least: Decimal | None = None


class Outlook(Part):
    """What follows from results over several periods."""

    earlier_tiers: tuple[EarlierTiers, ...] = ()
    candidates: tuple[Candidates, ...] = ()


# --- report -------------------------------------------------------------------------------------------------------


class ActivityTable(Part):
    """A table of how many units of a tier carried out each activity of a pillar."""

    pillar: Identifier
    tiers: tuple[Identifier, ...]


class Recommendation(Named):
    """A recommendation and the candidates list it rests on, if any."""

    text: Title
    rests_on: Identifier | None = None


class ReportSpec(Part):
    """What the report says about this network that is not computed: titles, background, principles, advice."""

    title: Title
    subtitle: Title | None = None
    issuer: Title
    background: tuple[Title, ...] = ()
    principles: tuple[Title, ...] = ()
    process: tuple[Title, ...] = ()
    panel: tuple[Title, ...] = ()
    notes: tuple[Title, ...] = ()
    activity_tables: tuple[ActivityTable, ...] = ()
    driver: Identifier | None = None
    """The pillar whose association with the others is examined."""
    recommendations: tuple[Recommendation, ...] = ()


class Words(Part):
    """What this network calls its things: 联盟 / alliance, the counter 家, the network, the index."""

    unit: Title
    units: Title
    counter: str = "个"
    network: Title
    index: Title
    """What is measured, e.g. 活跃度 / activity."""
    suffixes: tuple[str, ...] = ()
    """Endings that may be left off a unit's name without changing which unit is meant."""


class Scheme(Part):
    """One round's rules. `points` is the total, 100 as a rule; bonuses cannot lift a score above it."""

    huoyue: Literal[1]
    id: Identifier
    title: Title
    version: str = "1"
    words: Words
    provenance: Provenance
    period: Period
    filing: Filing
    points: Decimal = Decimal(100)
    statuses: tuple[Status, ...] = Field(min_length=1)
    batches: tuple[Batch, ...] = Field(min_length=1)
    industries: tuple[Named, ...] = ()
    register_fields: tuple[FieldSpec, ...] = Field(default=(), alias="register")
    records: tuple[RecordType, ...] = Field(min_length=1)
    pillars: tuple[Pillar, ...] = Field(min_length=1)
    vetoes: tuple[Veto, ...] = ()
    tiers: tuple[Tier, ...] = Field(min_length=2)
    rounding: Rounding = Rounding()
    percentages: Percentages = Percentages()
    ties: Ties = Ties()
    screening: tuple[ScreeningRule, ...] = Field(min_length=1)
    review: Review = Review()
    outlook: Outlook = Outlook()
    report: ReportSpec

    @property
    def indicators(self) -> tuple[Indicator, ...]:
        """All indicators in the order of the file, bonuses included."""
        return tuple(indicator for pillar in self.pillars for indicator in pillar.indicators)

    def record_type(self, name: str) -> RecordType:
        """The record type called `name`; KeyError if there is none."""
        return {kind.id: kind for kind in self.records}[name]

    def indicator(self, name: str) -> Indicator:
        """The indicator called `name`; KeyError if there is none."""
        return {indicator.id: indicator for indicator in self.indicators}[name]

    def pillar_of(self, indicator: str) -> Pillar:
        """The pillar that holds the indicator called `indicator`; KeyError if none does."""
        return {child.id: pillar for pillar in self.pillars for child in pillar.indicators}[indicator]

    def tier(self, name: str) -> Tier:
        """The tier called `name`; KeyError if there is none."""
        return {tier.id: tier for tier in self.tiers}[name]


def simple_parts(standard: Standard) -> Iterator[SimplePart]:
    """The rule parts of a standard, one by one; a judged standard has none."""
    if isinstance(standard, Sum):
        yield from standard.parts
    elif not isinstance(standard, Judged):
        yield standard

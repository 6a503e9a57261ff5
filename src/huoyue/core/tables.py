"""The tables handed from stage to stage: columns, types, keys, and a check that a frame is one of them.

Points, marks, maxima and scores are whole hundredths (`Int64`, 250 = 2.5 points). What a mean can make finer than that
(`settled`, `pillar_scores`, `scores`) stands as an exact fraction in two columns, `*_num` over `*_den`, also in
hundredths; the only rounding is that of `scores.score`. Texts that people read stand in both languages.
A unit is what is evaluated (联盟); `unit` always holds its code.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import polars as pl

from huoyue.core.scheme.model import FieldSpec, RecordType, Scheme

TEXT, INT, DAY, FLAG, REAL = pl.String(), pl.Int64(), pl.Date(), pl.Boolean(), pl.Float64()
TEXTS = pl.List(pl.String())


class NotThisTable(ValueError):
    """A frame that does not have the columns, types or unique key of the table it is handed over as."""


@dataclass(frozen=True)
class Column:
    """`doc` is the data dictionary's line; `None` may stand only where `optional`."""

    name: str
    dtype: pl.DataType
    doc: str
    optional: bool = False


@dataclass(frozen=True)
class Table:
    """A named table: its columns in order, and the columns that make a row unique (none: no key)."""

    name: str
    columns: tuple[Column, ...]
    key: tuple[str, ...] = ()

    @property
    def schema(self) -> dict[str, pl.DataType]:
        return {column.name: column.dtype for column in self.columns}

    def empty(self) -> pl.DataFrame:
        """The table without rows."""
        return pl.DataFrame(schema=self.schema)

    def frame(self, rows: Iterable[dict[str, object]]) -> pl.DataFrame:
        """A frame of `rows`, checked. NotThisTable if they do not fit."""
        return self.check(pl.DataFrame(list(rows), schema=self.schema, strict=True))

    def check(self, frame: pl.DataFrame) -> pl.DataFrame:
        """`frame` itself, if it is this table. NotThisTable says in what it differs."""
        if dict(frame.schema) != self.schema:
            raise NotThisTable(f"{self.name}: has {dict(frame.schema)}, wants {self.schema}")
        for column in self.columns:
            if not column.optional and frame[column.name].null_count():
                raise NotThisTable(f"{self.name}.{column.name}: empty in {frame[column.name].null_count()} rows")
        if self.key and frame.select(self.key).is_duplicated().any():
            raise NotThisTable(f"{self.name}: rows share the key {', '.join(self.key)}")
        return frame


def table(name: str, key: str, *columns: tuple[str, pl.DataType, str] | tuple[str, pl.DataType, str, bool]) -> Table:
    """A `Table` from bare tuples; `key` is a space-separated list of columns."""
    return Table(name, tuple(Column(*column) for column in columns), tuple(key.split()))


# --- inputs: what people handed in ---------------------------------------------------------------------------------

UNITS = table(
    "units",
    "unit",
    ("unit", TEXT, "Code of the unit"),
    ("name", TEXT, "Full name"),
    ("aliases", TEXTS, "Other names it is known by"),
    ("batch", TEXT, "Batch id of the scheme"),
    ("industry", TEXT, "Industry id of the scheme", True),
    ("status", TEXT, "Status id of the scheme"),
    ("liaison", TEXT, "Liaison officer in charge", True),
    ("basis", TEXT, "How batch and industry are known: evidenced, inferred, synthetic or registered"),
    ("position", INT, "Place in the register, from 1"),
)
"""`units` also carries one column per register field of the scheme, typed as `field_dtype` says."""

FILINGS = table(
    "filings",
    "unit",
    ("unit", TEXT, "Code of the unit that filed"),
    ("submitted_on", DAY, "Day of submission"),
    ("filer", TEXT, "Who filed", True),
    ("source", TEXT, "File it was read from", True),
)

EXPERTS = table(
    "experts",
    "expert",
    ("expert", TEXT, "Code of the expert"),
    ("name", TEXT, "Name or label"),
    ("panel_group", TEXT, "Group in the panel"),
    ("background", TEXT, "Kind of expert", True),
    ("homes", TEXTS, "Codes of units the expert belongs to: own unit, member units, declared"),
)

MARKS = table(
    "marks",
    "stage expert unit indicator",
    ("stage", TEXT, "Review stage id"),
    ("expert", TEXT, "Code of the expert"),
    ("unit", TEXT, "Code of the unit"),
    ("indicator", TEXT, "Indicator id"),
    ("mark", INT, "Mark in hundredths of a point"),
    ("reason", TEXT, "Why it differs from the suggested points", True),
)

DECISIONS = table(
    "decisions",
    "stage unit indicator",
    ("stage", TEXT, "Stage id of the meeting"),
    ("unit", TEXT, "Code of the unit"),
    ("indicator", TEXT, "Indicator id; '*' when the unit was discussed and its marks upheld"),
    ("settled", INT, "Points decided, in hundredths; empty when upheld", True),
    ("reason", TEXT, "The meeting's reason"),
    ("decided_on", DAY, "Day of the meeting", True),
)

EARLIER = table(
    "earlier",
    "unit period",
    ("unit", TEXT, "Code of the unit"),
    ("period", TEXT, "Label of the earlier period; periods sort by label"),
    ("score", INT, "Score in hundredths; empty when it was not evaluated", True),
    ("tier", TEXT, "Tier id, where the earlier result names it", True),
    ("basis", TEXT, "evidenced, inferred or synthetic", True),
)

OVERRIDES = table(
    "overrides",
    "unit",
    ("unit", TEXT, "Code of the unit"),
    ("verdict", TEXT, "evaluated, incomplete or not_filed"),
    ("reason", TEXT, "Written reason"),
    ("by", TEXT, "Who decided"),
)

RECORD_HEAD = (
    Column("unit", TEXT, "Code of the unit"),
    Column("record", TEXT, "Id of the record, unique in the round"),
)
RECORD_TAIL = (
    Column("evidence", TEXT, "Reference to the evidence", optional=True),
    Column("source", TEXT, "File and sheet it was read from", optional=True),
    Column("row", INT, "Row in that sheet", optional=True),
)


def field_dtype(spec: FieldSpec) -> pl.DataType:
    """How a field of the scheme is stored; numbers are whole numbers in units of 10**-decimals."""
    match spec.type:
        case "integer" | "decimal" | "money":
            return INT
        case "date":
            return DAY
        case "yes_no":
            return FLAG
        case _:
            return TEXT


def records_table(kind: RecordType) -> Table:
    """The table of a record type: head, its fields, tail. Only the head is certain to be filled."""
    fields = tuple(Column(spec.id, field_dtype(spec), spec.title.en, optional=True) for spec in kind.fields)
    return Table(f"records/{kind.id}", RECORD_HEAD + fields + RECORD_TAIL, ("record",))


def units_table(scheme: Scheme) -> Table:
    """The register with the scheme's own fields."""
    own = tuple(Column(spec.id, field_dtype(spec), spec.title.en, optional=True) for spec in scheme.register_fields)
    return Table("units", UNITS.columns + own, UNITS.key)


@dataclass(frozen=True)
class Facts:
    """Everything people handed in for one round. `records` has every record type of the scheme, empty or not."""

    units: pl.DataFrame
    filings: pl.DataFrame
    records: dict[str, pl.DataFrame]
    experts: pl.DataFrame
    marks: pl.DataFrame
    decisions: pl.DataFrame
    earlier: pl.DataFrame
    overrides: pl.DataFrame

    def tables(self) -> dict[str, pl.DataFrame]:
        """All tables by name, record types as `records/<id>`."""
        single = ("units", "filings", "experts", "marks", "decisions", "earlier", "overrides")
        records = {f"records/{name}": frame for name, frame in self.records.items()}
        return {name: getattr(self, name) for name in single} | records


def input_tables(scheme: Scheme) -> dict[str, Table]:
    """The tables of `Facts` under `scheme`, by name."""
    fixed = {t.name: t for t in (FILINGS, EXPERTS, MARKS, DECISIONS, EARLIER, OVERRIDES)}
    return {"units": units_table(scheme)} | fixed | {f"records/{k.id}": records_table(k) for k in scheme.records}


# --- results: what the engine made of it ---------------------------------------------------------------------------

SCREENING = table(
    "screening",
    "unit",
    ("unit", TEXT, "Code of the unit"),
    ("verdict", TEXT, "evaluated, incomplete or not_filed"),
    ("rule", TEXT, "Screening rule that decided; empty when all passed", True),
    ("value", REAL, "What the rule measured", True),
    ("needed", REAL, "What it asked for", True),
    ("decided_by", TEXT, "rule, or who overrode it"),
    ("reason_zh", TEXT, "Reason in Chinese"),
    ("reason_en", TEXT, "Reason in English"),
)

PARTS = table(
    "parts",
    "unit indicator part",
    ("unit", TEXT, "Code of the unit"),
    ("indicator", TEXT, "Indicator id"),
    ("part", INT, "Number of the part of the standard, from 0"),
    ("value_num", INT, "What the part measured: numerator", True),
    ("value_den", INT, "and denominator, 1 unless it is a ratio", True),
    ("points", INT, "Points of this part in hundredths, before cap and redistribution"),
)

POINTS = table(
    "points",
    "unit indicator",
    ("unit", TEXT, "Code of the unit"),
    ("pillar", TEXT, "Pillar id"),
    ("indicator", TEXT, "Indicator id"),
    ("outcome", TEXT, "scored, judged, not_applicable or not_available"),
    ("points", INT, "Suggested points in hundredths; empty when judged, not applicable or not available", True),
    ("maximum", INT, "Points attainable by this unit, in hundredths"),
    ("participated", FLAG, "The activity was carried out at all"),
    ("explanation_zh", TEXT, "Why, in Chinese"),
    ("explanation_en", TEXT, "Why, in English"),
)

EARNED = table(
    "earned",
    "unit indicator part record",
    ("unit", TEXT, "Code of the unit"),
    ("indicator", TEXT, "Indicator id"),
    ("part", INT, "Number of the part of the standard, from 0"),
    ("record_type", TEXT, "Record type id"),
    ("record", TEXT, "Id of a record that counted"),
)

SETTLED = table(
    "settled",
    "unit indicator",
    ("unit", TEXT, "Code of the unit"),
    ("pillar", TEXT, "Pillar id"),
    ("indicator", TEXT, "Indicator id"),
    ("maximum", INT, "Points attainable, in hundredths"),
    ("suggested", INT, "Points by rule, in hundredths", True),
    ("settled_num", INT, "Settled points, numerator (hundredths)"),
    ("settled_den", INT, "and denominator"),
    ("basis", TEXT, "rule, marks, decision, not_applicable or not_available"),
    ("note_zh", TEXT, "How it was settled, in Chinese"),
    ("note_en", TEXT, "How it was settled, in English"),
)

STAGE_TOTALS = table(
    "stage_totals",
    "unit stage",
    ("unit", TEXT, "Code of the unit"),
    ("stage", TEXT, "Stage id; 'rule' for the suggested points"),
    ("experts", INT, "How many experts marked the unit in the stage"),
    ("total_num", INT, "Total of the stage, numerator (hundredths)"),
    ("total_den", INT, "and denominator"),
)

DIFFERENCES = table(
    "differences",
    "unit rule indicator",
    ("unit", TEXT, "Code of the unit"),
    ("rule", TEXT, "total, stages, tier_crossing, border or indicator_share"),
    ("indicator", TEXT, "Indicator id; '*' for the whole"),
    ("size", REAL, "Size of the difference: points, or percent of the indicator's points"),
    ("limit", REAL, "Limit that the rule sets", True),
    ("decided", FLAG, "The meeting decided on it"),
)

PILLAR_SCORES = table(
    "pillar_scores",
    "unit pillar",
    ("unit", TEXT, "Code of the unit"),
    ("pillar", TEXT, "Pillar id"),
    ("score_num", INT, "Settled points of the pillar, numerator (hundredths)"),
    ("score_den", INT, "and denominator"),
    ("maximum", INT, "Points attainable, in hundredths"),
)

SCORES = table(
    "scores",
    "unit",
    ("unit", TEXT, "Code of the unit"),
    ("total_num", INT, "Exact total, numerator (hundredths)"),
    ("total_den", INT, "and denominator"),
    ("bonus", INT, "Bonus points that counted, in hundredths, rounded half up for display"),
    ("score", INT, "The rounded score, in hundredths"),
    ("tier", TEXT, "Tier id"),
    ("veto", TEXT, "Veto id that held the tier down", True),
    ("rank", INT, "Rank, by the scheme's rule for ties"),
    ("serial", INT, "Place in the stable order, from 1"),
)

FUNNEL = table(
    "funnel",
    "step batch",
    ("step", TEXT, "all, filed, not_filed, incomplete or evaluated"),
    ("batch", TEXT, "Batch id; '*' for all"),
    ("units", INT, "How many units"),
)

SHARES = table(
    "shares",
    "scope member tier of",
    ("scope", TEXT, "all, batch, industry, or tier (its split by batch)"),
    ("member", TEXT, "Batch, industry or tier id; '*' for all"),
    ("tier", TEXT, "Tier id, or 'not_evaluated'; with scope tier: the batch id"),
    ("of", TEXT, "Denominator: evaluated, all (of the member's units), or tier"),
    ("numerator", INT, "Units counted"),
    ("denominator", INT, "Units in the denominator"),
    ("shown", TEXT, "Percentage as the scheme prints it, without the sign", True),
)

TIER_SUMMARY = table(
    "tier_summary",
    "scope member",
    ("scope", TEXT, "all, batch, industry or tier"),
    ("member", TEXT, "Batch, industry or tier id; '*' for all"),
    ("units", INT, "Evaluated units"),
    ("mean_num", INT, "Sum of scores in hundredths"),
    ("median", REAL, "Median score, in points", True),
    ("lowest", INT, "Lowest score in hundredths", True),
    ("highest", INT, "Highest score in hundredths", True),
    ("sd", REAL, "Population standard deviation of scores, in points", True),
)

PARTICIPATION = table(
    "participation",
    "indicator tier batch",
    ("pillar", TEXT, "Pillar id"),
    ("indicator", TEXT, "Indicator id"),
    ("tier", TEXT, "Tier id; '*' for all"),
    ("batch", TEXT, "Batch id; '*' for all"),
    ("participants", INT, "Evaluated units that carried it out"),
    ("units", INT, "Evaluated units to which it applies"),
)

LOST = table(
    "lost",
    "pillar indicator tier batch",
    ("pillar", TEXT, "Pillar id"),
    ("indicator", TEXT, "Indicator id; '*' for the whole pillar"),
    ("tier", TEXT, "Tier id; '*' for all"),
    ("batch", TEXT, "Batch id; '*' for all"),
    ("units", INT, "Evaluated units to which it applies"),
    ("lost_num", INT, "Points lost together, numerator (hundredths)"),
    ("lost_den", INT, "and denominator"),
    ("attainable", INT, "Points attainable together, in hundredths"),
)

POLARISATION = table(
    "polarisation",
    "member",
    ("member", TEXT, "Batch id; '*' for all"),
    ("units", INT, "Evaluated units"),
    ("measure", REAL, "Van der Eijk agreement turned to polarisation: 0 all in one tier, 1 half in each extreme tier"),
    ("low", REAL, "Lower end of the 95 % bootstrap interval"),
    ("high", REAL, "Upper end of the 95 % bootstrap interval"),
    ("others", REAL, "The same measure for the units of the other batches together", True),
    ("difference_low", REAL, "Lower end of the interval of the difference from the others", True),
    ("difference_high", REAL, "Upper end of the interval of the difference from the others", True),
    ("polarised", FLAG, "The figures support the word: see the methodology page"),
)

ASSOCIATION = table(
    "association",
    "pillar",
    ("driver", TEXT, "Pillar whose association is examined"),
    ("pillar", TEXT, "The other pillar; '*' for all others together"),
    ("units", INT, "Evaluated units"),
    ("rho", REAL, "Spearman rank correlation", True),
    ("low", REAL, "Lower end of the 95 % interval", True),
    ("high", REAL, "Upper end of the 95 % interval", True),
)

SEPARATORS = table(
    "separators",
    "upper indicator",
    ("upper", TEXT, "The higher of two adjoining tiers"),
    ("lower", TEXT, "The lower one"),
    ("indicator", TEXT, "Indicator id"),
    ("probability", REAL, "Chance that a unit of the upper tier has more of the indicator's points (ties half)"),
    ("difference", REAL, "Difference of the mean shares of points, in percentage points"),
    ("place", INT, "1 for the indicator that separates best"),
)

PLAUSIBILITY = table(
    "plausibility",
    "finding unit record",
    ("finding", INT, "Number of the finding, from 1; rows with the same number belong together"),
    ("rule", TEXT, "same_claim, same_evidence, duplicate, outlier, date, other_round"),
    ("unit", TEXT, "Code of the unit"),
    ("record_type", TEXT, "Record type id"),
    ("record", TEXT, "Id of the record"),
    ("detail_zh", TEXT, "What was found, in Chinese"),
    ("detail_en", TEXT, "What was found, in English"),
)

CHANGE = table(
    "change",
    "unit period",
    ("unit", TEXT, "Code of the unit"),
    ("period", TEXT, "Earlier period compared with"),
    ("before", INT, "Score then, in hundredths", True),
    ("now", INT, "Score now, in hundredths", True),
    ("tier_before", TEXT, "Tier then, by that period's rule", True),
    ("tier_now", TEXT, "Tier now", True),
    ("tier_step", INT, "Tiers moved; positive is up", True),
    ("basis", TEXT, "How the earlier result is known", True),
)

STREAKS = table(
    "streaks",
    "unit kind",
    ("unit", TEXT, "Code of the unit"),
    ("kind", TEXT, "full_marks, top_tier, bottom_tier or not_evaluated"),
    ("periods", INT, "Successive known periods up to this one"),
)

CANDIDATES = table(
    "candidates",
    "list unit",
    ("list", TEXT, "Candidates list id"),
    ("unit", TEXT, "Code of the unit"),
    ("reason_zh", TEXT, "Why, in Chinese"),
    ("reason_en", TEXT, "Why, in English"),
)

EXPERT_SCALES = table(
    "expert_scales",
    "stage expert",
    ("stage", TEXT, "Stage id"),
    ("expert", TEXT, "Code of the expert"),
    ("units", INT, "Units marked"),
    ("severity", REAL, "Mean deviation, in points, of the expert's totals from the other experts' on the same units", True),
    ("low", REAL, "Lower end of the 95 % interval", True),
    ("high", REAL, "Upper end of the 95 % interval", True),
)

AGREEMENT = table(
    "agreement",
    "stage",
    ("stage", TEXT, "Stage id"),
    ("units", INT, "Units marked by at least two experts"),
    ("icc", REAL, "Intraclass correlation ICC(1) of experts' totals", True),
    ("mean_range", REAL, "Mean range of experts' totals, in points", True),
    ("confirmed", REAL, "Share of marks equal to the suggested points", True),
)

TIER_RISK = table(
    "tier_risk",
    "unit",
    ("unit", TEXT, "Code of the unit"),
    ("border", INT, "Nearest tier border, in hundredths"),
    ("distance", INT, "Score minus border, in hundredths"),
    ("same_tier", REAL, "Share of bootstrap draws over experts that leave the tier as it is", True),
)

RESULT_TABLES: dict[str, Table] = {
    t.name: t
    for t in (
        SCREENING, PARTS, POINTS, EARNED, SETTLED, STAGE_TOTALS, DIFFERENCES, PILLAR_SCORES, SCORES,
        FUNNEL, SHARES, TIER_SUMMARY, PARTICIPATION, LOST, POLARISATION, ASSOCIATION, SEPARATORS, PLAUSIBILITY,
        CHANGE, STREAKS, CANDIDATES, EXPERT_SCALES, AGREEMENT, TIER_RISK,
    )
}  # fmt: skip

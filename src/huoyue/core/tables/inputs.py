"""The tables of what people handed in."""

from __future__ import annotations

from dataclasses import dataclass, field

import polars as pl

from huoyue.core.scheme.model import FieldSpec, RecordType, Scheme
from huoyue.core.tables.kind import DAY, FLAG, INT, TEXT, TEXTS, Column, Table, table

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
    ("due_on", DAY, "Last day on which this unit was allowed to file, where it was given more time", True),
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

EARLIER_SCHEMES = table(
    "earlier_schemes",
    "period",
    ("period", TEXT, "Label of the earlier period"),
    ("scheme", TEXT, "Id of the scheme of that period"),
    ("digest", TEXT, "SHA-256 of its scheme file"),
    ("scores_comparable", FLAG, "Scores of both periods may be set side by side, by what the two schemes say"),
    ("same", INT, "Indicators with the same standard and points"),
    ("rescaled", INT, "Indicators comparable as a share of their points only"),
    ("changed", INT, "Indicators with another standard, and those only one of the two schemes has"),
)
"""Earlier periods of which the scheme is known, compared with this one; of the others only tiers can be compared."""

EARLIER_SOURCES = table(
    "earlier_sources",
    "period source",
    ("period", TEXT, "Label of the earlier period"),
    ("source", TEXT, "The document in which its results were published: name, number, day"),
    ("results", INT, "How many of the results of that period it is the source of"),
)
"""Where earlier results are from that were not settled in rounds held here."""

OVERRIDES = table(
    "overrides",
    "unit",
    ("unit", TEXT, "Code of the unit"),
    ("verdict", TEXT, "evaluated, incomplete or not_filed"),
    ("reason", TEXT, "Written reason"),
    ("by", TEXT, "Who decided"),
)

CORRECTIONS = table(
    "corrections",
    "unit indicator",
    ("unit", TEXT, "Code of the unit"),
    ("indicator", TEXT, "Indicator id"),
    ("settled", INT, "Points from now on, in hundredths"),
    ("number", TEXT, "Number of the objection that led to it"),
    ("reason", TEXT, "Why the points were wrong"),
    ("decided_on", DAY, "Day of the decision"),
)
"""What upheld objections changed after the round was frozen first. They come last and replace whatever was settled."""

OBJECTIONS = table(
    "objections",
    "number",
    ("number", TEXT, "Number of the objection"),
    ("unit", TEXT, "Code of the unit whose result it is about"),
    ("kind", TEXT, "score (its points) or facts (what it filed, or whether it is evaluated)"),
    ("indicator", TEXT, "Indicator id; empty where it is about the whole", True),
    ("received_on", DAY, "Day on which it came"),
    ("state", TEXT, "received, refused, admitted, decided or withdrawn"),
    ("outcome", TEXT, "upheld, partly or dismissed, once decided", True),
    ("reasons", TEXT, "Reasons of the decision, or of not taking it up", True),
    ("decided_on", DAY, "Day of the decision", True),
)
"""The register of objections in the notice period. Who objected is not in it."""

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
    corrections: pl.DataFrame = field(default_factory=CORRECTIONS.empty)
    objections: pl.DataFrame = field(default_factory=OBJECTIONS.empty)
    earlier_schemes: pl.DataFrame = field(default_factory=EARLIER_SCHEMES.empty)
    earlier_sources: pl.DataFrame = field(default_factory=EARLIER_SOURCES.empty)

    def tables(self) -> dict[str, pl.DataFrame]:
        """All tables by name, record types as `records/<id>`."""
        single = (
            *("units", "filings", "experts", "marks", "decisions", "earlier", "overrides"),
            *("corrections", "objections", "earlier_schemes", "earlier_sources"),
        )
        records = {f"records/{name}": frame for name, frame in self.records.items()}
        return {name: getattr(self, name) for name in single} | records


def input_tables(scheme: Scheme) -> dict[str, Table]:
    """The tables of `Facts` under `scheme`, by name."""
    fixed = {
        t.name: t
        for t in (
            FILINGS, EXPERTS, MARKS, DECISIONS, EARLIER, OVERRIDES, CORRECTIONS, OBJECTIONS, EARLIER_SCHEMES,
            EARLIER_SOURCES,
        )
    }  # fmt: skip
    return {"units": units_table(scheme)} | fixed | {f"records/{k.id}": records_table(k) for k in scheme.records}

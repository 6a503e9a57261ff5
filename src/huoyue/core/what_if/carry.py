"""A round's facts as another scheme can use them.

Records keep the fields that both schemes have. What people gave in points - marks, decisions, corrections - is carried
by indicator: as it is where standard and points are the same; as the same share of the points where only the points
differ, or where the other scheme leaves the indicator to experts; set aside where the other scheme has another rule,
which then gives the points, since nobody ever marked by it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Literal

import polars as pl

from huoyue.core.message import M
from huoyue.core.problem import Place, Problem, Refused
from huoyue.core.scheme.compare import Comparison, Pair
from huoyue.core.scheme.maxima import maxima
from huoyue.core.scheme.model import FieldSpec, Judged, Scheme
from huoyue.core.tables import EARLIER_SCHEMES, Facts, Table, records_table, units_table

Fate = Literal["kept", "share", "aside", "none"]
"""Of what was given in points on an indicator: as it is, as a share of the points, set aside, or there is none."""


@dataclass(frozen=True)
class Carried:
    """The facts for the other scheme; what became of points people gave, by its indicators; marks set aside."""

    facts: Facts
    fates: dict[str, Fate]
    marks_kept: int
    marks_aside: int
    missing: tuple[str, ...]
    """Record types and fields that only the other scheme has: nobody was asked for them."""


def carried(scheme: Scheme, other: Scheme, facts: Facts, comparison: Comparison) -> Carried:
    """The facts as `other` can use them. Refused if a unit's batch, status or industry is none of the other scheme's.

    Earlier results stay, but what was known of their schemes is about this round's own scheme and is left out.
    """
    if strange := list(_strangers(other, facts.units)):
        raise Refused(strange)
    fates = {pair.indicator: fate(other, pair) for pair in comparison.pairs if pair.comparability != "retired"}
    exchange = _exchange(scheme, other, facts.units, comparison, fates)
    marks = _converted(facts.marks, exchange, "mark", _stages(other, "marks"))
    taken = replace(
        facts,
        units=_fitted(facts.units, units_table(other), scheme.register_fields, other.register_fields),
        records={kind.id: _records(scheme, other, kind.id, facts) for kind in other.records},
        marks=marks,
        decisions=_decisions(facts.decisions, exchange, other),
        corrections=_converted(facts.corrections, exchange, "settled", None),
        earlier_schemes=EARLIER_SCHEMES.empty(),
    )
    return Carried(taken, fates, marks.height, facts.marks.height - marks.height, tuple(_missing(scheme, other)))


def fate(other: Scheme, pair: Pair) -> Fate:
    """What becomes of the points that people gave on an indicator of the other scheme."""
    if pair.comparability == "same":
        return "kept"
    if pair.comparability in ("rescaled", "renamed"):
        return "share"
    if pair.comparability == "changed":
        return "share" if isinstance(other.indicator(pair.indicator).standard, Judged) else "aside"
    return "none"


def _strangers(other: Scheme, units: pl.DataFrame) -> Iterator[Problem]:
    """Ids in the register that the other scheme does not know."""
    for column, known in (("batch", other.batches), ("status", other.statuses), ("industry", other.industries)):
        used = set(units[column].drop_nulls().to_list())
        for name in sorted(used - {entry.id for entry in known}):
            what = M("The other scheme has no {id}, which units of this round have.", id=name)
            mend = M("Keep batches, industries and statuses as they are in the round's own scheme.")
            yield Problem("what_if.register", what, mend, Place(path=column, value=name))


def _exchange(
    scheme: Scheme, other: Scheme, units: pl.DataFrame, comparison: Comparison, fates: dict[str, Fate]
) -> pl.DataFrame:
    """(unit, indicator, into, old, new): how points on an indicator of this scheme turn into those of the other."""
    pairs = [
        (pair.before, pair.indicator) for pair in comparison.pairs
        if pair.before is not None and fates.get(pair.indicator) in ("kept", "share")
    ]  # fmt: skip
    rows = []
    members = units.select("unit", "batch", "industry")
    most = {
        key: (maxima(scheme, *key), maxima(other, *key)) for key in members.select("batch", "industry").unique().rows()
    }
    for unit, batch, industry in members.iter_rows():
        before, now = most[batch, industry]
        rows += [(unit, old, new, before[old], now[new]) for old, new in pairs if before[old] and now[new]]
    text, whole = pl.String(), pl.Int64()
    schema = {"unit": text, "indicator": text, "into": text, "old": whole, "new": whole}
    return pl.DataFrame(rows, schema=schema, orient="row")


def _converted(frame: pl.DataFrame, exchange: pl.DataFrame, column: str, stages: list[str] | None) -> pl.DataFrame:
    """The rows that can be carried, with `column` in the other scheme's points: whole hundredths, halves up."""
    wanted = frame if stages is None else frame.filter(pl.col("stage").is_in(stages))
    old, new = pl.col("old"), pl.col("new")
    value = (2 * pl.col(column) * new + old) // (2 * old)
    return (
        wanted.join(exchange, on=["unit", "indicator"], maintain_order="left")
        .with_columns(value.alias(column), indicator="into")
        .select(frame.columns)
    )


def _decisions(decisions: pl.DataFrame, exchange: pl.DataFrame, other: Scheme) -> pl.DataFrame:
    """Decisions on single indicators converted, and those that upheld a whole unit."""
    stages = _stages(other, "decisions")
    whole = decisions.filter((pl.col("indicator") == "*") & pl.col("stage").is_in(stages))
    single = decisions.filter(pl.col("indicator") != "*")
    return pl.concat([_converted(single, exchange, "settled", stages), whole])


def _stages(scheme: Scheme, kind: str) -> list[str]:
    return [stage.id for stage in scheme.review.stages if stage.kind == kind]


def _records(scheme: Scheme, other: Scheme, name: str, facts: Facts) -> pl.DataFrame:
    """The records of one type with the other scheme's fields; none where this scheme does not have the type."""
    table = records_table(other.record_type(name))
    if name not in facts.records:
        return table.empty()
    return _fitted(facts.records[name], table, scheme.record_type(name).fields, other.record_type(name).fields)


def _fitted(
    frame: pl.DataFrame, table: Table, had: tuple[FieldSpec, ...], wants: tuple[FieldSpec, ...]
) -> pl.DataFrame:
    """The frame with the table's columns: a field that is new, or kept in another form, is empty."""
    old, new = ({spec.id: spec for spec in specs} for specs in (had, wants))

    def column(name: str, dtype: pl.DataType) -> pl.Expr:
        if name in new and not _same_form(old.get(name), new[name]):
            return pl.lit(None, dtype=dtype).alias(name)
        return pl.col(name)

    return table.check(frame.select(column(name, dtype) for name, dtype in table.schema.items()))


def _same_form(old: FieldSpec | None, new: FieldSpec) -> bool:
    return old is not None and (old.type, old.decimals) == (new.type, new.decimals)


def _missing(scheme: Scheme, other: Scheme) -> Iterator[str]:
    """Record types, and fields as type.field, that this round never asked for."""
    had = {kind.id: {spec.id for spec in kind.fields} for kind in scheme.records}
    for kind in other.records:
        if kind.id not in had:
            yield kind.id
        else:
            yield from (f"{kind.id}.{spec.id}" for spec in kind.fields if spec.id not in had[kind.id])

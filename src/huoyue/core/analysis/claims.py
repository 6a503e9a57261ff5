"""The same thing claimed more than once: by two units, twice by one, in two rounds, or on the same evidence."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import polars as pl

from huoyue.core.analysis.finding import Finding, Register, key_shown
from huoyue.core.analysis.folding import SEVERAL, folded, is_local
from huoyue.core.message import M, Message
from huoyue.core.review.design import components
from huoyue.core.scheme.model import RecordType, Scheme
from huoyue.core.tables import Facts

Row = dict[str, Any]


def keyed(kind: RecordType, records: pl.DataFrame) -> pl.DataFrame:
    """`records` with `claim`, their folded key; those with an empty part of it are left out, as nobody can tell."""
    parts = zip(*(folded(records[name]) for name in kind.key), strict=True)
    claims = [None if None in part else "\x1f".join(map(str, part)) for part in parts]
    return records.with_columns(pl.Series("claim", claims, pl.String)).drop_nulls("claim")


def repeated(frame: pl.DataFrame, *by: str) -> Iterator[list[Row]]:
    """The groups of more than one row that agree in `by`, sorted, so that the order of records does not matter."""
    if frame.select(by).is_duplicated().any():
        rows = frame.filter(pl.len().over(by) > 1).sort(*by, "unit", "record")
        for group in rows.partition_by(by, maintain_order=True):
            yield group.to_dicts()


def named_together(rows: list[Row], kind_of: Mapping[str, RecordType]) -> bool:
    """Whether the units of `rows` are joined by naming one another as partner, directly or through a third."""
    pairs = [(row["unit"], row["unit"]) for row in rows]
    for place, row in enumerate(rows):
        joint = kind_of[row["record_type"]].joint
        if joint is not None and row.get(joint) in {other["unit"] for other in rows}:
            pairs += [(f"\x1f{place}", row["unit"]), (f"\x1f{place}", row[joint])]
    return len(components(pairs)) == 1


def finding(rule: str, rows: Iterable[Row], detail: Message) -> Finding:
    records = {(row["unit"], row["record_type"], row["record"]): None for row in rows}
    return Finding(rule, tuple(records), detail)


def same_claims(scheme: Scheme, facts: Facts, register: Register) -> Iterator[Finding]:
    """One key of an exclusive record type claimed by units of which neither names the other as partner."""
    for kind in scheme.records:
        if not (kind.exclusive and kind.key):
            continue
        claims = keyed(kind, facts.records[kind.id]).with_columns(record_type=pl.lit(kind.id))
        for rows in repeated(claims, "claim"):
            units = {row["unit"] for row in rows}
            if len(units) > 1 and not named_together(rows, {kind.id: kind}):
                yield finding("same_claim", rows, same_claim_text(kind, rows[0], register.listed(units)))


def same_claim_text(kind: RecordType, row: Row, units: tuple[str, ...]) -> Message:
    key = key_shown(kind, row)
    if kind.joint is None:
        return M("{kind} {key} is claimed by {units}", kind=kind.title, key=key, units=units)
    return M(
        "{kind} {key} is claimed by {units}, and not all of them name one another as partners",
        kind=kind.title, key=key, units=units,
    )  # fmt: skip


def duplicates(scheme: Scheme, facts: Facts, register: Register) -> Iterator[Finding]:
    """Records of one unit with the same key."""
    for kind in (kind for kind in scheme.records if kind.key):
        claims = keyed(kind, facts.records[kind.id]).with_columns(record_type=pl.lit(kind.id))
        for rows in repeated(claims, "unit", "claim"):
            yield finding(
                "duplicate",
                rows,
                M(
                    "{unit} filed {kind} {key} {count} times",
                    unit=register.name(rows[0]["unit"]), kind=kind.title, key=key_shown(kind, rows[0]), count=len(rows),
                ),
            )  # fmt: skip


def same_evidence(scheme: Scheme, facts: Facts, register: Register) -> Iterator[Finding]:
    """One reference to evidence cited by two units, or by one for records of two types.

    A reference that only numbers a unit's own papers (附件3) is compared within the unit. Units that name one another
    as partners may share evidence.
    """
    kinds = {kind.id: kind for kind in scheme.records}
    for rows in repeated(references(scheme, facts), "owner", "reference"):
        units, types = {row["unit"] for row in rows}, {row["record_type"] for row in rows}
        cited, titles = rows[0]["cited"], tuple(kind.title for kind in scheme.records if kind.id in types)
        names = register.listed(units)
        if len(units) > 1 and not named_together(rows, kinds):
            text = M("Evidence {cited} is cited by {units} ({kinds})", cited=cited, units=names, kinds=titles)
            yield finding("same_evidence", rows, text)
        elif len(types) > 1:
            text = M(
                "{units}: evidence {cited} is cited for records of different types ({kinds})",
                cited=cited, units=names, kinds=titles,
            )  # fmt: skip
            yield finding("same_evidence", rows, text)


def references(scheme: Scheme, facts: Facts) -> pl.DataFrame:
    """Every cited reference: unit, record, record_type, partner fields, cited, reference (folded), owner."""
    frames = [cited(kind, facts.records[kind.id].lazy()) for kind in scheme.records]
    every = pl.concat(frames, how="diagonal").collect()
    reference = folded(every["cited"])
    local = [text is not None and is_local(text) for text in reference]
    return every.with_columns(
        pl.Series("reference", reference, pl.String),
        owner=pl.when(pl.Series(local, dtype=pl.Boolean)).then(pl.col("unit")).otherwise(pl.lit("")),
    ).drop_nulls("reference")


def cited(kind: RecordType, records: pl.LazyFrame) -> pl.LazyFrame:
    wanted = ["unit", "record", *([kind.joint] if kind.joint else [])]
    split = pl.col("evidence").str.replace_all(SEVERAL, ";").str.split(";")
    listed = records.select(*wanted, cited=split).explode("cited").with_columns(pl.col("cited").str.strip_chars())
    return listed.with_columns(record_type=pl.lit(kind.id))


def other_round(
    scheme: Scheme, facts: Facts, register: Register, earlier: Mapping[str, pl.DataFrame]
) -> Iterator[Finding]:
    """Dated records whose key a record of the round before has too: of the same unit, or, where exclusive, of any.

    What has no date is a lasting state (a website) and may stand in every round. An earlier round that did not have
    the fields of the key says nothing.
    """
    for kind in scheme.records:
        before = earlier.get(kind.id)
        if not kind.key or kind.dated is None or before is None or not {*kind.key, "unit"} <= set(before.columns):
            continue
        for row in claimed_before(kind, facts.records[kind.id], before).iter_rows(named=True):
            yield finding("other_round", [row | {"record_type": kind.id}], other_round_text(kind, row, register))


def claimed_before(kind: RecordType, now: pl.DataFrame, before: pl.DataFrame) -> pl.DataFrame:
    """Records of this round with `owner` and `then`, the unit and day of the earlier record; the own one first."""
    day = pl.col(str(kind.dated)) if kind.dated in before.columns else pl.lit(None, pl.Date)
    known = keyed(kind, before).select("claim", owner="unit", then=day)
    matched = keyed(kind, now).join(known, on="claim")
    own = pl.col("owner") == pl.col("unit")
    wanted = matched if kind.exclusive else matched.filter(own)
    return wanted.sort("unit", "record", ~own, "owner", "then").unique("record", keep="first", maintain_order=True)


def other_round_text(kind: RecordType, row: Row, register: Register) -> Message:
    unit, key = register.name(row["unit"]), key_shown(kind, row)
    now, then = row[str(kind.dated)], row["then"]
    if row["owner"] != row["unit"]:
        other = register.name(row["owner"])
        return M("{unit}: {kind} {key} was claimed by {other} in the round before",
                 unit=unit, kind=kind.title, key=key, other=other)  # fmt: skip
    if now == then or now is None or then is None:
        return M("{unit}: {kind} {key} was filed in the round before as well", unit=unit, kind=kind.title, key=key)
    return M(
        "{unit}: {kind} {key} was filed in the round before as well, dated {then} there and {now} here",
        unit=unit, kind=kind.title, key=key, then=then, now=now,
    )  # fmt: skip

"""Checks of record types, register fields, and what refers to them by conditions."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from decimal import Decimal

from huoyue.core.message import M, Message
from huoyue.core.scheme.findings import Finding, repeated, unknown
from huoyue.core.scheme.model import FieldSpec, Judged, RecordType, Scalar, Scheme, Test, Where, simple_parts
from huoyue.core.scheme.nodes import Path
from huoyue.core.scheme.sources import sources

RESERVED = {
    "records": ("unit", "record", "evidence", "source", "row"),
    "register": (
        "unit", "name", "aliases", "batch", "industry", "status", "liaison", "basis", "position", "submitted_on",
    ),
}  # fmt: skip
"""Columns that every record and every unit of the register has, whatever the scheme says."""

NUMBERS = ("integer", "decimal", "money")


def fact_findings(scheme: Scheme) -> Iterator[Finding]:
    for n, kind in enumerate(scheme.records):
        yield from record_type(("records", n), kind)
    for n, spec in enumerate(scheme.register_fields):
        yield from field(("register", n), spec)
    for n, veto in enumerate(scheme.vetoes):
        yield from condition(scheme, ("vetoes", n), veto.of, veto.where)
    yield from unused(scheme)


def record_type(path: Path, kind: RecordType) -> Iterator[Finding]:
    yield from repeated((*path, "fields"), kind.names)
    for n, spec in enumerate(kind.fields):
        yield from field((*path, "fields", n), spec)
    for n, name in enumerate(kind.key):
        yield from unknown((*path, "key", n), M("field"), name, kind.names)
    for n, name in enumerate(kind.outliers):
        yield from of_type((*path, "outliers", n), kind, name, NUMBERS, M("a number"))
    if kind.dated is not None:
        yield from of_type((*path, "dated"), kind, kind.dated, ("date",), M("a date"))
    if kind.joint is not None:
        yield from of_type((*path, "joint"), kind, kind.joint, ("unit",), M("a unit"))
    if kind.exclusive and not kind.key:
        what = M("Claims to these records are exclusive, but no key says what is claimed.")
        yield Finding((*path, "exclusive"), "scheme.no_key", what, M("Name the fields of the key."))


def of_type(path: Path, kind: RecordType, name: str, types: Sequence[str], wanted: Message) -> Iterator[Finding]:
    """Whether `name` is a field of the record type, and of one of `types`."""
    yield from unknown(path, M("field"), name, kind.names)
    if name in kind.names and kind.field(name).type not in types:
        yield wrong_type(path, name, wanted)


def field(path: Path, spec: FieldSpec) -> Iterator[Finding]:
    yield from repeated((*path, "options"), [option.id for option in spec.options])
    if spec.type == "choice" and not spec.options:
        what = M("A choice needs options.")
        yield Finding(path, "scheme.no_options", what, M("List the options."))
    if spec.type != "choice" and spec.options:
        what = M("Only a choice has options.")
        yield Finding((*path, "options"), "scheme.no_options", what, M("Set the type to choice or remove the options."))
    if spec.at_least is not None and spec.at_most is not None and spec.at_most < spec.at_least:
        what = M("The largest value allowed is below the smallest.")
        yield Finding((*path, "at_most"), "scheme.bounds", what, M("Exchange the two."))
    if spec.id in RESERVED[str(path[0])]:
        what = M("{name} is the name of a column that is there already.", name=spec.id)
        yield Finding((*path, "id"), "scheme.reserved", what, M("Choose another id for the field."))


def wrong_type(path: Path, name: str, wanted: Message) -> Finding:
    what = M("The field {name} does not hold {wanted}.", name=name, wanted=wanted)
    return Finding(path, "scheme.field_type", what, M("Name a field of that type."))


def condition(scheme: Scheme, path: Path, of: str, where: Where) -> Iterator[Finding]:
    """A record type and the conditions on its fields: do they exist, and can they hold?"""
    yield from unknown((*path, "of"), M("record type"), of, [kind.id for kind in scheme.records])
    if of not in [kind.id for kind in scheme.records]:
        return
    kind = scheme.record_type(of)
    for name, wanted in where.items():
        inner: Path = (*path, "where", name)
        if name not in kind.names:
            yield from unknown(inner, M("field"), name, kind.names)
            continue
        yield from fits(inner, kind.field(name), wanted)


def fits(path: Path, spec: FieldSpec, wanted: Scalar | tuple[Scalar, ...] | Test) -> Iterator[Finding]:
    """Whether the values a condition names can stand in the field."""
    if isinstance(wanted, Test):
        values = [*wanted.in_, *wanted.not_in, *([wanted.is_] if wanted.is_ is not None else [])]
        limits = [limit for limit in (wanted.at_least, wanted.at_most) if limit is not None]
        if limits and spec.type not in (*NUMBERS, "date"):
            yield wrong_type(path, spec.id, M("a number or a date"))
    else:
        values = list(wanted) if isinstance(wanted, tuple) else [wanted]
    for value in values:
        if spec.type == "choice":
            yield from unknown(path, M("option"), str(value), [option.id for option in spec.options])
        elif not isinstance(value, TYPES[spec.type]) or (isinstance(value, bool) and spec.type in NUMBERS):
            what = M("{value} cannot stand in the field {name}.", value=str(value), name=spec.id)
            yield Finding(path, "scheme.condition_value", what, M("Give a value of the field's type."))


TYPES: dict[str, tuple[type, ...]] = {
    "text": (str,),
    "link": (str,),
    "unit": (str,),
    "integer": (int, Decimal),
    "decimal": (int, Decimal),
    "money": (int, Decimal),
    "date": (date,),
    "yes_no": (bool,),
}


def unused(scheme: Scheme) -> Iterator[Finding]:
    """Record types that nothing looks at: legal, but filers would fill them in for nothing."""
    used = {veto.of for veto in scheme.vetoes} | {rule.of for rule in scheme.screening if rule.of}
    for indicator in scheme.indicators:
        used |= {of for part in simple_parts(indicator.standard) for of in sources(part)}
        if isinstance(indicator.standard, Judged):
            used |= set(indicator.standard.facts)
        if indicator.participation is not None and indicator.participation.of:
            used.add(indicator.participation.of)
    for n, kind in enumerate(scheme.records):
        if kind.id not in used:
            what = M("No indicator looks at the records {name}.", name=kind.title)
            mend = M("Use them in a standard, or do not ask for them.")
            yield Finding(("records", n), "scheme.unused_records", what, mend, "warning", of_the_whole=True)

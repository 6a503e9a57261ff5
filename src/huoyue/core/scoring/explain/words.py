"""Measures, conditions and amounts of a scheme in words."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from huoyue.core.filing.conditions import NUMBERS, Clause, clauses
from huoyue.core.message import M, Message, Title, Value
from huoyue.core.scheme.model import FieldSpec, Measure, RecordType, Scalar, Scheme, Where


def worth(hundredths: int) -> Message:
    """Hundredths as points: 2.5 points, 1 point."""
    return M("1 point") if hundredths == 100 else M("{points} points", points=Decimal(hundredths) / 100)


def records(number: Value) -> Message:
    """A number of records."""
    return M("1 record") if number == 1 else M("{value} records", value=number)


def kind_in_words(scheme: Scheme, of: str, where: Where) -> Message:
    """A record type and the conditions on it: Meetings (kind of meeting: Council)."""
    kind = scheme.record_type(of)
    tests = tuple(test_in_words(kind, clause) for clause in clauses(where))
    return M("{kind} ({tests})", kind=kind.title, tests=tests) if tests else M("{kind}", kind=kind.title)


def test_in_words(kind: RecordType, clause: Clause) -> Message:
    """One condition: funding at least 100, reached: yes."""
    name, test = clause
    spec = kind.field(name)
    said: list[Message] = []
    if test.present is not None:
        given = M("{field} given", field=spec.title)
        said.append(given if test.present else M("{field} not given", field=spec.title))
    if test.is_ is not None:
        said.append(_equal(spec, scalar_in_words(spec, test.is_)))
    if test.in_:
        said.append(_equal(spec, _either(spec, test.in_)))
    if test.not_in:
        said.append(M("{field} other than {value}", field=spec.title, value=_either(spec, test.not_in)))
    if test.at_least is not None:
        said.append(M("{field} at least {value}", field=spec.title, value=test.at_least))
    if test.at_most is not None:
        said.append(M("{field} at most {value}", field=spec.title, value=test.at_most))
    return said[0] if len(said) == 1 else M("{tests}", tests=tuple(said))


def _equal(spec: FieldSpec, value: Value) -> Message:
    """A choice says by itself which field it belongs to."""
    return M("{value}", value=value) if spec.type == "choice" else M("{field}: {value}", field=spec.title, value=value)


def _either(spec: FieldSpec, values: tuple[Scalar, ...]) -> Message:
    found = tuple(scalar_in_words(spec, value) for value in values)
    return M("{several}", several=found) if len(found) < 2 else M("{first} or {last}", first=found[:-1], last=found[-1])


def scalar_in_words(spec: FieldSpec, value: Scalar) -> Value:
    """A value of a field: the title of a choice, yes or no, else the value itself."""
    if isinstance(value, bool):
        return M("yes") if value else M("no")
    if spec.type == "choice":
        return option_title(spec, str(value))
    return value if spec.type in NUMBERS or isinstance(value, date) else str(value)


def option_title(spec: FieldSpec, option: str) -> Title | str:
    """The title of one option of a choice."""
    return next((known.title for known in spec.options if known.id == option), option)


def field_of(scheme: Scheme, measure: Measure) -> FieldSpec | None:
    """The field that a measure names; None for counts."""
    if measure.register_field is not None:
        return {spec.id: spec for spec in scheme.register_fields}[measure.register_field]
    name = measure.distinct or measure.sum or measure.largest or measure.smallest
    return None if name is None else scheme.record_type(measure.of or "").field(name)


def measure_in_words(scheme: Scheme, measure: Measure) -> Message:
    """What a measure is: the number of Meetings, the sum of Funding over Projects."""
    spec = field_of(scheme, measure)
    if measure.of is None and spec is not None:
        return M("{field}", field=spec.title)
    kind = kind_in_words(scheme, measure.of or "", measure.where)
    if spec is None:
        return M("number of records: {kind}", kind=kind)
    if measure.distinct is not None:
        return M("number of different values of “{field}” in {kind}", field=spec.title, kind=kind)
    if measure.sum is not None:
        return M("sum of “{field}” over {kind}", field=spec.title, kind=kind)
    if measure.largest is not None:
        return M("largest “{field}” in {kind}", field=spec.title, kind=kind)
    return M("smallest “{field}” in {kind}", field=spec.title, kind=kind)


def amount(scheme: Scheme, measure: Measure, value: Value) -> Value:
    """A value of a measure with what it is counted in, where the scheme says it."""
    spec = field_of(scheme, measure)
    if spec is None:
        return records(value)
    if measure.distinct is not None or spec.measured_in is None:
        return value
    return M("{value} {unit}", value=value, unit=spec.measured_in)

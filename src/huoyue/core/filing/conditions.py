"""`where` conditions of a scheme as Narwhals expressions over one record type's frame.

A missing value meets nothing but `present: false`: comparisons with it are null, and null is never counted.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import date
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal
from functools import reduce
from operator import and_
from typing import TypeAlias

import narwhals as nw

from huoyue.core.scheme.model import FieldSpec, RecordType, Scalar, Test, Where

Clause: TypeAlias = tuple[str, Test]
Stored: TypeAlias = "bool | int | str | date"

NUMBERS = frozenset({"integer", "decimal", "money"})


def clauses(where: Where) -> tuple[Clause, ...]:
    """`where` with every entry written out as a `Test`, in the order of field names; hashable."""
    return tuple((name, _as_test(where[name])) for name in sorted(where))


def _as_test(wanted: Scalar | tuple[Scalar, ...] | Test) -> Test:
    if isinstance(wanted, Test):
        return wanted
    if isinstance(wanted, tuple):
        return Test.model_validate({"in": wanted})
    return Test.model_validate({"is": wanted})


def condition(kind: RecordType, tests: Iterable[Clause]) -> nw.Expr | None:
    """The expression that is true for records of `kind` that pass all `tests`; None when there are none."""
    checks = [check for name, test in tests for check in _checks(kind.field(name), test)]
    return reduce(and_, checks) if checks else None


def _checks(spec: FieldSpec, test: Test) -> list[nw.Expr]:
    column = nw.col(spec.id)
    makers: Mapping[str, Callable[[], nw.Expr]] = {
        "present": lambda: ~column.is_null() if test.present else column.is_null(),
        "is_": lambda: _one_of(column, spec, (test.is_,)),
        "in_": lambda: _one_of(column, spec, test.in_),
        "not_in": lambda: ~_one_of(column, spec, test.not_in),
        "at_least": lambda: column >= bound(spec, test.at_least, ROUND_CEILING),
        "at_most": lambda: column <= bound(spec, test.at_most, ROUND_FLOOR),
    }
    return [make() for name, make in makers.items() if getattr(test, name) not in (None, ())]


def _one_of(column: nw.Expr, spec: FieldSpec, wanted: Iterable[Scalar | None]) -> nw.Expr:
    values = [value for value in (stored(spec, scalar) for scalar in wanted if scalar is not None) if value is not None]
    if not values:
        return column != column
    return column == values[0] if len(values) == 1 else column.is_in(values)


def stored(spec: FieldSpec, value: Scalar) -> Stored | None:
    """`value` as the field stores it; None when no stored value can equal it (1.5 in a field of whole numbers)."""
    if spec.type in NUMBERS:
        scaled = Decimal(value) * spec.scale if isinstance(value, int | Decimal) else Decimal("NaN")
        return int(scaled) if scaled == scaled.to_integral_value() else None
    if spec.type in ("yes_no", "date"):
        return value if isinstance(value, bool | date) else None
    return str(value)


def bound(spec: FieldSpec, limit: Decimal | date | None, rounding: str) -> int | date:
    """A limit as the field stores it, rounded so that the comparison keeps its meaning."""
    if isinstance(limit, date):
        return limit
    return int((Decimal(limit or 0) * spec.scale).to_integral_value(rounding=rounding))

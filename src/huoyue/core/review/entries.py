"""Whether marks and decisions speak of experts, units, indicators and stages that exist, and only once."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import polars as pl

from huoyue.core.message import M, Message, Title
from huoyue.core.problem import Place, Problem
from huoyue.core.scheme.model import Scheme
from huoyue.core.tables import MARKS, Facts


def named(facts: Facts) -> dict[str, str]:
    """Unit code -> name."""
    return dict(facts.units.select("unit", "name").iter_rows())


def titles(scheme: Scheme) -> dict[str, Title]:
    """Stage id -> title."""
    return {stage.id: stage.title for stage in scheme.review.stages}


class Reference(NamedTuple):
    """A column that must hold known ids, and what to say when it does not."""

    column: str
    known: list[str]
    code: str
    what: Message


def entry_problems(scheme: Scheme, facts: Facts) -> Iterator[Problem]:
    """Unknown experts, units, indicators and stages; marks in a meeting or decisions outside one; marking twice."""
    yield from unknown("marks", facts.marks, references(scheme, facts, "marks"))
    yield from unknown("decisions", facts.decisions, references(scheme, facts, "decisions"))
    yield from unknown("corrections", facts.corrections, references(scheme, facts, "corrections"))
    yield from unknown_homes(facts)
    yield from twice(facts)


def references(scheme: Scheme, facts: Facts, table: str) -> list[Reference]:
    """What the columns of `marks`, `decisions` or `corrections` may hold."""
    stages = [stage.id for stage in scheme.review.stages if stage.kind == table]
    indicators = [indicator.id for indicator in scheme.indicators]
    shared = [Reference("unit", facts.units["unit"].to_list(), "unknown_unit", M("This unit is not in the register"))]
    if table == "marks":
        experts = facts.experts["expert"].to_list()
        return [
            *shared,
            Reference("stage", stages, "unknown_stage", M("This is not a stage in which experts mark")),
            Reference("expert", experts, "unknown_expert", M("This expert is not on the panel")),
            Reference("indicator", indicators, "unknown_indicator", M("The scheme has no such indicator")),
        ]
    if table == "corrections":
        return [*shared, Reference("indicator", indicators, "unknown_indicator", M("The scheme has no such indicator"))]
    return [
        *shared,
        Reference("stage", stages, "unknown_stage", M("This is not a stage in which a meeting decides")),
        Reference("indicator", [*indicators, "*"], "unknown_indicator", M("The scheme has no such indicator")),
    ]


def unknown(table: str, frame: pl.DataFrame, wanted: list[Reference]) -> Iterator[Problem]:
    """One problem for each value that is not known, with the number of rows that hold it."""
    for reference in wanted:
        strange = frame.filter(~pl.col(reference.column).is_in(reference.known))
        for value, rows in strange.group_by(reference.column).len().sort(reference.column).iter_rows():
            yield Problem(
                reference.code,
                M("{what} ({rows} rows)", what=reference.what, rows=rows),
                M("Correct the code in these rows, or add it where it belongs"),
                Place(path=f"{table}/{reference.column}", value=value),
            )


def unknown_homes(facts: Facts) -> Iterator[Problem]:
    """Homes that are no code of the register, by which no conflict could ever be found."""
    homes = facts.experts.select("expert", "name", home="homes").explode("home").drop_nulls("home")
    strange = homes.filter(~pl.col("home").is_in(facts.units["unit"].to_list())).sort("expert", "home")
    for expert, name, home in strange.iter_rows():
        yield Problem(
            "unknown_home",
            M("{expert} is tied to {home}, which is not in the register, so no conflict can be found by it",
              expert=name, home=home),
            M("Give the code of the unit as the register has it"),
            Place(path=f"experts/{expert}/homes", value=home),
            severity="warning",
        )  # fmt: skip


def twice(facts: Facts) -> Iterator[Problem]:
    """An expert with two marks for the same unit and indicator in one stage."""
    repeated = facts.marks.group_by(MARKS.key).agg(pl.len(), pl.col("mark")).filter(pl.col("len") > 1).sort(MARKS.key)
    names = dict(facts.experts.select("expert", "name").iter_rows())
    units = named(facts)
    for stage, expert, unit, indicator, count, _marks in repeated.iter_rows():
        yield Problem(
            "marked_twice",
            M("{expert} marked {unit} {count} times on the same indicator in the same stage",
              expert=names.get(expert, expert), unit=units.get(unit, unit), count=count),
            M("Keep one of these marks"),
            Place(path=f"marks/{stage}/{expert}/{unit}/{indicator}"),
        )  # fmt: skip

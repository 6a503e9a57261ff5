"""What may not stand in a panel's marks, and what should be known before they are used.

Errors stop an evaluation: conflicts of interest, a second look by those who looked first, marks on things that do not
exist or out of bounds, an expert marking twice. Warnings are told and do not stop it.
"""

from __future__ import annotations

from collections.abc import Iterator

import polars as pl

from huoyue.core.message import M
from huoyue.core.problem import Place, Problem
from huoyue.core.review.combine import mark_stages
from huoyue.core.review.design import design_problems
from huoyue.core.review.entries import entry_problems, named, titles
from huoyue.core.review.limits import limit_problems
from huoyue.core.scheme.model import Scheme, Stage
from huoyue.core.screening import screen
from huoyue.core.tables import Facts


def check_panel(
    scheme: Scheme, facts: Facts, screening: pl.DataFrame | None = None, points: pl.DataFrame | None = None
) -> list[Problem]:
    """Everything wrong with experts, marks and decisions, errors first.

    `screening` (SCREENING) is worked out when it is not given. With `points` (POINTS) marks that differ from the
    suggested points without a reason are told as well.
    """
    if all(table.is_empty() for table in (facts.marks, facts.decisions, facts.corrections)):
        return []
    known = screen(scheme, facts) if screening is None else screening
    found = [
        *entry_problems(scheme, facts),
        *limit_problems(scheme, facts, points),
        *home_problems(scheme, facts),
        *group_problems(scheme, facts),
        *design_problems(scheme, facts, known),
    ]
    return sorted(found, key=lambda problem: ("error", "warning", "note").index(problem.severity))


def home_problems(scheme: Scheme, facts: Facts) -> Iterator[Problem]:
    """Marks by an expert on a unit among the expert's homes: own unit, member units, declared."""
    homes = facts.experts.select("expert", "name", unit="homes").explode("unit").drop_nulls("unit").unique()
    marked = facts.marks.select("stage", "expert", "unit").unique()
    units, stages = named(facts), titles(scheme)
    barred = marked.join(homes, on=["expert", "unit"]).sort("stage", "expert", "unit")
    for stage, expert, unit, name in barred.iter_rows():
        yield Problem(
            "mark_conflict",
            M(
                "{expert} marked {unit} in {stage}, but belongs to it or has declared an interest",
                expert=name, unit=units.get(unit, unit), stage=stages.get(stage, stage),
            ),
            M("Take these marks out; the unit is settled by the marks of the others, or let another expert mark it"),
            Place(path=f"marks/{stage}/{expert}/{unit}"),
        )  # fmt: skip


def group_problems(scheme: Scheme, facts: Facts) -> Iterator[Problem]:
    """Marks in a stage `across_groups` by the group or the person that marked the unit in a stage before."""
    groups = facts.experts.select("expert", "name", "panel_group")
    marked = facts.marks.select("stage", "expert", "unit").unique().join(groups, on="expert")
    before: list[str] = []
    for stage in mark_stages(scheme):
        if stage.across_groups:
            earlier = marked.filter(pl.col("stage").is_in(before))
            yield from second_looks(facts, stage, marked.filter(pl.col("stage") == stage.id), earlier)
        before.append(stage.id)


def second_looks(facts: Facts, stage: Stage, now: pl.DataFrame, earlier: pl.DataFrame) -> Iterator[Problem]:
    same_group = now.join(earlier, on=["unit", "panel_group"], how="semi")
    same_person = now.join(earlier, on=["unit", "expert"], how="semi")
    units = named(facts)
    found = pl.concat([same_group, same_person]).unique().sort("expert", "unit")
    for expert, unit, name, group in found.select("expert", "unit", "name", "panel_group").iter_rows():
        yield Problem(
            "mark_same_group",
            M(
                "{expert} of group {group} marked {unit} in {stage}, but that group marked it in a stage before",
                expert=name, group=group, unit=units.get(unit, unit), stage=stage.title,
            ),
            M("Let an expert of another group mark this unit in {stage}", stage=stage.title),
            Place(path=f"marks/{stage.id}/{expert}/{unit}"),
        )  # fmt: skip

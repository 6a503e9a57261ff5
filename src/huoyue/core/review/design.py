"""Whether the review as it was carried out can bear what is read from it: reviewers enough, and scales comparable."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

import polars as pl

from huoyue.core.message import M, Message
from huoyue.core.problem import Place, Problem
from huoyue.core.review.combine import mark_stages
from huoyue.core.review.entries import named
from huoyue.core.scheme.model import Scheme, Stage
from huoyue.core.screening import evaluated_units
from huoyue.core.tables import Facts

NAMED_AT_MOST = 5
"""How many units or experts a warning names before it says that there are more."""


def design_problems(scheme: Scheme, facts: Facts, screening: pl.DataFrame) -> Iterator[Problem]:
    """Marks on units that are not evaluated, too few reviewers, and experts whose scales cannot be compared."""
    evaluated = evaluated_units(screening)
    yield from unevaluated(facts, evaluated)
    for stage in mark_stages(scheme):
        yield from short_of_reviewers(facts, stage, evaluated)
    yield from unconnected(facts)


def some(names: Sequence[str], at_most: int = NAMED_AT_MOST) -> Message:
    """The first few of a list of names, and how many more there are."""
    shown = tuple(names[:at_most])
    if len(names) <= at_most:
        return M("{names}", names=shown)
    return M("{names} and {more} more", names=shown, more=len(names) - at_most)


def unevaluated(facts: Facts, evaluated: pl.DataFrame) -> Iterator[Problem]:
    """Marks that count for nothing because their unit was not evaluated."""
    units = named(facts)
    marked = facts.marks.filter(pl.col("unit").is_in(list(units))).join(evaluated, on="unit", how="anti")
    codes = marked["unit"].unique().sort().to_list()
    if codes:
        yield Problem(
            "mark_on_unevaluated",
            M("{count} units were marked but are not evaluated; their marks do not count: {units}",
              count=len(codes), units=some([units[code] for code in codes])),
            M("Check the screening of these units, or take their marks out"),
            Place(path="marks"),
            severity="warning",
        )  # fmt: skip


def short_of_reviewers(facts: Facts, stage: Stage, evaluated: pl.DataFrame) -> Iterator[Problem]:
    """Evaluated units that fewer experts marked than the stage wants; a stage without any mark is told as such."""
    marked = facts.marks.filter(pl.col("stage") == stage.id)
    if marked.is_empty():
        yield Problem(
            "stage_without_marks",
            M("{stage} has no marks, so it does not count", stage=stage.title),
            place=Place(path=f"marks/{stage.id}"),
            severity="warning",
        )
        return
    counts = marked.group_by("unit").agg(experts=pl.col("expert").n_unique())
    all_units = evaluated.join(counts, on="unit", how="left", maintain_order="left").fill_null(0)
    short = all_units.filter(pl.col("experts") < stage.reviewers)["unit"].to_list()
    if short:
        units = named(facts)
        yield Problem(
            "too_few_reviewers",
            M("{stage}: fewer than {wanted} experts marked {count} units: {units}", stage=stage.title,
              wanted=stage.reviewers, count=len(short), units=some([units[code] for code in short])),
            M("Let further experts mark these units, or lower the number in the scheme"),
            Place(path=f"marks/{stage.id}"),
            severity="warning",
        )  # fmt: skip


def unconnected(facts: Facts) -> Iterator[Problem]:
    """Groups of experts without a commonly marked unit between them: lenient cannot be told from luckier in units."""
    pairs = facts.marks.select("unit", "expert").unique().sort("unit", "expert")
    groups = components(pairs.iter_rows())
    if len(groups) > 1:
        names = dict(facts.experts.select("expert", "name").iter_rows())
        yield Problem(
            "scales_not_comparable",
            M(
                "The experts fall into {count} groups that marked no unit in common, so how severe they are cannot be "
                "compared between groups; the smallest: {experts}",
                count=len(groups), experts=some([names.get(expert, expert) for expert in min(groups, key=len)]),
            ),
            M("Have at least one unit marked by experts of both groups"),
            Place(path="marks"),
            severity="warning",
        )  # fmt: skip


def components(pairs: Iterable[tuple[str, str]]) -> list[list[str]]:
    """Experts joined by commonly marked units, from (unit, expert) pairs: the connected components, by union-find."""
    parent: dict[str, str] = {}

    def root(expert: str) -> str:
        while parent[expert] != expert:
            parent[expert] = parent[parent[expert]]
            expert = parent[expert]
        return expert

    first: dict[str, str] = {}
    for unit, expert in pairs:
        parent.setdefault(expert, expert)
        parent[root(expert)] = root(first.setdefault(unit, expert))
    groups: dict[str, list[str]] = {}
    for expert in sorted(parent):
        groups.setdefault(root(expert), []).append(expert)
    return sorted(groups.values())

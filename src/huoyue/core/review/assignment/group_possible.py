"""Why no groups can be formed: counts, and what is missing where the programme may lack something."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator

import numpy as np

from huoyue.core.message import M, Message
from huoyue.core.review.assignment.group_program import Program, program_of
from huoyue.core.review.assignment.grouping import GroupTask, GroupWeights
from huoyue.core.review.assignment.instance import Arrays
from huoyue.core.review.assignment.model import named
from huoyue.core.review.assignment.possible import reasons_against

NODES = 200

Pinned = Callable[[GroupTask, Arrays, Program], dict[int, int]]


def group_reasons(asked: GroupTask, arrays: Arrays) -> list[Message]:
    """What counting finds: for the whole panel, for group names, sizes and pins."""
    return [*reasons_against(arrays), *name_reasons(asked, arrays), *size_reasons(asked, arrays)]


def name_reasons(asked: GroupTask, arrays: Arrays) -> Iterator[Message]:
    """Groups that are not there, and pins over the border of two."""
    experts, units = named(arrays.experts), named(arrays.units)
    of_expert = {expert.id: expert.group for expert in asked.task.experts}
    of_unit = {unit.id: unit.group for unit in asked.task.units}
    for names, groups in ((experts, of_expert), (units, of_unit)):
        for id_, group in sorted(groups.items()):
            if group and group not in asked.names:
                yield M(
                    "{name} is settled in group {group}, which is not one of the groups", name=names[id_], group=group
                )
    for expert, unit in sorted(asked.task.pins.must):
        settled = {of_expert.get(expert, ""), of_unit.get(unit, "")} - {""}
        if len(settled) > 1:
            yield M(
                "{expert} is pinned to {unit}, but they are settled in different groups",
                expert=experts.get(expert, expert), unit=units.get(unit, unit),
            )  # fmt: skip


def size_reasons(asked: GroupTask, arrays: Arrays) -> Iterator[Message]:
    """Too many groups, too many settled in one, and units that want more experts than a group has."""
    experts, groups = len(arrays.experts), len(asked.names)
    if groups == 0 or groups > experts:
        yield M("{groups} groups are wanted, but the panel has {experts} experts", groups=groups, experts=experts)
        return
    most = -(-experts // groups)
    for group, count in sorted(Counter(one.group for one in asked.task.experts if one.group in asked.names).items()):
        if count > most:
            yield M(
                "{count} experts are settled in group {group}, but groups of even size have at most {size}",
                count=count, group=group, size=most,
            )  # fmt: skip
    for unit, wanted in zip(arrays.units, arrays.demand, strict=True):
        if wanted > most:
            yield M(
                "{unit} needs {wanted} experts, but groups of even size have at most {size}",
                unit=unit.name or unit.id, wanted=int(wanted), size=most,
            )  # fmt: skip


def missing_reasons(asked: GroupTask, arrays: Arrays, pinned: Pinned) -> Iterator[Message]:
    """What lacks least in any grouping, unit by unit and group by group."""
    program = program_of(asked, arrays.instance(), GroupWeights(), elastic=True)
    result = program.draft.solve(pinned(asked, arrays, program), NODES, 1)
    lacks = [] if result.x is None else [
        (what, place, int(np.ceil(result.x[column] - 1e-6))) for column, (what, place) in program.draft.slack.items()
    ]  # fmt: skip
    units = named(arrays.units)
    for what, place, count in lacks:
        if what == "unit" and count > 0:
            yield M(
                "However groups are formed, a unit lacks experts who may mark it; at best {unit} lacks {count}",
                unit=units[arrays.units[place].id], count=count,
            )  # fmt: skip
        elif count > 0:
            yield M(
                "However groups are formed, one can give too few marks; at best group {group} lacks {count}",
                group=asked.names[place], count=count,
            )  # fmt: skip
    if result.x is None:
        yield M("No groups of even size keep who is settled where and what is pinned")
    elif not any(count > 0 for _, _, count in lacks):
        yield M("However groups are formed, units of one want more together than those who may mark them can give")

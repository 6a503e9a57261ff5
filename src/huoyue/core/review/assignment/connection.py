"""Which scales can be compared: experts and units joined by marks, of this stage and of those before."""

from __future__ import annotations

import numpy as np

from huoyue.core.review.assignment.highs import sparse
from huoyue.core.review.assignment.instance import Instance, Mask, Whole


def asked(instance: Instance) -> bool:
    """Whether connection is asked and means anything: one expert a unit joins nobody unless earlier marks do."""
    return instance.connected and (bool(np.any(instance.demand >= 2)) or bool(instance.links))


def labels(instance: Instance, pairs: Mask) -> tuple[Whole, Whole]:
    """The part of every expert and of every unit."""
    from scipy.sparse.csgraph import connected_components  # why: slow

    experts, units = instance.shape
    e, u = np.nonzero(pairs)
    before = np.array(instance.links, np.int64).reshape(-1, 2)
    tails, heads = np.concatenate([e, before[:, 0]]), np.concatenate([u, before[:, 1]]) + experts
    size = experts + max(units, int(before[:, 1].max(initial=-1)) + 1)
    graph = sparse(np.ones(len(tails), np.int8), tails, heads, shape=(size, size))
    label = connected_components(graph, directed=False)[1].astype(np.int64)
    return label[:experts], label[experts : experts + units]


def count(instance: Instance, pairs: Mask) -> int:
    """Into how many parts the marked units fall."""
    return len(np.unique(labels(instance, pairs)[1][instance.demand > 0]))


def sides(instance: Instance, pairs: Mask) -> list[tuple[Mask, Mask]]:
    """(experts, units) of every part with marked units."""
    of_expert, of_unit = labels(instance, pairs)
    parts = np.unique(of_unit[instance.demand > 0])
    return [(of_expert == part, of_unit == part) for part in parts]


def scales(instance: Instance, pairs: Mask) -> list[list[int]]:
    """Experts with marks, of this stage or before, by part."""
    of_expert, _ = labels(instance, pairs)
    marked = np.asarray(pairs.any(axis=1))
    marked[[e for e, _ in instance.links]] = True
    return sorted(np.flatnonzero((of_expert == part) & marked).tolist() for part in np.unique(of_expert[marked]))

"""Assignment of experts: a round of ordinary size, and a large conference against the matcher that conferences use.

    python bench/assignment.py [--units 10000] [--experts 500] [--peer FOLDER] [--peer-python PYTHON]
                               [--limit 600]

First 146 units, 20 experts, 3 marks (and 2) with all terms weighed, ten rounds of each: seconds, and what is proved.

Then scores, conflicts, demand and capacity of a large conference, the same for every side, each in its own process.
The objective is computed by one function from the pairs of each side, which are checked first. Sides:

- huoyue: as in a round, with affinity alone.
- matcher: openreview-matcher's MinMaxSolver (minimums 0, where it is exact). It is on no package index: take a copy of
  the repository openreview/openreview-matcher, give its folder with --peer, and install `ortools` for the Python that
  runs it (--peer-python). It finds pairs in its answer by searching lists, which takes it long.
- engine: OR-Tools' minimum-cost flow by itself, filled from arrays: what the matcher could do at best.
"""

from __future__ import annotations

import argparse
import importlib
import json
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from types import ModuleType, SimpleNamespace
from typing import Any

import numpy as np
from numpy.typing import NDArray

ROUNDS = 10
MARKS = 3
FIELDS = [f"field {number}" for number in range(10)]


# --- a round --------------------------------------------------------------------------------------------------------


def an_ordinary_round(marks: int, seed: int) -> None:
    from huoyue.core.review.assignment import Assignment, Expert, Task, Unit, Wanted, assign

    chance = np.random.default_rng(seed)
    experts = tuple(
        Expert(
            id=f"E{number:02}", capacity=-(-146 * marks // 20) + 4, background=str(chance.integers(3)),
            fields=frozenset(chance.choice(FIELDS, 3, replace=False).tolist()),
        )
        for number in range(20)
    )  # fmt: skip
    units = tuple(
        Unit(id=f"A{number:03}", batch=str(chance.integers(3)), industry=str(chance.choice(FIELDS)))
        for number in range(146)
    )
    barred = {expert.id: [unit.id for unit in units if chance.random() < 0.08] for expert in experts}
    task = Task(experts=experts, units=units, wanted=Wanted(reviewers=marks), barred=barred)
    started, worked = time.perf_counter(), time.process_time()
    found = assign(task, seed=seed)
    seconds, work = time.perf_counter() - started, time.process_time() - worked
    if not isinstance(found, Assignment):
        raise SystemExit("the round cannot be assigned")
    print(
        f"146 x 20 x {marks} round {seed}: {seconds:5.2f} s ({work:5.2f} s of processor), objective {found.objective}, "
        f"gap {found.gap}, {'proved' if found.proved else 'NOT proved'}, connected {found.connected}, "
        f"twins {len(found.twins)}",
        flush=True,
    )


# --- a conference ---------------------------------------------------------------------------------------------------


def write_conference(path: Path, units: int, experts: int) -> None:
    """Scores 1 to 1000 by the likeness of random topics, as matchers by text have them; 2% conflicts."""
    chance = np.random.default_rng(1)
    of_units, of_experts = chance.dirichlet(np.full(25, 0.15), units), chance.dirichlet(np.full(25, 0.3), experts)
    length = np.linalg.norm(of_experts, axis=1)[:, None] * np.linalg.norm(of_units, axis=1)[None, :]
    score = 1 + np.rint(999 * (of_experts @ of_units.T) / length).astype(np.int64)
    capacity = np.full(experts, int(units * MARKS / experts * 1.1) + 1)
    np.savez(path, score=score, allowed=chance.random(score.shape) >= 0.02, capacity=capacity)


def by_huoyue(score: NDArray[np.int64], allowed: NDArray[np.bool_], capacity: NDArray[np.int64]) -> tuple[Any, str]:
    from huoyue.core.review.assignment.assign import solved
    from huoyue.core.review.assignment.instance import Instance
    from huoyue.core.review.assignment.model import Weights

    experts, units = score.shape
    nothing = np.zeros(score.shape, bool)
    instance = Instance(
        demand=np.full(units, MARKS), capacity=capacity, allowed=allowed, fixed=nothing, cost=-score, keep=nothing,
        batch=np.full(units, -1), industry=np.full(units, -1), competition=np.full(units, -1),
        background=np.full(experts, -1), connected=False,
        weights=Weights(mismatches=0, loads=0, batches=0, industries=0, backgrounds=0, twins=0),
    )  # fmt: skip
    found = solved(instance)
    return found.pairs, "proved" if found.bound == found.cost else f"gap {found.cost - found.bound}"


def by_matcher(
    score: NDArray[np.int64], allowed: NDArray[np.bool_], capacity: NDArray[np.int64], folder: Path
) -> tuple[Any, str]:
    solvers = ModuleType("peer")
    solvers.__path__ = [str(folder / "matcher" / "solvers")]
    sys.modules["peer"] = solvers
    sys.modules["ortools.graph.pywrapgraph"] = old_names()
    import ortools.graph

    ortools.graph.pywrapgraph = sys.modules["ortools.graph.pywrapgraph"]
    from peer.minmax_solver import MinMaxSolver

    experts, units = score.shape
    encoder = SimpleNamespace(
        cost_matrix=-score.T.astype(float), constraint_matrix=np.where(allowed, 0, -1).T.astype(float)
    )
    solver = MinMaxSolver([0] * experts, capacity, np.full(units, MARKS), encoder)
    return solver.solve().T > 0, "solved" if solver.solved else "not solved"


def old_names() -> ModuleType:
    """OR-Tools renamed what the matcher calls; these are the same functions under the names it knows."""
    from ortools.graph.python.min_cost_flow import SimpleMinCostFlow as Network

    class SimpleMinCostFlow(Network):
        AddArcWithCapacityAndUnitCost = Network.add_arc_with_capacity_and_unit_cost
        SetNodeSupply = Network.set_node_supply
        Solve, OptimalCost, NumArcs = Network.solve, Network.optimal_cost, Network.num_arcs
        Flow, Tail, Head, UnitCost = Network.flow, Network.tail, Network.head, Network.unit_cost

    module = ModuleType("ortools.graph.pywrapgraph")
    module.SimpleMinCostFlow = SimpleMinCostFlow
    return module


def by_engine(score: NDArray[np.int64], allowed: NDArray[np.bool_], capacity: NDArray[np.int64]) -> tuple[Any, str]:
    from ortools.graph.python.min_cost_flow import SimpleMinCostFlow

    experts, units = score.shape
    e, u = np.nonzero(allowed)
    source, sink = experts + units, experts + units + 1
    flow = SimpleMinCostFlow()
    arcs = flow.add_arcs_with_capacity_and_unit_cost(e, experts + u, np.ones(len(e), np.int64), -score[e, u])
    flow.add_arcs_with_capacity_and_unit_cost(np.full(experts, source), np.arange(experts), capacity, capacity * 0)
    every = experts + np.arange(units)
    flow.add_arcs_with_capacity_and_unit_cost(every, np.full(units, sink), np.full(units, MARKS), np.zeros(units, int))
    flow.set_node_supply(source, MARKS * units)
    flow.set_node_supply(sink, -MARKS * units)
    status = flow.solve()
    pairs = np.zeros(score.shape, bool)
    pairs[e, u] = flow.flows(arcs) > 0
    return pairs, "solved" if status == flow.OPTIMAL else "not solved"


def run(side: str, conference: Path, peer: Path | None) -> None:
    """Solve, write the pairs, print seconds; what is imported is imported before."""
    importlib.import_module({"huoyue": "huoyue.core.review.assignment"}.get(side, "ortools.graph.python.min_cost_flow"))
    loaded = np.load(conference)
    score, allowed, capacity = loaded["score"], loaded["allowed"], loaded["capacity"]
    started, worked = time.perf_counter(), time.process_time()
    if side == "matcher" and peer:
        pairs, said = by_matcher(score, allowed, capacity, peer)
    else:
        pairs, said = {"huoyue": by_huoyue, "engine": by_engine}[side](score, allowed, capacity)
    spent = {"seconds": time.perf_counter() - started, "work": time.process_time() - worked, "said": said}
    np.save(conference.with_name(f"{side}.npy"), pairs)
    print(json.dumps(spent))


def objective(conference: Path, side: str) -> int:
    """The sum of scores, once it is seen that the pairs keep demand, capacity and conflicts."""
    loaded, pairs = np.load(conference), np.load(conference.with_name(f"{side}.npy"))
    kept = (
        np.all(pairs.sum(axis=0) == MARKS)
        and np.all(pairs.sum(axis=1) <= loaded["capacity"])
        and not np.any(pairs & ~loaded["allowed"])
    )
    if not kept:
        raise SystemExit(f"{side} does not keep what binds")
    return int(loaded["score"][pairs].sum())


def compare(options: argparse.Namespace, conference: Path) -> None:
    write_conference(conference, options.units, options.experts)
    print(f"{options.units} units, {options.experts} experts, {MARKS} marks a unit; sum of scores, larger is better")
    found: dict[str, tuple[float, float, int]] = {}
    for side in ("huoyue", *peers(options)):
        python = sys.executable if side == "huoyue" else options.peer_python
        command = [python, __file__, "--side", side, "--conference", str(conference)]
        if options.peer:
            command += ["--peer", str(options.peer)]
        try:
            done = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True, timeout=options.limit)
        except subprocess.TimeoutExpired:
            times = options.limit / found["huoyue"][0]
            print(f"{side:8} not finished after {options.limit} s: more than {times:.0f} times as long")
            continue
        spent = json.loads(done.stdout)
        found[side] = (spent["seconds"], spent["work"], objective(conference, side))
        seconds, work, total = found[side]
        print(f"{side:8} {seconds:8.2f} s ({work:8.2f} s of processor), {total}, {spent['said']}", flush=True)
    ours = found["huoyue"]
    for side, theirs in found.items():
        if side != "huoyue":
            print(
                f"huoyue / {side}: time {ours[0] / theirs[0]:.4f}, processor {ours[1] / theirs[1]:.4f}, "
                f"objective {ours[2] / theirs[2]:.6f} (aims: at most 1, at least 1)"
            )


def peers(options: argparse.Namespace) -> list[str]:
    """The sides that can be run; what is lacking is said."""
    look = [options.peer_python, "-c", "import ortools"]
    if subprocess.run(look, check=False, capture_output=True).returncode != 0:
        print("OR-Tools is not installed: `pip install ortools` for the Python given by --peer-python")
        return []
    if options.peer is None:
        print("openreview-matcher is not there: give a copy of openreview/openreview-matcher with --peer FOLDER")
        return ["engine"]
    return ["engine", "matcher"]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--units", type=int, default=10_000)
    parser.add_argument("--experts", type=int, default=500)
    parser.add_argument("--peer", type=Path)
    parser.add_argument("--peer-python", default=sys.executable)
    parser.add_argument("--limit", type=int, default=600, help="seconds after which a side is given up")
    parser.add_argument("--side", choices=["huoyue", "matcher", "engine"])
    parser.add_argument("--conference", type=Path)
    options = parser.parse_args()
    if options.side:
        run(options.side, options.conference, options.peer)
        return
    for marks in (3, 2):
        for seed in range(ROUNDS):
            an_ordinary_round(marks, seed)
    with tempfile.TemporaryDirectory() as folder:
        compare(options, Path(folder) / "conference.npz")


if __name__ == "__main__":
    main()

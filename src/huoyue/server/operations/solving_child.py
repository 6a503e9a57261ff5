"""Solves an assignment in a process of its own: a task as JSON in, lines of JSON out. It knows no database.

Expects {"task", "seed", "keep", "grouped", "now", "parent"}; says {"result"} or {"problems"}.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from huoyue.core.message import Message
from huoyue.core.phrase import both
from huoyue.core.review.assignment import Assignment, Expert, Impossible, Pair, Pins, Task, Unit, Wanted, terms_of
from huoyue.report.building import end_with, limit
from huoyue.server.operations.review_allotting import answered


def written(task: Task) -> dict[str, Any]:
    """A task of the server as JSON has it, in one order: the same task, the same text."""
    return {
        "experts": [asdict(one) | {"fields": sorted(one.fields)} for one in task.experts],
        "units": [asdict(one) for one in task.units],
        "wanted": asdict(task.wanted),
        "barred": {expert: sorted(units) for expert, units in sorted(task.barred.items())},
        "earlier": sorted(task.earlier),
        "earlier_groups": sorted(task.earlier_groups),
        "must": sorted(task.pins.must),
        "never": sorted(task.pins.never),
        "before": sorted(task.before),
    }


def read(kept: Mapping[str, Any]) -> Task:
    """A task as it was written."""
    return Task(
        experts=tuple(Expert(**(one | {"fields": frozenset(one["fields"])})) for one in kept["experts"]),
        units=tuple(Unit(**one) for one in kept["units"]),
        wanted=Wanted(**kept["wanted"]),
        barred=kept["barred"],
        earlier=pairs(kept["earlier"]),
        earlier_groups=pairs(kept["earlier_groups"]),
        pins=Pins(must=pairs(kept["must"]), never=pairs(kept["never"])),
        before=pairs(kept["before"]),
    )


def pairs(kept: Any) -> list[Pair]:
    return [(first, second) for first, second in kept]


def solved(request: Mapping[str, Any]) -> dict[str, Any]:
    """What came of it: the assignment with all that is known of it, or every reason against one."""
    task, answer = answered(
        read(request["task"]), grouped=request["grouped"], keep=request["keep"], seed=request["seed"]
    )
    if isinstance(answer, Impossible):
        return {"problems": [said(one) for one in answer.reasons]}
    return {
        "result": found(answer) | {"terms_now": dict(terms_of(task, now) if (now := pairs(request["now"])) else {})}
    }


def found(answer: Assignment) -> dict[str, Any]:
    """An assignment as its page shows it."""
    return {
        "pairs": list(answer.pairs), "proved": answer.proved, "objective": answer.objective, "gap": answer.gap,
        "terms": dict(answer.terms), "notes": [said(one) for one in answer.notes],
    }  # fmt: skip


def said(message: Message) -> dict[str, str]:
    zh, en = both(message)
    return {"zh": zh, "en": en}


def tell(line: Mapping[str, Any]) -> None:
    print(json.dumps(line, ensure_ascii=False), flush=True)


def main() -> int:
    """Read one request, solve, and say what came of it."""
    request = json.load(sys.stdin)
    if request.get("parent"):
        end_with(int(request["parent"]))
    limit()
    tell({"step": "solve", "done": 0, "total": 0})
    answer = solved(request)
    tell(answer)
    return 0 if "result" in answer else 1


if __name__ == "__main__":
    sys.exit(main())

"""What another scheme would have made of a round's facts: who moves, and why.

Nothing here is a result. The facts are what people handed in under the scheme they knew; under another one they might
have filed, marked and decided otherwise. `carry` says what of it the other scheme can use.
"""

from __future__ import annotations

from huoyue.core.evaluation import Results, evaluate
from huoyue.core.scheme.compare import compare
from huoyue.core.scheme.model import Scheme
from huoyue.core.tables import Facts
from huoyue.core.what_if.carry import Carried, Fate, carried
from huoyue.core.what_if.moves import Cause, Move, WhatIf, counted, moves

__all__ = ["Carried", "Cause", "Fate", "Move", "WhatIf", "what_if"]


def what_if(scheme: Scheme, facts: Facts, results: Results, other: Scheme) -> WhatIf:
    """Evaluate the facts of a round under `other`, and set it beside `results`, those under `scheme`.

    Refused where the other scheme has no place for the register's units, or as `evaluate` says.
    """
    comparison = compare(scheme, other)
    taken = carried(scheme, other, facts, comparison)
    now = evaluate(other, taken.facts)
    found = moves(scheme, other, comparison, facts.units, results, now)
    return WhatIf(scheme, other, comparison, taken, now, found, counted(scheme, results), counted(other, now))

"""Groups and assignment of a panel, solved: `assign`; docs/methodology/assignment.md has the formulas."""

from huoyue.core.review.assignment.assign import assign
from huoyue.core.review.assignment.model import Assignment, Expert, Impossible, Pair, Pins, Task, Unit, Wanted, Weights
from huoyue.core.review.assignment.terms import objective_of, terms_of, twins_of

__all__ = [
    "Assignment",
    "Expert",
    "Impossible",
    "Pair",
    "Pins",
    "Task",
    "Unit",
    "Wanted",
    "Weights",
    "assign",
    "objective_of",
    "terms_of",
    "twins_of",
]

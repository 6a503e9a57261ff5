"""Groups of a panel and its assignment, solved: `form_groups`, `assign`. Formulas: docs/methodology/assignment.md."""

from huoyue.core.review.assignment.assign import assign
from huoyue.core.review.assignment.grouping import Groups, GroupTask, GroupWeights, group_objective, group_terms
from huoyue.core.review.assignment.groups import form_groups
from huoyue.core.review.assignment.model import Assignment, Expert, Impossible, Pair, Pins, Task, Unit, Wanted, Weights
from huoyue.core.review.assignment.terms import objective_of, terms_of, twins_of

__all__ = [
    "Assignment",
    "Expert",
    "GroupTask",
    "GroupWeights",
    "Groups",
    "Impossible",
    "Pair",
    "Pins",
    "Task",
    "Unit",
    "Wanted",
    "Weights",
    "assign",
    "form_groups",
    "group_objective",
    "group_terms",
    "objective_of",
    "terms_of",
    "twins_of",
]

"""The scheme as typed values: everything a round is, from one YAML file.

Points and weights are decimals in the file and whole hundredths inside (`hundredths`). Nothing here reads files; see
`parse` for that, and `checks` for what a scheme must satisfy beyond the types below.
"""

from __future__ import annotations

from huoyue.core.scheme.model.base import Identifier, Named, Part, Scalar, hundredths
from huoyue.core.scheme.model.facts import FieldSpec, Option, RecordType
from huoyue.core.scheme.model.indicators import Applies, Indicator, Pillar, Veto
from huoyue.core.scheme.model.network import Batch, Filing, Period, Provenance, Status
from huoyue.core.scheme.model.publication import Openness, Publication, PublicNotice
from huoyue.core.scheme.model.rules import (
    Candidates,
    Differences,
    EarlierTiers,
    Outlook,
    Percentages,
    Review,
    Rights,
    Rounding,
    ScreeningRule,
    Stage,
    Tier,
    Ties,
)
from huoyue.core.scheme.model.standards import (
    AgeStep,
    Categories,
    Checklist,
    Item,
    Judged,
    Level,
    Linear,
    Measure,
    Presence,
    Ratio,
    Recency,
    Relative,
    SimplePart,
    Standard,
    Step,
    Steps,
    Sum,
    Test,
    Where,
    simple_parts,
)
from huoyue.core.scheme.model.texts import ActivityTable, Recommendation, ReportSpec, Words
from huoyue.core.scheme.model.whole import Scheme

__all__ = [
    "ActivityTable",
    "AgeStep",
    "Applies",
    "Batch",
    "Candidates",
    "Categories",
    "Checklist",
    "Differences",
    "EarlierTiers",
    "FieldSpec",
    "Filing",
    "Identifier",
    "Indicator",
    "Item",
    "Judged",
    "Level",
    "Linear",
    "Measure",
    "Named",
    "Openness",
    "Option",
    "Outlook",
    "Part",
    "Percentages",
    "Period",
    "Pillar",
    "Presence",
    "Provenance",
    "PublicNotice",
    "Publication",
    "Ratio",
    "Recency",
    "Recommendation",
    "RecordType",
    "Relative",
    "ReportSpec",
    "Review",
    "Rights",
    "Rounding",
    "Scalar",
    "Scheme",
    "ScreeningRule",
    "SimplePart",
    "Stage",
    "Standard",
    "Status",
    "Step",
    "Steps",
    "Sum",
    "Test",
    "Tier",
    "Ties",
    "Veto",
    "Where",
    "Words",
    "hundredths",
    "simple_parts",
]

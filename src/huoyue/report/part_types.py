"""What the template of a report on a batch or an industry may use; the text beside each field is its help."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from huoyue.report.context_types import Basis, Block, Funnel, Overall, Seal, Texts, Timing, Words
from huoyue.report.context_values import Count, Num


@dataclass(frozen=True)
class LossBeside:
    title: Annotated[str, "Name of the indicator"]
    own: Annotated[Num, "Share of attainable points that units of the part lost"]
    whole: Annotated[Num, "The same of all evaluated units"]


@dataclass(frozen=True)
class PartContext:
    lang: Annotated[str, "zh or en"]
    words: Annotated[Words, "What this network calls its things"]
    texts: Annotated[Texts, "What the scheme says itself"]
    timing: Annotated[Timing, "Period and filing window"]
    title: Annotated[str, "Name of the part"]
    kind: Annotated[str, "batch or industry"]
    funnel: Annotated[Funnel, "From all units of the part to those evaluated"]
    overall: Annotated[Overall, "Tiers and scores of the part"]
    whole_funnel: Annotated[Funnel, "The same of the whole round"]
    whole: Annotated[Overall, "Tiers and scores of the whole round"]
    above: Annotated[Count, "Evaluated units of the part with a score above the mean of all"]
    weakest: Annotated[tuple[LossBeside, ...], "Indicators with the largest share of points lost, about five"]
    listed: Annotated[bool, "Its units are few enough to be listed"]
    basis: Annotated[Basis, "How batches are known"]
    seal: Annotated[Seal, "The snapshot that the report is written from"]
    tables: Annotated[dict[str, Block], "Tables by name"]
    figures: Annotated[tuple[str, ...], "Names of the figures there are"]

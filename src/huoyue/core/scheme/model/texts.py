"""What a scheme says in words: names of things, and the report's texts that are not computed."""

from __future__ import annotations

from huoyue.core.message import Title
from huoyue.core.scheme.model.base import Identifier, Named, Part


class ActivityTable(Part):
    """A table of how many units of a tier carried out each activity of a pillar."""

    pillar: Identifier
    tiers: tuple[Identifier, ...]


class Recommendation(Named):
    """A recommendation and the candidates list it rests on, if any."""

    text: Title
    rests_on: Identifier | None = None


class ReportSpec(Part):
    """What the report says about this network that is not computed: titles, background, principles, advice."""

    title: Title
    subtitle: Title | None = None
    issuer: Title
    background: tuple[Title, ...] = ()
    principles: tuple[Title, ...] = ()
    process: tuple[Title, ...] = ()
    panel: tuple[Title, ...] = ()
    notes: tuple[Title, ...] = ()
    activity_tables: tuple[ActivityTable, ...] = ()
    driver: Identifier | None = None
    """The pillar whose association with the others is examined."""
    recommendations: tuple[Recommendation, ...] = ()


class Words(Part):
    """What this network calls its things: 联盟 / alliance, the counter 家, the network, the index."""

    unit: Title
    units: Title
    counter: str = "个"
    network: Title
    index: Title
    """What is measured, e.g. 活跃度 / activity."""
    batch: Title = Title(zh="批次", en="batch")
    """What the groups are called in which units joined, were founded or lie: 批次, 地区."""
    batches: Title = Title(zh="批次", en="batches")
    industry: Title = Title(zh="产业领域", en="industry")
    """What the kinds of units are called: 产业领域, 类型."""
    industries: Title = Title(zh="产业领域", en="industries")
    suffixes: tuple[str, ...] = ()
    """Endings that may be left off a unit's name without changing which unit is meant."""

"""What changed between two schemes, and what can still be compared between their rounds."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Literal

from huoyue.core.message import M, Message, Title
from huoyue.core.scheme.model import Indicator, Scheme
from huoyue.core.scheme.nodes import Path, spelled

Comparability = Literal["same", "rescaled", "changed", "renamed", "new", "retired"]

MEANING: dict[Comparability, Message] = {
    "same": M("same standard and points: comparable"),
    "rescaled": M("same standard in other points: comparable as a share of its points"),
    "changed": M("another standard: not comparable"),
    "renamed": M("carried on under another id: comparable as a share of its points"),
    "new": M("new: nothing to compare with"),
    "retired": M("no longer evaluated"),
}


@dataclass(frozen=True)
class Change:
    """One difference: where, and what stood and stands there (None: nothing)."""

    path: str
    before: str | None
    now: str | None


@dataclass(frozen=True)
class Pair:
    """An indicator of either scheme, or of both, and how far its results can be compared."""

    indicator: str
    title: Title
    before: str | None
    comparability: Comparability


@dataclass(frozen=True)
class Comparison:
    """`scores_comparable`: tiers, rounding and total agree, so scores may be set side by side without re-tiering."""

    changes: list[Change]
    pairs: list[Pair]
    scores_comparable: bool
    settled_alike: bool = True
    """Whether marks are joined alike: the same stages with the same weights."""

    @property
    def totals_comparable(self) -> bool:
        """Whether a difference of scores means a difference of activity: every indicator is measured as before, too."""
        alike = self.scores_comparable and self.settled_alike
        return alike and all(pair.comparability == "same" for pair in self.pairs)

    def count(self, *kinds: Comparability) -> int:
        """How many indicators are comparable in one of these ways."""
        return sum(pair.comparability in kinds for pair in self.pairs)


def compare(old: Scheme, new: Scheme) -> Comparison:
    """Every difference between two schemes by path, and the comparability of each indicator.

    An indicator goes with the one of its id, or with the one that either scheme's `lineage` names.
    """
    changes = list(_differences((), old.model_dump(), new.model_dump()))
    bounds = [[(tier.id, tier.at_least) for tier in scheme.tiers] for scheme in (old, new)]
    alike = bounds[0] == bounds[1] and old.rounding == new.rounding and old.points == new.points
    stages = [[(one.kind, one.combine, one.trim, one.weight) for one in scheme.review.stages] for scheme in (old, new)]
    return Comparison(changes, list(_pairs(old, new)), alike, stages[0] == stages[1])


def _pairs(old: Scheme, new: Scheme) -> Iterator[Pair]:
    before = {indicator.id: indicator for indicator in old.indicators}
    continued = {indicator.lineage: indicator.id for indicator in old.indicators if indicator.lineage}
    taken: set[str] = set()
    for indicator in new.indicators:
        candidates = (indicator.lineage, indicator.id, continued.get(indicator.id))
        name = next((name for name in candidates if name in before), indicator.id)
        taken.add(name)
        known = before.get(name)
        yield Pair(indicator.id, indicator.title, name if known else None, _comparability(known, indicator))
    for name, known in before.items():
        if name not in taken:
            yield Pair(name, known.title, name, "retired")


def _comparability(old: Indicator | None, new: Indicator) -> Comparability:
    if old is None:
        return "new"
    if _shape(old) != _shape(new):
        return "changed"
    if old.id != new.id:
        return "renamed"
    return "same" if old.points == new.points and old.standard == new.standard else "rescaled"


def _shape(indicator: Indicator) -> Any:
    """The standard with every number of points as a share of the indicator's, so that a mere rescaling is no change."""

    def scaled(value: Any, key: str | None) -> Any:
        if isinstance(value, dict):
            inner = "points" if key == "points" else None
            return {name: scaled(child, inner or name) for name, child in value.items() if name != "title"}
        if isinstance(value, list | tuple):
            return [scaled(child, key) for child in value]
        return value / indicator.points if key in ("points", "cap", "otherwise") and value is not None else value

    return scaled(indicator.standard.model_dump(), None), indicator.applies.model_dump()


def _differences(path: Path, old: Any, new: Any) -> Iterator[Change]:
    if isinstance(old, dict) and isinstance(new, dict):
        for key in [*old, *(key for key in new if key not in old)]:
            yield from _differences((*path, key), old.get(key), new.get(key))
    elif _named(old) and _named(new):
        before, now = ({entry["id"]: entry for entry in entries} for entries in (old, new))
        for name in [*before, *(name for name in now if name not in before)]:
            yield from _differences((*path, name), before.get(name), now.get(name))
    elif old != new:
        yield Change(spelled(path), _written(old), _written(new))


def _named(value: Any) -> bool:
    return isinstance(value, list | tuple) and bool(value) and all(isinstance(v, dict) and "id" in v for v in value)


def _written(value: Any) -> str | None:
    if value is None:
        return None
    if isinstance(value, dict):
        if isinstance(title := value.get("title"), dict):
            return f"{title['zh']} / {title['en']}"
        return "; ".join(f"{key}: {_written(child)}" for key, child in value.items() if child not in (None, (), {}))
    if isinstance(value, list | tuple):
        return ", ".join(str(_written(child)) for child in value)
    return str(value)

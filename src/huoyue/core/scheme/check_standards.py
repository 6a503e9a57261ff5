"""Checks of standards: do they name what exists, and can they give the points they promise?"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from decimal import Decimal

from huoyue.core.message import M
from huoyue.core.scheme.check_facts import NUMBERS, condition, wrong_type
from huoyue.core.scheme.findings import Finding, unknown
from huoyue.core.scheme.model import (
    AgeStep,
    Categories,
    Checklist,
    Indicator,
    Judged,
    Linear,
    Measure,
    Presence,
    Ratio,
    Recency,
    Relative,
    Scheme,
    SimplePart,
    Standard,
    Step,
    Steps,
    Sum,
)
from huoyue.core.scheme.nodes import Path
from huoyue.core.scheme.sources import measures


def standard_findings(scheme: Scheme) -> Iterator[Finding]:
    for p, pillar in enumerate(scheme.pillars):
        for n, indicator in enumerate(pillar.indicators):
            path: Path = ("pillars", p, "indicators", n)
            yield from _standard(scheme, (*path, "standard"), indicator.standard)
            if indicator.participation is not None:
                yield from measure(scheme, (*path, "participation"), indicator.participation)
            yield from reach(path, indicator)


def _standard(scheme: Scheme, path: Path, standard: Standard) -> Iterator[Finding]:
    if isinstance(standard, Sum):
        for n, inner in enumerate(standard.parts):
            yield from part(scheme, (*path, "parts", n), inner)
    elif isinstance(standard, Judged):
        for n, name in enumerate(standard.facts):
            yield from unknown((*path, "facts", n), M("record type"), name, [kind.id for kind in scheme.records])
        yield from falling((*path, "rubric"), [level.points for level in standard.rubric])
    else:
        yield from part(scheme, path, standard)


def part(scheme: Scheme, path: Path, standard: SimplePart) -> Iterator[Finding]:
    for key, found in measures(standard).items():
        yield from measure(scheme, (*path, key), found)
    match standard:
        case Steps():
            yield from steps((*path, "steps"), standard.steps)
        case Checklist():
            for n, item in enumerate(standard.items):
                yield from condition(scheme, (*path, "items", n), item.of, item.where)
            yield from steps((*path, "by_number"), standard.by_number)
        case Linear() if standard.zero_at == standard.full_at:
            yield _flat((*path, "full_at"))
        case Ratio():
            yield from _ratio(path, standard)
        case Categories() | Recency() | Presence():
            yield from condition(scheme, path, standard.of, standard.where)
            yield from _of_field(scheme, path, standard)
        case Relative() if standard.method == "z_score" and standard.z_low >= standard.z_high:
            yield _flat((*path, "z_high"))


def _flat(path: Path) -> Finding:
    what = M("The value for no points and the value for full points do not lie apart.")
    return Finding(path, "scheme.flat", what, M("Give two different values, in order."))


def _ratio(path: Path, standard: Ratio) -> Iterator[Finding]:
    yield from steps((*path, "steps"), standard.steps)
    linear = standard.full_at is not None and standard.points is not None
    if bool(standard.steps) == linear:
        what = M("A ratio is turned into points either by steps or linearly.")
        yield Finding(path, "scheme.ratio", what, M("Give steps, or full_at and points, not both."))
    elif linear and standard.zero_at == standard.full_at:
        yield _flat((*path, "full_at"))


def _of_field(scheme: Scheme, path: Path, standard: Categories | Recency | Presence) -> Iterator[Finding]:
    kinds = {kind.id: kind for kind in scheme.records}
    if isinstance(standard, Presence) or standard.of not in kinds:
        return
    kind = kinds[standard.of]
    yield from unknown((*path, "field"), M("field"), standard.field, kind.names)
    if standard.field not in kind.names:
        return
    spec = kind.field(standard.field)
    if isinstance(standard, Recency):
        if spec.type != "date":
            yield wrong_type((*path, "field"), spec.id, M("a date"))
        yield from ages((*path, "steps"), standard.steps)
    elif spec.type != "choice":
        yield wrong_type((*path, "field"), spec.id, M("a choice"))
    else:
        for name in standard.points:
            yield from unknown((*path, "points", name), M("option"), name, [option.id for option in spec.options])


def measure(scheme: Scheme, path: Path, found: Measure) -> Iterator[Finding]:
    if (found.of is None) == (found.register_field is None):
        what = M("A measure looks either at records (of) or at the register.")
        yield Finding(path, "scheme.measure", what, M("Name one of the two."))
    if found.register_field is not None:
        specs = {spec.id: spec for spec in scheme.register_fields}
        yield from unknown((*path, "register"), M("register field"), found.register_field, specs)
        if found.register_field in specs and specs[found.register_field].type not in NUMBERS:
            yield wrong_type((*path, "register"), found.register_field, M("a number"))
    if found.of is None:
        return
    yield from condition(scheme, path, found.of, found.where)
    yield from _statistics(scheme, path, found)


def _statistics(scheme: Scheme, path: Path, found: Measure) -> Iterator[Finding]:
    named = {key: getattr(found, key) for key in ("distinct", "sum", "largest", "smallest") if getattr(found, key)}
    if len(named) > 1:
        what = M("A measure has one statistic, not {count}.", count=len(named))
        yield Finding(path, "scheme.measure", what, M("Keep one of: {keys}.", keys=tuple(named)))
    kinds = {kind.id: kind for kind in scheme.records}
    for key, name in named.items():
        if found.of in kinds:
            kind = kinds[found.of]
            yield from unknown((*path, key), M("field"), name, kind.names)
            if name in kind.names and key != "distinct" and kind.field(name).type not in NUMBERS:
                yield wrong_type((*path, key), name, M("a number"))


def steps(path: Path, entries: Sequence[Step]) -> Iterator[Finding]:
    bounds = [step.at_least for step in entries]
    if bounds != sorted(set(bounds), reverse=True):
        what = M("The steps are not in order, or two begin alike.")
        yield Finding(path, "scheme.steps", what, M("List the highest step first, each with its own bound."))
    yield from falling(path, [step.points for step in entries])


def ages(path: Path, entries: Sequence[AgeStep]) -> Iterator[Finding]:
    days = [step.within_days for step in entries]
    if days != sorted(set(days)):
        what = M("The steps are not in order, or two begin alike.")
        yield Finding(path, "scheme.steps", what, M("List the shortest time first, each with its own bound."))
    yield from falling(path, [step.points for step in entries])


def falling(path: Path, points: Sequence[Decimal]) -> Iterator[Finding]:
    if list(points) != sorted(set(points), reverse=True):
        what = M("The points do not fall from one step to the next.")
        yield Finding(path, "scheme.steps", what, M("A higher step must earn more points than a lower one."))


def reach(path: Path, indicator: Indicator) -> Iterator[Finding]:
    """Whether the best facts earn exactly the indicator's points."""
    best = attainable(indicator.standard)
    if any(value * 100 % 1 for value in point_values(indicator.standard)):
        what = M("A number of points has more than two decimals.")
        yield Finding((*path, "standard"), "scheme.too_fine", what, M("Points are whole hundredths at the finest."))
    if best < indicator.points:
        what = M(
            "The standard gives {best} points at most; {points} can never be reached.",
            best=best,
            points=indicator.points,
        )
        mend = M("Raise the points of the standard or lower those of the indicator.")
        yield Finding((*path, "standard"), "scheme.unreachable", what, mend)
    elif best > indicator.points and not isinstance(indicator.standard, Sum):
        what = M(
            "The standard gives up to {best} points; the indicator has {points}.", best=best, points=indicator.points
        )
        mend = M("Lower the points of the standard or raise those of the indicator.")
        yield Finding((*path, "standard"), "scheme.exceeds", what, mend)


def attainable(standard: Standard) -> Decimal:
    """The points that the best possible facts earn, before the indicator's own cap."""
    match standard:
        case Sum():
            return sum((attainable(inner) for inner in standard.parts), Decimal(0))
        case Steps():
            return max(step.points for step in standard.steps)
        case Checklist():
            if not standard.by_number:
                return sum((item.points for item in standard.items), Decimal(0))
            reached = [step.points for step in standard.by_number if step.at_least <= len(standard.items)]
            return max(reached, default=Decimal(0))
        case Categories():
            return standard.cap if any(value > 0 for value in standard.points.values()) else Decimal(0)
        case Recency():
            return max(standard.otherwise, *(step.points for step in standard.steps))
        case Judged():
            return max(level.points for level in standard.rubric)
        case Ratio():
            return max((step.points for step in standard.steps), default=standard.points or Decimal(0))
        case Linear() | Presence() | Relative():
            return standard.points


def point_values(standard: Standard) -> list[Decimal]:
    """Every number of points that a standard names."""
    match standard:
        case Sum():
            return [value for inner in standard.parts for value in point_values(inner)]
        case Steps():
            return [step.points for step in standard.steps]
        case Checklist():
            return [item.points for item in standard.items] + [step.points for step in standard.by_number]
        case Categories():
            return [*standard.points.values(), standard.cap]
        case Recency():
            return [step.points for step in standard.steps] + [standard.otherwise]
        case Judged():
            return [level.points for level in standard.rubric]
        case Ratio():
            return [step.points for step in standard.steps] + ([standard.points] if standard.points else [])
        case Linear() | Presence() | Relative():
            return [standard.points]

"""What a scheme must satisfy beyond its types. Each check yields findings; none stops another."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from decimal import Decimal
from itertools import pairwise
from zoneinfo import available_timezones

from huoyue.core.message import M
from huoyue.core.problem import Place, Problem
from huoyue.core.scheme.check_facts import fact_findings
from huoyue.core.scheme.check_standards import standard_findings
from huoyue.core.scheme.findings import Finding, repeated, unknown
from huoyue.core.scheme.model import Indicator, Scheme, ScreeningRule
from huoyue.core.scheme.nodes import Path, spelled

__all__ = ["Finding", "check", "findings"]


def check(scheme: Scheme) -> list[Problem]:
    """All findings as problems with paths; `parse_scheme` adds lines and columns."""
    return [
        Problem(found.code, found.what, found.mend, Place(path=spelled(found.path)), found.severity)
        for found in findings(scheme)
    ]


def findings(scheme: Scheme) -> list[Finding]:
    """Everything that is wrong with a scheme whose types are right."""
    found: list[Finding] = []
    for checked in CHECKS:
        found += checked(scheme)
    return found


def ids(scheme: Scheme) -> Iterator[Finding]:
    for key in ("statuses", "batches", "industries", "records", "pillars", "vetoes", "tiers", "screening"):
        yield from repeated((key,), [entry.id for entry in getattr(scheme, key)])
    yield from repeated(("review", "stages"), [stage.id for stage in scheme.review.stages])
    yield from repeated(("outlook", "candidates"), [entry.id for entry in scheme.outlook.candidates])
    yield from repeated(("register",), [spec.id for spec in scheme.register_fields])
    seen: set[str] = set()
    for p, pillar in enumerate(scheme.pillars):
        for n, indicator in enumerate(pillar.indicators):
            if indicator.id in seen or any(indicator.id == other.id for other in scheme.pillars):
                what = M("{name} is used twice.", name=indicator.id)
                path: Path = ("pillars", p, "indicators", n, "id")
                yield Finding(path, "scheme.duplicate_id", what, M("Each must be used once only."))
            seen.add(indicator.id)


def sums(scheme: Scheme) -> Iterator[Finding]:
    for n, pillar in enumerate(scheme.pillars):
        inner = sum((i.points for i in pillar.indicators if not i.bonus), Decimal(0))
        if inner != pillar.points:
            what = M(
                "The indicators of {pillar} add up to {sum} points, not {points}.",
                pillar=pillar.title, sum=inner, points=pillar.points,
            )  # fmt: skip
            mend = M("Change the points of the indicators or of the pillar. Bonus indicators do not count.")
            yield Finding(("pillars", n, "points"), "scheme.pillar_sum", what, mend, of_the_whole=True)
    whole = sum((pillar.points for pillar in scheme.pillars), Decimal(0))
    if whole != scheme.points:
        what = M("The pillars add up to {sum} points, not {points}.", sum=whole, points=scheme.points)
        mend = M("Change the points of the pillars or of the scheme.")
        yield Finding(("points",), "scheme.total_sum", what, mend, of_the_whole=True)


def places(scheme: Scheme) -> Iterator[Finding]:
    """Points finer than hundredths, wherever they stand."""
    for p, pillar in enumerate(scheme.pillars):
        for n, indicator in enumerate(pillar.indicators):
            if indicator.points * 100 % 1:
                what = M("{points} has more than two decimals.", points=indicator.points)
                mend = M("Points are whole hundredths at the finest.")
                yield Finding(("pillars", p, "indicators", n, "points"), "scheme.too_fine", what, mend)


def dates(scheme: Scheme) -> Iterator[Finding]:
    for path, first, last in (
        (("period", "ends"), scheme.period.starts, scheme.period.ends),
        (("filing", "closes"), scheme.filing.opens, scheme.filing.closes),
    ):
        if last < first:
            what = M("It ends on {last}, before it begins on {first}.", last=last, first=first)
            yield Finding(path, "scheme.dates", what, M("Exchange the two days or correct one."))
    if scheme.filing.closes < scheme.period.starts:
        what = M("Filing closes before the period begins.")
        yield Finding(("filing", "closes"), "scheme.dates", what, M("Let filing close after the period begins."))
    if scheme.filing.timezone not in available_timezones():
        what = M("There is no time zone {name}.", name=scheme.filing.timezone)
        yield Finding(("filing", "timezone"), "scheme.timezone", what, M("Write it as in Asia/Shanghai."))


def tiers(scheme: Scheme) -> Iterator[Finding]:
    bounds = [tier.at_least for tier in scheme.tiers]
    for n, (above, below) in enumerate(pairwise(bounds), 1):
        if above == below:
            what = M("Two tiers begin at {points}: they overlap.", points=below)
            yield Finding(
                ("tiers", n, "at_least"), "scheme.tier_overlap", what, M("Give each tier its own lower bound.")
            )
        elif above < below:
            what = M("This tier begins at {points}, above the tier before it.", points=below)
            yield Finding(
                ("tiers", n, "at_least"), "scheme.tier_order", what, M("List the tiers from the highest down.")
            )
    if min(bounds) > 0:
        what = M("Scores below {points} fall into no tier.", points=min(bounds))
        mend = M("Let the lowest tier begin at 0.")
        yield Finding(("tiers", len(bounds) - 1, "at_least"), "scheme.tier_gap", what, mend, of_the_whole=True)
    grain = Decimal(1).scaleb(-scheme.rounding.decimals)
    for n, tier in enumerate(scheme.tiers):
        if not 0 <= tier.at_least <= scheme.points:
            what = M("{points} lies outside 0 to {total}.", points=tier.at_least, total=scheme.points)
            yield Finding(
                ("tiers", n, "at_least"), "scheme.tier_bound", what, M("Choose a bound that a score can have.")
            )
        elif tier.at_least % grain:
            what = M("No rounded score can be {points}.", points=tier.at_least)
            mend = M("Use a bound with as many decimals as scores are rounded to.")
            yield Finding(("tiers", n, "at_least"), "scheme.tier_bound", what, mend)
    yield from repeated(("tiers",), [tier.colour.lower() for tier in scheme.tiers], "colour")


NEEDED = {
    "filed": (),
    "in_time": (),
    "records": ("of", "at_least"),
    "coverage": ("at_least",),
    "complete": ("at_least",),
}


def screening(scheme: Scheme) -> Iterator[Finding]:
    if scheme.screening[0].kind != "filed":
        what = M("The first screening rule must ask whether the unit has filed.")
        yield Finding(("screening", 0, "kind"), "scheme.screening_first", what, M("Begin with a rule of kind filed."))
    for n, rule in enumerate(scheme.screening):
        path: Path = ("screening", n)
        for key in NEEDED[rule.kind]:
            if getattr(rule, key) is None:
                what = M("A rule of kind {kind} needs the key {key}.", kind=rule.kind, key=key)
                yield Finding(path, "scheme.screening_key", what, M("Add {key} to this group.", key=key))
        yield from _screening_names(scheme, path, rule)


def _screening_names(scheme: Scheme, path: Path, rule: ScreeningRule) -> Iterator[Finding]:
    if rule.of is not None:
        yield from unknown((*path, "of"), M("record type"), rule.of, [kind.id for kind in scheme.records])
    if rule.pillar is not None:
        yield from unknown((*path, "pillar"), M("pillar"), rule.pillar, [pillar.id for pillar in scheme.pillars])
    count = sum(len(p.indicators) for p in scheme.pillars if rule.pillar in (None, p.id))
    if rule.kind == "coverage" and rule.at_least is not None and rule.at_least > count > 0:
        what = M("The rule asks for {asked} indicators, but there are {count}.", asked=rule.at_least, count=count)
        mend = M("Nobody could be evaluated; ask for fewer.")
        yield Finding((*path, "at_least"), "scheme.screening_bound", what, mend, of_the_whole=True)
    if rule.kind == "complete" and rule.at_least is not None and not 0 <= rule.at_least <= 100:
        what = M("{value} is no percentage.", value=rule.at_least)
        yield Finding((*path, "at_least"), "scheme.screening_bound", what, M("Give a number from 0 to 100."))


def review(scheme: Scheme) -> Iterator[Finding]:
    marked = [stage for stage in scheme.review.stages if stage.kind == "marks"]
    if marked and not any(stage.weight > 0 for stage in marked):
        what = M("No stage of marks has any weight.")
        yield Finding(
            ("review", "stages"), "scheme.review_weight", what, M("Give at least one stage a weight above 0.")
        )
    for n, stage in enumerate(scheme.review.stages):
        if stage.weight < 0:
            what = M("A weight cannot be negative.")
            yield Finding(("review", "stages", n, "weight"), "scheme.review_weight", what, M("Give 0 or more."))
        if stage.kind == "decisions" and n != len(scheme.review.stages) - 1:
            what = M("The meeting stands before a stage of marks.")
            yield Finding(
                ("review", "stages", n), "scheme.review_order", what, M("Put the meeting last; its decision is final.")
            )
        if stage.sees.evidence and not stage.sees.names:
            what = M("{stage} hides names, and shows files of evidence that hold them.", stage=stage.title)
            mend = M("Leave evidence out, or have it filed without names; what files hold cannot be masked.")
            yield Finding(("review", "stages", n, "sees", "evidence"), "scheme.evidence_names", what, mend, "warning")
        if stage.across_groups and not any(s.kind == "marks" for s in scheme.review.stages[:n]):
            what = M("There is no earlier stage of marks to cross groups with.")
            yield Finding(
                ("review", "stages", n, "across_groups"), "scheme.review_order", what, M("Remove across_groups here.")
            )
    flags = [spec.id for spec in scheme.register_fields if spec.type == "yes_no"]
    if scheme.review.council is not None:
        yield from unknown(("review", "council"), M("yes/no field of the register"), scheme.review.council, flags)
    for key, value in scheme.review.differences:
        if isinstance(value, Decimal) and value <= 0:
            what = M("A limit of {value} would send every unit to the meeting.", value=value)
            mend = M("Give a limit above 0, or leave the rule out.")
            yield Finding(("review", "differences", key), "scheme.difference_limit", what, mend)


def applicability(scheme: Scheme) -> Iterator[Finding]:
    batches, industries = [b.id for b in scheme.batches], [i.id for i in scheme.industries]
    for p, pillar in enumerate(scheme.pillars):
        for n, indicator in enumerate(pillar.indicators):
            path: Path = ("pillars", p, "indicators", n, "applies")
            for m, name in enumerate(indicator.applies.batches):
                yield from unknown((*path, "batches", m), M("batch"), name, batches)
            for m, name in enumerate(indicator.applies.industries):
                yield from unknown((*path, "industries", m), M("industry"), name, industries)
            inside = limited(indicator) and indicator.applies.redistribute == "pillar"
            if inside and not _receivers(pillar.indicators, indicator):
                what = M("No indicator of this pillar can take the points of {name}.", name=indicator.title)
                mend = M("Choose redistribute: total or none, or let another indicator apply everywhere.")
                yield Finding((*path, "redistribute"), "scheme.no_receiver", what, mend, of_the_whole=True)


def limited(indicator: Indicator) -> bool:
    """Whether an indicator applies to some units only."""
    return bool(indicator.applies.batches or indicator.applies.industries)


def _receivers(indicators: tuple[Indicator, ...], giver: Indicator) -> bool:
    return any(other.id != giver.id and not other.bonus and not limited(other) for other in indicators)


def outlook(scheme: Scheme) -> Iterator[Finding]:
    known = [tier.id for tier in scheme.tiers]
    for n, entry in enumerate(scheme.outlook.candidates):
        path: Path = ("outlook", "candidates", n)
        for m, name in enumerate(entry.tiers):
            yield from unknown((*path, "tiers", m), M("tier"), name, known)
        if not entry.tiers and not entry.not_evaluated and entry.score_at_least is None:
            what = M("This list has no condition, so every unit would be on it.")
            yield Finding(path, "scheme.candidates_open", what, M("Name tiers, not_evaluated or score_at_least."))
    for n, earlier in enumerate(scheme.outlook.earlier_tiers):
        for name in earlier.at_least:
            yield from unknown(("outlook", "earlier_tiers", n, "at_least", name), M("tier"), name, known)
    for n, veto in enumerate(scheme.vetoes):
        yield from unknown(("vetoes", n, "at_most"), M("tier"), veto.at_most, known)
    elements = [p.id for p in scheme.pillars] + [i.id for i in scheme.indicators]
    for n, name in enumerate(scheme.ties.chain):
        yield from unknown(("ties", "chain", n), M("pillar or indicator"), name, elements)
    if scheme.ties.method == "chain" and not scheme.ties.chain:
        what = M("A chain of tie-breaks is asked for but not given.")
        yield Finding(("ties",), "scheme.chain_empty", what, M("List pillars or indicators in chain."))


def report(scheme: Scheme) -> Iterator[Finding]:
    pillars, tier_ids = [p.id for p in scheme.pillars], [t.id for t in scheme.tiers]
    if scheme.report.driver is not None:
        yield from unknown(("report", "driver"), M("pillar"), scheme.report.driver, pillars)
    for n, entry in enumerate(scheme.report.activity_tables):
        yield from unknown(("report", "activity_tables", n, "pillar"), M("pillar"), entry.pillar, pillars)
        for m, name in enumerate(entry.tiers):
            yield from unknown(("report", "activity_tables", n, "tiers", m), M("tier"), name, tier_ids)
    lists = [entry.id for entry in scheme.outlook.candidates]
    for n, advice in enumerate(scheme.report.recommendations):
        if advice.rests_on is not None:
            path: Path = ("report", "recommendations", n, "rests_on")
            yield from unknown(path, M("candidates list"), advice.rests_on, lists)


CHECKS: tuple[Callable[[Scheme], Iterator[Finding]], ...] = (
    ids,
    sums,
    places,
    dates,
    tiers,
    screening,
    review,
    applicability,
    outlook,
    report,
    fact_findings,
    standard_findings,
)

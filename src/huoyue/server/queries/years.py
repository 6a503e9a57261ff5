"""All periods side by side: those of frozen rounds that somebody may see, and those that were published before."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

import polars as pl

from huoyue.core.analysis.history import by_number, earlier_tiered
from huoyue.core.message import M, Message, Title
from huoyue.core.refusal import Refusal
from huoyue.core.scheme.compare import Comparison, compare
from huoyue.core.scheme.model import Scheme
from huoyue.core.tables import EARLIER
from huoyue.server.models import Alliance, Frozen, Round
from huoyue.server.queries.doors import ABSENT, visible_rounds
from huoyue.server.queries.earlier import visible_earlier
from huoyue.server.queries.outcomes import codes_now, frozen_rounds, outcome_of, period_of, places_now, plain_period
from huoyue.server.queries.people import Person
from huoyue.server.queries.register import register_door, register_scheme
from huoyue.server.queries.schemes import scheme_of

NOT_EVALUATED, UNKNOWN = "not_evaluated", "unknown"


@dataclass(frozen=True)
class Result:
    """What an alliance came to in a period. `rank` is a round's own, or the place among the scores that are known."""

    score: int | None = None
    tier: str | None = None
    rank: int | None = None
    basis: str = "evidenced"
    source: str = ""

    @property
    def evaluated(self) -> bool:
        return self.score is not None or self.tier is not None


@dataclass
class Period:
    """A period with what is known of it: a frozen round of this installation, or results published before it."""

    label: str
    results: dict[str, Result]
    """By the code of the alliance as it is today; not in it: nothing is known."""
    round: Round | None = None
    frozen: Frozen | None = None
    scheme: Scheme | None = None
    comparison: Comparison | None = None
    """How its scheme differs from that of the newest round; None where its scheme is not known."""
    titles: Mapping[str, Title] = field(default_factory=dict)

    @property
    def ranked(self) -> int:
        """How many scores are known."""
        return sum(result.score is not None for result in self.results.values())

    @property
    def evaluated(self) -> int:
        return sum(result.evaluated for result in self.results.values())

    def counts(self) -> dict[str, int]:
        """How many results there are by tier id, NOT_EVALUATED and UNKNOWN (a score that cannot be read as a tier)."""
        return dict(Counter(tier_or_state(result) for result in self.results.values()))

    @property
    def comparability(self) -> Message:
        """What may be compared with the newest round."""
        if self.comparison is None:
            return M("The scheme of that period is not known here: tiers can be compared, scores cannot.")
        if self.comparison.totals_comparable:
            return M("Same indicators, standards, tiers and rounding: scores can be compared.")
        if self.comparison.count("same") == len(self.comparison.pairs):
            return M("Same indicators, but other tiers, rounding or stages: tiers can be compared, scores cannot.")
        return M(
            "{same} of {all} indicators have the same standard and points: tiers can be compared, scores cannot.",
            same=self.comparison.count("same"), all=len(self.comparison.pairs),
        )  # fmt: skip


def tier_or_state(result: Result) -> str:
    """The tier; or that it was not evaluated, or that its score cannot be read as one."""
    return result.tier or (UNKNOWN if result.evaluated else NOT_EVALUATED)


@dataclass
class Years:
    """Every period, the earliest first; the newest frozen round sets the words for tiers."""

    scheme: Scheme
    periods: list[Period]

    @property
    def newest(self) -> Period | None:
        """The period of the newest frozen round."""
        rounds = [period for period in self.periods if period.frozen is not None]
        return rounds[-1] if rounds else None

    @property
    def tiers(self) -> list[str]:
        """Every tier of any period: those of the newest scheme from the top, then others."""
        own = [tier.id for tier in sorted(self.scheme.tiers, key=lambda tier: tier.at_least, reverse=True)]
        found = [name for period in reversed(self.periods) for name in sorted(period.counts())]
        return [name for name in dict.fromkeys([*own, *found]) if name not in (NOT_EVALUATED, UNKNOWN)]


def years_of(person: Person) -> Years:
    """All periods that somebody may see. A frozen round wins over results that were published for its period."""
    rounds = frozen_rounds(visible_rounds(person))
    scheme = outcome_of(rounds[0][1]).scheme if rounds else register_scheme()
    periods = _published(person, scheme)
    for round_, frozen in reversed(rounds):
        found = _round_period(round_, frozen, scheme)
        before = periods.get(found.label)
        found.results = (before.results if before else {}) | found.results
        periods[found.label] = found
    return Years(scheme, sorted(periods.values(), key=_order))


def _order(period: Period) -> list[tuple[int, str]]:
    return by_number(period.label)


def _round_period(round_: Round, frozen: Frozen, newest: Scheme) -> Period:
    """The period of a frozen round."""
    outcome = outcome_of(frozen)
    places = places_now(outcome, codes_now())
    results = {code: Result(place.score, place.tier, place.rank) for code, place in places.items()}
    label = period_of(scheme_of(round_).period.label, newest)
    titles = {tier.id: tier.title for tier in outcome.scheme.tiers}
    return Period(label, results, round_, frozen, outcome.scheme, compare(outcome.scheme, newest), titles)


def _published(person: Person, scheme: Scheme) -> dict[str, Period]:
    """The periods of published results, read by their own borders as the scheme knows them."""
    kept = list(visible_earlier(person))
    rows = [
        {"unit": one.alliance.code, "period": period_of(one.period, scheme), "score": one.score,
         "tier": one.tier or None, "basis": one.basis}
        for one in kept
    ]  # fmt: skip
    frame = earlier_tiered(scheme, EARLIER.frame(_once(rows)))
    ranked = frame.with_columns(rank=pl.col("score").rank("min", descending=True).over("period").cast(pl.Int64()))
    sources = {(one.alliance.code, period_of(one.period, scheme)): one.source for one in kept}
    titles = {tier.id: tier.title for tier in scheme.tiers}
    periods: dict[str, Period] = {}
    for row in ranked.iter_rows(named=True):
        period = periods.setdefault(row["period"], Period(row["period"], {}, titles=titles))
        source = sources[row["unit"], row["period"]]
        period.results[row["unit"]] = Result(row["score"], row["tier"], row["rank"], row["basis"], source)
    return periods


def _once(rows: Iterable[Mapping[str, object]]) -> list[dict[str, object]]:
    """One row for each alliance and period, should two spellings of a period be kept."""
    return [dict(row) for row in {(row["unit"], row["period"]): row for row in rows}.values()]


def overruled(person: Person) -> set[tuple[str, str]]:
    """(code, period) of which a frozen round says what holds, whatever was published."""
    now, found = codes_now(), set()
    for round_, frozen in frozen_rounds(visible_rounds(person)):
        period = plain_period(scheme_of(round_).period.label.zh)
        found |= {(now.get(code, code), period) for code in outcome_of(frozen).places}
    return found


def alliances_listed(*, query: str = "", batch: str = "", industry: str = "") -> list[Alliance]:
    """The alliances of the register, those that left as well, by any name, batch and industry."""
    found = Alliance.objects.filter(merged_into=None).prefetch_related("names")
    if batch:
        found = found.filter(batch=batch)
    if industry:
        found = found.filter(industry=industry)
    wanted = query.casefold()
    return [one for one in found if not wanted or any(wanted in text.casefold() for text in _spellings(one))]


def _spellings(alliance: Alliance) -> list[str]:
    return [alliance.code, alliance.name, *(other.name for other in alliance.names.all())]


def alliance_years_door(person: Person, *, unit: str) -> Alliance | Refusal:
    """An alliance for those who see all years: like the register's own door, and for the panel's chair as well."""
    if person.role != "chair":
        return register_door(person, unit=unit)
    return Alliance.objects.filter(code=unit, merged_into=None).first() or ABSENT

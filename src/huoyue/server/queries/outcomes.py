"""What frozen rounds came to, in brief and kept in memory, and the results of earlier periods that a round is set
against: those of this installation's frozen rounds, and those that were published before it."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from huoyue.core.analysis.history import by_number
from huoyue.core.message import Title
from huoyue.core.scheme.compare import compare
from huoyue.core.scheme.model import Scheme
from huoyue.server.models import Alliance, EarlierResult, Frozen, Round, Stage
from huoyue.server.queries.schemes import digest_of_scheme, scheme_of
from huoyue.server.queries.shelf import latest, snapshot_of

Row = dict[str, Any]
YEAR_WORDS = re.compile(r"\s*(年度|年)$")


@dataclass(frozen=True)
class Place:
    """What a unit came to in a frozen round: score in hundredths, tier id and rank; nothing if it was not evaluated."""

    name: str
    score: int | None = None
    tier: str | None = None
    rank: int | None = None


@dataclass(frozen=True)
class Outcome:
    """A frozen round in brief. `places` holds every unit that was screened, by code."""

    scheme: Scheme
    scheme_digest: str
    places: dict[str, Place]


def plain_period(label: str) -> str:
    """The label of a period without the word for year, so that 2025, 2025年 and 2025年度 are one."""
    return YEAR_WORDS.sub("", " ".join(label.split()))


def period_of(label: Title | str, by: Scheme | None = None) -> str:
    """A period as text: as the scheme `by` names it among its earlier periods, else without the word for year."""
    plain = plain_period(label.zh if isinstance(label, Title) else label)
    known = {plain_period(rule.period): rule.period for rule in by.outlook.earlier_tiers} if by else {}
    return known.get(plain, plain)


@lru_cache(maxsize=40)
def _read(file_digest: str, pk: int) -> Outcome:
    """Read a snapshot once; its bytes are checked then, and they never change."""
    del file_digest
    snapshot = snapshot_of(Frozen.objects.get(pk=pk))
    names = dict(snapshot.facts.units.select("unit", "name").iter_rows())
    places = {unit: Place(names.get(unit, unit)) for unit in snapshot.results["screening"]["unit"].to_list()}
    for unit, score, tier, rank in snapshot.results["scores"].select("unit", "score", "tier", "rank").iter_rows():
        places[unit] = Place(names.get(unit, unit), score, tier, rank)
    return Outcome(snapshot.scheme, digest_of_scheme(snapshot.scheme_text), places)


def outcome_of(frozen: Frozen) -> Outcome:
    """What a snapshot says, in brief. Refused if a byte of its file changed since it was cut."""
    return _read(frozen.file_digest, frozen.pk)


def frozen_rounds(rounds: Iterable[Round]) -> list[tuple[Round, Frozen]]:
    """The real rounds among `rounds` that are frozen, with the snapshot that holds, the latest period first."""
    found = [(one, latest(one)) for one in rounds if one.stage == Stage.FROZEN and not one.practice]
    pairs = [(one, frozen) for one, frozen in found if frozen is not None]
    return sorted(pairs, key=lambda pair: scheme_of(pair[0]).period.ends, reverse=True)


def rounds_before(round_: Round) -> list[tuple[Round, Frozen]]:
    """Frozen rounds whose period ended before this one's, one for each period, the latest first."""
    ends, own = scheme_of(round_).period.ends, period_of(scheme_of(round_).period.label)
    by_period: dict[str, tuple[Round, Frozen]] = {}
    for one, frozen in frozen_rounds(Round.objects.filter(stage=Stage.FROZEN).exclude(pk=round_.pk)):
        period = period_of(scheme_of(one).period.label)
        if scheme_of(one).period.ends < ends and period != own:
            by_period.setdefault(period, (one, frozen))
    return list(by_period.values())


def places_now(outcome: Outcome, now: Mapping[str, str]) -> dict[str, Place]:
    """The places of a frozen round by today's codes; where both of a merged pair have one, that of the one that stays
    counts."""
    merged = {now[code]: place for code, place in outcome.places.items() if now.get(code, code) != code}
    return merged | {code: place for code, place in outcome.places.items() if now.get(code, code) == code}


def codes_now() -> dict[str, str]:
    """The code of every alliance, and under that of one that was merged the code of the one it became part of."""
    rows = Alliance.objects.values_list("code", "merged_into__code")
    return {code: into or code for code, into in rows}


def earlier_rows(round_: Round, codes: Iterable[str]) -> Iterator[Row]:
    """EARLIER of a round, by register order and period. What a frozen round says wins over what was published."""
    scheme, wanted = scheme_of(round_), {code: place for place, code in enumerate(codes)}
    rows: dict[tuple[str, str], Row] = {
        (unit, period): {"unit": unit, "period": period, "score": one.score, "tier": one.tier or None,
                         "basis": one.basis}
        for unit, period, one in published_before(scheme, wanted)
    }  # fmt: skip
    now = codes_now()
    for earlier, frozen in rounds_before(round_):
        period = period_of(scheme_of(earlier).period.label, scheme)
        for unit, place in places_now(outcome_of(frozen), now).items():
            if unit in wanted:
                rows[unit, period] = {"unit": unit, "period": period, "score": place.score, "tier": place.tier,
                                      "basis": "evidenced"}  # fmt: skip
    yield from sorted(rows.values(), key=lambda row: (wanted[row["unit"]], row["period"]))


def published_before(scheme: Scheme, codes: Iterable[str]) -> Iterator[tuple[str, str, EarlierResult]]:
    """(alliance, period, result) of what was published on periods before the scheme's own."""
    published = EarlierResult.objects.filter(alliance__code__in=list(codes)).select_related("alliance")
    for one in published:
        if is_before(one.period, scheme):
            yield one.alliance.code, period_of(one.period, scheme), one


def source_rows(round_: Round, codes: Iterable[str]) -> Iterator[Row]:
    """EARLIER_SOURCES of a round: in which documents the results were published that no frozen round says instead."""
    scheme, now = scheme_of(round_), codes_now()
    held = {(unit, period_of(scheme_of(earlier).period.label, scheme))
            for earlier, frozen in rounds_before(round_) for unit in places_now(outcome_of(frozen), now)}  # fmt: skip
    found = Counter((period, one.source) for unit, period, one in published_before(scheme, codes)
                    if one.source and (unit, period) not in held)  # fmt: skip
    yield from ({"period": period, "source": source, "results": n} for (period, source), n in sorted(found.items()))


def is_before(period: str, scheme: Scheme) -> bool:
    """Whether a published period lies before the scheme's own, as far as its label tells."""
    own, plain = period_of(scheme.period.label), plain_period(period)
    numbered = any(sign.isdecimal() for sign in own) and any(sign.isdecimal() for sign in plain)
    return plain != own and not (numbered and by_number(plain) > by_number(own))


def scheme_rows(round_: Round) -> Iterator[Row]:
    """EARLIER_SCHEMES of a round: how far the schemes of its earlier frozen rounds are comparable with its own."""
    scheme = scheme_of(round_)
    for earlier, frozen in rounds_before(round_):
        before = outcome_of(frozen)
        found = compare(before.scheme, scheme)
        yield {
            "period": period_of(scheme_of(earlier).period.label, scheme), "scheme": before.scheme.id,
            "digest": before.scheme_digest, "scores_comparable": found.totals_comparable,
            "same": found.count("same"), "rescaled": found.count("rescaled", "renamed"),
            "changed": found.count("changed", "new", "retired"),
        }  # fmt: skip

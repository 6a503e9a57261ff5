"""Results of earlier years: those that are kept, and which alliance of the register each name of a list means."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from difflib import SequenceMatcher
from typing import Any, Literal

from django.db.models import Q, QuerySet

from huoyue.core.filing.names import Names
from huoyue.core.filing.values import folded
from huoyue.core.refusal import Refusal
from huoyue.core.scheme.model import Scheme
from huoyue.server.models import Alliance, AllianceName, EarlierResult
from huoyue.server.queries.doors import ABSENT, READS_ALL
from huoyue.server.queries.outcomes import plain_period
from huoyue.server.queries.people import Person

How = Literal["code", "name", "alias", "former", "former_late", "short", "several", "like"]
"""How a name was matched. former_late: the alliance gave the name up before the period; several: others share it."""
Certainty = Literal["sure", "likely", "none"]
NEAR, AT_MOST = 0.55, 5
"""How alike names have to be to be proposed, and how many proposals a name gets."""


@dataclass(frozen=True)
class Candidate:
    """An alliance that a name may mean, and why."""

    code: str
    name: str
    how: How


@dataclass
class Match:
    """A name of a list and what it may mean: one alliance for sure, some that are likely, or none."""

    name: str
    certainty: Certainty
    candidates: list[Candidate] = field(default_factory=list)


@dataclass
class Book:
    """The register's names, as a list of results is read with them."""

    scheme: Scheme
    alliances: dict[str, str]
    """Code -> name."""
    spelt: dict[str, list[tuple[str, How, int | None]]]
    """Folded spelling -> (code, how it is that alliance's, the year in which it gave the name up)."""
    short: dict[str, set[str]]
    names: Names


def book_of(scheme: Scheme) -> Book:
    """The names of today's register: codes, names, aliases, former names with the year until which they held."""
    alliances = dict(Alliance.objects.filter(merged_into=None).values_list("code", "name"))
    spelt: dict[str, list[tuple[str, How, int | None]]] = defaultdict(list)
    short: dict[str, set[str]] = defaultdict(set)
    names = Names((), scheme.words.suffixes)
    for code, name in alliances.items():
        spelt[folded(code)].append((code, "code", None))
        spelt[folded(name)].append((code, "name", None))
        short[names.shortened(name)].add(code)
    others = AllianceName.objects.select_related("alliance__merged_into")
    for other in others:
        owner = other.alliance.merged_into or other.alliance
        until = other.until.year if other.until else None
        spelt[folded(other.name)].append((owner.code, "alias" if other.kind == "alias" else "former", until))
        short[names.shortened(other.name)].add(owner.code)
    return Book(scheme, alliances, spelt, short, names)


def year_of(period: str) -> int | None:
    """The first year that the label of a period names."""
    found = re.search(r"\d{4}", period)
    return int(found[0]) if found else None


def matched(book: Book, name: str, period: str) -> Match:
    """What a name means. Spelling, blanks, brackets and the network's usual endings do not matter.

    Sure is what only one alliance is called by: its name, an alias, a name it still had in that period, or one of
    these without the usual ending. A name given up before the period, one that several have, and names that are merely
    alike are likely and wait for a person.
    """
    exact = book.spelt.get(folded(name), [])
    codes = list(dict.fromkeys(code for code, _, _ in exact))
    if len(codes) == 1:
        _, how, until = min(exact, key=lambda one: ("code", "name", "alias", "former").index(one[1]))
        year = year_of(period)
        if how == "former" and until is not None and year is not None and year > until:
            return Match(name, "likely", [_candidate(book, codes[0], "former_late")])
        return Match(name, "sure", [_candidate(book, codes[0], how)])
    if not codes and len(shortened := book.short.get(book.names.shortened(name), set())) == 1:
        return Match(name, "sure", [_candidate(book, next(iter(shortened)), "short")])
    codes = codes or sorted(book.short.get(book.names.shortened(name), set()))
    if codes:
        return Match(name, "likely", [_candidate(book, code, "several") for code in codes[:AT_MOST]])
    return _alike(book, name)


def _alike(book: Book, name: str) -> Match:
    """Alliances with names that look like this one, the most alike first; the usual endings are left out of it."""
    plain = book.names.shortened(name)
    graded = sorted(((likeness(plain, spelling), spelling) for spelling in book.short), reverse=True)
    near = [spelling for grade, spelling in graded[:AT_MOST] if grade >= NEAR]
    codes = list(dict.fromkeys(code for spelling in near for code in sorted(book.short[spelling])))
    found = [_candidate(book, code, "like") for code in codes[:AT_MOST]]
    return Match(name, "likely" if found else "none", found)


def likeness(one: str, other: str) -> float:
    """How alike two names are, from 0 to 1: by what they share in order, or, in Chinese, in any order; 0.9 where one
    holds the other."""
    if min(len(one), len(other)) >= 2 and (one in other or other in one):
        return 0.9
    shared = sum((Counter(one) & Counter(other)).values()) * 2 / (len(one) + len(other) or 1)
    if shared < NEAR:  # what is shared in order is never more
        return shared
    return max(SequenceMatcher(None, one, other).ratio(), 0.0 if one.isascii() else shared * 0.8)


def _candidate(book: Book, code: str, how: How) -> Candidate:
    return Candidate(code, book.alliances.get(code, code), how)


def tier_words(scheme: Scheme) -> dict[str, str]:
    """What tiers are called, folded -> tier id: ids, titles and short titles, and ids of earlier periods."""
    words = {folded(name): name for rule in scheme.outlook.earlier_tiers for name in rule.at_least}
    for tier in scheme.tiers:
        spellings = (tier.id, tier.title.zh, tier.title.en, tier.short.zh, tier.short.en)
        words |= {folded(spelling): tier.id for spelling in spellings}
    return words


@dataclass(frozen=True)
class Kept:
    """What becomes of a row that means an alliance: a new result, the same, or a correction of one that is kept."""

    state: Literal["new", "same", "correction"]
    before: EarlierResult | None = None


def fates(rows: Sequence[tuple[str, str, int | None, str]]) -> list[Kept]:
    """What becomes of each (code, period, score, tier) against what is kept already."""
    codes = {code for code, _, _, _ in rows}
    known = {
        (one.alliance.code, plain_period(one.period)): one
        for one in EarlierResult.objects.filter(alliance__code__in=codes).select_related("alliance")
    }
    return [_fate(known.get((code, plain_period(period))), score, tier) for code, period, score, tier in rows]


def _fate(before: EarlierResult | None, score: int | None, tier: str) -> Kept:
    if before is None:
        return Kept("new")
    return Kept("same" if (before.score, before.tier) == (score, tier) else "correction", before)


def visible_earlier(person: Person, *, period: str = "", query: str = "") -> QuerySet[EarlierResult]:
    """Earlier results that somebody may see, of one period and by any name."""
    if person.role not in {*READS_ALL, "chair"}:
        return EarlierResult.objects.none()
    found = EarlierResult.objects.select_related("alliance", "by").order_by("-period", "alliance__position")
    if period:
        found = found.filter(period=period)
    if query:
        words = Q(name__icontains=query) | Q(alliance__name__icontains=query) | Q(alliance__code__icontains=query)
        found = found.filter(words)
    return found


def earlier_door(person: Person, *, result: int) -> EarlierResult | Refusal:
    """One earlier result."""
    return visible_earlier(person).filter(pk=result).first() or ABSENT


def chosen_code(book: Book, typed: str) -> str | None:
    """The alliance whose code or exact name somebody typed; None if it is none, or not certain."""
    codes = {code for code, _, _ in book.spelt.get(folded(typed), [])}
    return next(iter(codes)) if len(codes) == 1 else None


def periods_of(rows: Iterable[Mapping[str, Any]], period: str) -> list[str]:
    """The period of every row: its own, else that of the whole file."""
    return [plain_period(str(row.get("period") or "")) or plain_period(period) for row in rows]

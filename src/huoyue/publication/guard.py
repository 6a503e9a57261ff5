"""What people wrote is looked through before it leaves: for names, numbers and reasons that an edition does not hold.

What is computed cannot let anything out, since it is not there (`redaction`, `public_data`). What is typed can. So a
text is refused when it holds the name of an expert, of somebody who filed, or of an objector, an address or a number
of theirs, or the reason of a mark or a decision; and when it names a unit and, in the same paragraph, what is withheld
of it. The rules are coarse on purpose: they rather ask once too often.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from huoyue.core.message import M, Message, Title, Value
from huoyue.core.scheme.model import Scheme
from huoyue.core.tables import Facts
from huoyue.publication.written import Secret
from huoyue.report.passages import plain
from huoyue.snapshot.store import Snapshot

LONGEST = 60
SHORTEST_NAME, SHORTEST_TEXT, SHORTEST_NUMBER = 2, 8, 7
"""Signs of a name, of a reason or record, and digits of a number, below which a text proves nothing."""
HAN = re.compile(r"[\u3400-\u9fff\U00020000-\U0003ffff]")
NUMBER = re.compile(r"[0-9]|[零〇一二三四五六七八九十百两]+分|[满零]分")
RANK = re.compile(
    r"名次|排名|位列|位居|并列第|第[0-9一二三四五六七八九十百]+[名位]"
    r"|\brank|\bplaced\b|\b(?:first|last|\d+(?:st|nd|rd|th)) place\b"
)
MARK = re.compile(r"专家|评委|打分|\bexperts?\b|\bmarks?\b|\bpanell?ists?\b")
SAID: dict[str, Message] = {
    "expert": M("{where} names an expert: {found}."),
    "contact": M("{where} holds the name, address or number of somebody at an alliance: {found}."),
    "objector": M("{where} names somebody who objected, or how to reach them: {found}."),
    "reason": M("{where} repeats the reason of a mark or a decision: {found}."),
    "record": M("{where} repeats what an alliance filed: {found}."),
}


@dataclass(frozen=True)
class Guard:
    """What no text of an edition may hold, in a round of which `open_kinds` leave."""

    scheme: Scheme
    units: Mapping[str, tuple[str, ...]]
    """Name -> all its names."""
    periods: tuple[str, ...]
    secrets: tuple[Secret, ...]
    open_kinds: frozenset[str]

    def leaks(self, where: Message, text: str) -> Iterator[Message]:
        """Everything in a paragraph that must not leave, as sentences about `where` it stands."""
        told = Text(plain(text), text)
        for secret in self.secrets:
            if told.holds(secret.text):
                yield Message(SAID[secret.kind].text, {"where": where, "found": short(secret.text)})
        for unit in (name for name, names in self.units.items() if any(told.holds(one) for one in names)):
            yield from self.of_unit(where, told, unit)

    def of_unit(self, where: Message, told: Text, unit: str) -> Iterator[Message]:
        """What a paragraph that names a unit says of it beyond what is open."""
        about: dict[str, Value] = {"where": where, "unit": unit}
        numbers = bool(NUMBER.search(told.without(self.units[unit])))
        if numbers:
            points = (one for one in self.withheld_points() if told.names(one))
            yield from (M("{where} names {unit} with a number and {title}; points on it are withheld.", **about,
                          title=one) for one in points)  # fmt: skip
        if numbers and MARK.search(told.words):
            yield M("{where} names {unit} with a number and experts or marks; marks are let out by no choice.", **about)
        if "ranks" not in self.open_kinds and RANK.search(told.words):
            yield M("{where} speaks of the rank of {unit}; ranks are withheld.", **about)
        if "history" not in self.open_kinds:
            yield from (M("{where} speaks of {unit} in {period}; earlier results are withheld.", **about, period=one)
                        for one in self.periods if told.holds(one))  # fmt: skip
        if "candidates" not in self.open_kinds:
            lists = (one.title for one in self.scheme.outlook.candidates)
            yield from (M("{where} names {unit} and the list {title}; such lists are withheld.", **about, title=one)
                        for one in lists if told.names(one))  # fmt: skip

    def withheld_points(self) -> Iterator[Title]:
        """What points are given for and not published."""
        if "indicators" not in self.open_kinds:
            yield from (one.title for one in self.scheme.indicators)
        if "pillars" not in self.open_kinds:
            yield from (one.title for one in self.scheme.pillars)


class Text:
    """A paragraph as it is searched: without spaces for Chinese, with its words for the rest, its digits alone."""

    def __init__(self, readable: str, source: str) -> None:
        self.flat = flat(readable) + "\n" + flat(source)
        self.words = words(source)
        self.digits = re.sub(r"[\s()+./-]", "", self.words)

    def holds(self, wanted: str) -> bool:
        """Whether it says `wanted`: signs in a row for Chinese, whole words for the rest, digits of a number."""
        sought = words(wanted)
        if not sought:
            return False
        if HAN.search(sought):
            return flat(wanted) in self.flat
        digits = re.sub(r"[\s()+./-]", "", sought)
        if digits.isdigit() and len(digits) >= SHORTEST_NUMBER:
            return digits in self.digits
        return bool(re.search(rf"(?<![a-z0-9]){re.escape(sought)}(?![a-z0-9])", self.words))

    def names(self, title: Title) -> bool:
        """Whether it says a title in either language."""
        return self.holds(title.zh) or self.holds(title.en)

    def without(self, names: Iterable[str]) -> str:
        """The signs left when names are taken out, whose own digits say nothing."""
        left = self.flat
        for name in names:
            left = left.replace(flat(name), "")
        return left


def words(text: str) -> str:
    """A text in one width and case, with single spaces."""
    return " ".join(unicodedata.normalize("NFKC", text).casefold().split())


def flat(text: str) -> str:
    """The same without spaces and marks of Markdown."""
    return re.sub(r"[\s\\*_`]+", "", words(text))


def short(text: str) -> str:
    """As much of a text as tells which it is."""
    one = " ".join(text.split())
    return one if len(one) <= LONGEST else one[:LONGEST] + "…"


def guard_of(snapshot: Snapshot, open_kinds: frozenset[str], people: Iterable[Secret]) -> Guard:
    """The guard of a round, from the whole of its snapshot and what else is known of its people."""
    scheme, facts = snapshot.scheme, snapshot.facts
    names = {row["name"]: (row["name"], *row["aliases"]) for row in facts.units.iter_rows(named=True)}
    said = " ".join([*names, str(scheme.report.model_dump())])
    published = Text(said, said)
    found = dict.fromkeys([*secrets_of(facts, scheme), *people])
    kept = tuple(one for one in found if long_enough(one) and not published.holds(one.text))
    return Guard(scheme, names, tuple(facts.earlier["period"].unique().sort()), kept, open_kinds)


def long_enough(secret: Secret) -> bool:
    """Whether a text says enough to be looked for."""
    least = SHORTEST_TEXT if secret.kind in ("reason", "record") else SHORTEST_NAME
    return len(flat(secret.text)) >= least


def secrets_of(facts: Facts, scheme: Scheme) -> Iterator[Secret]:
    """Texts of a snapshot that leave by no choice."""
    for kind, frame, columns in (
        ("expert", facts.experts, ("name", "expert")), ("contact", facts.units, ("liaison",)),
        ("contact", facts.filings, ("filer",)), ("reason", facts.marks, ("reason",)),
        ("reason", facts.decisions, ("reason",)), ("reason", facts.overrides, ("reason", "by")),
        ("reason", facts.corrections, ("reason",)), ("reason", facts.objections, ("reasons",)),
    ):  # fmt: skip
        for column in columns:
            yield from (Secret(kind, text) for text in frame[column].drop_nulls().unique(maintain_order=True))
    for record in scheme.records:
        for column in ("evidence", *(one.id for one in record.fields if one.type == "text")):
            texts = facts.records[record.id][column].drop_nulls().unique(maintain_order=True)
            yield from (Secret("record", text) for text in texts)

"""A document on one unit: what its feedback card says, as text and tables."""

from __future__ import annotations

from typing import Any

from huoyue.report.cards_data import Cards, headings
from huoyue.report.context_people import words
from huoyue.report.context_reading import Reading
from huoyue.report.context_types import Seal
from huoyue.report.context_values import Counting, data_of
from huoyue.report.tables import Column, Display
from huoyue.snapshot.store import Snapshot


def card_of(snapshot: Snapshot, code: str, lang: str) -> dict[str, Any]:
    """The data of one unit's card."""
    cards = Cards(snapshot, lang)
    return next(cards.card(unit) for unit in cards.units if unit["unit"] == code)


def unit_tables(snapshot: Snapshot, code: str, lang: str) -> list[Display]:
    """A table a pillar: every indicator with its points, the means, and what earned the points."""
    reading = Reading(snapshot, lang)
    card = card_of(snapshot, code, lang)
    indicator, earned, _, group, tier, why = (reading.say(head) for head in headings(snapshot.scheme.words.batch))
    return [
        Display(
            f"pillar-{place}",
            (
                Column(indicator, [row["name"] for row in pillar["rows"]]),
                Column(earned, [f"{row['points']}/{row['maximum']}" for row in pillar["rows"]], right=True),
                Column(group, [row["batch_text"] for row in pillar["rows"]], right=True),
                Column(tier, [row["tier_text"] for row in pillar["rows"]], right=True),
                Column(why, [row["why"] for row in pillar["rows"]]),
            ),
        )
        for place, pillar in enumerate(card["pillars"], 1)
    ]


def unit_data(snapshot: Snapshot, code: str, lang: str, shown: list[Display], seal: Seal) -> dict[str, Any]:
    """What the template of one unit may use: the card's texts, its tables, the words of the network, the seal."""
    reading = Reading(snapshot, lang)
    card = card_of(snapshot, code, lang)
    blocks = [table.block(thousands=lang == "en") for table in shown]
    pillars = [
        {"name": pillar["name"], "points": pillar["points"], "table": block}
        for pillar, block in zip(card["pillars"], blocks, strict=True)
    ]
    kept = ("heading", "name", "facts", "score", "tier", "place", "notes", "legend", "advice")
    given = {name: card[name] for name in kept} | {"pillars": pillars, "words": words(reading), "seal": seal}
    own = words(reading)
    found = data_of(given, Counting(lang, own.unit, own.units, own.counter))
    if not isinstance(found, dict):
        raise TypeError(type(found))
    return found

"""A round as one reader sees it: its tables, its names, and one language."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from typing import Protocol

import polars as pl

from huoyue.core.analysis.margins import ALL, in_round
from huoyue.core.analysis.percent import percentage
from huoyue.core.message import Message, Title
from huoyue.core.scheme.bands import tiers_from_top
from huoyue.core.scheme.model import Indicator, Scheme, Tier
from huoyue.core.tables import Facts
from huoyue.wording import number, render

KNOWN = ("evidenced", "registered")
"""How a batch must be known for it to need no mark."""


def decimal(value: object, places: int = 2) -> str:
    """A real number with a true minus sign, never -0.00."""
    return f"{round(float(str(value)), places) + 0.0:.{places}f}".replace("-", "−")


class Source(Protocol):
    """What a report is written from; a `huoyue.snapshot.store.Snapshot` is one."""

    @property
    def scheme(self) -> Scheme: ...
    @property
    def facts(self) -> Facts: ...
    @property
    def results(self) -> Mapping[str, pl.DataFrame]: ...


@dataclass(frozen=True)
class Reading:
    """`source` read in `lang` ("zh" or "en"). Names are plain text: whoever writes Markdown escapes them."""

    source: Source
    lang: str

    @property
    def scheme(self) -> Scheme:
        return self.source.scheme

    @property
    def facts(self) -> Facts:
        return self.source.facts

    def result(self, name: str) -> pl.DataFrame:
        return self.source.results[name]

    def say(self, message: Message) -> str:
        return render(message, self.lang)

    def name(self, title: Title) -> str:
        return title.in_language(self.lang)

    def interval(self, low: object, high: object) -> str:
        """An interval of real numbers, to two decimals; empty if unknown."""
        if low is None or high is None:
            return ""
        return ("～" if self.lang == "zh" else " to ").join(decimal(end) for end in (low, high))

    def mention(self, title: Title) -> str:
        """An indicator's name within a sentence: quoted in English, in Chinese only where it holds a list sign."""
        name = self.name(title)
        if self.lang == "zh":
            return f"“{name}”" if "、" in name else name
        return f"‘{name}’"

    def period(self, label: str) -> str:
        """The label of an earlier period; a bare year is called a year in Chinese."""
        return f"{label}年度" if self.lang == "zh" and label.isdigit() else label

    def number(self, value: int | Fraction) -> str:
        return number(value, self.lang)

    def points(self, value: int) -> str:
        """A score in hundredths, with the decimals to which scores are rounded."""
        return f"{value / 100:.{self.scheme.rounding.decimals}f}"

    def percent(self, numerator: int, denominator: int) -> str | None:
        """A share as the scheme prints it, without the sign."""
        return percentage(numerator, denominator, self.scheme.percentages)

    @cached_property
    def tiers(self) -> tuple[Tier, ...]:
        """From the top."""
        return tiers_from_top(self.scheme)

    @cached_property
    def counted(self) -> tuple[Indicator, ...]:
        """The indicators that points can be lost on: all but bonuses."""
        return tuple(indicator for indicator in self.scheme.indicators if not indicator.bonus)

    @cached_property
    def units(self) -> dict[str, dict[str, object]]:
        """Register rows of the units in the round, by code."""
        return {str(row["unit"]): row for row in in_round(self.scheme, self.facts.units).to_dicts()}

    @cached_property
    def batch_names(self) -> dict[str, str]:
        return {batch.id: self.name(batch.title) for batch in self.scheme.batches}

    @cached_property
    def tier_names(self) -> dict[str, str]:
        return {tier.id: self.name(tier.title) for tier in self.scheme.tiers}

    @cached_property
    def sizes(self) -> dict[str, int]:
        """Tier id -> evaluated units in it; '*' -> all evaluated units."""
        scores = self.result("scores")
        counts = dict(scores.group_by("tier").len().iter_rows())
        return {ALL: scores.height} | {tier.id: int(counts.get(tier.id, 0)) for tier in self.tiers}

    @cached_property
    def uncertain(self) -> int:
        """Units whose batch is not evidenced or registered."""
        return sum(row["basis"] not in KNOWN for row in self.units.values())

    def unit_name(self, code: str) -> str:
        """The unit's full name; its code if the register does not know it."""
        row = self.units.get(code)
        return str(row["name"]) if row else code

    def batch_of(self, code: str) -> str:
        """The unit's batch, starred unless it is evidenced or registered."""
        row = self.units[code]
        star = "" if row["basis"] in KNOWN else "*"
        return self.batch_names.get(str(row["batch"]), str(row["batch"])) + star

    def listed(self, names: Iterable[str]) -> str:
        """Names as a list within a sentence."""
        parts = list(names)
        if self.lang == "zh":
            return "、".join(parts)
        return " and ".join([", ".join(parts[:-1]), parts[-1]]) if len(parts) > 1 else "".join(parts)

    def one(self, table: str, **key: str) -> dict[str, object]:
        """The one row of a result table with this key; KeyError if there is none."""
        found = self.result(table).filter(*(pl.col(column) == value for column, value in key.items()))
        if found.height != 1:
            raise KeyError((table, key))
        return found.row(0, named=True)

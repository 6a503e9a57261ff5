"""Where the records of one alliance are written down: numbered, dated within what it could know, with evidence."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, timedelta
from random import Random

from huoyue.core.scheme.model import Scheme

Row = dict[str, object]


@dataclass
class Ledger:
    """The records of `unit`, by type. No record is dated after `until`, the day of submission."""

    scheme: Scheme
    unit: str
    rng: Random
    until: date
    rows: list[tuple[str, Row]] = field(default_factory=list)

    def add(self, kind: str, /, **fields: object) -> None:
        """Write a record down; the type says whether it needs evidence."""
        number = len(self.rows) + 1
        needs = self.scheme.record_type(kind).evidence
        proven = needs == "required" or (needs == "optional" and self.rng.random() < 0.6)
        evidence = f"证据-{self.unit}-{number:04d}" if proven else None
        head: Row = {"unit": self.unit, "record": f"{self.unit}-{number:03d}", "evidence": evidence}
        self.rows.append((kind, head | fields))

    def label(self, what: str) -> str:
        """A title that says nothing about any real body and that it is made up."""
        return f"{what}{self.unit}-{len(self.rows) + 1:03d}（重构）"

    def day(self) -> date:
        """A working day in the period, before the filing was submitted."""
        starts = self.scheme.period.starts
        return workday(starts + timedelta(days=self.rng.randrange((self.until - starts).days + 1)), starts)

    def days(self, count: int) -> list[date]:
        """`count` working days spread over the period, in order."""
        starts, span = self.scheme.period.starts, (self.until - self.scheme.period.starts).days
        places = [(n + self.rng.random()) / count for n in range(count)]
        return [workday(starts + timedelta(days=int(place * span)), starts) for place in places]


def workday(day: date, earliest: date) -> date:
    """`day`, or the Friday before a weekend; never before `earliest`."""
    back = day - timedelta(days=max(0, day.weekday() - 4))
    return max(back, earliest)


def skewed(rng: Random, total: int, parts: int) -> list[int]:
    """`total` in `parts` whole numbers of at least 1: a sixth of an even share each, the rest mostly to a few."""
    weights = [rng.paretovariate(1.2) for _ in range(parts)]
    least = max(1, total // (6 * parts))
    shares = [least + int((total - least * parts) * weight / sum(weights)) for weight in weights]
    shares[0] += total - sum(shares)
    return shares

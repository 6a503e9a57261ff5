"""How an expert's scale compares with the panel's after the calibration: the own marks, and the spread of all.

Nobody is named, and where fewer than `FEWEST` handed in a sheet nothing is shown: a spread of two tells each who the
other is. Means are exact to the hundredth; the bar is drawn in hundredths of the indicator's points.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from fractions import Fraction

from huoyue.core.scheme.model import Indicator
from huoyue.server.models import Filing, Mark, Panellist, ReviewStage, Sheet
from huoyue.server.queries.review_sheets import as_points, name_in
from huoyue.server.queries.review_stages import cells_of_filing
from huoyue.server.queries.schemes import scheme_of

FEWEST = 3


@dataclass(frozen=True)
class Spread:
    """Marks on one indicator, in hundredths: the own one (None if not handed in), and all of them together."""

    indicator: Indicator
    maximum: int
    own: int | None
    marks: Sequence[int]

    @property
    def mean(self) -> Fraction:
        return Fraction(sum(self.marks), len(self.marks) * 100)

    @property
    def apart(self) -> Fraction | None:
        """How far the own mark lies from the mean of all."""
        return None if self.own is None else Fraction(self.own, 100) - self.mean

    @property
    def shown(self) -> dict[str, str]:
        """The lowest, the highest and the own mark as points."""
        return {
            "lowest": as_points(min(self.marks)), "highest": as_points(max(self.marks)), "own": as_points(self.own),
            "maximum": as_points(self.maximum),
        }  # fmt: skip

    @property
    def bar(self) -> dict[str, int]:
        """Where the spread, the mean and the own mark lie on a line of 100."""
        whole = max(1, self.maximum)
        first, last = 100 * min(self.marks) // whole, 100 * max(self.marks) // whole
        own = -1 if self.own is None else 100 * self.own // whole
        return {"first": first, "width": max(1, last - first), "mean": round(10_000 * self.mean / whole), "own": own}


@dataclass
class Compared:
    """An alliance of the calibration: how many handed in a sheet, and the spread by indicator (empty if too few)."""

    name: str
    sheets: int
    own: bool
    spreads: list[Spread] = field(default_factory=list)


def compared(seat: Panellist, stage: ReviewStage) -> list[Compared]:
    """Every alliance of a calibration that is closed. Only sheets that were handed in count."""
    sheets = Sheet.objects.filter(stage=stage, aside_at=None).exclude(submitted_at=None)
    by_filing: dict[int, list[Sheet]] = defaultdict(list)
    for sheet in sheets.select_related("filing__alliance", "filing__round").order_by("filing__alliance__position"):
        sheet.stage = stage
        by_filing[sheet.filing_id].append(sheet)
    found = []
    for some in by_filing.values():
        own = next((one for one in some if one.panellist_id == seat.pk), None)
        one = Compared(name_in(some[0]), len(some), own is not None)
        if len(some) >= FEWEST:
            one.spreads = spreads_of(some[0].filing, some, own)
        found.append(one)
    return found


def spreads_of(filing: Filing, sheets: Sequence[Sheet], own: Sheet | None) -> list[Spread]:
    """The marks on one alliance by indicator, in the scheme's order."""
    marks: dict[str, dict[int, int]] = defaultdict(dict)
    for indicator, sheet, points in Mark.objects.filter(sheet__in=sheets, points__isnull=False).values_list(
        "indicator", "sheet_id", "points"
    ):
        marks[indicator][sheet] = points or 0
    titles = {indicator.id: indicator for indicator in scheme_of(filing.round).indicators}
    return [
        Spread(titles[cell.indicator], cell.maximum, given.get(own.pk) if own else None, sorted(given.values()))
        for cell in cells_of_filing(filing)
        if (given := marks.get(cell.indicator))
    ]

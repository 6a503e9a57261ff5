"""How an expert's scale compares with the panel's after the calibration: the own marks, and the spread of all.

Nobody is named, and where fewer than `FEWEST` handed in a sheet nothing is shown: a spread of two tells each who the
other is. Median and range are those of `core/analysis/panel/calibration.py`; the bar is drawn in hundredths.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

from huoyue.core.analysis.panel.calibration import calibration
from huoyue.core.analysis.panel.series import TOTAL
from huoyue.core.scheme.model import Indicator
from huoyue.server.models import Filing, Panellist, ReviewStage, Sheet
from huoyue.server.queries.review_measures import calibration_marks
from huoyue.server.queries.review_sheets import as_points, name_in
from huoyue.server.queries.review_stages import cells_of_filing
from huoyue.server.queries.schemes import scheme_of

FEWEST = 3


@dataclass(frozen=True)
class Spread:
    """Marks on one indicator, or on all together (None), in hundredths: the own one, and those of the panel.

    `own` and `apart` are None if the own sheet was not handed in.
    """

    indicator: Indicator | None
    maximum: int
    own: int | None
    apart: Fraction | None
    """How far the own mark lies from the median, in points."""
    middle: Fraction
    lowest: int
    highest: int

    @property
    def median(self) -> Fraction:
        """The panel's median in points."""
        return self.middle / 100

    @property
    def shown(self) -> dict[str, str]:
        """The lowest, the highest and the own mark as points."""
        return {
            "lowest": as_points(self.lowest), "highest": as_points(self.highest), "own": as_points(self.own),
            "maximum": as_points(self.maximum),
        }  # fmt: skip

    @property
    def bar(self) -> dict[str, int]:
        """Where the spread, the median and the own mark lie on a line of 100."""
        whole = max(1, self.maximum)
        first, last = 100 * self.lowest // whole, 100 * self.highest // whole
        own = -1 if self.own is None else 100 * self.own // whole
        return {"first": first, "width": max(1, last - first), "median": round(100 * self.middle / whole), "own": own}


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
    strips = calibration(calibration_marks(scheme_of(stage.round), stage)[0]).strips
    rows: dict[str, list[dict[str, Any]]] = {
        unit: own.to_dicts() for (unit,), own in strips.partition_by("unit", as_dict=True).items()
    }
    found = []
    for some in by_filing.values():
        own = any(one.panellist_id == seat.pk for one in some)
        one = Compared(name_in(some[0]), len(some), own)
        if len(some) >= FEWEST:
            one.spreads = spreads_of(some[0].filing, rows.get(some[0].filing.alliance.code, []), seat.code)
        found.append(one)
    return found


def spreads_of(filing: Filing, strips: Sequence[dict[str, Any]], expert: str) -> list[Spread]:
    """The marks on one alliance by indicator, in the scheme's order, and all together last."""
    titles = {indicator.id: indicator for indicator in scheme_of(filing.round).indicators}
    cells = cells_of_filing(filing)
    places = [(titles[cell.indicator], cell.maximum) for cell in cells]
    return [
        spread_of(indicator, maximum, given, expert)
        for indicator, maximum in [*places, (None, sum(cell.maximum for cell in cells))]
        if (given := [one for one in strips if one["indicator"] == (indicator.id if indicator else TOTAL)])
    ]


def spread_of(
    indicator: Indicator | None, maximum: int, strips: Sequence[dict[str, Any]], expert: str
) -> Spread:  # fmt: skip
    """One line: the own strip among the panel's."""
    own, any_ = next((one for one in strips if one["expert"] == expert), None), strips[0]
    return Spread(
        indicator, maximum, own["mark"] if own else None, Fraction(own["apart"]) / 100 if own else None,
        Fraction(any_["median"]), any_["lowest"], any_["highest"],
    )  # fmt: skip

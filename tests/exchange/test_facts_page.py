"""The methodology page and the code give the same limits."""

from __future__ import annotations

import re
from pathlib import Path

from huoyue.exchange import limits

PAGE = Path(__file__).resolve().parents[2] / "docs" / "methodology" / "facts.md"


def test_the_page_gives_the_limits_of_the_code() -> None:
    table = PAGE.read_text(encoding="utf-8").split("## Limits")[1].split("\n\n")[1]
    printed = [int(number) for number in re.findall(r"\| (\d+) \|", table)]
    assert printed == [
        limits.FILE_BYTES,
        limits.INFLATED_BYTES,
        limits.INFLATED_RATIO,
        limits.ENTRIES,
        limits.ROWS,
        limits.COLUMNS,
        limits.AREA,
        limits.CELL_CHARACTERS,
        limits.FILES,
    ]
    assert str(limits.RATIO_FROM) in table

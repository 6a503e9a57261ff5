"""How much a file may hold. Generous for people, tight for bombs; each limit has its own message."""

from __future__ import annotations

FILE_BYTES = 50_000_000
INFLATED_BYTES = 200_000_000
INFLATED_RATIO = 300
"""Only looked at above `RATIO_FROM` bytes; honest workbooks of repeated texts reach about 50."""
RATIO_FROM = 20_000_000
ENTRIES = 2_000
ROWS = 200_000
COLUMNS = 200
AREA = 5_000_000
"""Cells of all sheets of a workbook, empty ones between them included: what memory must hold."""
CELL_CHARACTERS = 32_767
FILES = 2_000

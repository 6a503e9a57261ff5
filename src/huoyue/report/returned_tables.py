"""Which cell of an edited file is which of the report, table by table; and everything that is aligned, as one."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence

from huoyue.report.returned_aligning import Aligned, Lined, Pair, aligned_paragraphs, tidied


def align(ours: Sequence[Lined], theirs: Sequence[Lined], names: Mapping[str, str]) -> Aligned:
    """Paragraphs with paragraphs, cells with cells."""
    home = {name: at for at, line in enumerate(ours) for name in line.marks}
    votes = [Counter(home[names[mark]] for mark in line.marks if mark in names) for line in theirs]
    paragraphs = aligned_paragraphs(ours, theirs, votes)
    cells = aligned_cells(ours, theirs, votes)
    return Aligned(paragraphs.pairs + cells.pairs, paragraphs.gone + cells.gone, paragraphs.new + cells.new)


def aligned_cells(ours: Sequence[Lined], theirs: Sequence[Lined], votes: Sequence[Counter[int]]) -> Aligned:
    """What stands in tables: tables by their marks, else in their order; rows likewise, else by their first cell."""
    mine, other = grids(ours), grids(theirs)
    tables = partners(mine, other, ours, theirs, votes)
    pairs: list[Pair] = []
    for table, partner in tables.items():
        rows = matching_rows(table, mine[table], other[partner], ours, theirs, votes)
        for row, found in rows.items():
            left, right = mine[table][row], other[partner][found]
            if left.keys() == right.keys():
                pairs += [Pair(left[column], right[column]) for column in left]
    # cells of rows that lost or gained a column still say by their marks which they are
    of_ours = {at for pair in pairs for at in pair.ours}
    of_theirs = {at for pair in pairs for at in pair.theirs}
    for at, line in enumerate(theirs):
        if line.cell is None or at in of_theirs:
            continue
        own = [m for m in votes[at] if ours[m].cell is not None and m not in of_ours]
        if own:
            pairs.append(Pair(own, [at]))
            of_ours |= set(own)
            of_theirs.add(at)
    gone = [at for at, line in enumerate(ours) if line.cell is not None and line.text and at not in of_ours]
    new = [at for at, line in enumerate(theirs) if line.cell is not None and line.text and at not in of_theirs]
    return Aligned(pairs, gone, new)


Grid = dict[int, dict[int, list[int]]]
"""Row -> column -> the lines there."""


def grids(lines: Sequence[Lined]) -> dict[int, Grid]:
    """The tables of a document by number."""
    found: dict[int, Grid] = {}
    for at, line in enumerate(lines):
        if line.cell is not None:
            table, row, column = line.cell
            found.setdefault(table, {}).setdefault(row, {}).setdefault(column, []).append(at)
    return found


def partners(
    mine: Mapping[int, Grid], other: Mapping[int, Grid], ours: Sequence[Lined], theirs: Sequence[Lined],
    votes: Sequence[Counter[int]],
) -> dict[int, int]:  # fmt: skip
    """Our table -> theirs."""
    found: dict[int, int] = {}
    for number, grid in other.items():
        counted = Counter(cell[0] for at in places(grid) for one in votes[at] if (cell := ours[one].cell) is not None)
        best = [table for table, _ in counted.most_common() if table not in found]
        if best:
            found[best[0]] = number
    left, right = [t for t in mine if t not in found], [t for t in other if t not in found.values()]
    for table in left:  # tables that hold no mark at all any more: those whose heads are the same
        head = texts(mine[table], ours)[:1]
        same = [number for number in right if texts(other[number], theirs)[:1] == head]
        if same:
            found[table] = same[0]
            right.remove(same[0])
    return found


def places(grid: Grid) -> list[int]:
    return [at for row in grid.values() for lines in row.values() for at in lines]


def texts(grid: Grid, lines: Sequence[Lined]) -> list[tuple[str, ...]]:
    """The texts of a table's rows."""
    return [tuple(tidied(lines[at].text) for cell in row.values() for at in cell) for row in grid.values()]


def matching_rows(
    table: int, mine: Grid, other: Grid, ours: Sequence[Lined], theirs: Sequence[Lined], votes: Sequence[Counter[int]]
) -> dict[int, int]:
    """Our row -> theirs, each once."""
    found: dict[int, int] = {}
    for number, row in other.items():
        counted = Counter(
            cell[1] for lines in row.values() for at in lines for one in votes[at]
            if (cell := ours[one].cell) is not None and cell[0] == table
        )  # fmt: skip
        best = [one for one, _ in counted.most_common() if one not in found]
        if best:
            found[best[0]] = number
    taken = set(found.values())
    for own, cells in mine.items():
        if own not in found:
            first = _first(cells, ours)
            same = [n for n, others in other.items() if n not in taken and _first(others, theirs) == first]
            if same:
                found[own] = min((abs(number - own), number) for number in same)[1]
                taken.add(found[own])
    return found


def _first(cells: Mapping[int, list[int]], lines: Sequence[Lined]) -> str:
    return tidied(" ".join(lines[at].text for at in cells[min(cells)])) if cells else ""

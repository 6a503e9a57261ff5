"""What is in an old Office file (a Compound File): the names of its streams. Nothing of their content is read."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

MAGIC = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
ENTRY = 128
MOST_SECTORS = 4096
LAST = 0xFFFFFFFA
"""Numbers from here on are no sectors but marks."""


class Broken(Exception):
    """Not a Compound File, or one that was cut or bent."""


def streams(path: Path) -> tuple[set[str], set[str]]:
    """The names in the file's outermost folder, and all names."""
    try:
        with path.open("rb") as stream:
            entries = [*_entries(stream)]
    except (OSError, struct.error) as error:
        raise Broken from error
    if not entries:
        raise Broken
    outermost, waiting, seen = set(), [entries[0][3]], set()
    while waiting:
        number = waiting.pop()
        if number < len(entries) and number not in seen:
            seen.add(number)
            outermost.add(entries[number][0])
            waiting += entries[number][1:3]
    return outermost, {name for name, *_ in entries}


def _entries(stream: BinaryIO) -> Iterator[tuple[str, int, int, int]]:
    """Name, left neighbour, right neighbour and first child of every entry."""
    header = stream.read(512)
    shift, sector = struct.unpack_from("<H", header, 0x1E)[0], struct.unpack_from("<I", header, 0x30)[0]
    if shift not in (9, 12):
        raise Broken
    size = 1 << shift
    table = [*_table(stream, header, size)]
    for _ in range(MOST_SECTORS):
        block = _sector(stream, sector, size)
        for at in range(0, size, ENTRY):
            (length,) = struct.unpack_from("<H", block, at + 64)
            name = block[at : at + max(min(length, 64) - 2, 0)].decode("utf-16-le", "replace")
            yield (name, *struct.unpack_from("<III", block, at + 68))
        place, number = divmod(sector, size // 4)
        if place >= len(table):
            raise Broken
        (sector,) = struct.unpack_from("<I", _sector(stream, table[place], size), 4 * number)
        if sector >= LAST:
            return
    raise Broken


def _table(stream: BinaryIO, header: bytes, size: int) -> Iterator[int]:
    """The sectors that say which sector follows which."""
    yield from (number for number in struct.unpack_from("<109I", header, 0x4C) if number < LAST)
    (sector,) = struct.unpack_from("<I", header, 0x44)
    for _ in range(MOST_SECTORS):
        if sector >= LAST:
            return
        *numbers, sector = struct.unpack(f"<{size // 4}I", _sector(stream, sector, size))
        yield from (number for number in numbers if number < LAST)
    raise Broken


def _sector(stream: BinaryIO, number: int, size: int) -> bytes:
    stream.seek((number + 1) * size)
    block = stream.read(size)
    if number >= LAST or len(block) != size:
        raise Broken
    return block

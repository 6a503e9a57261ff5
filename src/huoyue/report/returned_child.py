"""The child process that opens Word files people hand in: bound before it looks at one, and without a network.

Asked on standard input for a task, it answers with one JSON document on standard output.
"""

from __future__ import annotations

import ctypes
import json
import sys
from pathlib import Path
from typing import Any

from huoyue.report.returned_comparing import Expected, compare
from huoyue.report.returned_marking import marked
from huoyue.report.returned_package import Unreadable, document, packed, parsed, unpacked
from huoyue.report.returned_reading import Line, lines_of
from huoyue.report.word_marks import REPORT_MARK, Bound
from huoyue.report.word_properties import NAMES, OFFICE
from huoyue.report.word_xml import W

SECONDS = 60
MEMORY = 2 * 2**30
LARGEST_WRITTEN = 256 * 2**20
NEW_USER, NEW_NETWORK = 0x10000000, 0x40000000
CUSTOM = "docProps/custom.xml"


def limit() -> None:
    """Bind this process to its limits and leave the network, where the system can."""
    try:
        import resource  # why: optional (not on Windows, where the parent's clock alone must do)
    except ImportError:
        return
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    resource.setrlimit(resource.RLIMIT_FSIZE, (LARGEST_WRITTEN, LARGEST_WRITTEN))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    leave = getattr(ctypes.CDLL(None), "unshare", None)
    if leave is not None:
        leave(NEW_USER | NEW_NETWORK)


def stamp(path: Path) -> dict[str, str]:
    """Which snapshot and language a file says it is of; by its title where its properties are cleared, or nothing."""
    parts = unpacked(path)
    _, root = document(parts)
    found: dict[str, str] = {}
    if CUSTOM in parts:
        for node in parsed(parts[CUSTOM]).iter(f"{{{OFFICE}/custom-properties}}property"):
            text = "".join(node.itertext()).strip()
            found |= {key: text for key, name in NAMES.items() if node.get("name") == name}
    for node in root.iter(f"{{{W}}}bookmarkStart"):
        if known := REPORT_MARK.fullmatch(str(node.get(f"{{{W}}}name"))):
            found.setdefault("snapshot", known[1])
            found.setdefault("lang", known[2])
    return {
        "snapshot": found.get("snapshot", "")[:64],
        "lang": found.get("lang", "zh")[:2],
        "part": found.get("part", "")[:200],
    }


def check(path: Path, target: Path, asked: dict[str, Any]) -> dict[str, Any]:
    """Compare a file with what is expected and write its marked copy to `target`."""
    parts = unpacked(path)
    main, root = document(parts)
    lines = lines_of(parts, main, root)
    checked = compare(expected_from(asked["expected"]), lines)
    packed(marked(parts, main, root, lines, checked.findings, asked["lang"]), target)
    return checked.data()


def expected_from(data: dict[str, Any]) -> Expected:
    """The report as it would be written today, from plain data."""
    lines = [
        Line(
            text=one["text"], marks={name: (a, b) for name, (a, b) in one["marks"].items()}, level=one["level"],
            cell=None if one["cell"] is None else tuple(one["cell"]),
        )
        for one in data["lines"]
    ]  # fmt: skip
    return Expected(lines, {name: Bound(*bound) for name, bound in data["bound"].items()}, data["labels"])


def main() -> None:
    asked = json.load(sys.stdin)
    limit()
    try:
        path = Path(asked["path"])
        if asked["task"] == "stamp":
            answer: dict[str, Any] = {"stamp": stamp(path)}
        else:
            answer = {"checked": check(path, Path(asked["target"]), asked)}
    except Unreadable as unreadable:
        answer = {"unreadable": unreadable.code}
    json.dump(answer, sys.stdout, ensure_ascii=False)


if __name__ == "__main__":
    main()

"""A Word file of the report that somebody edited and handed back, checked against the snapshot it was made from.

`stamp` says what the file is of, `check` compares it with the report as `returned_expected` has it and writes a copy in
which every number that differs is marked. The file itself is only ever opened in a child process with limits.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from huoyue.core.message import M, Message
from huoyue.core.problem import Problem, Refused
from huoyue.report.returned_findings import Checked, checked_from

LARGEST = 50 * 2**20
WAIT = 90
"""Seconds after which the child is given up, however little processor time it used."""
PASSED_ON = ("PATH", "PYTHONPATH", "LD_LIBRARY_PATH", "SYSTEMROOT")
"""What the child learns of our environment."""
AGAIN = M("Open it in Word or WPS, save it as .docx, and hand that in.")
WHY: dict[str, tuple[Message, Message]] = {
    "damaged": (M("The file is damaged or no Word file."), AGAIN),
    "old": (M("The file is an old .doc file, or protected by a password."), AGAIN),
    "not_word": (M("The file is no Word document."), AGAIN),
    "macros": (M("The file holds macros."), M("Save it as a Word document without macros (.docx).")),
    "too_large": (
        M("The file is larger than a report can be."),
        M("Compress its pictures, or take out what is not of the report."),
    ),
    "no_stamp": (
        M("The file does not say which snapshot it was made from."),
        M("Hand in the file that came from this system, edited; not a text copied from it into a new file."),
    ),
    "other_snapshot": (
        M("The file was made from another snapshot."),
        M("Look which round and which snapshot it is of, and hand it in there."),
    ),
}
"""Why a file is not checked, and what to do."""


class Unchecked(Exception):
    """A file that is not checked; `code` has its words in `WHY`."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code

    @property
    def refused(self) -> Refused:
        what, mend = WHY[self.code]
        return Refused([Problem(f"word.{self.code}", what, mend)])


@dataclass(frozen=True)
class Stamp:
    """What a file says it is: the digest of its snapshot or the beginning of it, its language, the part it is on."""

    snapshot: str
    lang: str
    part: str = ""
    """As `Scope.text` writes it; "" for the whole round."""

    def is_of(self, digest: str) -> bool:
        return bool(self.snapshot) and digest.startswith(self.snapshot)


def stamp(path: Path) -> Stamp:
    """What a file says it is of. Unchecked if it cannot be read or does not say."""
    found = asked_of_child(path, {"task": "stamp"})["stamp"]
    if len(found["snapshot"]) < 24:
        raise Unchecked("no_stamp")
    return Stamp(found["snapshot"], "en" if found["lang"] == "en" else "zh", found["part"])


def check(path: Path, expected: Mapping[str, Any], lang: str, target: Path) -> Checked:
    """Compare a file with the report and write its marked copy to `target`. Unchecked if it cannot be read."""
    asked = {"task": "check", "target": str(target.resolve()), "lang": lang, "expected": expected}
    return checked_from(asked_of_child(path, asked)["checked"])


def asked_of_child(path: Path, asked: Mapping[str, Any]) -> Any:
    """The answer of a process of its own, which the system stops when it goes beyond the limits."""
    if path.stat().st_size > LARGEST:
        raise Unchecked("too_large")
    known = {name: os.environ[name] for name in PASSED_ON if name in os.environ}
    child = subprocess.Popen(  # our own module
        [sys.executable, "-P", "-m", "huoyue.report.returned_child"],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, encoding="utf-8",
        env=known | {"LANG": "C.UTF-8", "PYTHONUTF8": "1"}, start_new_session=True,
    )  # fmt: skip
    try:
        answer, _ = child.communicate(json.dumps({**asked, "path": str(path.resolve())}), timeout=WAIT)
        found = json.loads(answer) if child.returncode == 0 else {"unreadable": "damaged"}
    except (subprocess.TimeoutExpired, OSError, ValueError):
        found = {"unreadable": "damaged"}
    finally:
        if child.poll() is None:
            os.killpg(child.pid, signal.SIGKILL)
            child.wait()
    if "unreadable" in found:
        raise Unchecked(str(found["unreadable"]))
    return found

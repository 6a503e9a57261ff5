"""The child process that builds documents: it knows no settings, no database and no network, and is bound by limits.

One request comes as JSON on its input; progress goes out as JSON lines, and at the end what was written, or why not.
"""

from __future__ import annotations

import ctypes
import json
import os
import re
import signal
import sys
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any

from huoyue.core.problem import Refused
from huoyue.report.cards import write_cards
from huoyue.report.context_seal import Known
from huoyue.report.documents import FORMATS, Wanted, write_wanted
from huoyue.report.passages import Placed
from huoyue.report.problem_words import problem_said
from huoyue.report.scope import restricted, scope_of, title_of
from huoyue.snapshot.digests import zipped
from huoyue.snapshot.store import Snapshot, read

SECONDS = 3600
MEMORY = 6 * 2**30
LARGEST = 2**30
"""What building may use: processor time, memory of its own, bytes of one file."""
LONGEST_NAME = 60
MEDIA = {
    ".md": "text/markdown; charset=utf-8", ".html": "text/html; charset=utf-8", ".pdf": "application/pdf",
    ".zip": "application/zip",
    ".docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    ".xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}  # fmt: skip
PR_SET_PDEATHSIG = 1


def tell(**said: object) -> None:
    """One line to whoever began this process."""
    print(json.dumps(said, ensure_ascii=False), flush=True)


def built(request: Mapping[str, Any]) -> list[Path]:
    """The documents that the request asks for, written into its folder."""
    tell(step="read", done=0, total=0)
    snapshot, folder, lang = read(Path(request["snapshot"])), Path(request["folder"]), str(request["lang"])
    scope = scope_of(str(request.get("part") or ""))
    if request["kind"] == "cards":
        codes = None if scope is None else set(restricted(snapshot, scope).facts.units["unit"].to_list())
        return cards(snapshot, folder, lang, codes, stem_of(snapshot, request))
    wanted = Wanted(
        scope=scope,
        templates=Path(request["templates"]) if request.get("templates") else None,
        known=Known(request.get("number"), date.fromisoformat(request["on"]) if request.get("on") else None),
        passages=tuple(Placed(**one) for one in request.get("passages", ())),
    )
    asked = tuple(form for form in FORMATS if form in request["formats"])
    written = write_wanted(
        snapshot, folder, lang, wanted, asked, lambda step, done, total: tell(step=step, done=done, total=total)
    )
    return packed(written, folder, stem_of(snapshot, request))


def cards(snapshot: Snapshot, folder: Path, lang: str, codes: set[str] | None, stem: str) -> list[Path]:
    """The zip of all cards first, then each."""
    written = write_cards(
        snapshot, folder, lang, units=codes, tell=lambda done, total: tell(step="cards", done=done, total=total)
    )
    return [written[-1].replace(folder / f"{stem}.zip"), *written[:-1]]


def packed(written: list[Path], folder: Path, stem: str) -> list[Path]:
    """The files under their names for people; Markdown and its charts in one zip."""
    apart = [path for path in written if path.suffix not in (".md", ".svg")]
    found = [path.replace(folder / f"{stem}{path.suffix}") for path in apart]
    text = [path for path in written if path.suffix in (".md", ".svg")]
    if text:
        place = folder / f"{stem}-markdown.zip"
        place.write_bytes(zipped({str(path.relative_to(folder)): path.read_bytes() for path in text}))
        found.append(place)
    return found


def stem_of(snapshot: Snapshot, request: Mapping[str, Any]) -> str:
    """How the files are called: the report's title, the part, the snapshot's number; signs that every system takes."""
    lang, scope = str(request["lang"]), scope_of(str(request.get("part") or ""))
    parts = [snapshot.scheme.report.title.in_language(lang)[:LONGEST_NAME]]
    if request["kind"] == "cards":
        parts = [f"{snapshot.scheme.period.label.in_language(lang)}{' feedback cards' if lang == 'en' else '反馈卡'}"]
    parts += [title_of(snapshot, scope, lang)[:LONGEST_NAME]] if scope else []
    parts += [str(request["number"])] if request.get("number") else []
    return re.sub(r"[^\w-]+", "_", "-".join(parts)).strip("_") or "report"


def limit() -> None:
    """Bind this process, let it end with its parent, and leave the network, where the system lets us."""
    import resource  # why: optional (not on Windows)

    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    resource.setrlimit(resource.RLIMIT_DATA, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_FSIZE, (LARGEST, LARGEST))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def end_with(parent: int) -> None:
    """Ask the system to end this process when the one that began it is killed: another will build anew."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
        if os.getppid() != parent:
            os.kill(os.getpid(), signal.SIGKILL)


def main() -> int:
    """Read one request, build, and say what was written."""
    request = json.load(sys.stdin)
    if request.get("parent"):
        end_with(int(request["parent"]))
    limit()
    try:
        written = built(request)
    except Refused as error:
        tell(problems=[problem_said(problem) for problem in error.problems])
        return 1
    tell(files=[{"name": path.name, "media": MEDIA[path.suffix]} for path in written])
    return 0


if __name__ == "__main__":
    sys.exit(main())

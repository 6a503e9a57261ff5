"""What a section of the report is previewed with: the round's latest snapshot, or one cut for it and not kept."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
from collections import OrderedDict
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path
from secrets import token_hex
from typing import Generic, TypeVar
from zoneinfo import ZoneInfo

from django.conf import settings

from huoyue.core.problem import Refused
from huoyue.report.context_seal import Known
from huoyue.report.problem_words import problem_said
from huoyue.report.section import Ground, as_html, ground, rendered
from huoyue.server.operations.freezing import cut, last_event
from huoyue.server.operations.journal import Refuse
from huoyue.server.operations.previews import PASSED_ON
from huoyue.server.queries.finalising import blocking, checklist
from huoyue.server.queries.shelf import latest, snapshot_of
from huoyue.server.queries.wordings import Section, latest_wordings
from huoyue.snapshot.store import Snapshot

T = TypeVar("T")
WAIT = 60
SAME = ("part", "unit")
"""Sections with a ground of their own; all others share one."""
ONE_AT_A_TIME = threading.Lock()
"""A chart is drawn in a process of its own, one after another."""


def ground_of(section: Section) -> Ground | None:
    """The ground of a section; None where the round has no results yet. Refused as an evaluation may be."""
    round_, lang = section.round, section.lang
    name = section.name if section.name in SAME else ""
    frozen = latest(round_)
    if frozen is not None:
        known = Known(frozen.number, frozen.at.astimezone(ZoneInfo(round_.time_zone)).date())
        return GROUNDS.held((frozen.digest, lang, name), lambda: ground(snapshot_of(frozen), lang, name, known))
    if blocking(checklist(round_)):
        return None
    seq = last_event(round_)
    snapshot = CUTS.held((round_.pk, seq), lambda: cut(round_).snapshot)
    return GROUNDS.held((round_.pk, seq, lang, name), lambda: ground(snapshot, lang, name))


class Kept(Generic[T]):
    """The last few things that took long to make, by what they were made from."""

    def __init__(self, most: int) -> None:
        self.most, self.things, self.making = most, OrderedDict[tuple[object, ...], T](), threading.Lock()

    def held(self, key: tuple[object, ...], make: Callable[[], T]) -> T:
        """What was made from `key`, made now if it is not there."""
        with self.making:
            if key not in self.things:
                self.things[key] = make()
            self.things.move_to_end(key)
            while len(self.things) > self.most:
                self.things.popitem(last=False)
            return self.things[key]


GROUNDS: Kept[Ground] = Kept(6)
CUTS: Kept[Snapshot] = Kept(1)


def previewed(section: Section, on: Ground, text: str, picture: Callable[[str], str]) -> tuple[str, list[str]]:
    """The section with this text as HTML, or what is wrong with it, in the section's language."""
    others = {one.name: one.text for one in latest_wordings(section.round, section.lang).values() if one.text}
    try:
        return as_html(on, rendered(on, section.name, text, others), picture), []
    except Refused as error:
        return "", [problem_said(problem)[section.lang] for problem in error.problems]


def chart(on: Ground, name: str) -> Path:
    """A chart of the ground as SVG, drawn once by a child process and kept. Refused if it cannot be drawn."""
    spec = json.dumps(on.drawn[name], ensure_ascii=False, sort_keys=True)
    digest = sha256(spec.encode()).hexdigest()
    place = Path(settings.FILES, "previews", digest[:2], f"{digest}.svg")
    with ONE_AT_A_TIME:
        if not place.exists():
            place.parent.mkdir(parents=True, exist_ok=True)
            part = place.with_name(f".{token_hex(8)}.svg")
            part.write_bytes(drawn(spec))
            os.replace(part, place)
    return place


def drawn(spec: str) -> bytes:
    """What the child draws."""
    known = {name: os.environ[name] for name in PASSED_ON if name in os.environ}
    try:
        done = subprocess.run(
            [sys.executable, "-P", "-m", "huoyue.report.drawing"], input=spec.encode(), capture_output=True,
            env=known | {"LANG": "C.UTF-8"}, timeout=WAIT, check=True,
        )  # fmt: skip
    except (subprocess.SubprocessError, OSError) as error:
        raise Refuse("no_preview") from error
    return done.stdout

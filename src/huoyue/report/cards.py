"""Feedback cards: one page of PDF for every unit, and one zip of all."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Container
from importlib.resources import as_file, files
from itertools import count
from pathlib import Path

import typst

from huoyue.report.cards_data import Cards
from huoyue.report.figures import font_path
from huoyue.snapshot.digests import zipped
from huoyue.snapshot.store import Snapshot

LONGEST = 80
"""Characters of a file name before its number and ending: a system's 255 bytes hold as many Chinese ones."""


def unheard(done: int, total: int) -> None:
    """Nobody wants to know how far it is."""


def write_cards(
    snapshot: Snapshot, folder: Path, lang: str, *, units: Container[str] | None = None,
    tell: Callable[[int, int], None] = unheard,
) -> list[Path]:  # fmt: skip
    """Write a card for every unit of the round into `folder`, and `cards.zip` with all of them; say which files.

    With `units`, for those only.
    """
    folder.mkdir(parents=True, exist_ok=True)
    contents: dict[str, bytes] = {}
    with as_file(files("huoyue.report").joinpath("assets", "card.typ")) as template:
        compiler = typst.Compiler(input=str(template), font_paths=[str(font_path().parent)], ignore_system_fonts=True)
        cards = Cards(snapshot, lang)
        wanted = [unit for unit in cards.evaluated() if units is None or unit["unit"] in units]
        for done, unit in enumerate(wanted):
            tell(done, len(wanted))
            card = cards.card(unit)
            data = json.dumps(card | {"fonts": ["Noto Sans CJK SC"]}, ensure_ascii=False)
            page = compiler.compile(format="pdf", sys_inputs={"card": data}, timestamp=0, pdf_tags=False)
            if not isinstance(page, bytes):
                raise TypeError("typst made several documents of one")
            contents[file_name(unit["unit"], unit["name"], contents)] = page
    for name, body in contents.items():
        (folder / name).write_bytes(body)
    (folder / "cards.zip").write_bytes(zipped(contents))
    return [*(folder / name for name in contents), folder / "cards.zip"]


def file_name(code: str, name: str, taken: Container[str] = ()) -> str:
    """A file name that every system takes: code and name, letters, digits and Chinese only, at most 80 characters.

    One that is `taken` already, because codes differ in signs only, gets a number.
    """
    safe = re.sub(r"[^\w-]+", "_", f"{code}_{name}").strip("_.")[:LONGEST] or "card"
    numbered = (f"{safe}.pdf" if number == 1 else f"{safe}-{number}.pdf" for number in count(1))
    return next(file for file in numbered if file not in taken)

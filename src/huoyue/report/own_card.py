"""The feedback card of one unit as it is handed to the unit itself."""

from __future__ import annotations

import json
from importlib.resources import as_file, files

import typst

from huoyue.report.cards_data import Cards
from huoyue.report.figures import font_path
from huoyue.report.told import told_to_units
from huoyue.snapshot.store import Snapshot


def own_card(snapshot: Snapshot, unit: str, lang: str, *, published: bool = False) -> bytes | None:
    """The card of `unit` as PDF, with what units are told; None for a unit that has no card."""
    cards = Cards(snapshot, lang, told_to_units(snapshot.scheme, published=published))
    found = next((card for row, card in cards.each() if row["unit"] == unit), None)
    if found is None:
        return None
    data = json.dumps(found | {"fonts": ["Noto Sans CJK SC"]}, ensure_ascii=False)
    with as_file(files("huoyue.report").joinpath("assets", "card.typ")) as template:
        compiler = typst.Compiler(input=str(template), font_paths=[str(font_path().parent)], ignore_system_fonts=True)
        page = compiler.compile(format="pdf", sys_inputs={"card": data}, timestamp=0, pdf_tags=False)
    if not isinstance(page, bytes):
        raise TypeError("typst made several documents of one")
    return page

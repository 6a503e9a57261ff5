"""Which characters a document can show, and a refusal instead of empty boxes."""

from __future__ import annotations

from pathlib import Path

from huoyue.core.message import M
from huoyue.core.problem import Problem, Refused
from huoyue.report.figures import font_path, glyphs


def font_folder() -> Path:
    """The folder of the font that comes from PyPI; installed fonts are tried before it."""
    return font_path().parent


def around(sign: str, text: str) -> str:
    """Where `sign` first stands, with a few characters before and after."""
    place = text.index(sign)
    return " ".join(text[max(place - 8, 0) : place + 8].split())


def refuse_missing(text: str) -> None:
    """Refused if `text` has characters for which the font that is always there has no glyph."""
    missing = sorted({sign for sign in text if ord(sign) > 0x7E and not sign.isspace() and ord(sign) not in glyphs()})
    if missing:
        shown = tuple(f"{sign} (U+{ord(sign):04X}: {around(sign, text)})" for sign in missing[:20])
        what = M("The documents' font has no glyph for {signs}.", signs=shown)
        mend = M("Spell the name or text with other characters, in the facts or the scheme, and run it again.")
        raise Refused([Problem("report.glyph", what, mend)])

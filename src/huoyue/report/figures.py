"""The report's charts as Vega-Lite specifications, and their rendering with Chinese glyphs that are certain."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

from huoyue.core.message import M
from huoyue.core.problem import Problem, Refused
from huoyue.report.context_reading import Reading
from huoyue.report.figures_indicators import indicator_charts
from huoyue.report.figures_scores import score_charts
from huoyue.report.figures_style import Spec
from huoyue.report.figures_tiers import tier_charts
from huoyue.report.transitions import charts as transition_charts

PIXELS = 3
"""Pixels of a PNG for each of the specification's: 288 dpi at the width of the text block."""


def figures(reading: Reading) -> dict[str, Spec]:
    """Every figure of a round by name; none where nobody was evaluated."""
    if not reading.result("scores").height:
        return {}
    return tier_charts(reading) | score_charts(reading) | indicator_charts(reading) | transition_charts(reading)


def render(spec: Spec, fmt: str) -> bytes:
    """A chart as "svg" (text stays text) or "png". Refused if a character has no glyph in our font."""
    if missing := sorted(unwritable(spec)):
        what = M("The chart font has no glyph for {signs}.", signs=" ".join(missing))
        raise Refused([Problem("figure.glyph", what, M("Spell the name with characters of the Unicode CJK blocks."))])
    engine = _engine()
    if fmt == "svg":
        return str(engine.vegalite_to_svg(spec)).encode()
    return bytes(engine.vegalite_to_png(spec, scale=PIXELS))


@cache
def _engine() -> Any:
    import vl_convert  # why: slow

    vl_convert.register_font_directory(str(font_path().parent))
    return vl_convert


def font_path() -> Path:
    """The font file that ships from PyPI with glyphs for all of Chinese."""
    import noto_cjk_sans_otc  # type: ignore[import-untyped]  # why: slow

    return Path(noto_cjk_sans_otc.FONT_PATH)


@cache
def glyphs() -> frozenset[int]:
    """Code points that the font can draw."""
    from fontTools.ttLib import TTFont  # type: ignore[import-untyped]  # why: slow

    with TTFont(font_path(), fontNumber=0, lazy=True) as font:
        return frozenset(font.getBestCmap())


def unwritable(spec: Spec) -> set[str]:
    """Characters of the chart that the font has no glyph for."""
    signs = {sign for text in texts(spec) for sign in text if not sign.isspace()}
    return {sign for sign in signs if ord(sign) > 0x7E and ord(sign) not in glyphs()}


def texts(value: object) -> Iterator[str]:
    """Every text in a specification."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for item in value.values():
            yield from texts(item)
    elif isinstance(value, list):
        for item in value:
            yield from texts(item)

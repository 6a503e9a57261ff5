"""How charts look: sizes for the text block of an A4 page, fonts with Chinese glyphs, and colours that survive grey."""

from __future__ import annotations

from typing import Any, TypeAlias

Spec: TypeAlias = dict[str, Any]
"""A Vega-Lite specification or a part of one."""

WIDTH = 590
"""Pixels at 96 dpi in the 156 mm of the text block."""

INK, PALE, PAPER, RULE = "#222222", "#8a8f94", "#ffffff", "#c9ced3"
NEUTRAL = "#5b7f99"
FONTS = ("Noto Sans CJK SC", "Source Han Sans SC", "Microsoft YaHei", "SimHei", "sans-serif")
SMALL, NORMAL = 12, 13

CONFIG: Spec = {
    "font": ", ".join(FONTS),
    "background": PAPER,
    "view": {"stroke": None},
    "axis": {
        "labelFontSize": NORMAL, "titleFontSize": NORMAL, "labelColor": INK, "titleColor": INK,
        "titleFontWeight": "normal",
        "domainColor": PALE, "tickColor": PALE, "gridColor": "#e6e9ec", "labelLimit": 200, "titlePadding": 8,
    },
    "title": {
        "fontSize": NORMAL, "fontWeight": "normal", "color": INK, "anchor": "start", "frame": "group", "offset": 8,
        "subtitleFontSize": SMALL, "subtitleColor": INK,
    },
    "text": {"fontSize": NORMAL, "color": INK},
}  # fmt: skip


def finished(body: Spec) -> Spec:
    """A specification that stands on its own."""
    return {"$schema": "https://vega.github.io/schema/vega-lite/v6.json", "config": CONFIG, "padding": 6} | body


def ink_on(colour: str) -> str:
    """Black or white, whichever reads better on `colour` ("#rrggbb"), by relative luminance (WCAG 2.2)."""
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    luminance = 0.2126 * red + 0.7152 * green + 0.0722 * blue
    return "#000000" if (luminance + 0.05) ** 2 > 1.05 * 0.05 else "#ffffff"


def blend(share: float, dark: str = "#123b56") -> str:
    """A colour between white (0) and `dark` (1)."""
    ends = [(255, int(dark[i : i + 2], 16)) for i in (1, 3, 5)]
    return "#" + "".join(f"{round(light + (deep - light) * share):02x}" for light, deep in ends)

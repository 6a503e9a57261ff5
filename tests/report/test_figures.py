from __future__ import annotations

import json
import re
from decimal import Decimal
from itertools import combinations
from typing import Any

import altair
import pytest
from report_rounds import PUBLISHED, made_up, published, scheme

from huoyue.core.problem import Refused
from huoyue.report.context_reading import Reading
from huoyue.report.figures import figures, font_path, glyphs, render, unwritable
from huoyue.report.figures_scores import _whole_ticks
from huoyue.report.figures_style import blend, finished, ink_on
from huoyue.report.figures_tiers import tier_charts

SHARES = {
    "tiers-all": [
        *("29家 29.00%", "23家 23.00%", "30家 30.00%", "18家 18.00%"),
        *("29家 19.86%", "23家 15.75%", "30家 20.54%", "18家 12.32%", "46家 31.50%"),
    ],
    "batch-first": [
        *("16家 45.71%", "9家 25.71%", "6家 17.14%", "4家 11.42%"),
        *("16家 30.76%", "9家 17.30%", "6家 11.53%", "4家 7.69%", "17家 32.69%"),
    ],
    "batch-second": [
        *("5家 19.23%", "7家 26.92%", "6家 23.07%", "8家 30.76%"),
        *("5家 12.82%", "7家 17.94%", "6家 15.38%", "8家 20.51%", "13家 33.33%"),
    ],
    "batch-third": [
        *("8家 20.51%", "7家 17.94%", "18家 46.15%", "6家 15.38%"),
        *("8家 14.54%", "7家 12.72%", "18家 32.72%", "6家 10.90%", "16家 29.09%"),
    ],
    "tier-high": ["16家 55.17%", "5家 17.24%", "8家 27.58%"],
    "tier-fairly_high": ["9家 39.13%", "7家 30.43%", "7家 30.43%"],
    "tier-average": ["6家 20.00%", "6家 20.00%", "18家 60.00%"],
    "tier-poor": ["4家 22.22%", "8家 44.44%", "6家 33.33%"],
}
"""Labels of the twelve tier charts, from the published counts, truncated as the published report truncates."""


def panels(spec: dict[str, Any]) -> list[dict[str, Any]]:
    return list(spec.get("hconcat", [spec]))


def rows(spec: dict[str, Any]) -> list[dict[str, Any]]:
    return [row for panel in panels(spec) for row in panel["data"]["values"]]


@pytest.fixture(scope="module")
def drawn() -> dict[str, Any]:
    return figures(Reading(published(), "zh"))


def test_all_twelve_tier_charts_show_the_published_counts_and_shares(drawn: dict[str, Any]) -> None:
    found = {name: [row["label"] for row in rows(spec)] for name, spec in drawn.items() if name in SHARES}
    assert found == SHARES
    assert sum(len(panels(drawn[name])) for name in SHARES) == 12


def test_every_tier_chart_names_its_denominator(drawn: dict[str, Any]) -> None:
    titles = [panel["title"]["text"] for name in SHARES for panel in panels(drawn[name])]
    sizes = [int(re.findall(r"n=(\d+)", title)[0]) for title in titles]
    assert sizes == [100, 146, 35, 52, 26, 39, 39, 55, 29, 23, 30, 18]
    assert "占第二批总数（n=39）" in titles


def test_a_tier_has_the_colour_of_the_scheme_in_every_chart(drawn: dict[str, Any]) -> None:
    colours = {tier.title.zh: tier.colour for tier in scheme().tiers} | {"未参评": "#ffffff"}
    pairs = [row for name in SHARES if not name.startswith("tier-") for row in rows(drawn[name])]
    assert [row for row in pairs if row["colour"] != colours[row["name"]]] == []
    for tier in scheme().tiers:
        assert {row["colour"] for row in rows(drawn[f"tier-{tier.id}"])} == {tier.colour}


def test_tiers_stand_in_their_order(drawn: dict[str, Any]) -> None:
    order = [*(tier.title.zh for tier in scheme().tiers), "未参评"]
    axes = [panel["encoding"]["y"]["sort"] for name in SHARES if name.startswith("b") for panel in panels(drawn[name])]
    assert axes == [order] * 6


def test_tier_colours_stay_apart_in_grey_print() -> None:
    greys = [
        sum(int(t.colour[i : i + 2], 16) * w for i, w in ((1, 0.299), (3, 0.587), (5, 0.114))) for t in scheme().tiers
    ]
    assert min(abs(one - other) for one, other in combinations([*greys, 255.0], 2)) > 25


def test_bars_of_one_figure_share_a_scale_and_leave_room_for_their_labels(drawn: dict[str, Any]) -> None:
    for name in SHARES:
        for panel in panels(drawn[name]):
            longest = panel["layer"][0]["encoding"]["x"]["scale"]["domain"][1]
            widest = max((row["share"] for row in panel["data"]["values"]), default=0)
            assert panel["width"] * (1 - widest / longest) >= 100


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_every_chart_is_a_valid_specification_and_fits_the_page(lang: str) -> None:
    for name, spec in figures(Reading(published(), lang)).items():
        altair.Chart.from_dict({key: value for key, value in spec.items() if key != "$schema"})
        svg = render(spec, "svg").decode()
        width, height = (float(found) for found in re.findall(r'<svg[^>]*? width="([\d.]+)" height="([\d.]+)"', svg)[0])
        assert width <= 640, name
        assert height <= 850, name


def test_no_two_texts_of_a_chart_overlap(drawn: dict[str, Any]) -> None:
    for name in ("tiers-all", "batch-third", "tier-poor", "lost", "participation"):
        boxes = text_boxes(render(drawn[name], "svg").decode())
        assert [pair for pair in combinations(boxes, 2) if overlap(*pair)] == [], name


Box = tuple[float, float, float, float, str]


def text_boxes(svg: str) -> list[Box]:
    """Left, top, right, bottom of every text, by summing translations; Chinese signs are as wide as high."""
    boxes: list[Box] = []
    stack: list[tuple[float, float]] = [(0.0, 0.0)]
    for tag in re.finditer(r"<(/?)(g|text)\b([^>]*?)(/?)>([^<]*)", svg):
        closing, kind, attributes, single, content = tag.groups()
        if closing:
            stack.pop() if kind == "g" else None
            continue
        moved = re.search(r"translate\(([-\d.]+),([-\d.]+)\)", attributes)
        dx, dy = (float(moved[1]), float(moved[2])) if moved else (0.0, 0.0)
        at = (stack[-1][0] + dx, stack[-1][1] + dy)
        if kind == "g" and not single:
            stack.append(at)
        elif kind == "text" and content.strip() and "rotate" not in attributes:
            size = float((re.search(r'font-size="([\d.]+)', attributes) or ["", "11"])[1])
            wide = sum(size if ord(sign) > 0x2E80 else size * 0.58 for sign in content)
            anchor = (re.search(r'text-anchor="(\w+)"', attributes) or ["", "start"])[1]
            left = at[0] - {"start": 0.0, "middle": wide / 2, "end": wide}[anchor]
            boxes.append((left, at[1] - size * 0.75, left + wide, at[1], content))
    return boxes


def overlap(one: Box, other: Box) -> bool:
    return one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]


def test_svg_keeps_chinese_as_text_in_a_font_that_has_it(drawn: dict[str, Any]) -> None:
    svg = render(drawn["tiers-all"], "svg").decode()
    assert "活跃度较高" in svg
    assert "Noto Sans CJK SC" in svg


def test_png_is_sharp_enough_to_print(drawn: dict[str, Any]) -> None:
    png = render(drawn["tier-high"], "png")
    assert png[:8] == b"\x89PNG\r\n\x1a\n"
    assert int.from_bytes(png[16:20], "big") > 1000


def test_a_character_without_a_glyph_is_refused_and_named() -> None:
    spec = finished({"mark": "point", "title": "甲\U0001f600"})
    with pytest.raises(Refused) as refused:
        render(spec, "svg")
    assert refused.value.problems[0].what.values["signs"] == "\U0001f600"


def test_the_font_writes_all_common_characters() -> None:
    assert font_path().exists()
    assert {ord(sign) for sign in "联盟活跃度评价①㎡—～“”；％＊"} <= glyphs()
    assert unwritable({"title": "活跃度 (n=100)", "data": [{"a": "农业装备"}]}) == set()


def test_charts_say_the_same_on_every_run() -> None:
    once, again = (json.dumps(figures(Reading(published(), "en"))) for _ in range(2))
    assert once == again


def test_counts_are_ticked_in_whole_numbers() -> None:
    assert [_whole_ticks(most) for most in (1, 6, 7, 480)] == [
        [0, 1],
        [0, 1, 2, 3, 4, 5, 6],
        [0, 2, 4, 6],
        [0, 100, 200, 300, 400],
    ]


def test_names_of_narrow_tiers_stand_in_two_rows() -> None:
    """Borders of the years before: two bands of eleven and ten points side by side."""
    borders = dict(zip(("high", "fairly_high", "average", "poor"), (86, 75, 65, 0), strict=True))
    tiers = tuple(tier.model_copy(update={"at_least": Decimal(borders[tier.id])}) for tier in scheme().tiers)
    narrow = scheme().model_copy(update={"tiers": tiers})
    drawn = figures(Reading(made_up(narrow, PUBLISHED, 1), "en"))
    for name in ("distribution", "batches"):
        above = [box for box in text_boxes(render(drawn[name], "svg").decode()) if not box[4].startswith("median")]
        assert [pair for pair in combinations(above, 2) if overlap(*pair)] == [], name


def test_a_round_without_results_has_no_charts() -> None:
    assert figures(Reading(made_up(scheme(), {("first", None): 3}, 1), "zh")) == {}


def test_a_single_batch_is_not_drawn_against_itself() -> None:
    one = scheme().model_copy(update={"batches": scheme().batches[:1]})
    cells = {key: number for key, number in PUBLISHED.items() if key[0] == "first"}
    assert list(tier_charts(Reading(made_up(one, cells, 1), "zh"))) == ["tiers-all"]


def test_heat_map_is_darker_where_more_was_lost_and_its_figures_stay_readable(drawn: dict[str, Any]) -> None:
    cells = [cell for panel in drawn["lost"]["vconcat"] for cell in panel["data"]["values"]]
    ordered = sorted(cells, key=lambda cell: float(cell["label"]))
    darkness = [int(cell["fill"][1:3], 16) for cell in ordered]
    assert darkness == sorted(darkness, reverse=True)
    assert len(cells) == 20 * 5


def test_figures_in_the_heat_map_have_enough_contrast() -> None:
    for step in range(101):
        fill = blend(step / 100)
        lights = sorted((luminance(fill), luminance(ink_on(fill))))
        assert (lights[1] + 0.05) / (lights[0] + 0.05) >= 4.5


def luminance(colour: str) -> float:
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]

"""What the meeting on large differences decided: on single indicators, or that the marks stand."""

from __future__ import annotations

from datetime import date
from random import Random
from statistics import median

from huoyue.examples.reconstruction.sheets import QUARTER, Sheet

MEETINGS = (date(2017, 4, 11), date(2017, 4, 12), date(2017, 4, 13))
RESTORED = "经核对补充的证明材料，会议认定活动属实，采用规则得分。"
PARTLY = "经核对证明材料，会议认定部分活动属实，按讨论结果给分。"
WEIGHED = "评审意见不一，会议逐项核对事实后按讨论结果给分。"
UPHELD = (
    "会议核对了各专家打分及理由，差异属于尺度不同，维持两轮评审结果。",
    "会议听取两组专家说明，认为打分依据充分，维持评审结果。",
)
UPHELD_AT_BORDER = "处于分档边缘，会议复核全部指标后维持评审结果。"


def decide_dispute(sheet: Sheet, rng: Random) -> None:
    """The meeting looks at what one reviewer rejected and restores it, wholly or in part."""
    for _, _, indicator in sheet.disputed:
        start = sheet.start[indicator]
        if rng.random() < 0.6:
            sheet.decided[indicator] = (start, RESTORED)
        else:
            sheet.decided[indicator] = (QUARTER * round((start - 100) / QUARTER), PARTLY)


def decide_widest(sheet: Sheet) -> None:
    """The indicator on which marks lie furthest apart is settled at their median, to the quarter point."""
    widest = max(sheet.start, key=sheet.spread)
    if sheet.spread(widest) >= 2 * QUARTER:
        middle = median(mark for key, mark in sheet.marks.items() if key[2] == widest)
        sheet.decided[widest] = (QUARTER * round(middle / QUARTER), WEIGHED)


def decisions(stage: str, sheet: Sheet, rules: set[str], rng: Random) -> list[dict[str, object]]:
    """Rows of DECISIONS: what was settled, or, for a unit that `rules` brought before the meeting, that marks stand."""
    common = {"stage": stage, "unit": sheet.unit, "decided_on": rng.choice(MEETINGS)}
    settled = [
        common | {"indicator": indicator, "settled": points, "reason": why}
        for indicator, (points, why) in sheet.decided.items()
    ]
    if settled or not rules:
        return settled
    why = UPHELD_AT_BORDER if "border" in rules else rng.choice(UPHELD)
    return [common | {"indicator": "*", "settled": None, "reason": why}]

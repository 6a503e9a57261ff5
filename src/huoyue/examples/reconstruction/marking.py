"""Experts' marks: mostly the points by rule, sometimes more or less, each expert by his or her own scale."""

from __future__ import annotations

from random import Random

from huoyue.examples.reconstruction.panel import Expert, Reviewers
from huoyue.examples.reconstruction.sheets import QUARTER, Key, Sheet

DEVIATES = 0.24
"""How often an expert departs from the points by rule; a judged indicator is always judged anew."""

LOWER = ("证明材料较简略，酌减", "活动规模偏小，酌减", "成果的实际效果说明不足，酌减", "成员参与面不宽，酌减")
HIGHER = ("活动质量较高，酌加", "成果影响面较广，酌加", "成员参与充分，酌加", "证明材料完整翔实，酌加")
DISPUTES = (
    "证明材料与填报内容不一致，不予认可",
    "所填活动与本指标关联不足，大部分不予认可",
    "无法确认为联盟组织的活动，不予认可",
)


def mark(sheet: Sheet, reviewers: Reviewers, rng: Random) -> None:
    """Every reviewer of every stage marks every indicator."""
    for stage, experts in reviewers.items():
        for expert in experts:
            for indicator, start in sheet.start.items():
                sheet.marks[stage, expert.expert, indicator] = opinion(sheet, indicator, start, expert, rng)


def opinion(sheet: Sheet, indicator: str, start: int, expert: Expert, rng: Random) -> int:
    """What an expert gives for `start` hundredths: nothing for nothing, else at times some quarters more or less."""
    if start == 0:
        return 0
    judged = indicator in sheet.judged
    if not judged and rng.random() >= DEVIATES:
        return start
    shift = round(rng.gauss(expert.severity * (1.0 if judged else 1.6), 0.24) * 4)
    return start if shift == 0 else max(0, min(sheet.most[indicator], QUARTER * round(start / QUARTER + shift)))


def dispute(sheet: Sheet, rng: Random) -> None:
    """One reviewer of the first stage rejects most of what another accepts."""
    rich = [name for name, start in sheet.start.items() if start >= 400 and name not in sheet.judged]
    indicator = rng.choice(rich)
    first = next(iter(sheet.marks))[0]
    expert = rng.choice(sorted({key[1] for key in sheet.marks if key[0] == first}))
    key = (first, expert, indicator)
    sheet.marks[key] = max(0, sheet.start[indicator] - rng.choice((325, 350, 400)))
    sheet.disputed[key] = rng.choice(DISPUTES)


def reason(sheet: Sheet, key: Key, rng: Random) -> str | None:
    """Why a mark differs from the points by rule; none where it does not, or where there is no rule."""
    if key in sheet.disputed:
        return sheet.disputed[key]
    difference = sheet.marks[key] - sheet.start[key[2]]
    if difference == 0 or key[2] in sheet.judged:
        return None
    return rng.choice(HIGHER if difference > 0 else LOWER)


def rows(sheet: Sheet, rng: Random) -> list[dict[str, object]]:
    """The sheet as rows of MARKS."""
    return [
        {
            "stage": key[0], "expert": key[1], "unit": sheet.unit, "indicator": key[2], "mark": given,
            "reason": reason(sheet, key, rng),
        }
        for key, given in sheet.marks.items()
    ]  # fmt: skip

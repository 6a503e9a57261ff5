"""`huoyue what-if`: who would move under another scheme."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction
from typing import Any

import typer

from huoyue.cli.round_commands import SchemeArgument, SnapshotArgument
from huoyue.cli.screen import Screen, as_data
from huoyue.core.message import M, Message, Title
from huoyue.core.problem import Refused
from huoyue.core.what_if import Move, WhatIf, what_if
from huoyue.core.what_if.moves import NOT_EVALUATED
from huoyue.exchange.scheme_file import read_scheme
from huoyue.snapshot.store import read
from huoyue.wording import render

CAUSES = 3
"""How many indicators are named for a unit."""


def try_scheme(context: typer.Context, snapshot: SnapshotArgument, scheme: SchemeArgument) -> None:
    """在快照的事实上推演另一套方案，列出档次变动的单位及原因。 Try another scheme on a snapshot: who moves and why."""
    screen: Screen = context.obj
    parsed = read_scheme(scheme)
    if parsed.scheme is None:
        raise Refused(parsed.problems)
    frozen = read(snapshot)
    with screen.progress(M("Evaluating the round")):
        found = what_if(frozen.scheme, frozen.facts, frozen.results, parsed.scheme)
    if screen.as_json:
        screen.data(as_json(found) | {"problems": [as_data(problem, screen.lang) for problem in parsed.problems]})
        return
    if parsed.problems:
        screen.problems(parsed.problems)
    screen.table(M("Tiers"), [M("Tier"), M("As evaluated"), M("Tried")], tier_rows(screen, found))
    headings = [M("Name"), M("Score"), M("Tier"), M("Rank"), M("What made the difference")]
    screen.table(M("Who would move"), headings, [row(screen, found, move) for move in found.moved])
    kept, aside = found.carried.marks_kept, found.carried.marks_aside
    screen.say(M("{count} of {all} change tier. Marks carried over: {kept}; set aside: {aside}.",
                 count=len(found.moved), all=len(found.moves), kept=kept, aside=aside))  # fmt: skip


def titles_of(found: WhatIf) -> dict[str, Title | Message]:
    """What tiers and indicators are called, this round's word first."""
    named: dict[str, Title | Message] = {NOT_EVALUATED: M("Not evaluated")}
    for scheme in (found.other, found.scheme):
        named |= {one.id: one.title for one in (*scheme.tiers, *scheme.indicators)}
    return named


def tier_rows(screen: Screen, found: WhatIf) -> list[list[str]]:
    titles = titles_of(found)
    names = dict.fromkeys((*found.tiers_before, *found.tiers_now))
    return [
        [said(screen, titles[name]), str(found.tiers_before.get(name, 0)), str(found.tiers_now.get(name, 0))]
        for name in names
    ]


def row(screen: Screen, found: WhatIf, move: Move) -> list[str]:
    """A unit: score, tier and rank before and now, and what made the difference."""
    titles = titles_of(found)
    causes = [M("The border of the tier")] if move.border else []
    told = [render(cause, screen.lang) for cause in causes]
    told += [
        f"{said(screen, titles[one.indicator])} {points(one.before)}→{points(one.now)}" for one in move.causes[:CAUSES]
    ]
    tiers = [said(screen, titles[one.tier or NOT_EVALUATED]) for one in (move.before, move.now)]
    scores = [points(one.score) for one in (move.before, move.now)]
    ranks = [str(one.rank or "–") for one in (move.before, move.now)]
    return [move.name, "→".join(scores), "→".join(tiers), "→".join(ranks), "; ".join(told)]


def said(screen: Screen, title: Title | Message) -> str:
    return title.in_language(screen.lang) if isinstance(title, Title) else render(title, screen.lang)


def points(hundredths: int | Fraction | None) -> str:
    """Hundredths as points, to the hundredth; a dash where there are none."""
    if hundredths is None:
        return "–"
    whole = Decimal(int(hundredths + Fraction(1, 2))) / 100
    return f"{whole.normalize():f}"


def as_json(found: WhatIf) -> dict[str, Any]:
    """Every unit that moves, and the tiers, for machines; points as fractions of a point in text."""
    return {
        "tiers_before": found.tiers_before,
        "tiers_now": found.tiers_now,
        "marks": {"kept": found.carried.marks_kept, "set_aside": found.carried.marks_aside},
        "carried": found.carried.fates,
        "moved": [
            {
                "unit": move.unit, "name": move.name, "kind": move.kind, "border": move.border,
                "before": vars(move.before), "now": vars(move.now),
                "causes": [{"indicator": one.indicator, "before": one.before, "now": one.now} for one in move.causes],
            }
            for move in found.moved
        ],
    }  # fmt: skip

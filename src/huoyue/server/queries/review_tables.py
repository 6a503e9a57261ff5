"""The panel and the assignment as tables to take away; their first sheets are read when they come back."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from huoyue.core.message import M
from huoyue.exchange.review_layout import ASSIGNMENT, PANEL
from huoyue.server.models import ReviewStage, Round
from huoyue.server.queries.review import panel_of
from huoyue.server.queries.review_assignment import Filter, expert_lines, unit_lines
from huoyue.server.queries.schemes import scheme_of
from huoyue.server.queries.tables import Cells, Exported, heads
from huoyue.server.saying import said

JOIN = "、"


def assignment_tables(stage: ReviewStage, lang: str) -> Iterator[Exported]:
    """By alliance, which is the sheet that is read; and by expert."""
    unit, experts = (column.title.in_language(lang) for column in ASSIGNMENT.columns)
    rows: list[Cells] = [
        [one.filing.alliance.code, JOIN.join(sheet.panellist.code for sheet in one.sheets), one.filing.alliance.name,
         said(one.batch, lang), said(one.industry, lang),
         JOIN.join(sorted({sheet.panellist.group for sheet in one.sheets} - {""}))]
        for one in unit_lines(stage, Filter())
    ]  # fmt: skip
    more = heads(lang, M("Alliance"), M("Batch"), M("Industry"), M("Group"))
    yield Exported(ASSIGNMENT.title.in_language(lang), [unit, experts, *more], rows)
    people: list[Cells] = []
    for line in expert_lines(stage, Filter()):
        batches = Counter(sheet.filing.alliance.batch for sheet in line.sheets)
        codes = JOIN.join(sheet.filing.alliance.code for sheet in line.sheets)
        people.append([line.seat.code, str(line.seat.account), line.seat.group, line.seat.capacity, len(line.sheets),
                       len(batches), codes])  # fmt: skip
    titles = heads(lang, M("Expert"), M("Person's name"), M("Group"), M("At most"), M("Load"), M("Batches"),
                   M("Alliances"))  # fmt: skip
    yield Exported(said(M("By expert"), lang), titles, people)


def panel_tables(round_: Round, lang: str) -> Iterator[Exported]:
    """The panel under the headings that an import reads."""
    titles = {one.id: one.title.in_language(lang) for one in scheme_of(round_).industries}
    rows: list[Cells] = []
    for one in panel_of(round_).exclude(state="left").prefetch_related("interests__alliance"):
        interests = [i for i in one.interests.all() if i.withdrawn_at is None]
        rows.append(
            [one.account.name, one.code, one.account.username, one.account.email, one.account.organisation, one.group,
             one.background, JOIN.join(titles.get(name, name) for name in one.fields), one.capacity,
             JOIN.join(i.alliance.code for i in interests if i.alliance),
             JOIN.join(i.organisation for i in interests if i.organisation)]
        )  # fmt: skip
    yield Exported(PANEL.title.in_language(lang), [one.title.in_language(lang) for one in PANEL.columns], rows)

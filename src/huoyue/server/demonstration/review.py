"""The demonstration's round in review: the example's panel and marks, the second stage almost done.

The first stage is closed. In the second all sheets are handed in but the last ones of the demonstration's own expert,
so that everybody can try what they would do: mark, close the stage, hold the meeting.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta

import polars as pl
from django.utils import timezone

from huoyue.core.screening import screen
from huoyue.core.tables import Facts
from huoyue.server.models import (
    Account,
    Alliance,
    Conflict,
    Duty,
    Filing,
    Mark,
    Panellist,
    ReviewStage,
    Role,
    Round,
    Sheet,
    Stage,
    Suggestion,
    Verdict,
)
from huoyue.server.operations.journal import Acting
from huoyue.server.operations.review_panel import discipline_digest
from huoyue.server.operations.review_stages import lay_out
from huoyue.server.queries.facts import facts_of
from huoyue.server.queries.schemes import scheme_of

KEY_SUFFIX = "-review"
OWN = "E05"
"""The seat of the demonstration's own expert."""
LEFT = 3
"""How many sheets of the second stage the own expert has still to mark."""


def round_of(example: Round) -> Round:
    """A round like the example's, its screening settled."""
    return Round.objects.create(
        key=f"{example.key}{KEY_SUFFIX}", title_zh=example.title_zh.replace("（示例）", "（示例·评审）"),
        title_en=example.title_en.replace("(example)", "(example, in review)"), scheme_text=example.scheme_text,
        scheme_digest=example.scheme_digest, stage=Stage.SCREENED, reminds=False, opens_at=example.opens_at,
        deadline=example.deadline, time_zone=example.time_zone, created_at=timezone.now(),
    )  # fmt: skip


def settle(round_: Round) -> None:
    """The rules' verdicts, all looked at."""
    at = timezone.now()
    filings = {one.alliance.code: one for one in Filing.objects.filter(round=round_).select_related("alliance")}
    rows = screen(scheme_of(round_), facts_of(round_)).iter_rows(named=True)
    Verdict.objects.bulk_create(
        Verdict(
            filing=filings[row["unit"]], ruled=row["verdict"], rule=row["rule"] or "", value=row["value"],
            needed=row["needed"], reason_zh=row["reason_zh"], reason_en=row["reason_en"], ruled_at=at, confirmed_at=at,
        )
        for row in rows
    )  # fmt: skip


def seat_panel(
    round_: Round, facts: Facts, alliances: Mapping[str, Alliance], own: Account | None
) -> dict[str, Panellist]:
    """The example's panel, everybody signed and declared; `own` sits in its place. Conflicts are the example's."""
    at, digest = timezone.now(), discipline_digest(round_)
    industries = [industry.id for industry in scheme_of(round_).industries]
    seats: dict[str, Panellist] = {}
    for number, row in enumerate(facts.experts.iter_rows(named=True)):
        code = row["expert"]
        if own is not None and code == OWN:
            account = own
        else:
            account = panel_account(code, row["name"], row["background"] or "专家", number)
            Duty.objects.create(account=account, role=Role.EXPERT, round=round_)
        seats[code] = Panellist.objects.create(
            round=round_, account=account, code=code, group=row["panel_group"], background=row["background"] or "",
            fields=[industries[number % len(industries)]] if industries else [], capacity=25, state="accepted",
            answered_at=at, signed_at=at, signed_as=str(account), discipline=digest, declared_at=at,
        )  # fmt: skip
        Conflict.objects.bulk_create(
            Conflict(panellist=seats[code], alliance=alliances[home], kind="declared", because="", found_at=at)
            for home in row["homes"] or []
        )
    return seats


def panel_account(code: str, name: str, background: str, number: int) -> Account:
    """The account of one of the example's experts, who sits on the panel of more than one round."""
    if known := Account.objects.filter(username=f"panel{code.lower()}").first():
        return known
    return Account.objects.create_user(
        f"panel{code.lower()}", None, name=f"{name}（虚拟）", email=f"{code.lower()}@example.org",
        organisation=f"{background}所在单位{number + 1:02}（虚拟）",
    )  # fmt: skip


def fill_review(round_: Round, facts: Facts, alliances: Mapping[str, Alliance], own: Account | None) -> None:
    """Panel, stages and marks of the demonstration's round in review."""
    settle(round_)
    seats = seat_panel(round_, facts, alliances, own)
    lay_out(Acting(None, "", timezone.now()), round_)
    stages = list(ReviewStage.objects.filter(round=round_, kind="marks"))
    now = timezone.now()
    for number, stage in enumerate(stages[:2]):
        last = number == len(stages[:2]) - 1
        left = sheets_left(facts.marks.filter(stage=stage.key)) if last else set()
        load_marks(stage, facts.marks, seats, left, now - timedelta(days=9 - 6 * number))
        opened = now - timedelta(days=10 - 6 * number)
        state = {"state": "open", "opened_at": opened, "due_at": now + timedelta(days=4)}
        if not last:
            state = {"state": "closed", "opened_at": opened, "due_at": opened + timedelta(days=5),
                     "closed_at": opened + timedelta(days=5)}  # fmt: skip
        ReviewStage.objects.filter(pk=stage.pk).update(revision=stage.revision + 1, **state)


def sheets_left(marks: pl.DataFrame) -> set[tuple[str, str]]:
    """The sheets that the own expert has not handed in: the last ones of the stage."""
    own = marks.filter(expert=OWN)["unit"].unique(maintain_order=True).to_list()
    return {(OWN, unit) for unit in own[-LEFT:]}


def load_marks(
    stage: ReviewStage,
    marks: pl.DataFrame,
    seats: Mapping[str, Panellist],
    left: set[tuple[str, str]],
    at: datetime,
) -> None:
    """The sheets of a stage with the example's marks, handed in; those `left` are assigned and not begun."""
    filings = {one.alliance.code: one for one in Filing.objects.filter(round=stage.round).select_related("alliance")}
    suggested = {
        (filing, indicator): points
        for filing, indicator, points in Suggestion.objects.filter(filing__round=stage.round).values_list(
            "filing_id", "indicator", "points"
        )
    }
    own = marks.filter(stage=stage.key)
    pairs = list(own.select("expert", "unit").unique(maintain_order=True).iter_rows())
    Sheet.objects.bulk_create(
        Sheet(
            stage=stage, panellist=seats[expert], filing=filings[unit], assigned_at=at,
            **({} if (expert, unit) in left else {
                "begun_at": at, "submitted_at": at + timedelta(minutes=20), "looks": 3, "seconds": 900 + 7 * number,
            }),
        )
        for number, (expert, unit) in enumerate(pairs)
    )  # fmt: skip
    sheets = {(one.panellist_id, one.filing_id): one for one in Sheet.objects.filter(stage=stage)}
    made = []
    for expert, unit, indicator, mark, reason in own.select(
        "expert", "unit", "indicator", "mark", "reason"
    ).iter_rows():
        if (expert, unit) in left:
            continue
        filing = filings[unit]
        taken = suggested.get((filing.pk, indicator)) == mark
        made.append(
            Mark(sheet=sheets[seats[expert].pk, filing.pk], indicator=indicator, points=mark, reason=reason or "",
                 taken=taken, changed_at=at)
        )  # fmt: skip
    Mark.objects.bulk_create(made, batch_size=1000)

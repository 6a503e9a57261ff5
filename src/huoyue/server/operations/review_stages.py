"""The stages of the review: laid out from the scheme, opened, extended, closed, reopened. At most one is open."""

from __future__ import annotations

from datetime import datetime, timedelta

from huoyue.core.scoring.points import suggest
from huoyue.core.screening import screen
from huoyue.server.models import Filing, Panellist, ReviewStage, Round, Sheet, Stage, Suggestion
from huoyue.server.operations.journal import Acting, Refuse, operation, record
from huoyue.server.operations.review_agenda import draw_agenda
from huoyue.server.operations.review_conflicts import barred
from huoyue.server.operations.review_letters import tell_stage_extended, tell_stage_opened, tell_stage_reopened
from huoyue.server.operations.revisions import because, change
from huoyue.server.operations.rounds import check_ahead
from huoyue.server.queries.facts import facts_of
from huoyue.server.queries.review_progress import missing_sheets, open_cases, short_of_experts
from huoyue.server.queries.review_stages import evaluated_filings, scheme_stage
from huoyue.server.queries.schemes import scheme_of

CALIBRATION = "calibration"
MOST_PRACTICE = 5


@operation("review.laid_out")
def lay_out(acting: Acting, round_: Round) -> None:
    """Lay out the scheme's stages and keep what the rules suggest, once screening is settled.

    Doing it again before the first stage was opened takes the suggestions anew.
    """
    if round_.stage != Stage.SCREENED:
        raise Refuse("screening_open")
    scheme = scheme_of(round_)
    if not scheme.review.stages:
        raise Refuse("no_review")
    if ReviewStage.objects.filter(round=round_).exclude(kind=CALIBRATION).exclude(state="waiting").exists():
        raise Refuse("review_begun")
    for place, stage in enumerate(scheme.review.stages, 1):
        ReviewStage.objects.get_or_create(
            round=round_, key=stage.id, defaults={"kind": stage.kind, "position": place}
        )  # fmt: skip
    kept = keep_suggestions(round_)
    record(acting, "review.laid_out", round=round_, after={"suggestions": kept})


def keep_suggestions(round_: Round, only: list[Filing] | None = None) -> int:
    """Store what the rules suggest for the evaluated filings of a round, or for `only` some. How many rows."""
    scheme, facts = scheme_of(round_), facts_of(round_)
    points = suggest(scheme, facts, screen(scheme, facts)).points
    filings = evaluated_filings(round_) if only is None else only
    by_code = {filing.alliance.code: filing for filing in filings}
    Suggestion.objects.filter(filing__in=filings).delete()
    made = [
        Suggestion(
            filing=by_code[row["unit"]], indicator=row["indicator"], outcome=row["outcome"], points=row["points"],
            maximum=row["maximum"], explanation_zh=row["explanation_zh"] or "",
            explanation_en=row["explanation_en"] or "",
        )
        for row in points.iter_rows(named=True)
        if row["unit"] in by_code
    ]  # fmt: skip
    Suggestion.objects.bulk_create(made, batch_size=500)
    return len(made)


@operation("review.calibrated")
def plan_calibration(acting: Acting, round_: Round, filings: list[Filing]) -> ReviewStage:
    """Give everybody on the panel the same few alliances to mark for practice; these marks count for nothing."""
    if not 1 <= len(filings) <= MOST_PRACTICE:
        raise Refuse("calibration_size", most=str(MOST_PRACTICE))
    if ReviewStage.objects.filter(round=round_, kind="marks").exclude(state="waiting").exists():
        raise Refuse("review_begun")
    own = [i.id for i in scheme_of(round_).indicators]
    if any([i.id for i in scheme_of(one.round).indicators] != own or one.in_force_id is None for one in filings):
        raise Refuse("calibration_filing")
    stage, _ = ReviewStage.objects.get_or_create(
        round=round_, key=CALIBRATION, defaults={"kind": CALIBRATION, "position": 0}
    )
    if stage.state != "waiting":
        raise Refuse("stage_not_waiting")
    by_round: dict[Round, list[Filing]] = {}
    for filing in filings:
        by_round.setdefault(filing.round, []).append(filing)
    for other, some in by_round.items():
        if other.stage != Stage.FROZEN:  # a frozen round keeps the suggestions that it was marked beside
            keep_suggestions(other, some)
    Sheet.objects.filter(stage=stage).delete()
    panel = Panellist.objects.filter(round=round_).exclude(state__in=["left", "declined"])
    Sheet.objects.bulk_create(
        Sheet(stage=stage, panellist=one, filing=filing, assigned_at=acting.at) for one in panel for filing in filings
    )
    after = {"alliances": [f"{one.round.key}/{one.alliance.code}" for one in filings], "experts": len(panel)}
    record(acting, "review.calibrated", round=round_, subject=stage.key, after=after)
    return stage


def take(stage: ReviewStage, *states: str) -> None:
    """Hold a stage in one of `states` until this transaction ends, so that nobody marks or moves it meanwhile."""
    same = ReviewStage.objects.filter(pk=stage.pk, revision=stage.revision, state__in=states)
    if same.update(revision=stage.revision) != 1:
        raise Refuse("stale" if ReviewStage.objects.filter(pk=stage.pk, state__in=states).exists() else "stage_closed")


@operation("review.stage_opened")
def open_stage(acting: Acting, stage: ReviewStage, due_at: datetime | None = None, reason: str = "") -> None:
    """Open a stage: from now on its sheets are the experts' to mark, or its meeting is held.

    Stages are opened in their order. A stage of marks needs its sheets assigned; opening with fewer than the scheme
    wants takes a reason.
    """
    if refusal := why_not_open(stage, reason):
        raise refusal
    known = scheme_stage(stage)
    due = due_at or acting.at + timedelta(days=known.days if known else 3)
    check_ahead(acting, due, stage.round.time_zone)
    change(
        stage,
        {"state": "waiting"},
        clash="another_stage_open",
        state="open",
        opened_at=acting.at,
        due_at=due,
        closed_at=None,
        closed_reason="",
    )
    after = {"due": due, "reason": reason.strip(), "sheets": stage.sheets.filter(aside_at=None).count()}
    record(acting, "review.stage_opened", round=stage.round, subject=stage.key, after=after)
    if stage.kind == "decisions":
        draw_agenda(acting, stage)
    tell_stage_opened(acting, stage)


def why_not_open(stage: ReviewStage, reason: str = "") -> Refuse | None:
    """Why a stage cannot be opened now; None if it can."""
    if stage.state != "waiting":
        return Refuse("stage_not_waiting")
    others = ReviewStage.objects.filter(round=stage.round).exclude(pk=stage.pk)
    if others.filter(state="open").exists():
        return Refuse("another_stage_open")
    if others.filter(position__lt=stage.position).exclude(state="closed").exclude(kind=CALIBRATION).exists():
        return Refuse("stage_before_open")
    if stage.kind != CALIBRATION and stage.round.stage != Stage.SCREENED:
        return Refuse("screening_open")
    if stage.kind != "decisions" and not stage.sheets.filter(aside_at=None).exists():
        return Refuse("nothing_assigned")
    if (short := short_of_experts(stage)) and len(reason.strip()) < 2:
        return Refuse("too_few_assigned", alliances="; ".join(short))
    return None


@operation("review.stage_extended")
def extend_stage(acting: Acting, stage: ReviewStage, due_at: datetime, reason: str) -> None:
    """Move the day by which an open stage is to be done."""
    if stage.due_at is not None and due_at <= stage.due_at:
        raise Refuse("not_later")
    check_ahead(acting, due_at, stage.round.time_zone)
    before = {"due": stage.due_at}
    why = because(reason)
    change(stage, {"state": "open"}, due_at=due_at)
    record(acting, "review.stage_extended", round=stage.round, subject=stage.key, before=before,
           after={"due": due_at, "reason": why})  # fmt: skip
    tell_stage_extended(acting, stage, why)


@operation("review.stage_closed")
def close_stage(acting: Acting, stage: ReviewStage, reason: str = "") -> None:
    """Close an open stage. With sheets missing or cases undecided it takes a reason, and these count for nothing."""
    take(stage, "open")
    missing, undecided = missing_sheets(stage), open_cases(stage)
    if len(reason.strip()) < 2 and (refused := why_not_close(stage)):
        raise refused
    change(stage, {"state": "open"}, state="closed", closed_at=acting.at, closed_reason=reason.strip()[:500])
    left = stage.sheets.filter(aside_at=None, submitted_at=None)
    left.update(aside_at=acting.at, aside_kind="closed", aside_reason=reason.strip()[:500])
    after = {"reason": reason.strip(), "missing": dict(missing), "undecided": undecided}
    record(acting, "review.stage_closed", round=stage.round, subject=stage.key, after=after)


def why_not_close(stage: ReviewStage) -> Refuse | None:
    """Why a stage cannot be closed without a reason; None if it can."""
    if missing := missing_sheets(stage):
        who = "; ".join(f"{who} × {count}" for who, count in missing)
        return Refuse("sheets_missing", count=str(sum(count for _, count in missing)), who=who)
    if undecided := open_cases(stage):
        return Refuse("cases_open", alliances="; ".join(undecided))
    return None


@operation("review.stage_reopened")
def reopen_stage(acting: Acting, stage: ReviewStage, due_at: datetime, reason: str) -> None:
    """Open the stage that was closed last once more, with a reason.

    Sheets that closing set aside come back, unless their expert left or is barred from the alliance since.
    """
    why = because(reason)
    if refused := why_not_reopen(stage):
        raise refused
    check_ahead(acting, due_at, stage.round.time_zone)
    before = {"closed": stage.closed_at, "reason": stage.closed_reason}
    change(
        stage,
        {"state": "closed"},
        clash="another_stage_open",
        state="open",
        due_at=due_at,
        closed_at=None,
        closed_reason="",
    )
    back = stage.sheets.filter(aside_kind="closed").exclude(panellist__state__in=("left", "declined"))
    conflicts = barred(stage.round)
    may = [pk for pk, *pair in back.values_list("pk", "panellist_id", "filing__alliance_id").order_by()
           if stage.kind == CALIBRATION or tuple(pair) not in conflicts]  # fmt: skip
    stage.sheets.filter(pk__in=may).update(aside_at=None, aside_kind="", aside_reason="")
    record(acting, "review.stage_reopened", round=stage.round, subject=stage.key, before=before,
           after={"reason": why, "due": due_at})  # fmt: skip
    tell_stage_reopened(acting, stage, why)


def why_not_reopen(stage: ReviewStage) -> Refuse | None:
    """Why a stage cannot be opened once more; None if it can."""
    if stage.state != "closed":
        return Refuse("stage_not_closed")
    if stage.kind == CALIBRATION:
        return Refuse("calibration_shown")
    others = ReviewStage.objects.filter(round=stage.round).exclude(pk=stage.pk)
    if others.filter(position__gt=stage.position).exclude(state="waiting").exists():
        return Refuse("later_stage_begun")
    return Refuse("another_stage_open") if others.filter(state="open").exists() else None


@operation("review.stage_taken_back")
def take_back_stage(acting: Acting, stage: ReviewStage, reason: str) -> None:
    """Put an open stage back to waiting, as long as nothing was marked or decided in it."""
    why = because(reason)
    take(stage, "open")
    if refused := why_not_take_back(stage):
        raise refused
    change(stage, {"state": "open"}, state="waiting", opened_at=None, due_at=None)
    stage.cases.all().delete()
    record(acting, "review.stage_taken_back", round=stage.round, subject=stage.key, after={"reason": why})


def why_not_take_back(stage: ReviewStage) -> Refuse | None:
    """Why the opening of a stage cannot be taken back; None if it can."""
    begun = stage.sheets.exclude(begun_at=None).exists() or stage.cases.exclude(state="waiting").exists()
    return Refuse("stage_begun") if begun else None

"""Who marks what in a stage: given as a whole, pair by pair, or moved. Hard rules hold whoever asks."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from huoyue.server.models import Filing, Panellist, ReviewStage, Sheet
from huoyue.server.operations.journal import Acting, Refuse, operation, record
from huoyue.server.operations.review_conflicts import barred
from huoyue.server.operations.review_letters import tell_given
from huoyue.server.queries.review_stages import earlier_groups, evaluated_filings

Pair = tuple[int, int]
"""(seat, filing) by their keys."""


@dataclass(frozen=True)
class Wrong:
    """Why a pair may not be: `code` is conflict, same_group, marked_before, not_on_panel, not_evaluated."""

    code: str
    expert: str
    alliance: str


def wrong_pairs(stage: ReviewStage, pairs: Iterable[Pair]) -> list[Wrong]:
    """Every pair that a hard rule forbids, with the rule. What was handed in stays, though its expert left since."""
    panel = {one.pk: one for one in Panellist.objects.filter(round=stage.round).select_related("account")}
    filings = {one.pk: one for one in evaluated_filings(stage.round)}
    conflicts, before = barred(stage.round), earlier_groups(stage)
    done = stage.sheets.filter(aside_at=None).exclude(submitted_at=None)
    handed_in, found = set(done.values_list("panellist_id", "filing_id")), []
    for seat, filing in pairs:
        expert, about = panel.get(seat), filings.get(filing)
        code = ""
        if expert is None or (expert.state in ("left", "declined") and (seat, filing) not in handed_in):
            code = "not_on_panel"
        elif about is None:
            code = "not_evaluated"
        elif (seat, about.alliance_id) in conflicts:
            code = "conflict"
        elif seat in before.people.get(filing, ()):
            code = "marked_before"
        elif expert.group in before.groups.get(filing, ()):
            code = "same_group"
        if code:
            found.append(Wrong(code, str(expert or seat), about.alliance.code if about else str(filing)))
    return found


def refuse_wrong(stage: ReviewStage, pairs: Iterable[Pair]) -> None:
    """Refuse with everything that is wrong at once, grouped by the rule that forbids it."""
    wrong = wrong_pairs(stage, pairs)
    if not wrong:
        return
    code = wrong[0].code
    named = [f"{one.expert} – {one.alliance}" for one in wrong if one.code == code]
    raise Refuse(f"pair_{code}", pairs="; ".join(named), more=str(len(wrong) - len(named)))


@operation("review.assigned")
def assign_stage(
    acting: Acting, stage: ReviewStage, pairs: Sequence[Pair], *, how: str, seed: int | None = None
) -> Counter[str]:
    """Make the sheets of a stage those of `pairs`. What was begun stays as it is, or the whole is refused.

    `how` says where the pairs come from: solved, imported. How many sheets are new, kept and taken away.
    """
    if stage.kind != "marks" or stage.state == "closed":
        raise Refuse("stage_not_assignable")
    _hold(stage, seed)
    refuse_wrong(stage, pairs)
    refuse_overload(stage, pairs)
    wanted = set(pairs)
    now = {(one.panellist_id, one.filing_id): one for one in stage.sheets.filter(aside_at=None)}
    if kept := [one for pair, one in now.items() if pair not in wanted and (one.pinned or one.begun_at is not None)]:
        named = Sheet.objects.filter(pk__in=[one.pk for one in kept]).select_related("panellist", "filing__alliance")
        raise Refuse("sheets_kept", sheets="; ".join(f"{one.panellist.code} – {one.filing.alliance.code}"
                                                     for one in named))  # fmt: skip
    gone = [pair for pair in now if pair not in wanted]
    new = [pair for pair in pairs if pair not in now]
    _give(acting, stage, dict.fromkeys(new, False))
    _take(acting, stage, gone)
    counts = Counter(new=len(new), kept=len(now) - len(gone), gone=len(gone))
    after = {"how": how, "seed": seed, "given": named_pairs(stage, new), "taken": named_pairs(stage, gone)}
    record(acting, "review.assigned", round=stage.round, subject=stage.key, after=after)
    if stage.state == "open" and new:
        tell_given(acting, stage, {seat for seat, _ in new})
    return counts


def _hold(stage: ReviewStage, seed: int | None = None) -> None:
    """Take a stage that is not closed for this transaction: nobody marks, assigns or closes meanwhile."""
    same = ReviewStage.objects.filter(pk=stage.pk, revision=stage.revision).exclude(state="closed")
    changes = {} if seed is None else {"seed": seed}
    if same.update(revision=stage.revision + 1, **changes) != 1:
        raise Refuse("stale")
    stage.revision += 1
    stage.seed = stage.seed if seed is None else seed


def refuse_overload(stage: ReviewStage, pairs: Iterable[Pair]) -> None:
    """Refuse where somebody gets more than they can mark."""
    load = Counter(seat for seat, _ in pairs)
    panel = Panellist.objects.filter(round=stage.round, pk__in=load).select_related("account")
    over = [f"{one}: {load[one.pk]} > {one.capacity}" for one in panel if load[one.pk] > one.capacity]
    if over:
        raise Refuse("over_capacity", experts="; ".join(over))


def named_pairs(stage: ReviewStage, pairs: Iterable[Pair]) -> list[str]:
    """Pairs as "E03 A017", for the journal."""
    codes = dict(Panellist.objects.filter(round=stage.round).values_list("pk", "code"))
    units = dict(Filing.objects.filter(round=stage.round).values_list("pk", "alliance__code"))
    return sorted(f"{codes[seat]} {units[filing]}" for seat, filing in pairs)


def _give(acting: Acting, stage: ReviewStage, pairs: dict[Pair, bool]) -> None:
    """New sheets; one that was set aside because the work moved on comes back with its marks."""
    aside = {(one.panellist_id, one.filing_id): one for one in stage.sheets.exclude(aside_at=None)}
    back = [aside[pair].pk for pair in pairs if pair in aside]
    Sheet.objects.filter(pk__in=back).update(aside_at=None, aside_kind="", aside_reason="", submitted_at=None)
    Sheet.objects.bulk_create(
        Sheet(stage=stage, panellist_id=seat, filing_id=filing, assigned_at=acting.at, pinned=pinned)
        for (seat, filing), pinned in pairs.items() if (seat, filing) not in aside
    )  # fmt: skip


def _take(acting: Acting, stage: ReviewStage, pairs: Iterable[Pair]) -> None:
    """Take sheets away: before the stage opened without a trace but the event, afterwards set aside."""
    for seat, filing in pairs:
        sheets = stage.sheets.filter(panellist=seat, filing=filing, aside_at=None)
        if stage.state == "waiting":
            sheets.delete()
        else:
            sheets.update(aside_at=acting.at, aside_kind="moved")


@operation("review.sheet_given")
def give_sheet(acting: Acting, stage: ReviewStage, panellist: Panellist, filing: Filing) -> Sheet:
    """Give one more alliance to an expert by hand: pinned, so that solving again leaves it."""
    if stage.kind != "marks" or stage.state == "closed":
        raise Refuse("stage_not_assignable")
    _hold(stage)
    pair = (panellist.pk, filing.pk)
    refuse_wrong(stage, [pair])
    now = list(stage.sheets.filter(panellist=panellist, aside_at=None).values_list("filing_id", flat=True))
    if filing.pk in now:
        raise Refuse("sheet_there")
    refuse_overload(stage, [*((panellist.pk, one) for one in now), pair])
    _give(acting, stage, {pair: True})
    sheet = stage.sheets.get(panellist=panellist, filing=filing)
    record(acting, "review.sheet_given", round=stage.round, alliance=filing.alliance, subject=panellist.code,
           after={"stage": stage.key})  # fmt: skip
    if stage.state == "open":
        tell_given(acting, stage, {panellist.pk})
    return sheet


@operation("review.sheet_taken")
def take_sheet(acting: Acting, sheet: Sheet, reason: str = "") -> None:
    """Take a sheet away from an expert by hand. One that was begun needs a reason, and its marks are kept apart."""
    stage = sheet.stage
    if stage.kind != "marks" or stage.state == "closed":
        raise Refuse("stage_not_assignable")
    _hold(stage)
    if Sheet.objects.filter(pk=sheet.pk).exclude(begun_at=None).exists() and len(reason.strip()) < 2:
        raise Refuse("reason_missing")
    same = Sheet.objects.filter(pk=sheet.pk, revision=sheet.revision, aside_at=None)
    if stage.state == "waiting":
        done, _ = same.delete()
    else:
        done = same.update(aside_at=acting.at, aside_kind="moved", aside_reason=reason.strip()[:500],
                           revision=sheet.revision + 1)  # fmt: skip
    if not done:
        raise Refuse("stale")
    record(acting, "review.sheet_taken", round=stage.round, alliance=sheet.filing.alliance,
           subject=sheet.panellist.code, after={"stage": stage.key, "reason": reason.strip()})  # fmt: skip


@operation("review.sheet_pinned")
def pin_sheet(acting: Acting, sheet: Sheet, *, pinned: bool) -> None:
    """Hold a pair against solving again, or let it go."""
    if Sheet.objects.filter(pk=sheet.pk, pinned=not pinned).update(pinned=pinned) != 1:
        raise Refuse("stale")
    record(acting, "review.sheet_pinned", round=sheet.stage.round, alliance=sheet.filing.alliance,
           subject=sheet.panellist.code, after={"stage": sheet.stage.key, "pinned": pinned})  # fmt: skip

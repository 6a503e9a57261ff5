"""A round whose meeting is held, made from the demonstration's round in review: the looks and the journey need one."""

from __future__ import annotations

KEY = "2016-meeting"

MEETING = """
from huoyue.server.models import *
from huoyue.server.operations.journal import Acting as _Acting
from huoyue.server.operations.review_stages import open_stage as _open_stage

def hold_meeting(key, zh, en, count=14):
    \"\"\"The demonstration's round in review once more, with fewer alliances: both stages marked.\"\"\"
    source, now = Round.objects.get(key="2016-review"), timezone.now()
    kept = {name: getattr(source, name) for name in (
        "scheme_text", "scheme_digest", "opens_at", "deadline", "time_zone", "stage", "closed_at")}
    made = Round.objects.create(key=key, title_zh=f"2016年度活跃度评价（示例·{zh}）", reminds=False,
                                title_en=f"Activity evaluation 2016 (example, {en})", created_at=now, **kept)
    def again(row, **changes):
        row.pk, row._state.adding = None, True
        for name, value in changes.items():
            setattr(row, name, value)
        row.save(force_insert=True)
        return row
    seats = {one.pk: again(one, round=made) for one in list(Panellist.objects.filter(round=source))}
    for duty in list(Duty.objects.filter(round=source)):
        again(duty, round=made)
    stages = {one.pk: again(one, round=made, state="closed" if one.kind == "marks" else "waiting", closed_at=now)
              for one in list(ReviewStage.objects.filter(round=source))}
    # from all over the register, so that the rules find some of them
    chosen = list(Filing.objects.filter(round=source, sheets__isnull=False).distinct().select_related("in_force"))
    for filing in chosen[::max(1, len(chosen) // count)][:count]:
        before, version, verdict = filing.pk, filing.in_force, Verdict.objects.filter(filing=filing).first()
        sheets = list(Sheet.objects.filter(filing=before))
        hints = list(Suggestion.objects.filter(filing=before))
        new = again(filing, round=made, in_force=None)
        Filing.objects.filter(pk=new.pk).update(in_force=again(version, filing=new, receipt=f"{key}-{before}"))
        if verdict:
            again(verdict, filing=new)
        for hint in hints:
            again(hint, filing=new)
        for sheet in sheets:
            marks = list(sheet.marks.all())
            changes = {"aside_at": now, "aside_kind": "closed"} if sheet.submitted_at is None else {}
            copy = again(sheet, stage=stages[sheet.stage_id], panellist=seats[sheet.panellist_id], filing=new,
                         **changes)
            for mark in marks:
                mark.pk, mark._state.adding, mark.sheet = None, True, copy
            Mark.objects.bulk_create(marks)
    chair = Account.objects.get(username="chair")
    meeting = ReviewStage.objects.get(round=made, kind="decisions")
    _open_stage(_Acting(chair, "chair", now), meeting)
    return made
"""
"""Defines `hold_meeting(key, zh, en)`, for `Site.run`: who needs a meeting of their own gives it its own key."""

"""The agenda of a meeting: the alliances on which experts differ by the scheme's rules, and what a person adds."""

from __future__ import annotations

from huoyue.server.models import Case, Filing, ReviewStage
from huoyue.server.operations.journal import Acting, Refuse, operation, record
from huoyue.server.operations.revisions import because
from huoyue.server.queries.review_stages import evaluated_filings
from huoyue.server.queries.review_standing import standing_of


@operation("meeting.agenda_drawn")
def draw_agenda(acting: Acting, stage: ReviewStage) -> int:
    """Put every alliance on the agenda for which one of the scheme's rules on large differences holds. How many."""
    if stage.kind != "decisions" or stage.state == "closed":
        raise Refuse("no_meeting")
    found = set(standing_of(stage.round).settlement.differences["unit"])
    known = set(stage.cases.values_list("filing__alliance__code", flat=True))
    new = [one for one in evaluated_filings(stage.round) if one.alliance.code in found - known]
    Case.objects.bulk_create(Case(stage=stage, filing=filing) for filing in new)
    after = {"alliances": [filing.alliance.code for filing in new]}
    record(acting, "meeting.agenda_drawn", round=stage.round, subject=stage.key, after=after)
    return len(new)


@operation("meeting.case_added")
def add_case(acting: Acting, stage: ReviewStage, filing: Filing, reason: str) -> Case:
    """Put one more alliance on the agenda, with a reason."""
    if stage.kind != "decisions" or stage.state != "open":
        raise Refuse("no_meeting")
    reason = because(reason)
    if filing.pk not in {one.pk for one in evaluated_filings(stage.round)}:
        raise Refuse("pair_not_evaluated", pairs=filing.alliance.code, more="0")
    made, new = Case.objects.get_or_create(stage=stage, filing=filing, defaults={"added_reason": reason})
    if not new:
        raise Refuse("case_there")
    record(acting, "meeting.case_added", round=stage.round, alliance=filing.alliance, subject=stage.key,
           after={"reason": reason})  # fmt: skip
    return made


@operation("meeting.case_dropped")
def drop_case(acting: Acting, case: Case) -> None:
    """Take an alliance off the agenda that a person had put there and that was not opened."""
    same = Case.objects.filter(pk=case.pk, state="waiting", revision=case.revision).exclude(added_reason="")
    if not same.exists():
        raise Refuse("case_by_rule")
    same.delete()
    record(acting, "meeting.case_dropped", round=case.stage.round, alliance=case.filing.alliance,
           subject=case.stage.key)  # fmt: skip

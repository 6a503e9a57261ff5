"""Handing in: submit, withdraw, correct, return, resubmit. Every version is kept."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from hashlib import sha256
from typing import TypedDict

from django.db.models import Max

from huoyue.server.models import SETTLED, Filing, Remark, Round, SelfScore, State, Version
from huoyue.server.operations.chain import canonical
from huoyue.server.operations.filing import answers_for
from huoyue.server.operations.journal import Acting, Refuse, operation, record
from huoyue.server.operations.step_letters import tell_returned
from huoyue.server.queries.filings import Overview, overview_of
from huoyue.server.queries.windows import why_closed, why_not_edit


class Said(TypedDict):
    """A remark on a filing; `record` and `kind` are empty where it is about the whole."""

    record: str
    kind: str
    text: str


def content_of(overview: Overview) -> str:
    """The filing as canonical JSON: what a version keeps and its digest covers."""
    filing = overview.filing
    records = [
        {
            "uid": row.record.uid,
            "kind": kind,
            "cells": row.record.cells,
            "evidence": [
                {"uid": e.uid, "name": e.name, "digest": e.digest, "size": e.size, "kind": e.kind} for e in row.files
            ],
        }
        for kind, section in overview.sections.items()
        for row in section.rows
    ]
    scores = {s.indicator: [s.points, s.reason] for s in SelfScore.objects.filter(filing=filing).order_by("indicator")}
    return canonical(
        {"round": filing.round.key, "alliance": filing.alliance.code, "records": records, "self_scores": scores}
    )


def digest_of_content(content: str) -> str:
    return sha256(content.encode()).hexdigest()


def receipt_number(round_: Round, filing: Filing, number: int, digest: str) -> str:
    """What is printed on the receipt: round, alliance, version, and the first signs of the digest."""
    return f"{round_.pk:03d}-{filing.alliance_id:05d}-{number:02d}-{digest[:8].upper()}"


def why_not_submit(acting: Acting, filing: Filing, overview: Overview) -> Refuse | None:
    """Why the filing cannot be submitted now; None if it can."""
    responsible = answers_for(acting, filing)
    if refusal := why_not_edit(filing, acting.at, responsible=responsible):
        return Refuse(refusal.code, **refusal.detail)
    if filing.round.check_first and not responsible:
        return Refuse("only_responsible")
    if not overview.count:
        return Refuse("nothing_filed")
    if overview.errors:
        return Refuse("errors_left", count=str(overview.errors))
    return None


@operation("filing.submitted")
def submit(acting: Acting, filing: Filing, *, signed_as: str, agreed: bool) -> Version:
    """Submit the filing as it stands: a new version, in force from now on.

    Refused past the deadline, with records in error, and without the signed statement. What is merely missing is the
    alliance's own affair: it is listed before and judged by screening.
    """
    overview = overview_of(filing)
    if refusal := why_not_submit(acting, filing, overview):
        raise refusal
    if not agreed or len(signed_as.strip()) < 2:
        raise Refuse("statement_missing")
    content = content_of(overview)
    number = (filing.versions.aggregate(last=Max("number"))["last"] or 0) + 1
    digest = digest_of_content(content)
    version = Version.objects.create(
        filing=filing,
        number=number,
        content=content,
        digest=digest,
        submitted_at=acting.at,
        submitted_by=acting.account,
        signed_as=signed_as.strip()[:80],
        receipt=receipt_number(filing.round, filing, number, digest),
    )
    _moved(acting, filing, State.SUBMITTED, in_force=version, correct_until=None)
    Remark.objects.filter(filing=filing, answered_at=None).update(answered_at=acting.at)
    after = {"version": number, "digest": digest, "receipt": version.receipt, "signed_as": version.signed_as}
    record(acting, "filing.submitted", round=filing.round, alliance=filing.alliance, subject=str(number), after=after)
    return version


def _moved(acting: Acting, filing: Filing, state: str, **fields: object) -> None:
    """Change the filing's state, if nobody else did since it was read."""
    same = Filing.objects.filter(pk=filing.pk, revision=filing.revision, state=filing.state)
    if same.update(state=state, revision=filing.revision + 1, changed_at=acting.at, **fields) != 1:
        raise Refuse("stale")
    filing.state, filing.revision = state, filing.revision + 1
    for name, value in fields.items():
        setattr(filing, name, value)


@operation("filing.handed_for_checking")
def hand_for_checking(acting: Acting, filing: Filing) -> None:
    """Give the filing to the alliance's responsible person, who checks and submits it."""
    if refusal := why_not_edit(filing, acting.at):
        raise Refuse(refusal.code, **refusal.detail)
    before = {"state": filing.state}
    _moved(acting, filing, State.CHECKING)
    record(acting, "filing.handed_for_checking", round=filing.round, alliance=filing.alliance, before=before)


@operation("filing.handed_back")
def hand_back(acting: Acting, filing: Filing, reason: str) -> None:
    """The responsible person gives the filing back to be worked on."""
    if filing.state != State.CHECKING:
        raise Refuse("stale")
    if not answers_for(acting, filing):
        raise Refuse("with_responsible")
    _moved(acting, filing, State.DRAFT)
    after = {"reason": reason[:500]}
    record(acting, "filing.handed_back", round=filing.round, alliance=filing.alliance, after=after)


@operation("filing.withdrawn")
def withdraw(acting: Acting, filing: Filing) -> None:
    """Take back what was submitted: nothing counts until it is submitted again."""
    _must_be_submitted(acting, filing)
    number = filing.in_force.number if filing.in_force else 0
    Version.objects.filter(filing=filing, number=number).update(withdrawn_at=acting.at)
    _moved(acting, filing, State.DRAFT, in_force=None)
    record(acting, "filing.withdrawn", round=filing.round, alliance=filing.alliance, before={"version": number})


@operation("filing.amended")
def amend(acting: Acting, filing: Filing) -> None:
    """Go on editing after submitting; the version submitted last counts until another is submitted."""
    _must_be_submitted(acting, filing)
    number = filing.in_force.number if filing.in_force else 0
    _moved(acting, filing, State.DRAFT)
    record(acting, "filing.amended", round=filing.round, alliance=filing.alliance, before={"version": number})


def _must_be_submitted(acting: Acting, filing: Filing) -> None:
    if filing.state != State.SUBMITTED:
        raise Refuse("not_submitted")
    if refusal := why_closed(filing, acting.at):
        raise Refuse(refusal.code, **refusal.detail)


@operation("filing.returned")
def return_for_correction(
    acting: Acting, filing: Filing, *, remarks: Sequence[Said], correct_until: datetime
) -> list[Remark]:
    """Send a submitted filing back with remarks on it or on its records, to be corrected until `correct_until`.

    The version in force counts until a corrected one is submitted. Also possible after the round has closed. The
    alliance's filers get a letter.
    """
    texts = [said for said in remarks if said["text"].strip()]
    if filing.state != State.SUBMITTED or filing.in_force is None or filing.round.stage in SETTLED:
        raise Refuse("not_returnable")
    if not texts:
        raise Refuse("remarks_missing")
    if correct_until <= acting.at:
        raise Refuse("grace_over")
    number = filing.in_force.number
    made = [
        Remark.objects.create(
            filing=filing, version=number, record=said["record"], kind=said["kind"], text=said["text"].strip(),
            by=acting.doer, at=acting.at,
        )
        for said in texts
    ]  # fmt: skip
    _moved(acting, filing, State.RETURNED, correct_until=correct_until)
    after = {"version": number, "until": correct_until, "remarks": [dict(said) for said in texts]}
    record(acting, "filing.returned", round=filing.round, alliance=filing.alliance, after=after)
    tell_returned(acting, filing, version=number, remarks=len(made))
    return made


@operation("filing.remark_answered")
def answer_remark(acting: Acting, filing: Filing, remark: int, answer: str) -> None:
    """Say what was done about a remark."""
    if refusal := why_not_edit(filing, acting.at, responsible=answers_for(acting, filing)):
        raise Refuse(refusal.code, **refusal.detail)
    if Remark.objects.filter(pk=remark, filing=filing).update(answer=answer[:2000], answered_at=acting.at) != 1:
        raise Refuse("absent")
    after = {"answer": answer[:2000]}
    record(
        acting, "filing.remark_answered", round=filing.round, alliance=filing.alliance, subject=str(remark), after=after
    )

"""Objections come in: online by whoever answers for a filing, or on paper and put in by the secretariat.

Online, what the customs of the scheme ask is asked before anything is kept. On paper, what came is kept as it came: one
that is anonymous, unsigned, unsealed, bare of evidence or late is registered and not taken up, with the reason.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from secrets import token_hex

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.db import IntegrityError, transaction

from huoyue.core.scheme.model import PublicNotice
from huoyue.server.models import Filing, NoticePeriod, Objection, ObjectionFile
from huoyue.server.operations.evidence import examined, megabytes, safe_name
from huoyue.server.operations.journal import Acting, Refuse, operation, record
from huoyue.server.operations.notice_letters import tell_objector
from huoyue.server.operations.revisions import change
from huoyue.server.operations.storage import CHUNK, append, keep, upload_path
from huoyue.server.queries.notice import day_of, phase_of, shown_period
from huoyue.server.queries.schemes import scheme_of
from huoyue.server.saying import said
from huoyue.server.wording.notice import REFUSED

LEAST_GROUNDS = 20
"""Signs below which grounds name nothing that could be checked."""
LONGEST_GROUNDS = 8000
MOST_FILES = 20


@dataclass(frozen=True)
class Kept:
    """A file that was examined and waits beside the shelf until the objection is there."""

    name: str
    part: Path
    digest: str
    kind: str
    size: int


@dataclass(frozen=True)
class Asked:
    """What an objection says, and who makes it."""

    kind: str
    indicator: str = ""
    grounds: str = ""
    name: str = ""
    organisation: str = ""
    telephone: str = ""
    email: str = ""
    signed_as: str = ""
    sealed: bool = False
    files: Sequence[Kept] = field(default_factory=tuple)


def take_in(file: UploadedFile) -> Kept:
    """Examine a file as evidence is: its size, what its content says it is, no macros, no virus. Refused otherwise."""
    size = file.size or 0
    if size <= 0:
        raise Refuse("file_empty")
    if size > settings.LARGEST_FILE:
        raise Refuse("file_too_large", limit=megabytes(settings.LARGEST_FILE))
    part = upload_path(token_hex(16))
    try:
        append(part, file.chunks(CHUNK), 0, size)
        digest, kind, _, length = examined(part)
    except BaseException:
        part.unlink(missing_ok=True)
        raise
    return Kept(safe_name(file.name or ""), part, digest, kind, length)


def let_go(files: Sequence[Kept]) -> None:
    """Forget examined files that did not become part of an objection."""
    for one in files:
        one.part.unlink(missing_ok=True)


def lacks(asked: Asked, held: PublicNotice, *, on_paper: bool) -> list[str]:
    """What the customs of the scheme ask and an objection has not: keys of REFUSED, the gravest first.

    Online the account says who it is; a signature is typed there, and stands under the paper otherwise.
    """
    found = []
    if held.real_name and not asked.name.strip():
        found.append("anonymous")
    if held.real_name and not asked.signed_as.strip():
        found.append("unsigned")
    by_organisation = bool(asked.organisation.strip()) or not on_paper
    if held.seal and by_organisation and not asked.sealed:
        found.append("no_seal")
    if held.evidence and not asked.files:
        found.append("no_evidence")
    if len(asked.grounds.strip()) < LEAST_GROUNDS:
        found.append("groundless")
    return found


def running_period(filing: Filing, acting: Acting) -> NoticePeriod:
    """The notice in which an objection comes in now, by the server's clock. Refused outside it."""
    today = day_of(acting.at, filing.round)
    period = shown_period(filing.round, today)
    phase = phase_of(period, today) if period is not None else ""
    if period is None or phase == "withdrawn":
        raise Refuse("objection_no_notice")
    if phase != "running":
        raise Refuse("objection_late")
    return period


def checked(filing: Filing, asked: Asked) -> None:
    """Refuse what does not name a kind, or an indicator that applies to the alliance."""
    known = {one.id for one in scheme_of(filing.round).indicators}
    if asked.kind not in ("score", "facts") or (asked.kind == "score") != bool(asked.indicator):
        raise Refuse("objection_incomplete")
    if (asked.indicator and asked.indicator not in known) or len(asked.files) > MOST_FILES:
        raise Refuse("objection_incomplete")


def stored(acting: Acting, filing: Filing, period: NoticePeriod, asked: Asked, **more: object) -> Objection:
    """The rows of an objection, its files on the shelf. Its number tells nothing of who made it."""
    number = f"YY-{filing.round.key[:30]}-{Objection.objects.filter(round=filing.round).count() + 1:03}"
    try:
        with transaction.atomic():
            made = Objection.objects.create(
                round=filing.round, notice=period, filing=filing, number=number, kind=asked.kind,
                indicator=asked.indicator, entered_by=acting.doer, name=asked.name.strip()[:80],
                organisation=asked.organisation.strip()[:200], telephone=asked.telephone.strip()[:60],
                email=asked.email.strip(), signed_as=asked.signed_as.strip()[:80], sealed=asked.sealed,
                grounds=asked.grounds.strip()[:LONGEST_GROUNDS], at=acting.at, **more,
            )  # fmt: skip
    except IntegrityError as error:  # two came at once and took the same number
        raise Refuse("stale") from error
    for one in asked.files:
        keep(one.part, one.digest, "objections")
        ObjectionFile.objects.create(objection=made, uid=token_hex(16), name=one.name, size=one.size, kind=one.kind,
                                     digest=one.digest, at=acting.at)  # fmt: skip
    return made


@operation("objection.filed")
def file_objection(acting: Acting, filing: Filing, asked: Asked) -> Objection:
    """An alliance objects to its own result, by whoever answers for its filing, while the notice runs."""
    if filing.alliance_id not in answered_for(acting, filing):
        raise Refuse("objection_not_yours")
    period = running_period(filing, acting)
    checked(filing, asked)
    if missing := lacks(asked, scheme_of(filing.round).notice, on_paper=False):
        raise Refuse("objection_lacks", what=said(REFUSED[missing[0]]))
    made = stored(acting, filing, period, asked, by=acting.doer, received_on=day_of(acting.at, filing.round))
    tell_objector(acting, made, "received")
    record(acting, "objection.filed", round=filing.round, alliance=filing.alliance, subject=made.number,
           after={"kind": made.kind, "indicator": made.indicator, "files": len(asked.files)})  # fmt: skip
    return made


def answered_for(acting: Acting, filing: Filing) -> set[int]:
    """The alliances that whoever acts answers for in the round."""
    held = acting.doer.duties.filter(role="filer", responsible=True, ended_at=None)
    return {one.alliance_id for one in held if one.alliance_id and one.round_id in (None, filing.round_id)}


@operation("objection.entered")
def enter_objection(acting: Acting, filing: Filing, asked: Asked, received_on: date) -> Objection:
    """Put in what came on paper, by anybody about any alliance. What does not meet the customs is not taken up."""
    today = day_of(acting.at, filing.round)
    period = shown_period(filing.round, today)
    if period is None or period.withdrawn_at is not None:
        raise Refuse("objection_no_notice")
    if received_on < period.starts_on:
        raise Refuse("objection_before", first=period.starts_on.isoformat())
    if received_on > today:
        raise Refuse("objection_incomplete")
    checked(filing, asked)
    missing = lacks(asked, scheme_of(filing.round).notice, on_paper=True)
    if received_on > period.ends_on:
        missing.insert(0, "late")
    why = next((code for code in missing if code != "groundless"), "")
    made = stored(
        acting, filing, period, asked, on_paper=True, received_on=received_on, refused_because=why,
        state="refused" if why else "received",
        reasons=said(REFUSED[why], "zh") if why else "", decided_at=acting.at if why else None,
    )  # fmt: skip
    record(acting, "objection.entered", round=filing.round, alliance=filing.alliance, subject=made.number,
           after={"kind": made.kind, "indicator": made.indicator, "state": made.state, "because": why})  # fmt: skip
    return made


@operation("objection.withdrawn")
def withdraw_objection(acting: Acting, objection: Objection) -> None:
    """Whoever objected takes it back; what was written stays in the register as withdrawn."""
    if objection.by_id != acting.doer.pk or objection.state not in ("received", "admitted"):
        raise Refuse("objection_elsewhere")
    change(objection, {"state": objection.state}, state="withdrawn", decided_at=acting.at)
    record(acting, "objection.withdrawn", round=objection.round, alliance=objection.filing.alliance,
           subject=objection.number)  # fmt: skip

"""The tables of a round for taking away: what the reader may see, no personal data beyond need."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from huoyue.core.filing.values import read
from huoyue.core.message import M, Message
from huoyue.core.phrase import render
from huoyue.core.scheme.model import FieldSpec, RecordType
from huoyue.server.models import Finding, Mail, Observation, Round, Verdict, Version
from huoyue.server.queries.compare import Kept, content_from, shown_cell, shown_evidence
from huoyue.server.queries.doors import visible_filings
from huoyue.server.queries.filings import own_kinds, with_counts
from huoyue.server.queries.people import Person
from huoyue.server.queries.schemes import scheme_of
from huoyue.server.queries.windows import deadline_of
from huoyue.server.saying import said
from huoyue.server.wording import STATES, VERDICTS
from huoyue.server.wording.chasing import MAIL_KINDS, MAIL_REASONS, MAIL_STATES
from huoyue.server.wording.screening import MARKS, RULES

CODE, NAME = M("Code"), M("Name")
Cells = list[object]


@dataclass
class Exported:
    """A table: its title, headings, and rows of plain values."""

    title: str
    heads: list[str]
    rows: list[Cells]


def heads(lang: str, *titles: Message) -> list[str]:
    return [render(title, lang) for title in titles]


def worded(words: Mapping[str, Message], code: str, lang: str) -> str:
    """What people call a code; one that nobody named stays as it is."""
    return render(words[code], lang) if code in words else code


def at(moment: datetime | None, round_: Round) -> str:
    """A moment in the round's time zone, as spreadsheets sort it."""
    return f"{moment.astimezone(ZoneInfo(round_.time_zone)):%Y-%m-%d %H:%M}" if moment else ""


def until(moment: datetime, round_: Round) -> str:
    """A deadline; midnight is the end of the day before, as on the pages."""
    local = moment.astimezone(ZoneInfo(round_.time_zone))
    return at(moment, round_) if (local.hour, local.minute) != (0, 0) else f"{local - timedelta(days=1):%Y-%m-%d} 24:00"


def states(person: Person, round_: Round, lang: str) -> Iterator[Exported]:
    """Every filing with its state."""
    rows: list[Cells] = []
    batches = {batch.id: batch.title for batch in scheme_of(round_).batches}
    for filing in with_counts(visible_filings(person, round_)):
        filing.round = round_
        alliance = filing.alliance
        rows.append(
            [alliance.code, alliance.name, said(batches.get(alliance.batch, alliance.batch), lang),
             render(STATES[filing.state], lang), filing.record_count, filing.in_force.number if filing.in_force else "",
             at(filing.in_force.submitted_at if filing.in_force else None, round_), until(deadline_of(filing), round_)]
        )  # fmt: skip
    titles = heads(
        lang, CODE, NAME, M("Batch"), M("State"), M("Records"), M("Version"), M("Submitted at"), M("Deadline")
    )
    yield Exported(render(M("States"), lang), titles, rows)


def submissions(person: Person, round_: Round, lang: str) -> Iterator[Exported]:
    """Every version that was ever submitted."""
    versions = Version.objects.filter(filing__in=visible_filings(person, round_)).select_related("filing__alliance")
    rows: list[Cells] = [
        [v.filing.alliance.code, v.filing.alliance.name, v.number, at(v.submitted_at, round_), v.signed_as, v.receipt,
         v.digest, at(v.withdrawn_at, round_)]
        for v in versions.order_by("submitted_at")
    ]  # fmt: skip
    titles = heads(lang, CODE, NAME, M("Version"), M("Submitted at"), M("Signed by"), M("Receipt number"),
                   M("Digest of the content (SHA-256)"), M("Withdrawn"))  # fmt: skip
    yield Exported(render(M("Submissions"), lang), titles, rows)


def plain(spec: FieldSpec, kept: Kept, lang: str) -> object:
    """A cell as spreadsheets count and sort it: a number, a day, or else the words people read."""
    if spec.type in ("integer", "decimal", "money", "date"):
        value = read(spec, kept.cells.get(spec.id, "")).value
        if isinstance(value, int):
            return value / 10**spec.decimals if spec.decimals else value
        if value is not None:
            return value
    return said(shown_cell(spec, kept), lang)


def records(person: Person, round_: Round, lang: str) -> Iterator[Exported]:
    """The records that count, a table for every record type."""
    filings = visible_filings(person, round_)
    contents = [(f.alliance, content_from(f.in_force.content)) for f in filings if f.in_force is not None]
    for kind in own_kinds(scheme_of(round_)):
        rows: list[Cells] = [
            [alliance.code, alliance.name, *(plain(spec, kept, lang) for spec in kind.fields), shown_evidence(kept)]
            for alliance, content in contents
            for kept in content.of(kind.id)
        ]  # fmt: skip
        titles = [said(spec.title, lang) for spec in kind.fields]
        yield Exported(said(kind.title, lang), [*heads(lang, CODE, NAME), *titles, render(M("Evidence"), lang)], rows)


def observations(person: Person, round_: Round, lang: str) -> Iterator[Exported]:
    """What liaison officers and the secretariat reported, with their authors."""
    found = Observation.objects.filter(filing__in=visible_filings(person, round_), removed_at=None)
    kinds = {kind.id: kind for kind in scheme_of(round_).records}
    rows: list[Cells] = []
    for one in found.select_related("filing__alliance", "author").order_by("at", "pk"):
        title = said(kinds[one.kind].title, lang) if one.kind in kinds else ""
        cells = ("；" if lang == "zh" else "; ").join(observed(kinds.get(one.kind), one.cells, lang))
        promised = one.promised_on.isoformat() if one.promised_on else ""
        rows.append([one.filing.alliance.code, one.filing.alliance.name, title, cells, one.note,
                     promised, str(one.author), at(one.at, round_)])  # fmt: skip
    titles = heads(lang, CODE, NAME, M("Kind"), M("What"), M("Internal note"), M("Promised"), M("Author"), M("When"))
    yield Exported(render(M("Observations"), lang), titles, rows)


def observed(kind: RecordType | None, cells: Mapping[str, str], lang: str) -> list[str]:
    """The cells of an observation as people read them; of a kind that the scheme does not know, as they were typed."""
    specs = {spec.id: spec for spec in kind.fields} if kind else {}
    kept = Kept("", kind.id if kind else "", dict(cells))
    known = [name for name in specs if name in cells]  # in the scheme's order: PostgreSQL keeps none of the cells
    others = [str(cells[name]) for name in cells if name not in specs]
    return [said(shown_cell(specs[name], kept), lang) for name in known] + others


def letters(person: Person, round_: Round, lang: str) -> Iterator[Exported]:
    """Letters about filings: to whom, what, what came of them. Addresses are for secretariat and officers alone."""
    found = Mail.objects.filter(filing__in=visible_filings(person, round_)).select_related("filing__alliance", "to")
    shows = person.role != "observer"
    reasons = {code: said_ for code, (said_, _) in MAIL_REASONS.items()}
    rows: list[Cells] = [
        [one.filing.alliance.code, one.filing.alliance.name, worded(MAIL_KINDS, one.kind, lang), one.subject,
         one.address if shows else "", worded(MAIL_STATES, one.state, lang),
         worded(reasons, one.error, lang) if shows else "", at(one.written_at, round_), at(one.sent_at, round_)]
        for one in found.order_by("written_at", "pk") if one.filing is not None
    ]  # fmt: skip
    titles = heads(lang, CODE, NAME, M("Kind"), M("Subject"), M("E-mail"), M("State"), M("Error"),
                   M("Written"), M("Sent at"))  # fmt: skip
    yield Exported(render(M("Letters"), lang), titles, rows)


def verdicts(person: Person, round_: Round, lang: str) -> Iterator[Exported]:
    """Screening: the verdict that holds for each alliance, who made it, and why. For secretariat and observers."""
    rows: list[Cells] = []
    if person.role in ("secretariat", "observer"):
        found = Verdict.objects.filter(filing__round=round_).select_related("filing__alliance", "decided_by")
        for one in found.order_by("filing__alliance__position"):
            reason = one.decided_reason or (one.reason_en if lang == "en" else one.reason_zh)
            verdict, ruled = (render(VERDICTS[held], lang) for held in (one.decided or one.ruled, one.ruled))
            rows.append([one.filing.alliance.code, one.filing.alliance.name, verdict, reason,
                         str(one.decided_by or ""), ruled])  # fmt: skip
    titles = heads(lang, CODE, NAME, M("Verdict"), M("Reason"), M("Decided by"), M("By the rules"))
    yield Exported(render(M("Verdicts"), lang), titles, rows)


def findings(person: Person, round_: Round, lang: str) -> Iterator[Exported]:
    """What was found implausible, and what became of it. For secretariat and observers."""
    rows: list[Cells] = []
    if person.role in ("secretariat", "observer"):
        for one in Finding.objects.filter(round=round_, gone_at=None).select_related("marked_by"):
            text = one.text_en if lang == "en" else one.text_zh
            units = ("、" if lang == "zh" else ", ").join(one.units)
            rows.append([worded(RULES, one.rule, lang), units, text, worded(MARKS, one.mark, lang), one.note,
                         str(one.marked_by or "")])  # fmt: skip
    titles = heads(lang, M("Rule"), M("Alliances"), M("What"), M("Mark"), M("Verification note"), M("Marked by"))
    yield Exported(render(M("Plausibility findings"), lang), titles, rows)

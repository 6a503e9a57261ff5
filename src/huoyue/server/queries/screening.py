"""What screening shows: the queue, one alliance, findings, samples. For the secretariat, and observers to read."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass, field
from datetime import datetime

from django.db.models import Max, Q, QuerySet

from huoyue.core.message import Message, Title
from huoyue.core.refusal import Refusal
from huoyue.core.scheme.model import RecordType
from huoyue.server.models import SETTLED, Event, Filing, Finding, Round, Sample, SampleUnit, State, Verdict
from huoyue.server.queries.compare import Content, Kept, content_from
from huoyue.server.queries.doors import ABSENT, filing_door, round_door
from huoyue.server.queries.filings import own_kinds
from huoyue.server.queries.people import Person
from huoyue.server.queries.schemes import scheme_of
from huoyue.server.wording import VERDICTS

ROLES = {"secretariat", "observer"}


def verdict_door(person: Person, *, round: str, unit: str) -> Verdict | Refusal:  # noqa: A002
    """The verdict on an alliance in a round."""
    filing = filing_door(person, round=round, unit=unit)
    if isinstance(filing, Refusal) or person.role not in ROLES:
        return ABSENT
    found = Verdict.objects.filter(filing=filing).select_related("decided_by").first()
    if found is None:
        return Refusal("not_screened")
    found.filing = filing
    return found


def sample_door(person: Person, *, round: str, sample: int) -> Sample | Refusal:  # noqa: A002
    """A sample of a round."""
    found = round_door(person, round=round)
    if isinstance(found, Refusal) or person.role not in ROLES:
        return ABSENT
    sample_ = Sample.objects.filter(round=found, pk=sample).select_related("by").first()
    if sample_ is None:
        return ABSENT
    sample_.round = found
    return sample_


def drawn_door(person: Person, *, round: str, sample: int, unit: str) -> SampleUnit | Refusal:  # noqa: A002
    """A filing of a sample."""
    found = sample_door(person, round=round, sample=sample)
    if isinstance(found, Refusal):
        return found
    one = (
        SampleUnit.objects.filter(sample=found, filing__alliance__code=unit).select_related("filing__alliance").first()
    )
    if one is None:
        return ABSENT
    one.sample, one.filing.round = found, found.round
    return one


FILTERS = {
    "evaluated": Q(decided="evaluated") | Q(decided="", ruled="evaluated"),
    "incomplete": Q(decided="incomplete") | Q(decided="", ruled="incomplete"),
    "not_filed": Q(decided="not_filed") | Q(decided="", ruled="not_filed"),
    "unseen": Q(confirmed_at=None),
    "decided": ~Q(decided=""),
    "returned": Q(filing__state=State.RETURNED),
}


def queue(round_: Round, *, show: str = "", batch: str = "", query: str = "") -> QuerySet[Verdict]:
    """The verdicts of a round in register order, filtered."""
    found = (
        Verdict.objects.filter(filing__round=round_)
        .select_related("filing__alliance", "filing__in_force", "decided_by")
        .defer("filing__in_force__content")
    )
    found = found.filter(FILTERS.get(show, Q()))
    if batch:
        found = found.filter(filing__alliance__batch=batch)
    if query:
        found = found.filter(Q(filing__alliance__name__icontains=query) | Q(filing__alliance__code__iexact=query))
    return found.order_by("filing__alliance__position", "pk")


def last_looked(round_: Round) -> datetime | None:
    """When the rules looked at the filings of a round last."""
    at: datetime | None = Event.objects.filter(round=round_, kind="round.screened").aggregate(at=Max("at"))["at"]
    return at


def is_newer(filing: Filing, looked: datetime | None) -> bool:
    """Whether a version counts that the rules have not looked at."""
    return looked is not None and filing.in_force is not None and filing.in_force.submitted_at > looked


def newer(round_: Round, looked: datetime | None) -> int:
    """How many filings have a version that the rules have not looked at."""
    return (
        0
        if looked is None
        else Verdict.objects.filter(filing__round=round_, filing__in_force__submitted_at__gt=looked).count()
    )


def counts(round_: Round) -> Counter[str]:
    """How many verdicts of each kind, how many decided by people, how many nobody has looked at."""
    found: Counter[str] = Counter()
    for verdict in Verdict.objects.filter(filing__round=round_):
        found[verdict.decided or verdict.ruled] += 1
        found["decided"] += bool(verdict.decided)
        found["unseen"] += verdict.confirmed_at is None
    return found


@dataclass(frozen=True)
class Outcome:
    """What settled screening came to for one filing."""

    name: str
    title: Message
    reason: Title | str
    """The rules' reason, or what the person wrote who decided otherwise."""


def outcome_of(filing: Filing) -> Outcome | None:
    """The verdict on a filing; nothing before screening is settled, since it may still change."""
    verdict: Verdict | None = getattr(filing, "verdict", None)
    if filing.round.stage not in SETTLED or verdict is None:
        return None
    reason = verdict.decided_reason if verdict.decided else Title(zh=verdict.reason_zh, en=verdict.reason_en)
    name = verdict.decided or verdict.ruled
    return Outcome(name, VERDICTS[name], reason)


def neighbours(verdict: Verdict, found: QuerySet[Verdict]) -> tuple[str, str]:
    """The codes of the alliances before and after this one in the queue; empty at its ends."""
    codes = list(found.values_list("filing__alliance__code", flat=True))
    code = verdict.filing.alliance.code
    if code in codes:
        at = codes.index(code)
        return codes[at - 1] if at else "", codes[at + 1] if at + 1 < len(codes) else ""
    place = (verdict.filing.alliance.position, verdict.pk)
    places = list(found.values_list("filing__alliance__position", "pk"))
    at = sum(other < place for other in places)
    return codes[at - 1] if at else "", codes[at] if at < len(codes) else ""


@dataclass
class Shown:
    """A record with the findings about it."""

    record: Kept
    findings: list[Finding] = field(default_factory=list)
    remark: str = ""
    """What was typed to be said about it when the filing is returned."""


@dataclass
class ShownSection:
    """The records of one type."""

    kind: RecordType
    records: list[Shown]
    number: int = 0
    """The place of its section in the filing, from one on."""


def sections(verdict: Verdict) -> tuple[list[ShownSection], list[Finding]]:
    """What counts of a filing, by record type, with what is implausible beside each record; and the other findings.

    Those are about what others reported, or about records that are no longer in force since a correction.
    """
    filing = verdict.filing
    about = findings_about(filing)
    content = content_from(filing.in_force.content) if filing.in_force is not None else Content()
    shown = [
        ShownSection(kind, [Shown(kept, about.get((kind.id, kept.uid), [])) for kept in content.of(kind.id)])
        for kind in own_kinds(scheme_of(filing.round))
        if content.of(kind.id)
    ]
    beside = {finding.pk for section in shown for one in section.records for finding in one.findings}
    elsewhere = {finding.pk: finding for found in about.values() for finding in found if finding.pk not in beside}
    return shown, list(elsewhere.values())


def findings_about(filing: Filing) -> dict[tuple[str, str], list[Finding]]:
    """The findings about an alliance by record type and record."""
    about: dict[tuple[str, str], list[Finding]] = defaultdict(list)
    code = filing.alliance.code
    for finding in findings_of(filing.round).filter(gone_at=None):
        for unit, kind, number in finding.records:
            if unit == code:
                about[kind, number.removeprefix(f"{code}-")].append(finding)
    return about


def findings_of(round_: Round) -> QuerySet[Finding]:
    """Everything ever found in a round."""
    return Finding.objects.filter(round=round_).select_related("marked_by")


def listed_findings(round_: Round, *, mark: str, rule: str, unit: str) -> list[Finding]:
    """Findings by mark ("open": not looked at), rule and alliance."""
    found = findings_of(round_).filter(gone_at=None)
    if mark:
        found = found.filter(mark="" if mark == "open" else mark)
    if rule:
        found = found.filter(rule=rule)
    return [one for one in found if not unit or unit in one.units]

"""A round as `Facts`: what counts of every filing, what others reported, and what people decided. The snapshot's input."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from datetime import timedelta
from typing import Any
from zoneinfo import ZoneInfo

from huoyue.core.filing.names import Names
from huoyue.core.filing.values import is_blank, read
from huoyue.core.scheme.model import RecordType, Scheme
from huoyue.core.tables import Facts
from huoyue.examples.assembly import gathered
from huoyue.server.models import AllianceName, Duty, Filing, Observation, Role, Round, Verdict
from huoyue.server.queries.compare import Content, Kept, content_from
from huoyue.server.queries.filings import own_kinds
from huoyue.server.queries.reading import EVIDENCE
from huoyue.server.queries.schemes import scheme_of

Row = dict[str, Any]


def facts_of(round_: Round) -> Facts:
    """The facts of a round as they stand: versions in force, observations, decisions. Cells nobody can read are empty."""
    scheme = scheme_of(round_)
    filings = list(Filing.objects.filter(round=round_).select_related("alliance", "in_force", "in_force__submitted_by"))
    for filing in filings:
        filing.round = round_
    rows: dict[str, list[Row]] = {
        "units": list(unit_rows(scheme, filings)),
        "filings": [filing_row(filing) for filing in filings if filing.in_force is not None],
        "overrides": list(override_rows(round_)),
    }
    names = Names(((row["unit"], row["name"], row["aliases"]) for row in rows["units"]), scheme.words.suffixes)
    contents = {f.alliance.code: content_from(f.in_force.content) for f in filings if f.in_force is not None}
    numbers = record_numbers(contents)
    for kind in own_kinds(scheme):
        rows[f"records/{kind.id}"] = [
            record_row(kind, kept, code, numbers[code, kept.uid], names)
            for code, content in contents.items()
            for kept in content.of(kind.id)
        ]
    for kind in scheme.records:
        if kind.reported_by != "unit":
            rows[f"records/{kind.id}"] = list(observed(kind, filings, names))
    return gathered(scheme, rows)


def unit_rows(scheme: Scheme, filings: Iterable[Filing]) -> Iterator[Row]:
    """The register as the round sees it."""
    filings = list(filings)
    ids = [filing.alliance_id for filing in filings]
    others: dict[int, list[str]] = defaultdict(list)
    for name in AllianceName.objects.filter(alliance__in=ids).order_by("pk"):
        others[name.alliance_id].append(name.name)
    officers = dict(
        Duty.objects.filter(role=Role.LIAISON, ended_at=None, alliance__in=ids)
        .order_by("-pk")
        .values_list("alliance_id", "account__name")
    )
    for position, filing in enumerate(filings, 1):
        alliance = filing.alliance
        own = {spec.id: read(spec, alliance.fields.get(spec.id)).value for spec in scheme.register_fields}
        yield own | {
            "unit": alliance.code, "name": alliance.name, "aliases": others[alliance.pk], "batch": alliance.batch,
            "industry": alliance.industry or None, "status": alliance.status, "liaison": officers.get(alliance.pk),
            "basis": alliance.basis, "position": alliance.position or position,
        }  # fmt: skip


def filing_row(filing: Filing) -> Row:
    """When a filing was handed in, by whom, and until when it was allowed to, where it was given more time."""
    zone, version = ZoneInfo(filing.round.time_zone), filing.in_force
    if version is None:
        raise ValueError("a filing without a version is no filing")
    given = [moment for moment in (filing.extended_until, corrected(filing)) if moment is not None]
    due = max(given, default=None)
    return {
        "unit": filing.alliance.code,
        "submitted_on": version.submitted_at.astimezone(zone).date(),
        "filer": version.signed_as or None,
        "source": version.receipt,
        "due_on": None if due is None else (due - timedelta(seconds=1)).astimezone(zone).date(),
    }


def corrected(filing: Filing) -> Any:
    """When the version in force was handed in, if it answers a return: that was within the time given for it."""
    version = filing.in_force
    remarks = filing.remarks.filter(version__lt=version.number) if version is not None else filing.remarks.none()
    return version.submitted_at + timedelta(seconds=1) if version is not None and remarks.exists() else None


def override_rows(round_: Round) -> Iterator[Row]:
    """Verdicts that people decided, with their reasons."""
    decided = Verdict.objects.filter(filing__round=round_).exclude(decided="")
    for one in decided.select_related("filing__alliance", "decided_by").order_by("filing__alliance__position", "pk"):
        by = str(one.decided_by) if one.decided_by else "?"
        yield {"unit": one.filing.alliance.code, "verdict": one.decided, "reason": one.decided_reason, "by": by}


def record_numbers(contents: Mapping[str, Content]) -> dict[tuple[str, str], str]:
    """A number for every record that is unique in the round: its own, or with the alliance's code where two share one."""
    counts = Counter(kept.uid for content in contents.values() for kept in content.records)
    return {
        (code, kept.uid): kept.uid if counts[kept.uid] == 1 else f"{code}-{kept.uid}"
        for code, content in contents.items()
        for kept in content.records
    }


def record_row(kind: RecordType, kept: Kept, code: str, number: str, names: Names) -> Row:
    """A record with its cells read; a file counts as evidence by its content, so that one used twice is found."""
    files = [f"{name} [{digest[:16]}]" for _, name, digest in kept.files]
    link = kept.cells.get(EVIDENCE, "").strip()
    evidence = "; ".join([*([link] if link else []), *files]) or None
    return values(kind, kept.cells, names) | {"unit": code, "record": number, "evidence": evidence}


def values(kind: RecordType, cells: Mapping[str, str], names: Names) -> Row:
    """The cells of a record as values; None for what is blank or cannot be read."""
    found: Row = {}
    for spec in kind.fields:
        typed = cells.get(spec.id, "")
        if is_blank(typed):
            found[spec.id] = None
        else:
            found[spec.id] = (names.find(typed) if spec.type == "unit" else read(spec, typed)).value
    return found


def observed(kind: RecordType, filings: Iterable[Filing], names: Names) -> Iterator[Row]:
    """What others reported about the alliances under a record type."""
    codes = {filing.pk: filing.alliance.code for filing in filings}
    found = Observation.objects.filter(filing__in=list(codes), kind=kind.id, removed_at=None).order_by("at", "pk")
    for one in found:
        evidence = one.cells.get(EVIDENCE, "").strip() or None
        yield values(kind, one.cells, names) | {"unit": codes[one.filing_id], "record": one.uid, "evidence": evidence}



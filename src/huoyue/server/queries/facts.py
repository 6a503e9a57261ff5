"""A round as `Facts`, the input of the snapshot: what was filed, what others reported, what was decided."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any
from zoneinfo import ZoneInfo

import polars as pl
from django.db.models import F, Q

from huoyue.core.analysis.folding import SEVERAL
from huoyue.core.filing.names import Names
from huoyue.core.filing.values import is_blank, read
from huoyue.core.scheme.model import RecordType, Scheme
from huoyue.core.tables import Facts
from huoyue.examples.assembly import gathered
from huoyue.server.models import AllianceName, Duty, Filing, Observation, Remark, Role, Round, Verdict, Version
from huoyue.server.queries.compare import Content, Kept, content_from
from huoyue.server.queries.filings import own_kinds
from huoyue.server.queries.outcomes import earlier_rows, scheme_rows, source_rows
from huoyue.server.queries.reading import EVIDENCE
from huoyue.server.queries.schemes import scheme_of

Row = dict[str, Any]
SEPARATORS = re.compile(SEVERAL)
"""What would part the name of a file into several references."""


def facts_of(round_: Round, *, only: str = "") -> Facts:
    """The facts of a round as they stand: versions in force, observations, decisions, results of earlier periods.

    Cells nobody can read are empty. With `only`, the code of an alliance, what the others filed, what was observed
    about them, and earlier periods are left out.
    """
    scheme = scheme_of(round_)
    members = list(Filing.objects.filter(round=round_).select_related("alliance", "in_force"))
    filings = [filing for filing in members if only in ("", filing.alliance.code)]
    filed = [(filing.alliance.code, filing.in_force) for filing in filings if filing.in_force is not None]
    corrections = corrected(filings)
    rows: dict[str, list[Row]] = {
        "units": list(unit_rows(scheme, round_, members)),
        "filings": [filing_row(f, f.in_force, round_, f.pk in corrections) for f in filings if f.in_force is not None],
        "overrides": list(override_rows(round_)),
    }
    if not only:
        codes = [filing.alliance.code for filing in members]
        rows["earlier"] = list(earlier_rows(round_, codes))
        rows["earlier_schemes"] = list(scheme_rows(round_))
        rows["earlier_sources"] = list(source_rows(round_, codes))
    names = Names(((row["unit"], row["name"], row["aliases"]) for row in rows["units"]), scheme.words.suffixes)
    contents = {code: content_from(version.content) for code, version in filed}
    numbers, titles = record_numbers(contents), file_names(contents)
    for kind in own_kinds(scheme):
        rows[f"records/{kind.id}"] = [
            record_row(kind, kept, names, titles) | {"unit": code, "record": numbers[code, kept.uid]}
            for code, content in contents.items()
            for kept in content.of(kind.id)
        ]
    for kind in scheme.records:
        if kind.reported_by != "unit":
            rows[f"records/{kind.id}"] = list(observed(kind, filings, names))
    return gathered(scheme, rows)


def unit_rows(scheme: Scheme, round_: Round, filings: Sequence[Filing]) -> Iterator[Row]:
    """The register as the round sees it: the alliances that take part, in register order."""
    ids = [filing.alliance_id for filing in filings]
    others: dict[int, list[str]] = defaultdict(list)
    for name in AllianceName.objects.filter(alliance__in=ids).order_by("pk"):
        others[name.alliance_id].append(name.name)
    duties = Duty.objects.filter(Q(round=None) | Q(round=round_), role=Role.LIAISON, ended_at=None, alliance__in=ids)
    officers = dict(duties.order_by("-pk").values_list("alliance_id", "account__name"))
    for position, filing in enumerate(filings, 1):
        alliance = filing.alliance
        own = {spec.id: read(spec, alliance.fields.get(spec.id)).value for spec in scheme.register_fields}
        yield own | {
            "unit": alliance.code, "name": alliance.name, "aliases": others[alliance.pk], "batch": alliance.batch,
            "industry": alliance.industry or None, "status": alliance.status, "liaison": officers.get(alliance.pk),
            "basis": alliance.basis, "position": position,
        }  # fmt: skip


def filing_row(filing: Filing, version: Version, round_: Round, correction: bool) -> Row:
    """When a filing was handed in, by whom, and until when it was allowed to, where it was given more time.

    A correction is only taken within the time given for it: the day on which it came was allowed.
    """
    zone = ZoneInfo(round_.time_zone)
    submitted_on = version.submitted_at.astimezone(zone).date()
    until = filing.extended_until
    extended = [(until - timedelta(seconds=1)).astimezone(zone).date()] if until is not None else []
    return {
        "unit": filing.alliance.code,
        "submitted_on": submitted_on,
        "filer": version.signed_as or None,
        "source": version.receipt,
        "due_on": max([*extended, *([submitted_on] if correction else [])], default=None),
    }


def corrected(filings: Iterable[Filing]) -> set[int]:
    """Those filings (by primary key) of which the version in force answers a return."""
    later = Remark.objects.filter(filing__in=[f.pk for f in filings], version__lt=F("filing__in_force__number"))
    return set(later.values_list("filing_id", flat=True))


def override_rows(round_: Round) -> Iterator[Row]:
    """Verdicts that people decided, with their reasons."""
    decided = Verdict.objects.filter(filing__round=round_).exclude(decided="")
    for one in decided.select_related("filing__alliance", "decided_by").order_by("filing__alliance__position", "pk"):
        by = str(one.decided_by) if one.decided_by else "?"
        yield {"unit": one.filing.alliance.code, "verdict": one.decided, "reason": one.decided_reason, "by": by}


def record_numbers(contents: Mapping[str, Content]) -> dict[tuple[str, str], str]:
    """A number unique in the round for every record: its own, or with the alliance's code where two share one."""
    counts = Counter(kept.uid for content in contents.values() for kept in content.records)
    return {
        (code, kept.uid): kept.uid if counts[kept.uid] == 1 else f"{code}-{kept.uid}"
        for code, content in contents.items()
        for kept in content.records
    }


def numbered(scheme: Scheme, facts: Facts) -> Facts:
    """The same facts with records called by alliance, section of the filing and place in it: A001.2.03.

    What explains a score names its records; these are numbers that people find again in the filing.
    """
    sections = [kind.id for kind in own_kinds(scheme)]
    sections += [kind.id for kind in scheme.records if kind.id not in sections]
    places = pl.int_range(1, pl.len() + 1).over("unit").cast(pl.String).str.zfill(2)
    called = {
        kind: facts.records[kind].with_columns(record=pl.format("{}.{}.{}", "unit", pl.lit(number), places))
        for number, kind in enumerate(sections, 1)
    }
    return replace(facts, records=called)


def file_names(contents: Mapping[str, Content]) -> dict[str, str]:
    """How each file is cited, by its digest: by its first name in the round, so that a copy is found by any name."""
    files = [file for content in contents.values() for kept in content.records for file in kept.files]
    return {one.digest: f"{SEPARATORS.sub(' ', one.name)} [{one.digest[:16]}]" for one in reversed(files)}


def record_row(kind: RecordType, kept: Kept, names: Names, titles: Mapping[str, str]) -> Row:
    """The cells of a record read, and its evidence in one line: what was written, then its files."""
    link = kept.cells.get(EVIDENCE, "").strip()
    files = [titles[file.digest] for file in kept.files]
    return values(kind, kept.cells, names) | {"evidence": "; ".join([*([link] if link else []), *files]) or None}


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

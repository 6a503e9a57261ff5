"""The whole round put together."""

from __future__ import annotations

from datetime import date, timedelta

from huoyue.core.review.settlement import settle
from huoyue.core.scheme.model import Scheme
from huoyue.core.scoring.points import suggest
from huoyue.core.screening import screen
from huoyue.core.tables import Facts
from huoyue.examples.assembly import gathered
from huoyue.examples.reconstruction import absent, marking, meeting, oddities, panel, profiles, register, review
from huoyue.examples.reconstruction.contacts import contact_log
from huoyue.examples.reconstruction.deeds import Deed
from huoyue.examples.reconstruction.ledger import Ledger
from huoyue.examples.reconstruction.oddities import Rows
from huoyue.examples.reconstruction.records import written
from huoyue.examples.reconstruction.register import Member
from huoyue.examples.reconstruction.review import Reviewed, stream
from huoyue.examples.reconstruction.worth import Options, choices

EARLIER = (
    ("半导体照明产业技术创新战略联盟", "2014", 10000, "inferred"),
    ("半导体照明产业技术创新战略联盟", "2015", 10000, "inferred"),
    ("钒钛资源综合利用产业技术创新战略联盟", "2015", 8600, "evidenced"),
)
"""Results of earlier years that a source names: 'full marks three years running', and a score of 86 in the press."""


def reconstruct(scheme: Scheme) -> Facts:
    """The facts and marks of the round; the same bytes every time."""
    members = register.register(scheme, stream("register"))
    options = choices(scheme)
    experts = panel.panel(members, stream("panel"))
    reviewers = panel.assigned(scheme, members, experts, stream("assignment"))
    limits = profiles.limits(members, stream("limits"))
    quarrels = review.disputed(members, stream("disputes"))
    done = [
        review.reviewed(scheme, member, options, limits[member.unit], reviewers[member.unit], member.unit in quarrels)
        for member in members
        if member.evaluated
    ]
    rows = registered(scheme, members)
    rows["experts"] = [expert.row() for expert in experts]
    rows["marks"] = [row for one in done for row in marking.rows(one.sheet, stream("reasons", one.member.unit))]
    fates = absent.fates(members, stream("fates"))
    file_evaluated(scheme, rows, done, members)
    file_absent(scheme, rows, members, fates, options)
    oddities.plant(rows, {one.member.unit for one in done}, stream("oddities"))
    rows["decisions"] = met(scheme, rows, done)
    return gathered(scheme, rows)


def registered(scheme: Scheme, members: list[Member]) -> Rows:
    """The register and what is known of earlier years."""
    codes = {member.name: member.unit for member in members}
    units = [
        {
            "unit": member.unit, "name": member.name, "aliases": register.aliases(scheme, member.name),
            "batch": member.batch, "industry": member.industry, "status": "pilot", "liaison": member.liaison,
            "basis": member.basis, "position": number,
        }
        for number, member in enumerate(members, start=1)
    ]  # fmt: skip
    earlier = [
        {"unit": codes[name], "period": period, "score": score, "basis": basis}
        for name, period, score, basis in EARLIER
    ]
    return {"units": units, "earlier": earlier, "filings": []}


def file_evaluated(scheme: Scheme, rows: Rows, done: list[Reviewed], members: list[Member]) -> None:
    """Filings, records and contact logs of those evaluated."""
    for one in done:
        deeds = profiles.deeds_of(one.deeds)
        rng = stream("records", one.member.unit)
        fresh = "fresh" in deeds["website"].kinds
        last = 22 if fresh else 50
        day = scheme.filing.closes - timedelta(days=min(int(rng.expovariate(1 / 7)), last))
        file(scheme, rows, one.member, deeds, day, deeds["contact"].kinds[0], members)


def file_absent(scheme: Scheme, rows: Rows, members: list[Member], fates: dict[str, str], options: Options) -> None:
    """What those not evaluated left behind: an unfinished filing, or only the liaison officer's log."""
    for member in members:
        if member.evaluated:
            continue
        fate, rng = fates[member.unit], stream("absent", member.unit)
        deeds = absent.sketchy(fate, options, rng) if fate != "not_filed" else {}
        day = absent.submitted(scheme, fate, rng) if deeds else None
        file(scheme, rows, member, deeds, day, absent.reach(fate, rng), members, gaps=fate == "gaps")


def file(
    scheme: Scheme, rows: Rows, member: Member, deeds: dict[str, Deed], day: date | None, reach: str,
    members: list[Member], *, gaps: bool = False,
) -> None:  # fmt: skip
    """One unit's filing, if it filed on a `day`, with its records, and its contact log in any case."""
    rng = stream("ledger", member.unit)
    if day is not None:
        rows["filings"].append({"unit": member.unit, "submitted_on": day, "filer": f"填报人{member.unit}"})
        ledger = Ledger(scheme, member.unit, rng, min(day, scheme.period.ends))
        written(ledger, deeds, [other.unit for other in members if other.evaluated and other is not member])
        if gaps:
            absent.with_gaps(ledger)
        for kind, row in ledger.rows:
            rows.setdefault(f"records/{kind}", []).append(row)
    log = contact_log(scheme, member.unit, member.liaison, reach, rng)
    rows.setdefault("records/contact_attempt", []).extend(log)


def met(scheme: Scheme, rows: Rows, done: list[Reviewed]) -> list[dict[str, object]]:
    """The meeting's decisions: what was settled, and that marks stand wherever a rule found a difference."""
    facts = gathered(scheme, rows)
    screening = screen(scheme, facts)
    found = settle(scheme, facts, suggest(scheme, facts, screening).points, screening).differences
    rules = {unit: set(found.filter(found["unit"] == unit)["rule"]) for unit in set(found["unit"])}
    stage = next(stage.id for stage in scheme.review.stages if stage.kind == "decisions")
    return [
        row
        for one in done
        for row in meeting.decisions(
            stage, one.sheet, rules.get(one.member.unit, set()), stream("meeting", one.member.unit)
        )
    ]

"""What every rule of screening says of one filing, not only the first that failed."""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl

from huoyue.core.filing.coverage import participation
from huoyue.core.message import Message
from huoyue.core.scheme.model import ScreeningRule
from huoyue.core.screening import failures, last_days, own_facts, reason
from huoyue.server.models import Filing
from huoyue.server.queries.facts import facts_of
from huoyue.server.queries.schemes import scheme_of


@dataclass(frozen=True)
class Ruled:
    """A rule, and why the filing fails it with the figures; None if it passes."""

    rule: ScreeningRule
    why_not: Message | None


def ruled(filing: Filing) -> list[Ruled]:
    """Every rule of the scheme in its order. Rules past a missing filing are not asked: there is nothing to look at."""
    scheme, code = scheme_of(filing.round), filing.alliance.code
    if filing.in_force is None:
        return [Ruled(rule, reason(scheme, 0, None, None)) for rule in scheme.screening[:1]]
    facts = facts_of(filing.round, only=code)
    units = pl.DataFrame({"unit": [code]})
    took_part = participation(scheme, own_facts(scheme, facts))
    last_day = last_days(scheme, facts)["last_day"][0]
    found = []
    for place, rule in enumerate(scheme.screening):
        values = failures(scheme, rule, facts, units, took_part)["value"].to_list()
        found.append(Ruled(rule, reason(scheme, place, values[0], last_day) if values else None))
    return found

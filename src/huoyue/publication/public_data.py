"""What templates of the public report may use: the report's data without what is withheld.

A name that does not leave is not there at all, so that an edited wording which uses it is refused and not filled with
nought.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

NEVER = ("review", "severity", "standing_back", "objections", "plausibility")
"""Names of the context that speak of experts, objectors and checks of what was filed."""
NAMES: dict[str, frozenset[str]] = {
    "findings": frozenset({"indicators"}),
    "driver": frozenset({"indicators", "pillars"}),
    "weakest": frozenset({"indicators", "pillars"}),
    "history": frozenset({"history"}),
    "candidates": frozenset({"candidates", "history"}),
    "recommendations": frozenset({"candidates", "history"}),
}
"""Names of the context, and the kinds of results that each of them speaks of."""
OF_TIERS = ("complete", "weak", "strong", "separators")
"""What is said of a tier by its indicators."""
SHOWN: dict[str, frozenset[str]] = {
    **dict.fromkeys(
        ("indicators", "funnel", "tiers", "batches", "industries", "tier-batches", "scores", "polarisation", "reasons",
         "absent", "tiers-all", "distribution"),
        frozenset(),
    ),
    **dict.fromkeys(("participation", "lost", "separators"), frozenset({"indicators"})),
    "association": frozenset({"indicators", "pillars"}),
    **dict.fromkeys(("change", "movers", "streaks"), frozenset({"history"})),
    "candidates": frozenset({"candidates", "history"}),
}  # fmt: skip
"""Tables and figures by name, and the kinds that each of them speaks of."""
SERIES: dict[str, frozenset[str]] = {
    "batch-": frozenset(), "tier-": frozenset(), "activity-": frozenset({"indicators"}),
    "transitions-": frozenset({"history"}), "candidates-": frozenset({"candidates", "history"}),
    "annex-": frozenset({"ranks"}),
}  # fmt: skip
"""The same of tables and figures of which there are several."""


def public_data(data: Mapping[str, Any], open_kinds: frozenset[str]) -> dict[str, Any]:
    """The context without what is not open; `public` tells templates that they write for an edition."""
    held = {*NEVER, *(name for name, of in NAMES.items() if not of <= open_kinds)}
    found = {name: value for name, value in data.items() if name not in held}
    found["tables"] = {name: block for name, block in data["tables"].items() if leaves(name, open_kinds)}
    found["figures"] = [name for name in data["figures"] if leaves(name, open_kinds)]
    if "indicators" not in open_kinds:
        found["tiers"] = [tier | {name: [] for name in OF_TIERS} for tier in data["tiers"]]
    return found | {"public": True}


def leaves(name: str, open_kinds: frozenset[str]) -> bool:
    """Whether a table or figure may be shown; one that is not known here may not."""
    if name in SHOWN:
        return SHOWN[name] <= open_kinds
    return any(name.startswith(head) and of <= open_kinds for head, of in SERIES.items())

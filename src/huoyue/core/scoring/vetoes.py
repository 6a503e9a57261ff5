"""一票否决: which units a veto holds down."""

from __future__ import annotations

from huoyue.core.filing.quantities import count
from huoyue.core.scheme.bands import tiers_from_top
from huoyue.core.scheme.model import Scheme, Tier, Veto
from huoyue.core.scoring.earned import qualifying
from huoyue.core.tables import Facts


def vetoed(scheme: Scheme, facts: Facts) -> dict[str, list[Veto]]:
    """Unit -> the vetoes for which it has a record, in the order of the scheme."""
    found: dict[str, list[Veto]] = {}
    for veto in scheme.vetoes:
        records = qualifying(scheme, count(veto.of, veto.where), facts.records[veto.of].lazy()).collect()
        for unit in records["unit"].unique(maintain_order=True):
            found.setdefault(unit, []).append(veto)
    return found


def lowered(scheme: Scheme, tier: Tier, vetoes: list[Veto]) -> tuple[Tier, Veto | None]:
    """The tier that is left, and the veto that holds it there; None where the score alone gives it."""
    depth = {known.id: place for place, known in enumerate(tiers_from_top(scheme))}
    held = max(vetoes, key=lambda veto: depth[veto.at_most], default=None)
    if held is None or depth[held.at_most] <= depth[tier.id]:
        return tier, None
    return scheme.tier(held.at_most), held

"""What is known of the example's alliances from earlier years."""

from __future__ import annotations

from collections.abc import Mapping

from django.utils import timezone

from huoyue.core.tables import Facts
from huoyue.server.models import Account, Alliance, EarlierResult


def earlier_results(facts: Facts, alliances: Mapping[str, Alliance], by: Account) -> None:
    """The example's earlier results, as if a published list had been taken over."""
    at = timezone.now()
    EarlierResult.objects.bulk_create(
        EarlierResult(
            alliance=alliances[row["unit"]], period=row["period"], score=row["score"], tier=row["tier"] or "",
            name=alliances[row["unit"]].name, basis=row["basis"] or "evidenced", source="示例轮次", by=by, at=at,
        )
        for row in facts.earlier.iter_rows(named=True)
        if row["unit"] in alliances
    )  # fmt: skip

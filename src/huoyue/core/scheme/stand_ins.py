"""What stands in for a missing text or part of a scheme, so that the rest can be checked all the same."""

from __future__ import annotations

from typing import Any

from huoyue.core.message import Title
from huoyue.core.scheme.nodes import Path
from huoyue.core.scheme.refusals import PARTS

NAME = {"zh": "?", "en": "?"}
THING = {"id": "unnamed", "title": NAME}
TIER = THING | {"short": NAME, "colour": "#000000"}

STAND_INS: dict[str, Any] = {
    "huoyue": 1,
    "id": "unnamed",
    "title": NAME,
    "words": {"unit": NAME, "units": NAME, "network": NAME, "index": NAME},
    "provenance": {"published": NAME, "ours": NAME},
    "period": {"label": NAME, "starts": "2000-01-01", "ends": "2000-12-31"},
    "filing": {"opens": "2000-12-01", "closes": "2000-12-31"},
    "statuses": [THING],
    "batches": [THING],
    "records": [THING | {"fields": []}],
    "pillars": [
        THING
        | {
            "short": NAME,
            "points": 100,
            "indicators": [
                THING | {"short": NAME, "points": 100, "standard": {"kind": "presence", "of": "unnamed", "points": 100}}
            ],
        }
    ],
    "tiers": [TIER | {"at_least": 50}, TIER | {"at_least": 0}],
    "screening": [THING | {"kind": "filed", "verdict": "not_filed", "reason": NAME}],
    "report": {"title": NAME, "issuer": NAME},
}
"""A value for every required key of a scheme; no finding about a stand-in, or about a name, is reported then."""


TITLES = {info.alias or name for part in PARTS for name, info in part.model_fields.items() if info.annotation is Title}
"""Keys under which a text in both languages stands, wherever they occur."""


def stand_in_for(path: Path, missing: str) -> Any | None:
    """What may stand in for the key `missing` of the group at `path`; None if nothing may and the group must go."""
    if path == ():
        return STAND_INS.get(missing)
    if missing in ("zh", "en"):
        return "?"
    return NAME if missing in TITLES else None

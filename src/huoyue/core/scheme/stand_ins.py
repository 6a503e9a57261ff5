"""What stands in for a part at the top of a scheme that is missing, so that the parts that are there can be checked."""

from __future__ import annotations

from typing import Any

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

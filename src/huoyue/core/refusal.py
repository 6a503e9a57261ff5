"""Why something may not be done, as a value that page, JSON and exit code can show alike."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Refusal:
    """`code` names the reason for ever; `detail` carries what a message needs."""

    code: str
    detail: Mapping[str, str] = field(default_factory=dict)

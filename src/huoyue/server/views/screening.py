"""Pages of screening."""

from __future__ import annotations


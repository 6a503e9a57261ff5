"""The schemes that come with Huoyue."""

from __future__ import annotations

from pathlib import Path

EXAMPLE = "alliance_activity_2016"
"""The scheme of the example that a demonstration shows, and of a register that has no round yet."""


def builtin() -> dict[str, Path]:
    """Scheme files by their id, in alphabetical order."""
    folder = Path(__file__).parent
    return {path.parent.name: path for path in sorted(folder.glob("*/scheme.yaml"))}

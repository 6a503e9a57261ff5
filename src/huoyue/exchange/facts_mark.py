"""By which a folder of facts that an import left behind is known."""

from __future__ import annotations

from pathlib import Path

MARK = "facts.json"
"""Names the scheme, and tells our own Parquet from other people's, whose numbers are as people write them."""


def is_facts_folder(path: Path) -> bool:
    """Whether `path` is a folder that `write_facts` wrote."""
    return (path / MARK).is_file() and (path / "units.parquet").is_file()


def is_ours(path: Path) -> bool:
    """Whether a Parquet file belongs to a folder that `write_facts` wrote."""
    return any((folder / MARK).is_file() for folder in (path.parent, path.parent.parent))

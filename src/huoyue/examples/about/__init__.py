"""What is said beside each example round: a text of its own where there is one, else that for practice data."""

from __future__ import annotations

from importlib.resources import files

from huoyue.core.scheme.model import Scheme


def readme(scheme: Scheme, name: str) -> str:
    """The README of an example round, Chinese first."""
    own = files(__package__).joinpath(f"{name}.md")
    if own.is_file():
        return own.read_text("utf-8")
    practice = files(__package__).joinpath("practice.md").read_text("utf-8")
    return practice.format(zh=scheme.title.zh, en=scheme.title.en, name=name)

"""The published annex, and what is known about the batches of those in it."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from importlib.resources import files


@dataclass(frozen=True)
class Entry:
    """One row of the annex. `industry` is ours by the name; `batch` is empty where no source tells it."""

    serial: int
    name: str
    score: int
    industry: str
    batch: str
    basis: str


def annex() -> list[Entry]:
    """The hundred entries in their published order."""
    text = files(__package__).joinpath("annex.csv").read_text("utf-8")
    return [
        Entry(int(row["serial"]), row["name"], int(row["score"]), row["industry"], row["batch"], row["basis"])
        for row in csv.DictReader(text.splitlines())
    ]


def published() -> str:
    """The annex as published, as CSV: serial, name, score."""
    rows = [f"{entry.serial},{entry.name},{entry.score}" for entry in annex()]
    return "\n".join(["serial,name,score", *rows]) + "\n"

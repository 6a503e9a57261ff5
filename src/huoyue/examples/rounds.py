"""The example rounds by name: what they are made from, where they lie, and how they are made anew."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from huoyue.core.scheme.model import Scheme
from huoyue.core.tables import Facts
from huoyue.examples.about import readme
from huoyue.examples.csv_files import write_facts
from huoyue.examples.reconstruction.annex import published
from huoyue.examples.reconstruction.build import reconstruct
from huoyue.examples.synthesis import synthesise
from huoyue.exchange.scheme_file import load_scheme

FOLDER = Path(__file__).parents[3] / "examples"
"""Where the repository keeps the example rounds."""


@dataclass(frozen=True)
class Example:
    """An example round: the built-in scheme of the same name, and how its facts are made."""

    name: str
    facts: Callable[[Scheme], Facts]
    annex: Callable[[], str] | None = None


EXAMPLES = {
    example.name: example
    for example in (
        Example("alliance_activity_2016", reconstruct, published),
        Example("alliance_activity_2015", lambda scheme: synthesise(scheme, units=60, seed=2015)),
        Example("county_libraries", lambda scheme: synthesise(scheme, units=40, seed=7)),
    )
}


def load(name: str) -> Path:
    """The folder of CSV files of an example round, ready to be imported. KeyError if there is none of that name."""
    return FOLDER / EXAMPLES[name].name / "facts"


def facts_of(name: str) -> Facts:
    """The facts of an example round, made anew."""
    return EXAMPLES[name].facts(load_scheme(name))


def make(name: str, out: Path) -> list[Path]:
    """Write an example round to the folder `out`: facts, what is said about them, and the annex if there is one."""
    scheme, example = load_scheme(name), EXAMPLES[name]
    written = write_facts(scheme, example.facts(scheme), out / "facts")
    texts = {"README.md": readme(scheme, name)} | ({"published.csv": example.annex()} if example.annex else {})
    for file, text in texts.items():
        (out / file).write_bytes(text.encode())
        written.append(out / file)
    return written

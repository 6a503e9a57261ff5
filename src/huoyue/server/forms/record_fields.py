"""A small plain form for one record of a type: made from its fields, read by the rules of the core."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from huoyue.core.message import M, Title
from huoyue.core.scheme.model import RecordType, Scheme
from huoyue.server.forms.grid import Cell
from huoyue.server.queries.filings import names_of
from huoyue.server.queries.reading import EVIDENCE, Flaw, Reading, clean_cells, outside_period, read_record

PREFIX = "c."
EVIDENCE_TITLE = Title(zh="证明材料", en="Evidence")


@dataclass
class RecordForm:
    """The form as it is shown: what was typed, and once it was sent, how it was read."""

    scheme: Scheme
    kind: RecordType
    typed: dict[str, str]
    reading: Reading | None = None
    outside: list[Flaw] = field(default_factory=list)
    """That its day lies outside the period: whether this is wrong is for the page to say."""

    @property
    def flaws(self) -> list[Flaw]:
        found = [flaw for flaw in self.reading.flaws if flaw not in self.outside] if self.reading else []
        if self.reading and not self.typed:
            found.append(Flaw("", M("Nothing was typed."), M("Fill in the form, then save.")))
        return found

    @property
    def general(self) -> list[Flaw]:
        """What is wrong with the record as a whole."""
        return [flaw for flaw in self.flaws if not flaw.cell]

    @property
    def cells(self) -> list[Cell]:
        """A cell for every field, and one for a link or reference where the type takes evidence."""
        wrong = {flaw.cell: flaw for flaw in reversed(self.flaws)}
        named = [Cell(spec, spec.id, spec.title, self.typed.get(spec.id, "")) for spec in self.kind.fields]
        if self.kind.evidence != "none":
            named.append(Cell(None, EVIDENCE, EVIDENCE_TITLE, self.typed.get(EVIDENCE, "")))
        for cell in named:
            cell.flaw = wrong.get(cell.name)
        return named


def empty_form(scheme: Scheme, kind: RecordType, today: date) -> RecordForm:
    """A form with nothing in it but today in the field of the day."""
    days = [spec.id for spec in kind.fields if spec.type == "date"]
    day = kind.dated or next(iter(days), None)
    return RecordForm(scheme, kind, {day: today.isoformat()} if day else {})


def posted_form(scheme: Scheme, kind: RecordType, posted: Mapping[str, str]) -> RecordForm:
    """What a browser sent, read."""
    sent = {name.removeprefix(PREFIX): posted[name] for name in posted if name.startswith(PREFIX)}
    typed = clean_cells(kind, sent)
    names = names_of(scheme) if any(spec.type == "unit" for spec in kind.fields) else None
    reading = read_record(scheme, kind, typed, names=names)
    return RecordForm(scheme, kind, typed, reading, list(outside_period(scheme, kind, reading.values)))

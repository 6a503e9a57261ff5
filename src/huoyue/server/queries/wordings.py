"""The wording of a round's report: its sections, which version of each holds, and two versions side by side."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from difflib import SequenceMatcher
from pathlib import Path

from django.db.models import Max

from huoyue.core.refusal import Refusal
from huoyue.report.section import sections, shipped
from huoyue.server.models import Round, Wording
from huoyue.server.queries.doors import ABSENT
from huoyue.server.queries.people import Person
from huoyue.server.queries.results import results_door
from huoyue.server.wording.documents import LANGUAGES

AROUND = 3
"""Equal lines shown around a difference."""


@dataclass(frozen=True)
class Section:
    """A section of a round's report in one language."""

    round: Round
    lang: str
    name: str


def section_door(person: Person, *, round: str, lang: str, section: str) -> Section | Refusal:  # noqa: A002
    """A section that can be worded, of a round that the person may see the results of."""
    found = results_door(person, round=round)
    if isinstance(found, Refusal):
        return found
    return Section(found, lang, section) if lang in LANGUAGES and section in sections() else ABSENT


def versions(section: Section) -> list[Wording]:
    """Every version of a section, the last first."""
    own = Wording.objects.filter(round=section.round, lang=section.lang, name=section.name)
    return list(own.select_related("by").order_by("-number"))


def version_of(round_: Round, lang: str, name: str) -> int:
    """The number of the version that holds; 0 where it is ours from the beginning."""
    own = Wording.objects.filter(round=round_, lang=lang, name=name)
    return int(own.aggregate(last=Max("number"))["last"] or 0)


def text_of(round_: Round, lang: str, name: str, number: int | None = None) -> str:
    """The text of a version, 0 being ours; without a number that of the version that holds."""
    own = Wording.objects.filter(round=round_, lang=lang, name=name).order_by("-number")
    found = (own.first() if number is None else own.filter(number=number).first()) if number != 0 else None
    return found.text if found is not None and found.text else shipped(lang, name)


@dataclass(frozen=True)
class Beside:
    """A line of two texts side by side: its number and text on each side. `None` for a gap of equal lines."""

    left: tuple[int, str] | None
    right: tuple[int, str] | None
    differs: bool


def side_by_side(old: str, new: str) -> Iterator[Beside | None]:
    """Both texts line by line where they differ, with a few lines around; None where equal lines are left out."""
    left, right = old.splitlines(), new.splitlines()
    groups = SequenceMatcher(None, left, right, autojunk=False).get_grouped_opcodes(AROUND)
    for place, group in enumerate(groups):
        if place:
            yield None
        for tag, i, i_end, j, j_end in group:
            for step in range(max(i_end - i, j_end - j)):
                yield Beside(
                    (i + step + 1, left[i + step]) if i + step < i_end else None,
                    (j + step + 1, right[j + step]) if j + step < j_end else None,
                    tag != "equal",
                )


def latest_wordings(round_: Round, lang: str) -> dict[str, Wording]:
    """The last version of every section that was ever worded for the round, by its name."""
    own = Wording.objects.filter(round=round_, lang=lang)
    last = dict(own.order_by().values("name").annotate(last=Max("number")).values_list("name", "last"))
    return {one.name: one for one in own.select_related("by") if one.number == last[one.name]}


def in_force(round_: Round, lang: str) -> list[Wording]:
    """The versions that hold and are not ours, in the order of their names."""
    return sorted((one for one in latest_wordings(round_, lang).values() if one.text), key=lambda one: one.name)


def written_into(wordings: Iterable[Wording], folder: Path) -> Path | None:
    """The versions as a folder of templates that win over ours; None where there are none."""
    found = list(wordings)
    for one in found:
        place = folder / one.lang / f"{one.name}.md.j2"
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_text(one.text, encoding="utf-8")
    return folder if found else None

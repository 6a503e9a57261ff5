"""The wording of a round's report: which version of each section holds."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from django.db.models import Max

from huoyue.server.models import Round, Wording


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

"""The report as the public may have it: the parts of it that say nothing beyond what is open."""

from __future__ import annotations

import re
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any

from huoyue.core.message import M, Message
from huoyue.core.problem import Problem, Refused
from huoyue.publication.guard import Guard, short
from huoyue.publication.public_data import public_data
from huoyue.publication.redaction import Redacted
from huoyue.publication.written import NOTHING, Written
from huoyue.report.context import Document, compose
from huoyue.report.cover import dated
from huoyue.report.passages import Placed, at_home, plain, with_passages
from huoyue.report.render import render

NEEDED = frozenset({"report", "scores", "not_evaluated"})
"""The report tells scores and who was not evaluated all through: without these there is none."""
FORMATS = {"zh": ("docx", "pdf"), "en": ("pdf",)}
"""Word takes as long as all else together, and is asked for in Chinese."""
PARTS: tuple[tuple[str, frozenset[str]], ...] = (
    ("public_summary", frozenset()),
    ("public_organisation", frozenset()),
    ("results", frozenset()),
    ("indicators", frozenset({"indicators"})),
    ("conclusions", frozenset({"indicators", "pillars"})),
    ("absent", frozenset()),
    ("history", frozenset({"history"})),
    ("recommendations", frozenset({"candidates", "history"})),
    ("method", frozenset()),
    ("annex", frozenset({"ranks"})),
)
"""Parts of the report in order, and the kinds that each of them speaks of besides."""


SECTION = re.compile("\ue000([a-z_]+)\ue000\n*")
"""Stands before each part while the report is looked through; no font has the sign."""
IN_PUBLIC = M("Reword it; what is for the report within the house stands between {open} and {close}.",
              open="{% if public is not defined %}", close="{% endif %}")  # fmt: skip
DROP = M("Drop the passage from the list of passages, or hand the Word file back with it reworded.")


@dataclass(frozen=True)
class Public:
    """The public report in one language before it has a format.

    `sections` are its parts as they are worded, `grids` the tables that they may print, `passages` those of the
    written ones whose place is part of it.
    """

    document: Document
    sections: dict[str, list[str]]
    grids: frozenset[str]
    passages: Sequence[Placed] = ()

    def finished(self, lang: str) -> Document:
        """With its passages in their places."""
        return with_passages(self.document, self.passages, lang)


def report_files(
    source: Redacted, open_kinds: frozenset[str], written: Written = NOTHING, guard: Guard | None = None,
    on: date | None = None,
) -> dict[str, bytes]:  # fmt: skip
    """`documents/report.<lang>.<format>`; nothing where the report would say what is not open.

    The cover bears the month of publication.

    Refused, with everything at once, where what people wrote would let out what does not leave.
    """
    if not open_kinds >= NEEDED or not source.results["scores"].height:
        return {}
    made, problems = {}, []
    for lang in FORMATS:
        try:
            made[lang] = public_report(source, lang, open_kinds, written)
        except Refused as refused:
            problems += [mistaken(one, written, lang) for one in refused.problems]
        else:
            problems += looked_through(source, lang, open_kinds, written, guard, made[lang]) if guard else ()
    if problems:
        raise Refused(problems)
    found = {}
    for lang, formats in FORMATS.items():
        with tempfile.TemporaryDirectory(prefix="huoyue-edition-") as place:
            finished = made[lang].finished(lang)
            finished = replace(finished, meta={**finished.meta, "dated": dated(on, lang)})
            for path in render(finished, Path(place), lang, formats):
                found[f"documents/report.{lang}{path.suffix}"] = path.read_bytes()
    return found


def public_report(source: Redacted, lang: str, open_kinds: frozenset[str], written: Written = NOTHING) -> Public:
    """The report composed of its public parts as they are worded."""
    grids: list[str] = []

    def shown(data: dict[str, Any]) -> dict[str, Any]:
        found = public_data(data, open_kinds)
        grids.extend(plain(str(block["grid"])) for block in found["tables"].values())
        return found

    with tempfile.TemporaryDirectory(prefix="huoyue-edition-") as place:
        target = Path(place, lang)
        target.mkdir()
        for name in worded(written, lang):
            (target / f"{name}.md.j2").write_text(written.wordings[lang][name], "utf-8")
        (target / "report.md.j2").write_text(whole(lang, open_kinds), "utf-8")
        document = compose(source, lang, Path(place), shown=shown)
    parts = SECTION.split(document.markdown)
    sections = {name: text.strip().split("\n\n") for name, text in zip(parts[1::2], parts[2::2], strict=True)}
    bare = replace(document, markdown=SECTION.sub("", document.markdown))
    return Public(bare, sections, frozenset(grids), at_home(bare, written.passages.get(lang, ())))


def worded(written: Written, lang: str) -> list[str]:
    """The parts of the public report that have a wording of their own."""
    return [name for name, _ in PARTS if name in written.wordings.get(lang, {})]


def whole(lang: str, open_kinds: frozenset[str]) -> str:
    """The template of the whole. `closed` tells its parts not to speak of indicators."""
    head = "" if "indicators" in open_kinds else "{% set closed = true %}\n"
    parts = [f'\ue000{name}\ue000\n\n{{% include "{lang}/{name}.md.j2" %}}' for name, of in PARTS if of <= open_kinds]
    return head + "\n\n".join(parts)


def looked_through(
    source: Redacted, lang: str, open_kinds: frozenset[str], written: Written, guard: Guard, made: Public
) -> Iterator[Problem]:
    """What of the passages, and of paragraphs that are not as we word them, must not leave."""
    for passage in made.passages:
        where = M("The passage “{words}”", words=short(passage.text))
        for line in passage.text.splitlines():
            yield from (Problem("edition.passage", found, DROP) for found in guard.leaks(where, line))
    own = worded(written, lang)
    ours = public_report(source, lang, open_kinds).sections if own else {}
    for name in own:
        known = {plain(block) for block in ours.get(name, ())} | made.grids
        for block in made.sections.get(name, ()):
            if plain(block) not in known:
                leaks = guard.leaks(called(written, name, lang), block)
                yield from (Problem("edition.wording", found, IN_PUBLIC) for found in leaks)


def mistaken(problem: Problem, written: Written, lang: str) -> Problem:
    """A mistake in a template, most often a name that the public report does not have."""
    name = Path(problem.place.file or "").name.removesuffix(".md.j2")
    if name not in written.wordings.get(lang, {}):
        return problem
    what = M("{where} cannot go into the public report, line {line}: {mistake}.", where=called(written, name, lang),
             line=problem.place.line or 1, mistake=problem.what)  # fmt: skip
    return Problem("edition.wording", what, IN_PUBLIC)


def called(written: Written, name: str, lang: str) -> Message:
    """The wording of a section, as people call it."""
    title = written.titles.get(name, name)
    if lang == "zh":
        return M("The Chinese wording of “{section}”", section=title)
    return M("The English wording of “{section}”", section=title)

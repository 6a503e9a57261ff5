"""Passages written by hand, set into the text of a new report where they stood in the Word file that was handed back.

A passage is found again by the paragraph before it. Numbers of a later snapshot may differ, so that paragraph is looked
for with its numbers first and without them next; then the heading decides; what finds no place stands at the end.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace

from huoyue.core.message import M
from huoyue.report.context import Document
from huoyue.report.context_values import escaped
from huoyue.wording import render

SHORTEST = 4
"""Signs of the text before a passage below which it says nothing about the place."""
BOUND = re.compile(r"\[((?:\\.|[^\]\\])*)\]\{\.n t=[\w-]+\}")
ATTRIBUTES = re.compile(r"\{(?:[#.]|id=)[^}]*\}\s*$")
REFERENCE = re.compile(r"!?\[\]\(#[\w-]+\)|(?:表|图|Table|Figure)\s*\d+[.　]?|(?:附件|Annex)\s*\d*[:：　]?")
PICTURE = re.compile(r"^!\[(.*)\]\([^)]*\)$")
LEAD = re.compile(r"^(?:#{1,6}\s+|[-*•]\s+|:\s+)")
ORDINAL = "[一二三四五六七八九十]+"
OWN_NUMBER = re.compile(rf"^(?:{ORDINAL}、|（{ORDINAL}）|（\d+）|\d+(?:\.\d+)*(?:[.、]|\s))\s*")
DIGITS = re.compile(r"[\d.,，％%]+")
HEADING = re.compile(r"(#{1,6}) ")


@dataclass(frozen=True)
class Placed:
    """A passage: the heading it stood under, the text it stood behind, and what it says. All plain text."""

    heading: str
    after: str
    text: str


def at_home(document: Document, passages: Iterable[Placed]) -> list[Placed]:
    """Those of the passages that have a place in this document."""
    text = Blocks(document.markdown)
    return [one for one in passages if text.set_in(one)]


def with_passages(document: Document, passages: Iterable[Placed], lang: str) -> Document:
    """The report with `passages` in their places, in order; nothing is lost."""
    found = list(passages)
    return replace(document, markdown=placed(document.markdown, found, lang)) if found else document


def placed(markdown: str, passages: Iterable[Placed], lang: str) -> str:
    """The text with every passage set in."""
    text = Blocks(markdown)
    left = [one for one in passages if not text.set_in(one)]
    return text.joined() + (at_the_end(left, lang) if left else "")


class Blocks:
    """A report's text, block by block; `taken` says where passages were set in already."""

    def __init__(self, markdown: str) -> None:
        found = [apart(part) for part in re.split(r"\n{2,}", markdown.strip())]
        self.blocks = [block for part in found for block in part]
        self.gaps = ["\n" if place else "\n\n" for part in found for place in range(len(part))]
        """What stands before each block."""
        self.taken: set[int] = set()

    def joined(self) -> str:
        return "".join(gap + block for gap, block in zip(self.gaps, self.blocks, strict=True)).lstrip("\n") + "\n"

    def set_in(self, passage: Placed) -> bool:
        """Set a passage in; whether there was a place."""
        for at in (self.behind(passage.after), self.under(passage.heading)):
            if at is not None:
                self.insert(at, as_markdown(passage.text))
                return True
        return False

    def behind(self, after: str) -> int | None:
        """Where the block ends that says `after`: as it stands, then within one, then likewise without the numbers."""
        wanted = plain(after)
        if len(wanted) < SHORTEST:
            return None
        for look in (lambda text: text, without_numbers):
            for holds in (lambda text, sought: text == sought, lambda text, sought: sought in text):
                if (at := self.first(look, holds, look(wanted))) is not None:
                    return at + 1
        return None

    def first(self, look: Callable[[str], str], holds: Callable[[str, str], bool], wanted: str) -> int | None:
        if len(wanted.strip("#")) < SHORTEST:
            return None
        return next((at for at, block in enumerate(self.blocks) if holds(look(plain(block)), wanted)), None)

    def under(self, heading: str) -> int | None:
        """Where the text ends that stands directly under `heading`."""
        wanted = plain(heading)
        if not wanted:
            return None
        for at, block in enumerate(self.blocks):
            if HEADING.match(block) and plain(block) == wanted:
                rest = self.blocks[at + 1 :]
                length = next((place for place, one in enumerate(rest) if HEADING.match(one)), len(rest))
                return at + 1 + length
        return None

    def insert(self, at: int, block: str) -> None:
        """Put a block at a place, behind the passages that are there already."""
        while at in self.taken:
            at += 1
        self.blocks.insert(at, block)
        self.gaps[at:at] = ["\n\n"]
        self.gaps[at + 1 : at + 2] = ["\n\n"] * len(self.gaps[at + 1 : at + 2])
        self.taken = {place + (place >= at) for place in self.taken} | {at}


def apart(block: str) -> list[str]:
    """The items of a list one by one, so that a passage can stand behind one of them; other blocks as they are."""
    lines = block.split("\n")
    if not all(line.startswith(("- ", "  ")) for line in lines):
        return [block]
    items: list[str] = []
    for line in lines:
        if line.startswith("- ") or not items:
            items.append(line)
        else:
            items[-1] += "\n" + line
    return items


def plain(text: str) -> str:
    """A text as readers see it, without markup, numbers of headings, labels of tables and spaces."""
    flat = BOUND.sub(r"\1", " ".join(text.split()))
    flat = ATTRIBUTES.sub("", flat)
    flat = PICTURE.sub(r"\1", flat.strip())
    flat = REFERENCE.sub("", LEAD.sub("", flat))
    flat = OWN_NUMBER.sub("", flat.strip())
    flat = re.sub(r"\\(.)", r"\1", flat.replace("**", "").replace("`", ""))
    return re.sub(r"\s+", "", flat)


def without_numbers(text: str) -> str:
    """Every number as one sign."""
    return DIGITS.sub("#", text)


def as_markdown(text: str) -> str:
    """Paragraphs that say exactly what was written."""
    return "\n\n".join(escaped(line) for line in text.splitlines() if line.strip())


def at_the_end(passages: list[Placed], lang: str) -> str:
    """A chapter with what found no place, each with the heading it stood under."""
    title = M("Passages without a place")
    parts = [f"# {escaped(render(title, lang))} {{.unnumbered}}"]
    told = M("Written by hand for an earlier document whose text or heading at that place is gone.")
    parts.append(escaped(render(told, lang)))
    for passage in passages:
        if passage.heading:
            stood = render(M("Stood under: {heading}", heading=passage.heading.strip()), lang)
            parts.append(f"**{escaped(stood)}**")
        parts.append(as_markdown(passage.text))
    return "\n" + "\n\n".join(parts) + "\n"

"""What a stage that hides names leaves of them: the alliance by its code, its members by numbers, files by theirs."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from html import escape, unescape

from huoyue.core.message import M
from huoyue.server.models import Filing, Sheet
from huoyue.server.queries.kinds import TAKEN
from huoyue.server.queries.review_stages import rights_of
from huoyue.server.queries.schemes import scheme_of
from huoyue.server.saying import said

SHORTEST = 2
"""Signs of a name that is looked for: one alone stands in too many words."""
FULL_WIDTH = 0xFEE0
"""From a sign of ASCII to its full-width form."""


@dataclass(frozen=True)
class Masking:
    """Puts what may be read in the place of names, wherever they stand in a text; nothing where names are shown."""

    filing: Filing
    hides: bool

    def __call__(self, text: str, lang: str = "") -> str:
        """The text without names, members called in the reader's language or in `lang`."""
        if not self.hides or not text:
            return text
        return self.found.sub(lambda one: self.instead(one.group(), lang), text)

    def page(self, body: str) -> str:
        """The same for a piece of a page: its texts, not its tags."""
        if not self.hides:
            return body
        parts = re.split(r"(<[^>]*>)", body)
        return "".join(part if part.startswith("<") else escape(self(unescape(part))) for part in parts)

    def instead(self, name: str, lang: str) -> str:
        number = self.names[plain(name)]
        if number == 0:
            return self.filing.alliance.code
        return said(M("[member {number}]", number=number), lang or None)

    @cached_property
    def names(self) -> dict[str, int]:
        """Every name as it is compared: 0 is the alliance, members are numbered as in the register."""
        alliance = self.filing.alliance
        known = [alliance.name, *alliance.names.values_list("name", flat=True)]
        suffixes = sorted(scheme_of(self.filing.round).words.suffixes, key=len, reverse=True)
        short = [name.removesuffix(suffix) for name in known for suffix in suffixes if name.endswith(suffix)]
        members = alliance.members.order_by("pk").values_list("organisation", flat=True)
        found = {plain(name): number for number, name in enumerate(members, 1)}
        found |= dict.fromkeys(map(plain, (*known, *short)), 0)
        return {name: number for name, number in found.items() if len(name) >= SHORTEST}

    @cached_property
    def found(self) -> re.Pattern[str]:
        """Any of the names, the longest first, in either width, in capitals or not, and with spaces between."""
        return any_of(sorted(self.names, key=len, reverse=True))

    def file_name(self, uid: str, kind: str) -> str:
        """What a file of evidence is called instead of what the alliance called it."""
        return f"{self.filing.alliance.code}-{uid[:8]}.{TAKEN.get(kind, 'bin')}"


def masking_of(sheet: Sheet) -> Masking:
    """What the stage of a sheet hides of its alliance."""
    return Masking(sheet.filing, hides=not rights_of(sheet.stage).names)


def plain(name: str) -> str:
    """A name as it is compared: one width, no capitals, no spaces."""
    return "".join(unicodedata.normalize("NFKC", name).casefold().split())


def any_of(names: Iterable[str]) -> re.Pattern[str]:
    written = [r"\s*".join(map(sign, name)) for name in names]
    return re.compile("|".join(written) or r"(?!)", re.IGNORECASE)


def sign(one: str) -> str:
    """A sign in either width."""
    wide = chr(ord(one) + FULL_WIDTH) if "!" <= one <= "~" else ""
    return f"(?:{re.escape(one)}|{wide})" if wide else re.escape(one)

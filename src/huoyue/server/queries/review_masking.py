"""What a stage that hides names leaves of them: the alliance by its code, members by numbers, files by theirs.

The people whom the register knows become a word, and so do e-mail addresses, and web addresses where the stage does not
show evidence: an address of a page is evidence, and says whose page it is.
"""

from __future__ import annotations

import re
import string
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from html import escape, unescape

from huoyue.core.message import M, Message
from huoyue.server.models import Case, Filing, Role, Sheet
from huoyue.server.queries.kinds import TAKEN
from huoyue.server.queries.review_stages import rights_of
from huoyue.server.queries.schemes import scheme_of
from huoyue.server.saying import said

SHORTEST = 2
"""Signs of a name that is looked for: one alone stands in too many words."""
FULL_WIDTH = 0xFEE0
"""From a sign of ASCII to its full-width form."""
SHORTEST_LATIN = 4
"""The same for a person's name in Latin letters, which stands inside words."""
INSTEAD = {"web": M("[web address]"), "mail": M("[e-mail address]"), "person": M("[person]")}
ENDING = r"(?:cn|com|net|org|gov|edu|info|top|vip|cc|io)"
ADDRESS = re.compile(
    r"(?P<mail>[\w.+-]+@[\w-]+(?:\.[\w-]+)+)"
    r"|(?P<web>(?:https?://|www\.)[^\s\u3000<>\"'，。；、（）《》「」“”]+"
    rf"|(?<![\w@.-])(?:[a-z0-9][a-z0-9-]*\.)+{ENDING}(?![\w-])(?:[:/][^\s\u3000<>\"'，。；、（）《》「」“”]*)?)",
    re.IGNORECASE | re.ASCII,
)
"""An e-mail address, or a web address with or without what it begins with."""
NARROW = {ord(sign) + FULL_WIDTH: sign for sign in f"{string.ascii_letters}{string.digits}.:/@-_"}
"""Signs of an address that are typed in full width."""


@dataclass(frozen=True)
class Masking:
    """Puts what may be read in the place of names, wherever they stand in a text; nothing where names are shown."""

    filing: Filing
    hides: bool
    links: bool = False
    """Whether web addresses stay."""

    def __call__(self, text: str, lang: str = "") -> str:
        """The text without names, members called in the reader's language or in `lang`."""
        if not self.hides or not text:
            return text
        return self.found.sub(lambda one: self.instead(one.group(), lang), self.without_addresses(text, lang))

    def without_addresses(self, text: str, lang: str = "") -> str:
        """The text with a word for every address."""
        parts, end = [], 0
        for one in ADDRESS.finditer(text.translate(NARROW)):
            if one.lastgroup == "mail" or not self.links:
                parts += [text[end : one.start()], said(INSTEAD[str(one.lastgroup)], lang or None)]
                end = one.end()
        return "".join((*parts, text[end:]))

    def page(self, body: str) -> str:
        """The same for a piece of a page: its texts, not its tags."""
        if not self.hides:
            return body
        parts = re.split(r"(<[^>]*>)", body)
        return "".join(part if part.startswith("<") else escape(self(unescape(part))) for part in parts)

    def instead(self, name: str, lang: str) -> str:
        found = self.names[plain(name)]
        return said(found, lang or None) if found is not None else self.filing.alliance.code

    @cached_property
    def names(self) -> dict[str, Message | None]:
        """Every name as it is compared: None is the alliance itself, members are numbered as in the register."""
        alliance = self.filing.alliance
        known = [alliance.name, *alliance.names.values_list("name", flat=True)]
        suffixes = sorted(scheme_of(self.filing.round).words.suffixes, key=len, reverse=True)
        short = [name.removesuffix(suffix) for name in known for suffix in suffixes if name.endswith(suffix)]
        members = alliance.members.order_by("pk").values_list("organisation", flat=True)
        found: dict[str, Message | None] = {plain(name): INSTEAD["person"] for name in self.people()}
        found |= {plain(name): M("[member {number}]", number=number) for number, name in enumerate(members, 1)}
        found |= dict.fromkeys(map(plain, (*known, *short)), None)
        return {name: word for name, word in found.items() if len(name) >= SHORTEST}

    def people(self) -> list[str]:
        """Contacts of the alliance and those who file for it, now or before."""
        alliance = self.filing.alliance
        filers = alliance.duties.filter(role=Role.FILER).values_list("account__name", flat=True)
        names = {*alliance.contacts.values_list("name", flat=True), *filers}
        return [name for name in names if len(plain(name)) >= (SHORTEST_LATIN if name.isascii() else SHORTEST)]

    @cached_property
    def found(self) -> re.Pattern[str]:
        """Any of the names, the longest first, in either width, in capitals or not, and with spaces between."""
        return any_of(sorted(self.names, key=len, reverse=True))

    def file_name(self, uid: str, kind: str) -> str:
        """What a file of evidence is called instead of what the alliance called it."""
        return f"{self.filing.alliance.code}-{uid[:8]}.{TAKEN.get(kind, 'bin')}"


def masking_of(seen: Sheet | Case) -> Masking:
    """What the stage of a sheet or a case hides of its alliance."""
    rights = rights_of(seen.stage)
    return Masking(seen.filing, hides=not rights.names, links=rights.evidence)


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

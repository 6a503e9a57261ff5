"""Refresh the gettext catalogues from the sources: `python tools/catalogues.py [DOMAIN ...] [--check]`.

English is written by itself (the msgid is the English sentence); Chinese is left for a person to fill. What no source
says any more is dropped. With --check nothing is written: the exit code says whether something would be or is empty.
A sentence that stands in two domains reads the same in both, as all domains are one dictionary when they are read.

What the pages for signing in say otherwise than allauth stands in `server/locale/<lang>/LC_MESSAGES/django.po`; it is
compiled beside itself, as Django reads nothing else.
"""

from __future__ import annotations

import io
import re
import sys
from collections.abc import Iterator
from dataclasses import is_dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import get_args, get_type_hints

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_file
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

from huoyue.core.tables import (
    CORRECTIONS,
    DECISIONS,
    EARLIER,
    EARLIER_SCHEMES,
    EARLIER_SOURCES,
    EXPERTS,
    FILINGS,
    MARKS,
    OBJECTIONS,
    OVERRIDES,
    RECORD_HEAD,
    RECORD_TAIL,
    RESULT_TABLES,
    UNITS,
)
from huoyue.report import context_types, part_types

SOURCE = Path(__file__).resolve().parent.parent / "src" / "huoyue"
KEYWORDS = {"M": None, "_": None}
DOMAINS = {
    "scheme": ["core/scheme", "exchange/scheme_file.py"],
    "filing": ["core/filing", "exchange"],
    "evaluation": ["core/screening.py", "core/review", "core/analysis", "core/evaluation.py", "core/what_if"],
    "scoring": ["core/scoring"],
    "report": ["report"],
    "publication": ["publication"],
    "cli": ["cli", "snapshot", "examples", "wording.py"],
    "dictionary": [],
    "server": ["server"],
}
"""Where each domain's sentences stand; those of the dictionary are the meanings of the tables' columns and of the names
that templates of the report may use."""


SAID = re.compile(r"""{%\s*say\s+(["'])(?P<text>.*?)\1""")
"""A sentence in a template."""


def sources(domain: str) -> list[Path]:
    places = [SOURCE / place for place in DOMAINS[domain]]
    kinds = ("*.py", "*.html", "*.txt")
    found = [
        path
        for place in places
        for path in ([place] if place.is_file() else sorted(path for kind in kinds for path in place.rglob(kind)))
    ]
    taken = {SOURCE / place for name, group in DOMAINS.items() if name != domain for place in group}
    return [path for path in found if path not in taken and path.exists()]


def msgids(domain: str) -> list[str]:
    if domain == "dictionary":
        fixed = (
            UNITS,
            FILINGS,
            EXPERTS,
            MARKS,
            DECISIONS,
            EARLIER,
            OVERRIDES,
            CORRECTIONS,
            OBJECTIONS,
            EARLIER_SCHEMES,
            EARLIER_SOURCES,
            *RESULT_TABLES.values(),
        )
        shared = (*RECORD_HEAD, *RECORD_TAIL)
        columns = {column.doc for column in (*shared, *(c for table in fixed for c in table.columns))}
        return sorted(columns | set(meanings()))
    seen: dict[str, None] = {}
    for path in sources(domain):
        if path.suffix != ".py":
            seen |= {match["text"]: None for match in SAID.finditer(path.read_text(encoding="utf-8"))}
            continue
        for _line, text, _comments, _context in extract_from_file("python", str(path), keywords=KEYWORDS):
            seen[text if isinstance(text, str) else text[0]] = None
    return sorted(seen)


def meanings() -> Iterator[str]:
    """What each name of the report's context means."""
    for module in (context_types, part_types):
        for kind in vars(module).values():
            if isinstance(kind, type) and is_dataclass(kind) and kind.__module__.startswith(module.__name__):
                yield from (get_args(hint)[1] for hint in get_type_hints(kind, include_extras=True).values())


def refreshed(domain: str, lang: str) -> tuple[bytes, list[str]]:
    """The catalogue's bytes, and the msgids that have no text yet."""
    path = SOURCE / "locale" / lang / f"{domain}.po"
    old = read_po(path.open("rb")) if path.exists() else Catalog()
    new = Catalog(locale=lang, charset="utf-8", header_comment=f"# {domain}, {lang}", fuzzy=False)
    empty = []
    for text in msgids(domain):
        known = old.get(text)
        string = text if lang == "en" else (str(known.string) if known and known.string else "")
        new.add(text, string)
        if not string:
            empty.append(text)
    stream = io.BytesIO()
    write_po(stream, new, width=120, omit_header=True, sort_output=True)
    return stream.getvalue(), empty


def compiled(path: Path) -> bytes:
    """A catalogue of the pages for signing in, as Django reads it; the same bytes whenever it is made."""
    catalogue = read_po(path.open("rb"), locale=path.parent.parent.name)
    catalogue.creation_date = catalogue.revision_date = datetime(2000, 1, 1, tzinfo=UTC)
    stream = io.BytesIO()
    write_mo(stream, catalogue)
    return stream.getvalue()


def contradictions(lang: str) -> list[str]:
    """Sentences that two domains write differently."""
    texts: dict[str, dict[str, str]] = {}
    for domain in DOMAINS:
        for message in read_po((SOURCE / "locale" / lang / f"{domain}.po").open("rb")):
            if message.id and message.string:
                texts.setdefault(str(message.id), {})[domain] = str(message.string)
    return [f"{text!r} is {found}" for text, found in texts.items() if len(set(found.values())) > 1]


def kept(path: Path, content: bytes, *, check: bool) -> bool:
    """Whether the file holds `content`; without `check` it does afterwards."""
    if path.exists() and path.read_bytes() == content:
        return True
    if check:
        print(f"{path.relative_to(SOURCE)}: out of date")
        return False
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    return True


def main(arguments: list[str]) -> int:
    check = "--check" in arguments
    wrong = 0
    for domain in [a for a in arguments if a != "--check"] or list(DOMAINS):
        for lang in ("zh", "en"):
            content, empty = refreshed(domain, lang)
            path = SOURCE / "locale" / lang / f"{domain}.po"
            for text in empty:
                print(f"{path.relative_to(SOURCE)}: no text for {text!r}")
            wrong += len(empty) + (not kept(path, content, check=check))
    for source in sorted(SOURCE.glob("server/locale/*/LC_MESSAGES/*.po")):
        wrong += not kept(source.with_suffix(".mo"), compiled(source), check=check)
    for line in contradictions("zh"):
        print(line)
        wrong += 1
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

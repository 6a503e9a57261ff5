"""What an edition says of itself: its round, its number, its day, what it replaces, and how it is cited."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from huoyue.core.message import M, Message, Title
from huoyue.core.phrase import both, day
from huoyue.core.scheme.model import Scheme
from huoyue.snapshot.signature import Signature

NO_LICENCE = M("No licence is stated; ask the issuer before use beyond quotation.")


@dataclass(frozen=True)
class Former:
    """An edition that came before: its number, day, digest, and what became of it."""

    number: int
    on: date
    digest: str
    errata: tuple[Title, ...] = ()
    withdrawn: str = ""
    """Why it was withdrawn; empty if it was not."""


@dataclass(frozen=True)
class About:
    """`first_on` is the day of the round's first edition, from which delays are counted."""

    key: str
    number: int
    on: date
    first_on: date
    replaces: int | None = None
    errata: tuple[Title, ...] = ()
    former: tuple[Former, ...] = ()
    signature: Signature | None = None


def licence(scheme: Scheme) -> Title:
    """Under what terms the data may be used."""
    if scheme.publication.licence:
        return scheme.publication.licence
    zh, en = both(NO_LICENCE)
    return Title(zh=zh, en=en)


def citation(scheme: Scheme, about: About, digest: str) -> Title:
    """How the edition is cited, with the digest of its data."""
    report = scheme.report
    return Title(
        zh=f"{report.issuer.zh}：《{report.title.zh}》数据，第{about.number}版，{day(about.on, 'zh')}，"
        f"数据摘要值SHA-256 {digest}。",
        en=f"{report.issuer.en}. {report.title.en}. Data, edition {about.number}, {day(about.on, 'en')}. "
        f"Digest of the data, SHA-256 {digest}.",
    )


def citation_file(scheme: Scheme, about: About, digest: str) -> bytes:
    """CITATION.txt."""
    cited, terms = citation(scheme, about, digest), licence(scheme)
    return f"{cited.zh}\n\n{cited.en}\n\n许可：{terms.zh}\n\nLicence: {terms.en}\n".encode()


KIND_TITLES: dict[str, Message] = {
    "scores": M("Scores"),
    "ranks": M("Ranks"),
    "pillars": M("Points by primary indicator"),
    "indicators": M("Points by secondary indicator"),
    "not_evaluated": M("Who was not evaluated, and why"),
    "history": M("Earlier results"),
    "candidates": M("Lists of candidates"),
    "report": M("The report"),
}

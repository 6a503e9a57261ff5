"""What people wrote that goes into the public report of a round's next edition, and whom it must not name."""

from __future__ import annotations

from collections.abc import Iterator

from huoyue.publication.document import PARTS
from huoyue.publication.written import Secret, Written
from huoyue.server.models import Account, Contact, Objection, Panellist, Round, Wording
from huoyue.server.queries.returned import carried, placed
from huoyue.server.queries.wordings import in_force
from huoyue.server.wording.documents import LANGUAGES, SECTION_TITLES

SECTIONS = tuple(name for name, _ in PARTS)
"""The sections of the public report."""


def written_of(round_: Round) -> Written:
    """The wording and the passages as they stand now."""
    return Written(
        wordings={lang: {one.name: one.text for one in public_wordings(round_, lang)} for lang in LANGUAGES},
        passages={lang: placed(carried(round_, lang)) for lang in LANGUAGES},
        titles=SECTION_TITLES,
        people=tuple(people_of(round_)),
    )


def public_wordings(round_: Round, lang: str) -> list[Wording]:
    """The versions that hold of sections that the public report has."""
    return [one for one in in_force(round_, lang) if one.name in SECTIONS]


def people_of(round_: Round) -> Iterator[Secret]:
    """Names, addresses and numbers of experts, of contacts and filers of the alliances, and of objectors."""
    for seat in Panellist.objects.filter(round=round_).select_related("account"):
        yield Secret("expert", seat.code)
        yield from held("expert", seat.account.name, seat.account.email, seat.account.phone)
    units = round_.filings.values("alliance")
    for contact in Contact.objects.filter(alliance__in=units):
        yield from held("contact", contact.name, contact.email, contact.phone)
    for filer in Account.objects.filter(duties__alliance__in=units).distinct():
        yield from held("contact", filer.name, filer.email, filer.phone)
    for one in Objection.objects.filter(round=round_):
        yield from held("objector", one.name, one.email, one.telephone, one.signed_as)
        yield Secret("reason", one.grounds)


def held(kind: str, *texts: str) -> Iterator[Secret]:
    yield from (Secret(kind, text) for text in texts if text.strip())

"""The register as people see it: lists, one alliance with its names, members and contacts, likely duplicates."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from itertools import pairwise

from django.db.models import Count, Q, QuerySet

from huoyue.core.filing.names import Names
from huoyue.core.filing.values import folded
from huoyue.core.refusal import Refusal
from huoyue.core.scheme.model import Scheme
from huoyue.core.scheme.parse import parse_scheme
from huoyue.schemes import EXAMPLE, builtin
from huoyue.server.models import Alliance, Contact, Role, Round
from huoyue.server.queries.doors import ABSENT, visible_alliances
from huoyue.server.queries.people import Person
from huoyue.server.queries.schemes import scheme_of


def register_scheme() -> Scheme:
    """The scheme that says what batches, industries and statuses there are: that of the newest real round."""
    newest = Round.objects.order_by("practice", "-created_at").first()
    if newest is not None:
        return scheme_of(newest)
    parsed = parse_scheme(builtin()[EXAMPLE].read_text(encoding="utf-8"), EXAMPLE)
    if parsed.scheme is None:
        raise ValueError(f"the built-in scheme {EXAMPLE} has errors")
    return parsed.scheme


def register_door(person: Person, *, unit: str) -> Alliance | Refusal:
    """An alliance by its code; one that was merged leads to the one it was merged into."""
    found = visible_alliances(person).filter(code=unit).first()
    if found is not None:
        return found
    merged = Alliance.objects.filter(code=unit).exclude(merged_into=None).select_related("merged_into").first()
    into = merged.merged_into if merged is not None else None
    if into is not None and visible_alliances(person).filter(pk=into.pk).exists():
        return Refusal("merged", {"into": into.code})
    return ABSENT


def shows_contacts(person: Person, alliance: Alliance) -> bool:
    """Whether somebody needs an alliance's personal data: the secretariat, its officer, its own filers."""
    if person.is_secretariat:
        return True
    return person.role in (Role.LIAISON, Role.FILER) and alliance.pk in {duty.alliance_id for duty in person.duties}


def listed(person: Person, *, query: str, batch: str, industry: str, status: str) -> QuerySet[Alliance]:
    """Alliances by any name they have or had, batch, industry and status ("left": those that left)."""
    found = visible_alliances(person).filter(left_on=None) if status != "left" else visible_alliances(person)
    if query:
        words = Q(name__icontains=query) | Q(code__icontains=query) | Q(names__name__icontains=query)
        found = found.filter(words | Q(members__organisation__icontains=query))
    if batch:
        found = found.filter(batch=batch)
    if industry:
        found = found.filter(industry=industry)
    if status == "left":
        found = found.exclude(left_on=None)
    elif status:
        found = found.filter(status=status)
    return found.distinct().order_by("position", "code")


def counts_by_batch(person: Person) -> dict[str, int]:
    """How many alliances each batch has that have not left."""
    found = visible_alliances(person).filter(left_on=None).order_by().values_list("batch").annotate(Count("pk"))
    return dict(found)


@dataclass(frozen=True)
class Likely:
    """Two alliances that may be one."""

    first: Alliance
    second: Alliance


def likely_duplicates(scheme: Scheme) -> list[Likely]:
    """Alliances that share a name once blanks, brackets and the network's usual endings are taken away."""
    names = Names((), scheme.words.suffixes)
    by_name: dict[str, list[Alliance]] = defaultdict(list)
    for alliance in Alliance.objects.filter(merged_into=None).prefetch_related("names"):
        spellings = {names.shortened(name) for name in (alliance.name, *(n.name for n in alliance.names.all()))}
        for spelling in spellings:
            by_name[folded(spelling)].append(alliance)
    pairs = {(a.pk, b.pk): Likely(a, b) for same in by_name.values() for a, b in pairwise(same)}
    return list(pairs.values())


def contact_door(person: Person, *, unit: str, contact: int) -> Contact | Refusal:
    """A contact of an alliance, for those who need personal data."""
    alliance = register_door(person, unit=unit)
    if isinstance(alliance, Refusal):
        return alliance
    if not shows_contacts(person, alliance):
        return ABSENT
    found = Contact.objects.filter(alliance=alliance, pk=contact).first()
    if found is None:
        return ABSENT
    found.alliance = alliance
    return found

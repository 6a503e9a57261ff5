"""Who may read which letters, and how the mailbox page shows them."""

from __future__ import annotations

from collections.abc import Mapping

from django.conf import settings
from django.db.models import Count, Q, QuerySet

from huoyue.core.message import M, Message
from huoyue.core.refusal import Refusal
from huoyue.server.models import Event, Mail, Role
from huoyue.server.queries.doors import ABSENT, round_door
from huoyue.server.queries.people import Person
from huoyue.server.wording.chasing import MAIL_REASONS, REMINDERS, SECRET_KINDS

TROUBLE = ("failed", "bounced")


def visible_letters(person: Person) -> QuerySet[Mail]:
    """All for the secretariat; reminders of their alliances for liaison officers; in a demonstration one's own, too."""
    letters = Mail.objects.select_related("to", "round", "filing__alliance", "by")
    if person.is_secretariat:
        return letters
    seen = Q(pk=None)
    if person.account is not None and settings.DEMONSTRATION:
        seen |= Q(to=person.account)
    if person.role == Role.LIAISON:
        for duty in person.duties:
            theirs = Q(filing__alliance=duty.alliance_id, kind__in=REMINDERS)
            seen |= theirs & Q(filing__round=duty.round_id) if duty.round_id else theirs
    return letters.filter(seen)


def mailbox_door(person: Person) -> QuerySet[Mail] | Refusal:
    """The mailbox: for the secretariat and liaison officers, and in a demonstration for everybody signed in."""
    if settings.DEMONSTRATION or person.role in (Role.SECRETARIAT, Role.LIAISON):
        return visible_letters(person)
    return ABSENT


def letter_door(person: Person, *, letter: int) -> Mail | Refusal:
    """One letter that the person may read."""
    return visible_letters(person).filter(pk=letter).first() or ABSENT


def sent_door(person: Person, *, round: str, event: int) -> Event | Refusal:  # noqa: A002 - the address's word
    """What became of reminders: for whoever sent them, and the secretariat."""
    found = round_door(person, round=round)
    if isinstance(found, Refusal):
        return found
    events = Event.objects.filter(round=found, kind="chase.reminded", seq=event).select_related("round", "actor")
    if not person.is_secretariat:
        events = events.filter(actor=person.account)
    return events.first() or ABSENT


def hides_text(person: Person, letter: Mail) -> bool:
    """Whether the text is the addressee's alone: a link that signs somebody in, outside a demonstration."""
    own = person.account is not None and letter.to_id == person.account.pk
    return letter.kind in SECRET_KINDS and not settings.DEMONSTRATION and not own


def filtered(letters: QuerySet[Mail], asked: Mapping[str, str]) -> QuerySet[Mail]:
    """The letters of a state, kind and round, and those whose address or subject holds a text."""
    if state := asked.get("state"):
        letters = letters.filter(state__in=TROUBLE if state == "trouble" else [state])
    if asked.get("kind"):
        letters = letters.filter(kind=asked["kind"])
    if asked.get("round"):
        letters = letters.filter(round__key=asked["round"])
    if text := asked.get("q", "").strip():
        letters = letters.filter(
            Q(address__icontains=text)
            | Q(subject__icontains=text)
            | Q(to__name__icontains=text)
            | Q(filing__alliance__name__icontains=text)
        )
    return letters


def counts_by_state(letters: QuerySet[Mail]) -> dict[str, int]:
    return dict(letters.order_by().values_list("state").annotate(count=Count("pk")))


def reason_of(letter: Mail) -> tuple[Message, Message] | None:
    """Why a letter did not arrive or still waits, and what to do; None where all is well."""
    if not letter.error:
        return None
    if letter.error in MAIL_REASONS:
        return MAIL_REASONS[letter.error]
    what = M("The mail server says: {words}", words=letter.error)
    if letter.state == "queued":
        return what, M("It is tried again by itself.")
    return what, M("Correct the address on the page of accounts and send it again, or telephone.")

"""Letters that come back: delivery status notifications as RFC 3464 has them."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from email import message_from_binary_file, message_from_bytes, policy
from email.message import Message
from typing import BinaryIO

from huoyue.server.models import Mail
from huoyue.server.operations.journal import Acting, Refuse
from huoyue.server.operations.outbox import note_bounce

RECENT = timedelta(days=30)
"""For how long a letter is found by its address alone."""


def take_bounce(acting: Acting, stream: BinaryIO) -> Mail | None:
    """Read a notification and mark the letter it is about; None if it is about none of ours or came before.

    Refuse if it is no such notification, or says only that delivery is late or done.
    """
    notice = message_from_binary_file(stream, policy=policy.default)
    fields = [part for part in notice.walk() if part.get_content_type() == "message/delivery-status"]
    failed = [block for part in fields for block in _blocks(part) if _says(block, "Action").lower() == "failed"]
    if not failed:
        raise Refuse("not_a_bounce")
    letter = _letter(notice, _says(failed[0], "Final-Recipient").rsplit(";", 1)[-1].strip(), acting.at)
    if letter is None or letter.state == "bounced":
        return None
    note_bounce(acting, letter, _says(failed[0], "Diagnostic-Code").partition(";")[2] or _says(failed[0], "Status"))
    return letter


def _says(block: Message, name: str) -> str:
    return str(block.get(name, "")).strip()


def _blocks(part: Message) -> Iterator[Message]:
    payload = part.get_payload()
    yield from (block for block in payload if isinstance(block, Message)) if isinstance(payload, list) else ()


def _identities(notice: Message) -> Iterator[str]:
    """The Message-IDs of what is sent back with the notification: the whole letter, or its headers alone."""
    for part in notice.walk():
        if part.get_content_type() == "text/rfc822-headers":
            headers = part.get_payload(decode=True)
            part = message_from_bytes(headers if isinstance(headers, bytes) else b"")
        if part is not notice and (identity := _says(part, "Message-ID")):
            yield identity


def _letter(notice: Message, recipient: str, now: datetime) -> Mail | None:
    """The letter of ours that came back: by its Message-ID, else the newest that went to that address lately."""
    letters = Mail.objects.select_related("filing__alliance", "round").order_by("-written_at")
    identities = list(_identities(notice))
    if identities:
        return letters.filter(message_id__in=identities).first()
    recent = letters.filter(state__in=("sent", "bounced"), sent_at__gt=now - RECENT)
    return recent.filter(address__iexact=recipient).first() if recipient else None

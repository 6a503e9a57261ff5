"""The outbox: letters are rows first, each handed to the mail server at most once, and what came of it is shown.

A letter is claimed before it is handed over, as `failed` with the reason `interrupted`. So when this program or the
line dies in between, the letter is not sent twice; it stays on the mailbox page as one that may not have arrived.
"""

from __future__ import annotations

import logging
import smtplib
from collections.abc import Mapping
from contextlib import suppress
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.core.mail import EmailMessage, get_connection
from django.core.mail.message import make_msgid

from huoyue.server.models import Account, Filing, Mail, Round
from huoyue.server.operations.journal import Acting, Refuse, operation, record
from huoyue.server.wording.chasing import SECRET_KINDS

AT_ONCE = 100
"""Letters sent in one go."""
PAUSES = (1, 5, 15, 60, 240)
"""Minutes to wait after a letter was refused for the moment; the last one from then on."""
MOST_TRIES = 15
"""After as many refusals, some two days, a letter is given up."""
UNREACHABLE = timedelta(minutes=2)
TEMPORARY = range(400, 500)
log = logging.getLogger("huoyue.mail")


def write(
    acting: Acting,
    *,
    to: Account,
    kind: str,
    subject: str,
    body: str,
    round: Round | None = None,  # noqa: A002 - the field's word
    filing: Filing | None = None,
    key: str | None = None,
    due_at: datetime | None = None,
) -> Mail | None:
    """Put a letter in the outbox; called inside operations. None if the letter with this `key` was written before.

    Without a mail server, or in a demonstration, letters stay on the mailbox page. An account without an address gets
    a letter that is marked as failed, so that somebody sees that the person has to be told otherwise.
    """
    state, error = first_state(to)
    fields: dict[str, Any] = {
        "round": round or (filing.round if filing else None),
        "filing": filing,
        "to": to,
        "address": to.email,
        "kind": kind,
        "subject": " ".join(subject.split())[:250],
        "body": body.replace("\x00", ""),
        "language": to.language,
        "state": state,
        "error": error,
        "by": acting.account,
        "written_at": acting.at,
        "due_at": due_at or acting.at,
    }
    if key is None:
        return Mail.objects.create(**fields)
    letter, new = Mail.objects.get_or_create(key=key, defaults=fields)
    return letter if new else None


def first_state(to: Account) -> tuple[str, str]:
    """The state in which a letter to an account begins, and why it cannot be sent if it cannot."""
    if not to.is_active:
        return "failed", "inactive"
    if not to.email:
        return "failed", "no_address"
    return ("queued" if settings.SENDS_MAIL else "kept"), ""


def send_due(now: datetime) -> int:
    """Send the letters that are due; how many went out. A mail server that is away puts them off and does no more."""
    if not settings.SENDS_MAIL:
        return 0
    waiting = Mail.objects.filter(state="queued", due_at__lte=now).select_related("by", "filing__alliance", "round")
    due = list(waiting.order_by("due_at", "pk")[:AT_ONCE])
    line = get_connection()
    sent = 0
    try:
        for letter in due:
            keep_open(line)
            if claim(letter, now):
                sent += hand_over(line, letter, now)
                if letter.error == "interrupted":
                    break
    except OSError as error:  # smtplib's own errors are such, too
        put_off(now, words_of(error))
    finally:
        with suppress(OSError):
            line.close()
    return sent


def keep_open(line: Any) -> None:
    """Open the connection, or a new one where the server closed it between two letters."""
    smtp = getattr(line, "connection", None)
    if smtp is not None and not is_alive(smtp):
        with suppress(OSError):
            line.close()
        line.connection = None
    line.open()


def is_alive(smtp: smtplib.SMTP) -> bool:
    try:
        return smtp.noop()[0] == 250
    except OSError:
        return False


def put_off(now: datetime, words: str) -> None:
    """The server cannot be reached: everything waits, and the mailbox page says why."""
    log.warning("the mail server cannot be reached: %s", words)
    Mail.objects.filter(state="queued", due_at__lte=now).update(due_at=now + UNREACHABLE, error=words)


def claim(letter: Mail, now: datetime) -> bool:
    """Take a letter, if no other process has it."""
    free = Mail.objects.filter(pk=letter.pk, state="queued", tries=letter.tries, due_at__lte=now)
    letter.message_id = letter.message_id or make_msgid(domain=domain())
    letter.tries += 1
    return bool(free.update(state="failed", error="interrupted", tries=letter.tries, message_id=letter.message_id))


def hand_over(line: Any, letter: Mail, now: datetime) -> bool:
    """Give a claimed letter to the server and note what came of it; whether it was taken."""
    try:
        as_email(letter, line).send()
    except smtplib.SMTPRecipientsRefused as error:
        code, words = next(iter(error.recipients.values()))
        if code in TEMPORARY:
            put_back(letter, now, f"{code} {text_of(words)}")
        else:
            note_bounce(Acting(None, "", now), letter, f"{code} {text_of(words)}")
    except smtplib.SMTPResponseException as error:
        if error.smtp_code in TEMPORARY or isinstance(error, smtplib.SMTPSenderRefused):
            put_back(letter, now, words_of(error))
        else:
            settle(letter, "failed", words_of(error))
    except smtplib.SMTPNotSupportedError as error:
        settle(letter, "failed", words_of(error))
    except OSError as error:
        letter.error = "interrupted"
        log.warning("letter %s: the line broke: %s", letter.pk, type(error).__name__)
    except Exception as error:
        log.exception("letter %s cannot be sent", letter.pk)
        settle(letter, "failed", words_of(error))
    else:
        settle(letter, "sent", "", sent_at=now, **({"body": ""} if letter.kind in SECRET_KINDS else {}))
        return True
    return False


def settle(letter: Mail, state: str, error: str, **fields: object) -> None:
    """Note what came of a claimed letter."""
    letter.state, letter.error = state, error
    Mail.objects.filter(pk=letter.pk, state="failed", tries=letter.tries).update(state=state, error=error, **fields)


def put_back(letter: Mail, now: datetime, words: str) -> None:
    """Refused for the moment: try again later, until it has been tried too often."""
    if letter.tries >= MOST_TRIES:
        settle(letter, "failed", words)
        return
    pause = PAUSES[min(letter.tries, len(PAUSES)) - 1]
    settle(letter, "queued", words, due_at=now + timedelta(minutes=pause))


def as_email(letter: Mail, line: Any) -> EmailMessage:
    """The letter as plain text, marked as written by a program."""
    headers = {
        "Message-ID": letter.message_id,
        "Auto-Submitted": "auto-generated",
        "List-Id": f"<{letter.kind}.huoyue.{domain()}>",
        "Content-Language": "en" if letter.language == "en" else "zh-Hans",
    }
    answer_to = [letter.by.email] if letter.by and letter.by.email else []
    return EmailMessage(
        letter.subject, letter.body, settings.MAIL_FROM, [letter.address], headers=headers, reply_to=answer_to,
        connection=line,
    )  # fmt: skip


def domain() -> str:
    """Where letters come from, as in the sender's address."""
    return str(settings.MAIL_FROM).rpartition("@")[2].strip(" >") or "localhost"


def words_of(error: Exception) -> str:
    """What a server or the system said, short enough to show."""
    if isinstance(error, smtplib.SMTPResponseException):
        return f"{error.smtp_code} {text_of(error.smtp_error)}"
    return text_of(str(error) or type(error).__name__)


def text_of(words: bytes | str) -> str:
    text = words.decode("utf-8", "replace") if isinstance(words, bytes) else words
    return " ".join(text.replace("\x00", "").split())[:500]


@operation("letter.bounced")
def note_bounce(acting: Acting, letter: Mail, why: str) -> None:
    """Write down that a letter came back, or was refused for good, with the server's words."""
    if Mail.objects.filter(pk=letter.pk).exclude(state="bounced").update(state="bounced", error=text_of(why)) != 1:
        raise Refuse("letter_not_failed")
    before = {"state": letter.state, "address": letter.address}
    letter.state, letter.error = "bounced", text_of(why)
    _told(acting, "letter.bounced", letter, before, {"why": letter.error})


@operation("letter.sent_again")
def send_again(acting: Acting, letter: Mail) -> None:
    """Put a letter that did not arrive in the outbox once more, to the address that the account has now."""
    if letter.state not in ("failed", "bounced"):
        raise Refuse("letter_not_failed")
    if not letter.body:
        raise Refuse("letter_spent")
    if letter.to is None or not letter.to.email:
        raise Refuse("no_address")
    state, error = first_state(letter.to)
    same = Mail.objects.filter(pk=letter.pk, state=letter.state, tries=letter.tries)
    fresh = {"address": letter.to.email, "due_at": acting.at, "message_id": "", "tries": 0}
    if same.update(state=state, error=error, **fresh) != 1:
        raise Refuse("letter_not_failed")
    before = {"state": letter.state, "error": letter.error, "address": letter.address}
    _told(acting, "letter.sent_again", letter, before, {"state": state, "address": letter.to.email})


def _told(acting: Acting, kind: str, letter: Mail, before: Mapping[str, object], after: Mapping[str, object]) -> None:
    alliance = letter.filing.alliance if letter.filing else None
    record(acting, kind, round=letter.round, alliance=alliance, subject=str(letter.pk), before=before, after=after)

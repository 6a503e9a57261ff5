"""Letters go out once, wait while the mail server is away, and come back with the server's words."""

from __future__ import annotations

import socket
from concurrent.futures import ThreadPoolExecutor
from contextlib import nullcontext
from datetime import timedelta
from io import BytesIO

import pytest
from django.db import connection
from django.utils import timezone
from tests.server.smtp_server import Post, post_office
from tests.server.world import make_world

from huoyue.server.models import Account, Event, Mail
from huoyue.server.operations import outbox
from huoyue.server.operations.audit import verified
from huoyue.server.operations.bounces import take_bounce
from huoyue.server.operations.journal import Refuse, operation, record
from huoyue.server.operations.outbox import note_bounce, send_again, send_due

NOW = timezone.now()


@pytest.fixture
def post(settings):
    """A mail server that answers, and settings that send through it."""
    with post_office() as office:
        settings.SENDS_MAIL = True
        settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
        settings.EMAIL_HOST, settings.EMAIL_PORT, settings.EMAIL_TIMEOUT = "127.0.0.1", office.port, 5
        settings.MAIL_FROM = "huoyue@huoyue.example"
        yield office


@pytest.fixture
def letter(world):
    def written(name="ada", *, key=None, kind="notice", body="请于截止前提交。"):
        acting = world.acting("sun", at=NOW)
        return outbox.write(acting, to=world.people[name], kind=kind, subject="催报\n通知", body=body, key=key)

    return written


def state(mail):
    return Mail.objects.values_list("state", "error").get(pk=mail.pk)


def test_without_a_mail_server_letters_are_kept_on_the_mailbox_page(letter):
    assert state(letter()) == ("kept", "")
    assert send_due(NOW) == 0


def test_a_letter_to_somebody_without_an_address_says_so(letter, world, post):
    Account.objects.filter(pk=world.ada.pk).update(email="")
    world.people["ada"].refresh_from_db()
    assert state(letter()) == ("failed", "no_address")
    assert send_due(NOW) == 0


def test_the_same_key_writes_one_letter(letter):
    assert letter(key="k") is not None
    assert letter(key="k") is None
    assert Mail.objects.count() == 1


def test_a_letter_arrives_once_as_plain_text_marked_as_automatic(letter, post):
    mail = letter()
    assert (send_due(NOW), send_due(NOW)) == (1, 0)
    (arrived,) = post.letters
    mail.refresh_from_db()
    assert (mail.state, mail.sent_at, mail.message_id) == ("sent", NOW, arrived["Message-ID"])
    assert arrived["Message-ID"].endswith("@huoyue.example>")
    assert arrived["Auto-Submitted"] == "auto-generated"
    assert arrived["List-Id"] == "<notice.huoyue.huoyue.example>"
    assert arrived["Reply-To"] == "sun@example.org"
    assert arrived["Subject"] == "催报 通知"
    assert arrived.get_content().strip() == "请于截止前提交。"


def test_a_letter_waits_until_it_is_due(letter, post):
    Mail.objects.filter(pk=letter().pk).update(due_at=NOW + timedelta(hours=1))
    assert send_due(NOW) == 0
    assert send_due(NOW + timedelta(hours=1)) == 1


def test_a_refused_recipient_bounces_with_the_servers_words_and_the_others_get_theirs(letter, post):
    post.refused["ada@example.org"] = "550 5.1.1 no such mailbox"
    lost, taken = letter("ada"), letter("ben")
    assert send_due(NOW) == 1
    assert state(lost) == ("bounced", "550 5.1.1 no such mailbox")
    assert state(taken) == ("sent", "")
    assert Event.objects.filter(kind="letter.bounced", subject=str(lost.pk)).count() == 1


def test_a_recipient_refused_for_the_moment_is_tried_again_later(letter, post):
    post.refused["ada@example.org"] = "450 4.2.0 greylisted"
    mail = letter()
    assert send_due(NOW) == 0
    assert state(mail) == ("queued", "450 4.2.0 greylisted")
    assert send_due(NOW + timedelta(seconds=59)) == 0
    post.refused.clear()
    assert send_due(NOW + timedelta(seconds=60)) == 1
    assert state(mail) == ("sent", "")
    assert len(post.letters) == 1


def test_after_too_many_refusals_a_letter_is_given_up_with_the_last_words(letter, post):
    post.refused["ada@example.org"] = "450 4.2.0 greylisted"
    mail, at = letter(), NOW
    for _ in range(outbox.MOST_TRIES):
        assert state(mail)[0] == "queued"
        send_due(at)
        at += timedelta(hours=4)
    assert state(mail) == ("failed", "450 4.2.0 greylisted")


@pytest.mark.parametrize(("answer", "expected"), [("451 later", "queued"), ("554 spam", "failed")])
def test_a_refused_text_waits_or_is_given_up(letter, post, answer, expected):
    post.after_data = answer
    mail = letter()
    send_due(NOW)
    assert state(mail) == (expected, answer)


def test_while_the_server_is_away_everything_waits_and_nothing_is_lost(letter, settings):
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        free = unused.getsockname()[1]
    settings.SENDS_MAIL = True
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT, settings.EMAIL_TIMEOUT = "127.0.0.1", free, 2
    mails = [letter("ada"), letter("ben")]
    assert send_due(NOW) == 0
    assert [state(mail)[0] for mail in mails] == ["queued", "queued"]
    assert "refused" in state(mails[0])[1]
    with post_office() as office:
        settings.EMAIL_PORT = office.port
        assert send_due(NOW) == 0  # not hammered
        assert send_due(NOW + outbox.UNREACHABLE) == 2


def test_a_line_that_breaks_while_a_letter_is_handed_over_never_doubles_it(letter, post):
    post.after_data = ""
    first, second = letter("ada"), letter("ben")
    assert send_due(NOW) == 0
    assert state(first) == ("failed", "interrupted")
    assert state(second)[0] == "queued"
    post.after_data = "250 taken"
    assert send_due(NOW + timedelta(days=1)) == 1
    assert post.recipients == ["ben@example.org"]


def test_a_server_that_takes_one_letter_a_line_gets_them_all(letter, post):
    post.letters_a_line = 1
    for name in ("ada", "ben", "dov"):
        letter(name)
    assert send_due(NOW) == 3
    assert post.lines == 3


def test_a_letter_with_a_personal_link_keeps_no_text_once_sent(letter, post, world):
    mail = letter(kind="invitation", body="https://huoyue.example/invited/secret")
    send_due(NOW)
    mail.refresh_from_db()
    assert (mail.state, mail.body) == ("sent", "")
    with pytest.raises(Refuse, match="letter_not_failed"):
        send_again(world.acting("sun"), mail)
    note_bounce(world.acting("sun"), mail, "550 gone")
    with pytest.raises(Refuse, match="letter_spent"):
        send_again(world.acting("sun"), mail)


def test_a_letter_that_came_back_is_sent_again_to_the_corrected_address(letter, post, world):
    post.refused["ada@example.org"] = "550 5.1.1 no such mailbox"
    mail = letter()
    send_due(NOW)
    Account.objects.filter(pk=world.ada.pk).update(email="ada.new@example.org")
    send_again(world.acting("sun"), Mail.objects.get(pk=mail.pk))
    again = Mail.objects.get(pk=mail.pk)
    assert (again.state, again.address) == ("queued", "ada.new@example.org")
    assert send_due(timezone.now()) == 1
    assert post.recipients == ["ada.new@example.org"]
    assert not verified().faults


def test_a_letter_rolls_back_with_the_operation_it_was_written_in(world):
    @operation("test.broken_letter")
    def broken(acting):
        outbox.write(acting, to=world.ada, kind="notice", subject="s", body="b")
        record(acting, "test.broken_letter")
        raise ValueError("broken")

    with pytest.raises(ValueError, match="broken"):
        broken(world.acting("sun"))
    assert not Mail.objects.exists()


def test_of_two_processes_that_saw_a_letter_one_takes_it(letter, post):
    letter()
    first, second = Mail.objects.get(), Mail.objects.get()
    assert outbox.claim(first, NOW)
    assert not outbox.claim(second, NOW)


@pytest.mark.django_db(transaction=True)
def test_two_processes_sending_at_once_send_each_letter_once(post: Post):
    world = make_world()
    for n in range(20):
        acting = world.acting("sun", at=NOW)
        outbox.write(acting, to=world.ada, kind="notice", subject=f"s{n}", body="b")

    def go(_):
        try:
            return send_due(NOW)
        finally:
            if at_once > 1:
                connection.close()

    at_once = 4 if connection.vendor == "postgresql" else 1  # SQLite's database of tests, in memory, bears one
    with ThreadPoolExecutor(at_once) if at_once > 1 else nullcontext() as pool:
        assert sum(pool.map(go, range(4)) if pool else map(go, range(4))) == 20
    assert sorted(m["Subject"] for m in post.letters) == sorted(f"s{n}" for n in range(20))


DSN = """\
From: mailer-daemon@example.org
Content-Type: multipart/report; report-type=delivery-status; boundary="b"
MIME-Version: 1.0

--b
Content-Type: text/plain

Could not be delivered.
--b
Content-Type: message/delivery-status

Reporting-MTA: dns; mail.example.org

Final-Recipient: rfc822; {address}
Action: {action}
Status: 5.1.1
Diagnostic-Code: smtp; 550 5.1.1 no such user

--b
Content-Type: {original}

Message-ID: {message_id}
Subject: x

--b--
"""


def dsn(mail, *, action="failed", original="text/rfc822-headers", message_id=None, address="other@example.org"):
    named = mail.message_id if message_id is None else message_id
    return DSN.format(address=address, action=action, original=original, message_id=named).encode()


@pytest.fixture
def taken(world):
    def take(raw):
        return take_bounce(world.acting("sun", at=NOW), BytesIO(raw))

    return take


@pytest.fixture
def sent(letter, post):
    mail = letter()
    send_due(NOW)
    mail.refresh_from_db()
    return mail


@pytest.mark.parametrize("original", ["text/rfc822-headers", "message/rfc822"])
def test_a_delivery_report_marks_the_letter_it_names_once(sent, taken, original):
    assert taken(dsn(sent, original=original)) == sent
    assert state(sent) == ("bounced", "550 5.1.1 no such user")
    assert taken(dsn(sent, original=original)) is None
    assert Event.objects.filter(kind="letter.bounced").count() == 1


def test_a_delivery_report_without_a_message_id_is_matched_by_the_address(sent, taken):
    assert taken(dsn(sent, message_id="", address="ADA@example.org")) == sent


def test_a_delay_or_a_stray_report_changes_nothing(sent, taken):
    for junk in (dsn(sent, action="delayed"), b"\xff\x00 hello", b""):
        with pytest.raises(Refuse, match="not_a_bounce"):
            taken(junk)
    assert taken(dsn(sent, message_id="<x@y>", address="ada@example.org")) is None
    assert taken(dsn(sent, message_id="", address="nobody@example.org")) is None
    assert state(sent) == ("sent", "")

"""Whom events are about, by name; and no name where its data was erased."""

from __future__ import annotations

import pytest
from django.core.cache import cache
from django.test import Client
from django.utils import timezone

from huoyue.server.models import Contact, Webhook
from huoyue.server.operations.accounts import change_account, end_duty, erase_account, give_duty
from huoyue.server.operations.audit import verified
from huoyue.server.operations.invitations import invite
from huoyue.server.operations.journal import record
from huoyue.server.operations.register import erase_contact, keep_contact
from huoyue.server.operations.rounds import close_round


@pytest.fixture(autouse=True)
def _nobody_tried_before():
    """Tries of an invitation are counted in the cache, over all tests."""
    cache.clear()


@pytest.fixture
def journal(as_):
    def page(lang="zh"):
        client = as_("sun")
        client.cookies["lang"] = lang
        return client.get("/journal/").content.decode()

    return page


def test_accounts_and_contacts_appear_by_name_and_not_by_number(journal, world):
    invite(world.acting("sun"), world.eva, by_letter=False)
    contact = Contact.objects.get(alliance=world.alliances[1])
    keep_contact(world.acting("sun"), world.alliances[1], {"phone": "010-99999999"}, contact)
    page = journal()
    assert '<span class="soft small">Eva</span>' in page
    assert '<span class="soft small">联系人2</span>' in page
    assert f">{world.eva.pk}</span>" not in page


def test_what_is_numbered_and_what_has_a_title_is_called_by_it(journal, world):
    acting = world.acting("sun")
    for kind, subject in (("edition.published", "2"), ("round.frozen", "1"), ("wording.saved", "zh/summary")):
        record(acting, kind, round=world.round, subject=subject)
    page = journal()
    for said in ("第2版", "快照1", "摘要"):
        assert f'<span class="soft small">{said}</span>' in page
    assert "zh/summary" not in page


def test_an_erased_account_is_named_nowhere_in_the_journal_and_the_chain_holds(journal, world):
    change_account(world.acting("sun"), world.eva, {"name": "尹专家", "organisation": "某研究院"})
    give_duty(world.acting("sun"), world.eva, "chair")
    end_duty(world.acting("sun"), world.eva.duties.get(role="chair"))
    change_account(world.acting("eva"), world.eva, {"phone": "010-12345678"})
    assert "尹专家" in journal()
    erase_account(world.acting("sun"), world.eva)
    page = journal()
    for gone in ("尹专家", "某研究院", "010-12345678", "eva@example.org", f"账号{world.eva.pk}"):
        assert gone not in page
    assert "已删除的账号" in page
    assert "Erased account" in journal("en")
    assert not verified().faults


def test_an_erased_contact_is_said_to_be_erased(journal, world):
    contact = Contact.objects.get(alliance=world.alliances[1])
    keep_contact(world.acting("sun"), world.alliances[1], {"phone": "010-99999999"}, contact)
    erase_contact(world.acting("sun"), contact)
    page = journal()
    assert "已删除的联系人" in page
    assert "联系人2" not in page


def test_taking_up_an_invitation_shows_the_role_one_was_invited_in(journal, world):
    sent = invite(world.acting("sun"), world.ben, by_letter=False)
    typed = {"name": "Ben", "password": "correct-horse-2030", "again": "correct-horse-2030"}
    assert Client().post(f"/invitation/{sent.token}/", typed).status_code == 303
    page = journal()
    assert "无身份" not in page
    assert "联盟填报人 · 127.0.0.1" in page


def test_a_number_that_names_nobody_stays_as_it_is(journal, world):
    close_round(world.acting("sun"), world.round, "提前截止")
    assert '<span class="soft small mono">r1</span>' in journal()


def test_a_webhook_is_called_by_its_address_and_not_by_its_number(journal, world):
    hook = Webhook.objects.create(
        uid="8bfd1aaaf371c9ee", address="https://example.org/in", by=world.sun, at=timezone.now()
    )
    record(world.acting("sun"), "webhook.added", subject=hook.uid)
    page = journal()
    assert "https://example.org/in" in page
    assert hook.uid not in page

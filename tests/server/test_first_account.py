"""The first account of the secretariat: made on the server, since nobody can be invited on the web before."""

from __future__ import annotations

import re

import pytest
from tests.server.living import Place

from huoyue.server.models import Account, Duty, Event, Role
from huoyue.server.operations.first_account import invite_secretariat
from huoyue.server.operations.invitations import find
from huoyue.server.operations.journal import Acting, Refuse
from huoyue.server.queries.people import nobody_yet


def test_a_member_of_the_secretariat_is_made_once_and_invited_again(world):
    doer = Acting(None, "", world.acting("sun").at)
    Duty.objects.filter(role=Role.SECRETARIAT).delete()
    assert nobody_yet()
    first = invite_secretariat(doer, "zhang", name="张三")
    again = invite_secretariat(doer, "Zhang")
    assert not nobody_yet()
    account = Account.objects.get(username="zhang")
    assert account.name == "张三"
    assert Duty.objects.filter(account=account, role=Role.SECRETARIAT).count() == 1
    assert find(doer.at, token=first.token) is None
    assert find(doer.at, token=again.token).account == account
    assert not Event.objects.filter(kind="account.invited", subject=str(account.pk)).exclude(actor=None).exists()


def test_nothing_is_made_where_the_invitation_is_refused(world):
    Account.objects.filter(username="ada").update(is_active=False)
    with pytest.raises(Refuse, match="stopped"):
        invite_secretariat(Acting(None, "", world.acting("sun").at), "ada")
    assert not Duty.objects.filter(account__username="ada", role=Role.SECRETARIAT).exists()


@pytest.mark.once
def test_the_command_prints_an_address_that_lets_somebody_in(tmp_path):
    place = Place(tmp_path)
    place.seed()
    done = place.command("--lang", "zh", "invite", "zhang", "--name", "张三")
    assert done.returncode == 0, done.stderr
    assert re.search(r"/invitation/[\w-]{43}/", done.stdout)
    assert "zhang" in done.stdout

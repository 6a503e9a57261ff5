"""The secretariat's accounts: made whole or not at all."""

from __future__ import annotations

from huoyue.server.models import Account, Duty, Event, Invitation

NEW = {"username": "neu", "name": "新人", "email": "", "organisation": "", "phone": "", "language": "zh"}


def test_an_account_whose_role_is_refused_is_not_made_so_that_the_form_can_be_sent_again(as_, world):
    before = Event.objects.count()
    refused = as_("sun").post("/accounts/new/", NEW | {"duty-role": "filer", "duty-alliance": "", "duty-round": ""})
    assert refused.status_code == 422
    assert not Account.objects.filter(username="neu").exists()
    assert Event.objects.count() == before
    again = NEW | {"duty-role": "filer", "duty-alliance": "A001", "duty-round": ""}
    made = as_("sun").post("/accounts/new/", again)
    assert made.status_code == 200, made.content.decode()
    account = Account.objects.get(username="neu")
    assert Duty.objects.get(account=account).alliance.code == "A001"
    assert Invitation.objects.filter(account=account).count() == 1

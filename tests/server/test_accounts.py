"""The secretariat's accounts: made whole or not at all."""

from __future__ import annotations

from django.utils import timezone

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


def test_somebody_always_answers_for_the_filing_of_an_alliance(as_, world):
    client, alliance = as_("sun"), world.alliances[2]
    Duty.objects.filter(role="filer", alliance=alliance).update(ended_at=timezone.now(), responsible=False)
    at = f"/alliances/{alliance.code}/people/"
    for name in ("first1", "second2"):
        client.post(
            at, {"what": "new", "username": name, "name": name, "email": f"{name}@example.org", "language": "zh"}
        )
    held = Duty.objects.filter(role="filer", alliance=alliance, ended_at=None)
    assert held.get(responsible=True).account.username == "first1"
    held.update(responsible=False)  # as when the one who answered was taken off elsewhere
    second = held.get(account__username="second2")
    assert "由second2任填报负责人" in client.get(at).content.decode()
    answer = client.post(at, {"what": "over", "duty": second.pk})
    assert (answer.status_code, answer["Location"]) == (303, at)
    assert held.get(responsible=True).pk == second.pk

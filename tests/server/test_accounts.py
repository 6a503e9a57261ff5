"""The secretariat's accounts: made whole or not at all."""

from __future__ import annotations

from huoyue.server.models import Account, Alliance, Duty, Event, Invitation, Role

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


def test_the_first_who_is_invited_for_an_alliance_answers_for_its_filing(as_, world):
    client, alliance = as_("sun"), Alliance.objects.get(code="A003")
    Duty.objects.filter(alliance=alliance, role=Role.FILER).delete()
    colleague = {"what": "new", "name": "甲", "username": "jia", "email": "jia@example.org", "language": "zh"}
    for person in (colleague, colleague | {"username": "yi", "email": "yi@example.org"}):
        assert client.post("/alliances/A003/people/", person).status_code == 303
    answering = Duty.objects.filter(alliance=alliance, role=Role.FILER).values_list("account__username", "responsible")
    assert set(answering) == {("jia", True), ("yi", False)}


def test_somebody_can_be_made_to_answer_for_a_filing_that_nobody_answers_for(as_, world):
    client, alliance = as_("sun"), Alliance.objects.get(code="A003")
    Duty.objects.filter(alliance=alliance, role=Role.FILER).delete()
    duty = Duty.objects.create(account=world.people["lin"], role=Role.FILER, alliance=alliance)
    assert client.post("/alliances/A003/people/", {"what": "over", "duty": duty.pk}).status_code == 303
    duty.refresh_from_db()
    assert duty.responsible


def test_alliances_without_a_contact_to_ask_first_are_named_where_contacts_are_invited(as_, world):
    alliance = Alliance.objects.get(code="A003")
    Duty.objects.filter(alliance=alliance, role=Role.FILER).delete()
    alliance.contacts.update(first=True)
    assert alliance not in as_("sun").get("/accounts/contacts/").context["unreached"]
    alliance.contacts.update(first=False)
    assert alliance in as_("sun").get("/accounts/contacts/").context["unreached"]

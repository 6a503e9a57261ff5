"""The secretariat's accounts: list, make, invite, give roles; and the people of an alliance."""

from __future__ import annotations

from collections.abc import Sequence

from django.contrib import messages
from django.core.paginator import Paginator
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone

from huoyue.core.message import M, Message
from huoyue.server.asking import acting, reader
from huoyue.server.forms.accounts import AccountForm, DutyForm
from huoyue.server.models import Account, Alliance, Contact, Duty, Role
from huoyue.server.operations import accounts as operations
from huoyue.server.operations.invitations import Sent, invite, withdraw_invitation
from huoyue.server.operations.journal import Refuse
from huoyue.server.queries.accounts import filers_of, listed
from huoyue.server.queries.invited_to import rounds_said
from huoyue.server.saying import current_language, said
from huoyue.server.wording import ROLES, refusal_words

SHOWN = 50


def told(request: HttpRequest, message: Message) -> None:
    messages.success(request, said(message), extra_tags="good")


def accounts_page(request: HttpRequest) -> HttpResponse:
    """All accounts: search, by role, by state."""
    query, role, state = (request.GET.get(name, "").strip() for name in ("q", "role", "state"))
    page = Paginator(listed(query, role, state), SHOWN).get_page(request.GET.get("page"))
    accounts = list(page.object_list)
    duties: dict[int, list[Duty]] = {account.pk: [] for account in accounts}
    for duty in Duty.objects.filter(account__in=accounts, ended_at=None).select_related("alliance", "round"):
        duties[duty.account_id].append(duty)
    rows = [(account, [(duty, ROLES[duty.role]) for duty in duties[account.pk]]) for account in accounts]
    context = {"rows": rows, "page": page, "query": query, "role": role, "state": state,
               "role_choices": [(r.value, ROLES[r.value]) for r in Role]}  # fmt: skip
    return render(request, "accounts/list.html", context)


def new_page(request: HttpRequest) -> HttpResponse:
    """Make an account, give it its first role, and invite it: by letter, or on a printed sheet."""
    form, duty = AccountForm(request.POST or None), DutyForm(request.POST or None, prefix="duty")
    refused: Refuse | None = None
    if request.method == "POST" and form.is_valid() and duty.is_valid():
        try:
            return _made(request, form, duty)
        except Refuse as error:
            refused = error
    context = {"form": form, "duty": duty, "refused": refusal_words(refused.refusal) if refused else None,
               "alliances": alliance_names()}  # fmt: skip
    return render(request, "accounts/new.html", context, status=422 if form.is_bound else 200)


def _made(request: HttpRequest, form: AccountForm, duty: DutyForm) -> HttpResponse:
    doer, held = acting(request), duty.cleaned_data
    with transaction.atomic():  # account, role and invitation, or nothing
        account = operations.make_account(doer, **form.cleaned_data)
        operations.give_duty(
            doer, account, held["role"], alliance=held["alliance"], round=held["round"], responsible=held["responsible"]
        )
        sent = invite(doer, account, by_letter=bool(account.email))
    if account.email:
        told(request, M("{name} was invited by letter to {email}.", name=account.name, email=account.email))
        return HttpResponseRedirect(reverse("account_one", args=[account.username]), status=303)
    return sheets(request, [sent])


def sheets(request: HttpRequest, sent: Sequence[Sent]) -> HttpResponse:
    """The printed sheets with codes. They are shown this once: only digests are kept."""
    now, lang = timezone.now(), current_language()
    rows = [(one, rounds_said(one.invitation.account, now, lang)) for one in sent]
    return render(request, "accounts/sheets.html", {"rows": rows})


def alliance_names() -> list[str]:
    names = list(Alliance.objects.filter(merged_into=None).values_list("name", flat=True)[:301])
    return names if len(names) <= 300 else []


def account_page(request: HttpRequest, account: Account) -> HttpResponse:
    """One account: its data, roles, invitation; roles are given here."""
    initial = {name: getattr(account, name) for name in ("username", "email", *operations.OWN_FIELDS)}
    which = request.POST.get("what", "")
    form = AccountForm(request.POST if which == "change" else None, initial=initial)
    form.fields["username"].disabled = True
    duty = DutyForm(request.POST if which == "duty" else None, prefix="duty")
    refused: Refuse | None = None
    try:
        if which == "change" and form.is_valid():
            operations.change_account(acting(request), account, form.cleaned_data)
            told(request, M("Saved."))
            return HttpResponseRedirect(request.path, status=303)
        if which == "duty" and duty.is_valid():
            held = duty.cleaned_data
            operations.give_duty(
                acting(request), account, held["role"], alliance=held["alliance"], round=held["round"],
                responsible=held["responsible"],
            )  # fmt: skip
            told(request, M("Role given."))
            return HttpResponseRedirect(request.path, status=303)
    except Refuse as error:
        refused = error
    held_duties = account.duties.filter(ended_at=None).select_related("alliance", "round")
    context = {
        "account": account, "form": form, "duty": duty, "alliances": alliance_names(),
        "duties": [(one, ROLES[one.role]) for one in held_duties],
        "ended": [(one, ROLES[one.role]) for one in account.duties.exclude(ended_at=None).select_related("alliance")],
        "invitation": account.invitations.filter(used_at=None, withdrawn_at=None).first(),
        "letters": account.letters.all()[:10],
        "refused": refusal_words(refused.refusal) if refused else None,
    }  # fmt: skip
    return render(request, "accounts/one.html", context, status=422 if which else 200)


def act(request: HttpRequest, account: Account) -> HttpResponse:
    """Invite, withdraw, stop, resume, end a role, erase."""
    doer, what = acting(request), request.POST.get("what", "")
    if what in ("letter", "sheet"):
        sent = invite(doer, account, by_letter=what == "letter")
        if what == "sheet":
            return sheets(request, [sent])
        told(request, M("{name} was invited by letter to {email}.", name=account.name, email=account.email))
    elif what == "withdraw":
        withdraw_invitation(doer, account)
        told(request, M("The invitation does not work any more."))
    elif what == "stop":
        operations.stop_account(doer, account)
        told(request, M("The account is stopped; its sessions have ended."))
    elif what == "resume":
        operations.resume_account(doer, account)
        told(request, M("The account is let in again."))
    elif what == "end":
        number = request.POST.get("duty", "")
        duty = account.duties.filter(pk=int(number) if number.isdigit() else 0).first()
        if duty is None:
            raise Refuse("stale")
        operations.end_duty(doer, duty)
        told(request, M("The role has ended."))
    elif what == "erase":
        operations.erase_account(doer, account)
        told(request, M("The personal data of the account are erased."))
        return HttpResponseRedirect(reverse("accounts"), status=303)
    return HttpResponseRedirect(reverse("account_one", args=[account.username]), status=303)


def sheets_page(request: HttpRequest) -> HttpResponse:
    """Printed sheets with codes for several accounts at once."""
    chosen = Account.objects.filter(username__in=request.POST.getlist("account"), is_active=True, erased_at=None)
    accounts = list(chosen.order_by("name")[:300])
    if not accounts:
        raise Refuse("nothing_chosen")
    return sheets(request, [invite(acting(request), account, by_letter=False) for account in accounts])


def contacts_page(request: HttpRequest) -> HttpResponse:
    """Invite the first contact of every alliance that nobody files for yet: first shown, then done."""
    served = Duty.objects.filter(role=Role.FILER, ended_at=None).values("alliance")
    found = Contact.objects.filter(first=True, ended_on=None, alliance__merged_into=None, alliance__left_on=None)
    contacts = list(found.exclude(alliance__in=served).select_related("alliance").order_by("alliance__position"))
    if request.method == "POST":
        wanted = set(request.POST.getlist("contact"))
        with transaction.atomic():  # all of them, or nobody
            sent = [_from_contact(request, contact) for contact in contacts if str(contact.pk) in wanted]
        if not sent:
            raise Refuse("nothing_chosen")
        printed = [one for one in sent if not one.invitation.account.email]
        told(request, M("{count} people were invited.", count=len(sent)))
        return sheets(request, printed) if printed else HttpResponseRedirect(reverse("accounts"), status=303)
    known = Contact.objects.filter(first=True, ended_on=None).values("alliance")
    unreached = Alliance.objects.filter(merged_into=None, left_on=None).exclude(pk__in=served).exclude(pk__in=known)
    return render(
        request, "accounts/contacts.html", {"contacts": contacts, "unreached": unreached.order_by("position")}
    )


def _from_contact(request: HttpRequest, contact: Contact) -> Sent:
    """An account for a contact, responsible for the alliance's filing, and its invitation."""
    doer = acting(request)
    known = Account.objects.filter(email__iexact=contact.email, is_active=True).first() if contact.email else None
    account = known or operations.make_account(
        doer, username=free_name(contact.alliance.code), name=contact.name, email=contact.email, phone=contact.phone,
        organisation=contact.alliance.name,
    )  # fmt: skip
    operations.give_duty(doer, account, Role.FILER, alliance=contact.alliance, responsible=True)
    return invite(doer, account, by_letter=bool(account.email))


def free_name(code: str) -> str:
    """A sign-in name after the alliance's code that nobody has."""
    base, number = code.lower(), 1
    while Account.objects.filter(username__iexact=base if number == 1 else f"{base}-{number}").exists():
        number += 1
    return base if number == 1 else f"{base}-{number}"


def people_page(request: HttpRequest, alliance: Alliance) -> HttpResponse:
    """Who files for an alliance: invite a colleague, hand over, let somebody go."""
    doer, what = acting(request), request.POST.get("what", "")
    form = AccountForm(request.POST if what == "new" else None)
    duties = list(filers_of(alliance))
    refused: Refuse | None = None
    try:
        if what == "new" and form.is_valid():
            with transaction.atomic():
                account = operations.make_account(doer, **form.cleaned_data)
                first = not any(duty.responsible for duty in duties)
                operations.give_duty(doer, account, Role.FILER, alliance=alliance, responsible=first)
                sent = invite(doer, account, by_letter=bool(account.email))
            told(request, M("{name} was invited.", name=account.name))
            return sheets(request, [sent]) if not account.email else HttpResponseRedirect(request.path, status=303)
        if what in ("over", "end"):
            _changed(request, alliance, duties, what)
            leaves = what == "over" and not reader(request).is_secretariat  # and may not see this page any more
            return HttpResponseRedirect(reverse("home") if leaves else request.path, status=303)
    except Refuse as error:
        refused = error
    context = {"alliance": alliance, "duties": duties, "form": form,
               "responsible": any(duty.responsible for duty in duties),
               "refused": refusal_words(refused.refusal) if refused else None}  # fmt: skip
    return render(request, "accounts/people.html", context, status=422 if what else 200)


def _changed(request: HttpRequest, alliance: Alliance, duties: Sequence[Duty], what: str) -> None:
    """Hand over to one of the filers, or end a colleague's part."""
    chosen = next((duty for duty in duties if str(duty.pk) == request.POST.get("duty", "")), None)
    if chosen is None:
        raise Refuse("stale")
    if what == "end":
        if chosen.responsible:
            raise Refuse("responsible_stays")
        operations.end_duty(acting(request), chosen)
        told(request, M("The role has ended."))
        return
    leaving = next((duty.account for duty in duties if duty.responsible), None)
    stays = request.POST.get("stays") == "yes"
    operations.hand_over(acting(request), alliance, leaving, chosen.account, stays=stays)
    told(
        request, M("{name} answers for the filing of {alliance} now.", name=chosen.account.name, alliance=alliance.name)
    )

"""The panel of a round: who is on it and how far, asking somebody, changing a seat, taking somebody off."""

from __future__ import annotations

from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse

from huoyue.core.message import M, Message
from huoyue.server.asking import acting
from huoyue.server.forms.review import PersonForm, ReasonForm, SeatForm
from huoyue.server.models import Account, Alliance, Panellist, Round
from huoyue.server.operations.accounts import make_account
from huoyue.server.operations.invitations import invite
from huoyue.server.operations.journal import Refuse
from huoyue.server.operations.review_conflicts import alike, would_bar
from huoyue.server.operations.review_panel import ask, change_seat, leave
from huoyue.server.queries.review_panel import seat_lines
from huoyue.server.queries.review_progress import groups_wanted, panel_counts, progress_of, title_of
from huoyue.server.queries.review_stages import evaluated_filings
from huoyue.server.queries.schemes import scheme_of
from huoyue.server.views.accounts import sheets
from huoyue.server.views.chasing import seen, told
from huoyue.server.wording import refusal_words
from huoyue.server.wording.review import CONFLICT_KINDS, SEAT_STATES


def panel_page(request: HttpRequest, round_: Round) -> HttpResponse:
    """Everybody on the panel with what each still has to do."""
    lines = seat_lines(round_)
    context = {"round": round_, "lines": lines, "counts": panel_counts(round_), "groups": groups_wanted(round_)}
    return render(request, "review/panel.html", context)


def new_page(request: HttpRequest, round_: Round) -> HttpResponse:
    """Ask somebody; before that, test what would bar them from which alliances."""
    posted = request.POST if request.method == "POST" else None
    person, seat = PersonForm(posted), SeatForm(posted, scheme=scheme_of(round_))
    tests, refused, tested = request.POST.get("what") == "test", None, None
    if tests:
        person.is_valid()
        found = person.cleaned_data
        tested = test_of(round_, str(found.get("organisation") or ""), found.get("account"))
        person, seat = kept_forms(request, round_, person)
    elif posted is not None and all([person.is_valid(), seat.is_valid()]):
        try:
            return asked(request, round_, person, seat)
        except Refuse as error:
            refused = refusal_words(error.refusal)
    context = {
        "round": round_, "form": person, "seat": seat, "refused": refused, "tested": tested,
        "accounts": Account.objects.filter(is_active=True, erased_at=None).order_by("username")[:300],
    }  # fmt: skip
    status = 200 if posted is None or tests else (409 if refused else 422)
    return render(request, "review/panel_new.html", context, status=status)


def kept_forms(request: HttpRequest, round_: Round, tested: PersonForm) -> tuple[PersonForm, SeatForm]:
    """Both forms as they were filled, without asking yet for what is needed only to ask somebody onto the panel."""
    typed = request.POST.dict() | {"fields_known": request.POST.getlist("fields_known")}
    person = tested if "account" in tested.errors else PersonForm(initial=typed)
    return person, SeatForm(initial=typed, scheme=scheme_of(round_))


def test_of(round_: Round, organisation: str, account: Account | None) -> dict[str, object]:
    """What would bar somebody, by alliance, those to be evaluated in this round first; and what looks alike."""
    name = organisation.strip() or (account.organisation.strip() if account else "")
    found = would_bar(name, account)
    names = dict(Alliance.objects.values_list("code", "name"))
    here = {one.alliance.code for one in evaluated_filings(round_)}
    kinds = [(one, CONFLICT_KINDS[one.kind], names[one.unit], one.unit in here) for one in found]
    similar = [(code, names[code], member) for code, member in alike(name)]
    return {"organisation": name, "found": sorted(kinds, key=lambda one: not one[3]), "similar": similar[:40],
            "units": len({one.unit for one in found})}  # fmt: skip


def asked(request: HttpRequest, round_: Round, person: PersonForm, seat: SeatForm) -> HttpResponse:
    """Ask an account onto the panel, made and invited first where it is new."""
    doer, sent = acting(request), None
    account: Account | None = person.cleaned_data["account"]
    with transaction.atomic():  # account, seat and invitation, or nothing
        if new := account is None:
            account = make_account(doer, **person.new_person())
        made = ask(doer, round_, account, seat.seat())
        if new:
            sent = invite(doer, account, by_letter=bool(account.email))
    told(request, found_words(made))
    if sent is not None and not account.email:
        return sheets(request, [sent])
    return seen(reverse("panellist", args=[round_.key, made.code]))


def found_words(seat: Panellist) -> Message:
    """What asking somebody came to."""
    barred = seat.conflicts.filter(ended_at=None).values("alliance").distinct().count()
    if barred:
        return M("{name} is asked. {count} alliances are barred by conflicts.", name=str(seat.account), count=barred)
    return M("{name} is asked. No conflict was found in the register.", name=str(seat.account))


def seat_page(request: HttpRequest, seat: Panellist) -> HttpResponse:
    """One seat: what was answered, signed and declared, conflicts, and how many sheets; no marks."""
    scheme = scheme_of(seat.round)
    titles = {one.id: one.title for one in scheme.industries}
    stages = {one.stage.key: title_of(one.stage) for one in progress_of(seat.round)}
    conflicts = seat.conflicts.select_related("alliance", "found_by").order_by("alliance__position", "pk")
    ordered = ("stage__position", "filing__alliance__position", "pk")
    sheets_now = seat.sheets.filter(aside_at=None).select_related("stage", "filing__alliance").order_by(*ordered)
    aside = seat.sheets.exclude(aside_at=None).select_related("stage", "filing__alliance")
    context = {
        "round": seat.round, "seat": seat, "state": SEAT_STATES[seat.state],
        "fields": [titles.get(name, name) for name in seat.fields],
        "conflicts": [(one, CONFLICT_KINDS[one.kind]) for one in conflicts],
        "interests": seat.interests.select_related("alliance"), "sheets": sheets_now, "aside": aside,
        "titles": stages,
    }  # fmt: skip
    return render(request, "review/panellist.html", context)


def change_page(request: HttpRequest, seat: Panellist) -> HttpResponse:
    """Change group, background, fields and capacity."""
    start = {"group": seat.group, "background": seat.background, "fields_known": seat.fields, "capacity": seat.capacity}
    form = SeatForm(request.POST or None, scheme=scheme_of(seat.round), fixed_code=True, initial=start)
    refused = None
    if request.method == "POST" and form.is_valid():
        seat.revision = revision_from(request, seat)
        try:
            change_seat(acting(request), seat, form.seat(seat.code))
            told(request, M("Saved."))
            return seen(reverse("panellist", args=[seat.round.key, seat.code]))
        except Refuse as error:
            refused = refusal_words(error.refusal)
    context = {"round": seat.round, "seat": seat, "form": form, "refused": refused,
               "revision": request.POST.get("revision") or seat.revision}  # fmt: skip
    status = 200 if request.method == "GET" else (409 if refused else 422)
    return render(request, "review/panellist_change.html", context, status=status)


def revision_from(request: HttpRequest, seat: Panellist) -> int:
    """The revision of the seat that the form was filled from."""
    typed = request.POST.get("revision", "")
    return int(typed) if typed.isascii() and typed.isdigit() and len(typed) < 9 else seat.revision


def leave_page(request: HttpRequest, seat: Panellist) -> HttpResponse:
    """Take somebody off the panel, with a reason: what was handed in stays, the other sheets are set aside."""
    form = ReasonForm(request.POST or None)
    refused = None
    if request.method == "POST" and form.is_valid():
        try:
            aside = leave(acting(request), seat, form.cleaned_data["reason"])
            left = M("{name} has left the panel.", name=str(seat.account))
            some = M("{name} has left the panel; {count} sheets are set aside.", name=str(seat.account), count=aside)
            told(request, some if aside else left)
            return seen(reverse("review", args=[seat.round.key]))
        except Refuse as error:
            refused = refusal_words(error.refusal)
    open_sheets = seat.sheets.filter(aside_at=None, submitted_at=None).exclude(stage__state="closed")
    context = {"round": seat.round, "seat": seat, "form": form, "refused": refused, "open_sheets": open_sheets.count(),
               "handed_in": seat.sheets.filter(aside_at=None).exclude(submitted_at=None).count()}  # fmt: skip
    status = 200 if request.method == "GET" else (409 if refused else 422)
    return render(request, "review/leave.html", context, status=status)

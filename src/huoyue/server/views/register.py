"""The register: list, one alliance, changing it, contacts, duplicates and merging, taking it away."""

from __future__ import annotations

from io import BytesIO
from typing import Any

import xlsxwriter
from django.contrib import messages
from django.core.paginator import Paginator
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone

from huoyue.core.message import M, Message
from huoyue.core.refusal import Refusal
from huoyue.server.asking import acting, reader
from huoyue.server.forms.register import AllianceForm, ContactForm
from huoyue.server.models import ERASED_NAME, Alliance, Contact, Duty, Event, Role
from huoyue.server.operations import register as operations
from huoyue.server.operations.journal import Refuse
from huoyue.server.operations.register_import import as_row, officers_now
from huoyue.server.operations.register_reading import register_sheet
from huoyue.server.queries import register as queries
from huoyue.server.queries.doors import ABSENT
from huoyue.server.saying import current_language, said
from huoyue.server.views.exports import fit_columns, for_paper
from huoyue.server.wording import STATES, refusal_words

SHOWN = 100


def told(request: HttpRequest, message: Message) -> None:
    messages.success(request, said(message), extra_tags="good")


def to_alliance(alliance: Alliance) -> HttpResponse:
    return HttpResponseRedirect(reverse("alliance", args=[alliance.code]), status=303)


def filters(request: HttpRequest) -> dict[str, str]:
    names = {"query": "q", "batch": "batch", "industry": "industry", "status": "status"}
    return {name: request.GET.get(typed, "").strip() for name, typed in names.items()}


def register_page(request: HttpRequest) -> HttpResponse:
    """All alliances: search by any name they have or had, filter, counts by batch."""
    person = reader(request)
    scheme, chosen = queries.register_scheme(), filters(request)
    page = Paginator(queries.listed(person, **chosen), SHOWN).get_page(request.GET.get("page"))
    officers = officers_now()
    counts = queries.counts_by_batch(person)
    context = {
        "page": page, "scheme": scheme, "chosen": chosen,
        "rows": [(alliance, officers.get(alliance.pk)) for alliance in page.object_list],
        "batch_titles": {one.id: one.title for one in scheme.batches},
        "industry_titles": {one.id: one.title for one in scheme.industries},
        "counts": [(batch.title, counts.get(batch.id, 0), None if person.role == Role.LIAISON else batch.expected)
                   for batch in scheme.batches],
        "total": sum(counts.values()),
    }  # fmt: skip
    return render(request, "register/list.html", context)


def alliance_page(request: HttpRequest, alliance: Alliance) -> HttpResponse:
    """One alliance: names over time, members, contacts for those who need them, people, rounds, history."""
    person = reader(request)
    scheme = queries.register_scheme()
    groups = (scheme.batches, scheme.industries, scheme.statuses)
    titles = {entry.id: entry.title for group in groups for entry in group}
    filings = alliance.filings.select_related("round", "in_force").exclude(round__stage="preparing")
    shows = queries.shows_contacts(person, alliance)
    duties = Duty.objects.filter(alliance=alliance, ended_at=None).select_related("account")
    own = person.role == Role.FILER and alliance.pk in person.answers_for
    context = {
        "alliance": alliance, "scheme": scheme, "titles": titles, "shows_contacts": shows,
        "names": alliance.names.all(), "members": alliance.members.all(),
        "contacts": alliance.contacts.filter(ended_on=None) if shows else [],
        "former": alliance.contacts.exclude(ended_on=None).exclude(name=ERASED_NAME).order_by("-ended_on", "pk")
        if person.is_secretariat else [],
        "officers": [duty.account for duty in duties if duty.role == Role.LIAISON],
        "filers": [duty for duty in duties if duty.role == Role.FILER] if shows else [],
        "fields": [(spec.title, alliance.fields.get(spec.id, "")) for spec in scheme.register_fields],
        "filings": [(filing, STATES[filing.state]) for filing in filings],
        "events": Event.objects.filter(alliance=alliance, round=None).select_related("actor").order_by("-seq")[:20]
        if person.is_secretariat else [],
        "may_change_contacts": person.is_secretariat or own,
    }  # fmt: skip
    return render(request, "register/alliance.html", context)


def new_page(request: HttpRequest) -> HttpResponse:
    """Add an alliance."""
    form = AllianceForm(request.POST or None, scheme=queries.register_scheme(), new=True)
    refused: Refuse | None = None
    if request.method == "POST" and form.is_valid():
        try:
            found = form.cleaned_data
            with transaction.atomic():  # all of the form, or nothing
                alliance = operations.add_alliance(acting(request), found["code"], found)
                _names_and_members(request, alliance, form)
            told(request, M("{alliance} is in the register now.", alliance=alliance.name))
            return to_alliance(alliance)
        except Refuse as error:
            refused = error
    context = {"form": form, "refused": refusal_words(refused.refusal) if refused else None}
    return render(request, "register/edit.html", context, status=422 if form.is_bound else 200)


def _names_and_members(request: HttpRequest, alliance: Alliance, form: AllianceForm) -> None:
    """Set what differs from what is kept."""
    doer = acting(request)
    aliases = [name.name for name in alliance.names.filter(kind="alias")]
    if form.lines("aliases") != aliases:
        operations.set_aliases(doer, alliance, form.lines("aliases"))
    lead = alliance.members.filter(leads=True).values_list("organisation", flat=True).first() or ""
    others = list(alliance.members.filter(leads=False).values_list("organisation", flat=True))
    if form.cleaned_data["lead"].strip() != lead or sorted(form.lines("members")) != sorted(others):
        operations.set_members(doer, alliance, form.cleaned_data["lead"], form.lines("members"))


def initial(alliance: Alliance) -> dict[str, Any]:
    """An alliance as the form shows it."""
    found = {name: getattr(alliance, name) for name in ("code", *operations.FIELDS, "revision")}
    found["aliases"] = "\n".join(alliance.names.filter(kind="alias").values_list("name", flat=True))
    found["lead"] = alliance.members.filter(leads=True).values_list("organisation", flat=True).first() or ""
    found["members"] = "\n".join(alliance.members.filter(leads=False).values_list("organisation", flat=True))
    return found | {f"x_{name}": value for name, value in alliance.fields.items()}


def change_page(request: HttpRequest, alliance: Alliance) -> HttpResponse:
    """Change an alliance. A change made from an older state is refused, and both are shown."""
    form = AllianceForm(request.POST or None, scheme=queries.register_scheme(), new=False, initial=initial(alliance))
    refused: Refuse | None = None
    if request.method == "POST" and form.is_valid():
        try:
            with transaction.atomic():  # all of the form, or nothing
                _changed(request, alliance, form)
            told(request, M("Saved."))
            return to_alliance(alliance)
        except Refuse as error:
            refused = error
    theirs = initial(Alliance.objects.get(pk=alliance.pk)) if refused and refused.refusal.code == "stale" else {}
    typed = {name: str(form[name].value() or "") for name in form.fields}
    context = {
        "form": form, "alliance": alliance, "refused": refusal_words(refused.refusal) if refused else None,
        "differences": [(form[name].label, typed[name], theirs[name]) for name in typed
                        if name in theirs and name != "revision" and typed[name] != str(theirs[name] or "")],
        "current": theirs.get("revision"),
    }  # fmt: skip
    return render(request, "register/edit.html", context, status=422 if form.is_bound else 200)


def _changed(request: HttpRequest, alliance: Alliance, form: AllianceForm) -> None:
    found, doer = form.cleaned_data, acting(request)
    revision = found["revision"] or 0
    operations.change_alliance(doer, alliance, revision, {**found, "basis": found["basis"] or alliance.basis})
    if found["name"].strip() != alliance.name:
        since = found["renamed_on"] or timezone.localdate()
        operations.rename(doer, alliance, found["name"], since, mistyped=found["mistyped"])
    _names_and_members(request, alliance, form)


def contact_new_page(request: HttpRequest, alliance: Alliance) -> HttpResponse:
    """Add a contact."""
    _may_change_contacts(request, alliance)
    none_yet = not alliance.contacts.filter(first=True, ended_on=None).exists()
    form = ContactForm(request.POST or None, initial={"first": none_yet})
    if request.method == "POST" and form.is_valid():
        operations.keep_contact(acting(request), alliance, form.cleaned_data)
        told(request, M("Saved."))
        return to_alliance(alliance)
    context = {"form": form, "alliance": alliance}
    return render(request, "register/contact.html", context, status=422 if form.is_bound else 200)


def _may_change_contacts(request: HttpRequest, alliance: Alliance) -> None:
    person = reader(request)
    if not (person.is_secretariat or alliance.pk in person.answers_for):
        raise Refuse(ABSENT.code)


def contact_page(request: HttpRequest, contact: Contact) -> HttpResponse:
    """Change a contact, note that it left, or erase its personal data on request."""
    _may_change_contacts(request, contact.alliance)
    names = ("name", "position", "phone", "email", "first")
    what = request.POST.get("what", "")
    form = ContactForm(request.POST if what == "save" else None, initial={n: getattr(contact, n) for n in names})
    doer = acting(request)
    if what == "save" and form.is_valid():
        operations.keep_contact(doer, contact.alliance, form.cleaned_data, contact)
        told(request, M("Saved."))
        return to_alliance(contact.alliance)
    if what == "end":
        operations.end_contact(doer, contact, timezone.localdate())
        told(request, M("{name} is noted as having left.", name=contact.name))
        if contact.first:
            told(request, M("Say which of the contacts is to be asked first from now on."))
        return to_alliance(contact.alliance)
    if what == "erase" and reader(request).is_secretariat:
        count = operations.erase_contact(doer, contact)
        told(request, M("Erased, also from {count} entries of the journal.", count=count))
        return to_alliance(contact.alliance)
    context = {"form": form, "alliance": contact.alliance, "contact": contact}
    return render(request, "register/contact.html", context, status=422 if form.is_bound else 200)


def duplicates_page(request: HttpRequest) -> HttpResponse:
    """Alliances that may be one."""
    return render(request, "register/duplicates.html", {"pairs": queries.likely_duplicates(queries.register_scheme())})


def merge_page(request: HttpRequest) -> HttpResponse:
    """Merge two alliances: first what moves, then done."""
    asked = {name: (request.POST or request.GET).get(name, "").strip() for name in ("gone", "into")}
    found = {name: queries.register_door(reader(request), unit=code) for name, code in asked.items() if code}
    wrong = [refusal_words(_unknown(asked[name], one)) for name, one in found.items() if isinstance(one, Refusal)]
    gone, into = found.get("gone"), found.get("into")
    if not isinstance(gone, Alliance) or not isinstance(into, Alliance):
        chosen = gone if isinstance(gone, Alliance) else None
        return _merge_asked(request, {"asked": asked, "wrong": wrong, "chosen": chosen})
    if gone.pk == into.pk:
        return _merge_asked(request, {"asked": asked, "wrong": [refusal_words(Refusal("merge_self"))]})
    if request.method == "POST":
        try:
            operations.merge(acting(request), gone, into)
            told(request, M("{gone} is part of {into} now.", gone=gone.name, into=into.name))
            return to_alliance(into)
        except Refuse as error:
            wrong = [refusal_words(error.refusal)]
    context: dict[str, Any] = {
        "gone": gone, "into": into, "asked": asked, "clashes": operations.merge_clashes(gone, into), "wrong": wrong,
        "filings": operations.merge_moves(gone), "members": gone.members.count(), "contacts": gone.contacts.count(),
    }  # fmt: skip
    return render(request, "register/merge.html", context, status=409 if wrong else 200)


def _merge_asked(request: HttpRequest, context: dict[str, Any]) -> HttpResponse:
    """The page as long as it does not name two alliances."""
    return render(request, "register/merge.html", context, status=422 if context["wrong"] else 200)


def _unknown(code: str, refusal: Refusal) -> Refusal:
    """Why a code that was typed leads to no alliance: merged away already, or not in the register."""
    if refusal.code == "merged":
        return Refusal("merged_already", {"code": code, **refusal.detail})
    return Refusal("no_alliance", {"code": code})


def export(request: HttpRequest) -> HttpResponse:
    """The register as the import reads it; contacts only for the secretariat."""
    person = reader(request)
    scheme, lang = queries.register_scheme(), current_language()
    sheet = register_sheet(scheme)
    columns = [c for c in sheet.columns if person.is_secretariat or not c.name.startswith("contact_")]
    officers, stream = officers_now(), BytesIO()
    book = xlsxwriter.Workbook(stream, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False})
    page = book.add_worksheet(sheet.title.in_language(lang))
    head = book.add_format({"bold": True, "bg_color": "#E4EEF8"})
    for n, column in enumerate(columns):
        page.write_string(0, n, column.title.in_language(lang), head)
    options = {c.name: {o.id: o.title.in_language(lang) for o in c.spec.options} for c in columns if c.spec.options}
    found = queries.listed(person, **filters(request)).prefetch_related("names", "members", "contacts")
    written = [[column.title.in_language(lang) for column in columns]]
    for number, alliance in enumerate(found, 1):
        row, shown = as_row(alliance, officers) | {"unit": alliance.code}, list[str]()
        for n, column in enumerate(columns):
            value = row.get(column.name)
            text = "；".join(value) if isinstance(value, list) else str(value or "")
            shown.append(options.get(column.name, {}).get(text, text))
            page.write_string(number, n, shown[-1])
        written.append(shown)
    page.freeze_panes(1, 2)
    fit_columns(book, page, written)
    page.autofilter(0, 0, max(len(written) - 1, 1), len(columns) - 1)
    for_paper(page)
    book.close()
    answer = HttpResponse(
        stream.getvalue(), content_type="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    )
    answer.headers["Content-Disposition"] = 'attachment; filename="register.xlsx"'
    return answer

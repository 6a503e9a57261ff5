"""Forms of chasing: an entry of the log, what to remind with, and a notice."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from secrets import token_hex
from typing import Any, cast

from django import forms
from django.http import QueryDict

from huoyue.core.filing.values import clean, is_blank, read_day
from huoyue.core.message import M
from huoyue.core.scheme.model import RecordType, Scheme
from huoyue.server.forms.record_fields import RecordForm, empty_form, posted_form
from huoyue.server.queries.reading import Flaw
from huoyue.server.saying import said
from huoyue.server.wording.chasing import AUDIENCES

LONGEST_NOTE = 2000
TOKEN = 40


def typed(posted: Mapping[str, str], name: str, longest: int = LONGEST_NOTE) -> str:
    """What was typed into a field, as every database keeps it."""
    return posted.get(name, "").replace("\x00", "")[:longest]


def new_token(posted: Mapping[str, str] | None = None) -> str:
    """What the browser calls this one change; kept while the same form comes back."""
    return typed(posted or {}, "token", TOKEN) or token_hex(16)


@dataclass
class EntryForm:
    """An entry of the log: the record of its type, a note for the officers, and until when something was promised."""

    record: RecordForm
    token: str
    note: str = ""
    promised: str = ""
    promised_on: date | None = None
    promised_flaw: Flaw | None = None
    counts: bool = True
    """Whether the entry feeds an indicator: one whose day lies outside the period does not."""

    @property
    def is_good(self) -> bool:
        return not self.record.flaws and self.promised_flaw is None


def new_entry(scheme: Scheme, kind: RecordType, today: date) -> EntryForm:
    return EntryForm(empty_form(scheme, kind, today), new_token())


def posted_entry(scheme: Scheme, kind: RecordType, posted: QueryDict) -> EntryForm:
    """What a browser sent; a contact outside the period is kept and does not count, anything else there is refused."""
    record = posted_form(scheme, kind, posted)
    counts = not record.outside
    if kind.reported_by != "liaison":
        record.outside = []
    note, promised = typed(posted, "note"), clean(typed(posted, "promised_on", 40))
    form = EntryForm(record, new_token(posted), note, promised, counts=counts)
    if not is_blank(promised):
        found = read_day(promised)
        form.promised_on = found.value if isinstance(found.value, date) else None
        if found.what is not None and form.promised_on is None:
            form.promised_flaw = Flaw("promised_on", found.what, found.mend)
    return form


class NoticeForm(forms.Form):
    """A notice before it goes out."""

    title = forms.CharField(max_length=120)
    text = forms.CharField(max_length=4000, widget=forms.Textarea(attrs={"rows": 8}))
    audience = forms.ChoiceField()

    def __init__(self, *arguments: Any, **named: Any) -> None:
        super().__init__(*arguments, **named)
        self.fields["title"].label = said(M("Title of the notice"))
        self.fields["text"].label = said(M("Text"))
        self.fields["text"].help_text = said(M("Plain text; it is sent and shown as you write it."))
        self.fields["audience"].label = said(M("Who reads it"))
        audience = cast(forms.ChoiceField, self.fields["audience"])
        audience.choices = [(name, said(title)) for name, title in AUDIENCES.items()]
        required, long = said(M("This is needed.")), said(M("This is too long."))
        for shown in self.fields.values():
            shown.error_messages |= {"required": required, "max_length": long, "invalid_choice": required}

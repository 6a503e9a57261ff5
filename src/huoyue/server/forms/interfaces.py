"""Forms of keys and webhooks."""

from __future__ import annotations

from typing import Any, cast

from django import forms
from django.db.models import QuerySet

from huoyue.core.message import M
from huoyue.server.forms.accounts import labelled
from huoyue.server.forms.journal import RoundField
from huoyue.server.models import Round
from huoyue.server.saying import said
from huoyue.server.templatetags.wording import bracketed
from huoyue.server.wording.interfaces import HOOKED, SCOPES

DAYS = (30, 90, 365)


class KeyForm(forms.Form):
    """A key for a program."""

    name = forms.CharField(max_length=80)
    scopes = forms.MultipleChoiceField(widget=forms.CheckboxSelectMultiple)
    days = forms.TypedChoiceField(coerce=int, initial=90)

    def __init__(self, *args: Any, scopes: list[str], **named: Any) -> None:
        super().__init__(*args, **named)
        labelled(
            self,
            {"name": M("What the key is for"), "scopes": M("What it may read"), "days": M("Works for")},
            {"name": M("For example the program or the person who looks after it.")},
        )
        cast(forms.MultipleChoiceField, self.fields["scopes"]).choices = [
            (scope, f"{said(SCOPES[scope])}{bracketed(scope)}") for scope in scopes
        ]
        days = cast(forms.ChoiceField, self.fields["days"])
        days.choices = [(n, said(M("{count} days", count=n))) for n in DAYS]
        worded(self)


class WebhookForm(forms.Form):
    """A webhook: where to, of what, of which round."""

    address = forms.CharField(max_length=500, widget=forms.URLInput)
    kinds = forms.MultipleChoiceField(widget=forms.CheckboxSelectMultiple)
    round = RoundField(Round.objects.none(), required=False, to_field_name="key")

    def __init__(self, *args: Any, rounds: QuerySet[Round], everywhere: bool, **named: Any) -> None:
        super().__init__(*args, **named)
        labelled(
            self,
            {"address": M("Address"), "kinds": M("Tells of"), "round": M("Round")},
            {"address": M("Begins with https://. What is sent there is signed; it names no people.")},
        )
        cast(forms.MultipleChoiceField, self.fields["kinds"]).choices = [
            (kind, said(title)) for kind, title in HOOKED.items()
        ]
        chosen = cast(RoundField, self.fields["round"])
        chosen.queryset, chosen.empty_label = rounds, said(M("All rounds but practice rounds")) if everywhere else None
        chosen.required = not everywhere
        worded(self)


def worded(form: forms.Form) -> None:
    """What fields say when something is missing or makes no sense."""
    required, wrong = said(M("This is needed.")), said(M("Choose among what is offered."))
    for field in form.fields.values():
        field.error_messages |= {
            "required": required,
            "invalid_choice": wrong,
            "max_length": said(M("This is too long.")),
        }

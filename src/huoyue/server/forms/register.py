"""Forms of the register."""

from __future__ import annotations

from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.text import capfirst

from huoyue.core.filing.values import is_blank, read
from huoyue.core.message import M
from huoyue.core.scheme.model import Scheme
from huoyue.exchange.layout import BASIS
from huoyue.server.forms.accounts import labelled
from huoyue.server.operations.register_reading import CODE
from huoyue.server.saying import said


class AllianceForm(forms.Form):
    """An alliance with the scheme's batches, industries, statuses and register fields."""

    code = forms.CharField(max_length=40)
    name = forms.CharField(max_length=200)
    renamed_on = forms.DateField(required=False, widget=forms.DateInput(attrs={"type": "date"}))
    mistyped = forms.BooleanField(required=False)
    aliases = forms.CharField(required=False, widget=forms.Textarea(attrs={"rows": 2}))
    batch = forms.ChoiceField()
    industry = forms.ChoiceField(required=False)
    status = forms.ChoiceField()
    basis = forms.ChoiceField(required=False)
    lead = forms.CharField(max_length=200, required=False)
    members = forms.CharField(required=False, widget=forms.Textarea(attrs={"rows": 4}))
    joined_on = forms.DateField(required=False, widget=forms.DateInput(attrs={"type": "date"}))
    left_on = forms.DateField(required=False, widget=forms.DateInput(attrs={"type": "date"}))
    note = forms.CharField(required=False, max_length=2000, widget=forms.Textarea(attrs={"rows": 2}))
    revision = forms.IntegerField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, scheme: Scheme, new: bool, **named: Any) -> None:
        super().__init__(*args, **named)
        self.scheme = scheme
        labelled(
            self,
            {
                "code": M("Code"), "name": M("Name"), "renamed_on": M("If renamed: since"),
                "mistyped": M("Only a slip of the pen is mended"), "aliases": M("Other names"),
                "batch": M("Batch"), "industry": M("Industry"), "status": M("Status"), "basis": M("Basis"),
                "lead": M("Lead organisation"), "members": M("Members"), "joined_on": M("Joined"),
                "left_on": M("Left"), "note": M("Additional note"),
            },
            {"aliases": M("One a line."), "members": M("One a line."),
             "mistyped": M("The name until now was never true and is not kept."),
             "code": M("Letters, digits, - and _, such as X01. It cannot be changed later.")},
        )  # fmt: skip
        titles = {"batch": scheme.words.batch, "industry": scheme.words.industry}
        for name, title in titles.items():
            self.fields[name].label = capfirst(said(title))
        options = {"batch": scheme.batches, "industry": scheme.industries, "status": scheme.statuses}
        for name, entries in options.items():
            choices = [(entry.id, said(entry.title)) for entry in entries]
            blank = [("", "—")] if name == "industry" else []
            self.fields[name].choices = [*blank, *choices]  # type: ignore[attr-defined]
        self.fields["basis"].choices = [(option.id, said(option.title)) for option in BASIS]  # type: ignore[attr-defined]
        if new:
            del self.fields["renamed_on"], self.fields["mistyped"], self.fields["left_on"]
        else:
            self.fields["code"].disabled = True
        for spec in scheme.register_fields:
            self.fields[f"x_{spec.id}"] = forms.CharField(label=said(spec.title), required=False, max_length=1000)

    def clean_code(self) -> str:
        code = str(self.cleaned_data["code"]).strip()
        if CODE.fullmatch(code) is None:
            raise ValidationError(said(M("Use letters, digits, - and _ without blanks.")))
        return code

    def clean_renamed_on(self) -> date | None:
        day: date | None = self.cleaned_data["renamed_on"]
        if day is not None and day > timezone.localdate():
            raise ValidationError(said(M("The day is in the future. The new name holds at once.")))
        return day

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        fields: dict[str, str] = {}
        for spec in self.scheme.register_fields:
            typed = str(cleaned.get(f"x_{spec.id}") or "")
            if is_blank(typed):
                continue
            found = read(spec, typed)
            if found.what is not None and found.code is not None:
                self.add_error(f"x_{spec.id}", said(found.what))
            fields[spec.id] = typed.strip()
        cleaned["fields"] = fields
        return cleaned

    def lines(self, name: str) -> list[str]:
        return [line.strip() for line in str(self.cleaned_data.get(name) or "").splitlines() if line.strip()]


class ContactForm(forms.Form):
    """A person to reach at an alliance."""

    name = forms.CharField(max_length=80)
    position = forms.CharField(max_length=80, required=False)
    phone = forms.CharField(max_length=60, required=False)
    email = forms.EmailField(required=False)
    first = forms.BooleanField(required=False)

    def __init__(self, *args: Any, **named: Any) -> None:
        super().__init__(*args, **named)
        labelled(
            self,
            {"name": M("Person's name"), "position": M("Position"), "phone": M("Telephone"), "email": M("E-mail"),
             "first": M("The one to ask first")},
        )  # fmt: skip

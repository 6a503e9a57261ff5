"""Forms of accounts, roles and invitations."""

from __future__ import annotations

import re
from typing import Any

from django import forms
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError

from huoyue.core.message import M, Message
from huoyue.server.models import Account, Alliance, Role, Round
from huoyue.server.saying import current_language, said
from huoyue.server.wording import ROLES

SIGN_IN_NAME = re.compile(r"[\w.@+-]{2,60}")


def labelled(form: forms.Form, labels: dict[str, Message], helps: dict[str, Message] | None = None) -> None:
    """Give the fields their labels and help in the reader's language."""
    for name, label in labels.items():
        form.fields[name].label = said(label)
    for name, text in (helps or {}).items():
        form.fields[name].help_text = said(text)


class AccountForm(forms.Form):
    """Who somebody is."""

    username = forms.CharField(max_length=60)
    name = forms.CharField(max_length=80)
    email = forms.EmailField(required=False)
    organisation = forms.CharField(max_length=200, required=False)
    phone = forms.CharField(max_length=40, required=False)
    language = forms.ChoiceField(choices=[("zh", "中文"), ("en", "English")])

    def __init__(self, *args: Any, **named: Any) -> None:
        super().__init__(*args, **named)
        labelled(
            self,
            {
                "username": M("Sign-in name"), "name": M("Person's name"), "email": M("E-mail"),
                "organisation": M("Organisation"), "phone": M("Telephone"), "language": M("Language of letters"),
            },
            {"username": M("Letters, digits and . - _ ; it is printed on the code sheet."),
             "email": M("Leave it empty for somebody who gets a printed code.")},
        )  # fmt: skip

    def clean_username(self) -> str:
        name: str = self.cleaned_data["username"].strip()
        if SIGN_IN_NAME.fullmatch(name) is None:
            raise ValidationError(said(M("Use 2 to 60 letters, digits and . - _ without blanks.")))
        return name


class OwnForm(AccountForm):
    """What people change about themselves."""

    def __init__(self, *args: Any, **named: Any) -> None:
        super().__init__(*args, **named)
        for name in ("username", "email"):
            del self.fields[name]


class DutyForm(forms.Form):
    """A role, and for whom."""

    role = forms.ChoiceField()
    alliance = forms.CharField(max_length=200, required=False)
    round = forms.ChoiceField(required=False)
    responsible = forms.BooleanField(required=False)

    def __init__(self, *args: Any, **named: Any) -> None:
        super().__init__(*args, **named)
        labelled(
            self,
            {
                "role": M("Role"),
                "alliance": M("Alliance"),
                "round": M("Round"),
                "responsible": M("Answers for the filing"),
            },
            {
                "alliance": M("Name or code; only for filers and liaison officers."),
                "round": M("Empty: in every round."),
            },
        )
        choices: Any = [(role.value, said(ROLES[role.value])) for role in Role]
        self.fields["role"].choices = [("", "—"), *choices]  # type: ignore[attr-defined]
        rounds = [(round_.key, round_.title(current_language())) for round_ in Round.objects.all()]
        self.fields["round"].choices = [("", "—"), *rounds]  # type: ignore[attr-defined]
        self.fields["alliance"].widget.attrs["list"] = "alliances"

    def clean_alliance(self) -> Alliance | None:
        typed = self.cleaned_data["alliance"].strip()
        if not typed:
            return None
        known = Alliance.objects.filter(merged_into=None)
        found = known.filter(code__iexact=typed).first() or known.filter(name=typed).first()
        if found is None:
            raise ValidationError(said(M("No alliance is called {name}. Write its code or full name.", name=typed)))
        return found

    def clean_round(self) -> Round | None:
        return Round.objects.filter(key=self.cleaned_data["round"]).first()

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        wanted = cleaned.get("role") in ("filer", "liaison")
        if "alliance" in cleaned and wanted and cleaned["alliance"] is None:
            self.add_error("alliance", said(M("Filers and liaison officers need an alliance.")))
        if not wanted:
            cleaned["alliance"], cleaned["responsible"] = None, False
        return cleaned


class PasswordForm(forms.Form):
    """Name and password of somebody who takes up an invitation."""

    name = forms.CharField(max_length=80)
    password = forms.CharField(widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}))
    again = forms.CharField(widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}))

    def __init__(self, *args: Any, account: Account, **named: Any) -> None:
        super().__init__(*args, **named)
        self.account = account
        labelled(
            self,
            {"name": M("Your name"), "password": M("Password"), "again": M("Password once more")},
            {"password": M("At least 10 characters; not only digits, and none of the usual ones.")},
        )

    def clean_password(self) -> str:
        password: str = self.cleaned_data["password"]
        validate_password(password, self.account)
        return password

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if cleaned.get("password") and cleaned.get("again") != cleaned["password"]:
            self.add_error("again", said(M("The two passwords differ.")))
        return cleaned


class CodeForm(forms.Form):
    """A printed code."""

    code = forms.CharField(max_length=40)

    def __init__(self, *args: Any, **named: Any) -> None:
        super().__init__(*args, **named)
        labelled(
            self,
            {"code": M("Code on the sheet")},
            {"code": M("Four groups of four characters; capitals do not matter.")},
        )
        self.fields["code"].widget.attrs |= {"autocomplete": "one-time-code", "autocapitalize": "characters"}

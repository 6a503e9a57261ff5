"""Forms of the review: a seat on the panel, who is asked, steps of a stage, conflicts, solving."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.core.exceptions import ValidationError

from huoyue.core.filing.values import folded
from huoyue.core.message import M, Message
from huoyue.core.phrase import zone_name
from huoyue.core.scheme.model import Scheme
from huoyue.server.forms.accounts import SIGN_IN_NAME, labelled
from huoyue.server.forms.rounds import MomentField, in_zone
from huoyue.server.models import Account, Alliance, Panellist, Round
from huoyue.server.operations.review_panel import Seat
from huoyue.server.saying import said


class SeatForm(forms.Form):
    """A place on the panel: code, group, background, fields and capacity."""

    code = forms.CharField(max_length=20, required=False)
    group = forms.CharField(max_length=40, required=False)
    background = forms.CharField(max_length=80, required=False)
    fields_known = forms.MultipleChoiceField(required=False, widget=forms.CheckboxSelectMultiple)
    capacity = forms.IntegerField(min_value=1, max_value=1000, initial=20)

    def __init__(self, *args: Any, scheme: Scheme, fixed_code: bool = False, **named: Any) -> None:
        super().__init__(*args, **named)
        labelled(
            self,
            {
                "code": M("Code on the panel"), "group": M("Group"), "background": M("Background"),
                "fields_known": M("Fields the expert knows"), "capacity": M("Alliances in one stage, at most"),
            },
            {
                "code": M("Stands for the person wherever names are not shown. Empty: the next free one."),
                "background": M("Such as university, institute, enterprise: experts of one alliance should differ."),
            },
        )  # fmt: skip
        choices = [(one.id, said(one.title)) for one in scheme.industries]
        self.fields["fields_known"].choices = choices  # type: ignore[attr-defined]
        if fixed_code:
            del self.fields["code"]

    def clean_code(self) -> str:
        code = str(self.cleaned_data["code"]).strip()
        if code and SIGN_IN_NAME.fullmatch(code) is None:
            raise ValidationError(said(M("Use 2 to 20 letters, digits and . - _ without blanks.")))
        return code

    def seat(self, code: str = "") -> Seat:
        """What the form says."""
        found = self.cleaned_data
        return Seat(code=found.get("code", code), group=found["group"], background=found["background"],
                    fields=tuple(found["fields_known"]), capacity=found["capacity"])  # fmt: skip


class PersonForm(forms.Form):
    """Who is asked: an account that is there, or somebody new."""

    account = forms.CharField(max_length=60, required=False)
    username = forms.CharField(max_length=60, required=False)
    name = forms.CharField(max_length=80, required=False)
    email = forms.EmailField(required=False)
    organisation = forms.CharField(max_length=200, required=False)
    phone = forms.CharField(max_length=40, required=False)
    language = forms.ChoiceField(choices=[("zh", "中文"), ("en", "English")], required=False)

    def __init__(self, *args: Any, **named: Any) -> None:
        super().__init__(*args, **named)
        labelled(
            self,
            {
                "account": M("Existing account"), "username": M("Sign-in name"), "name": M("Person's name"),
                "email": M("E-mail"), "organisation": M("Organisation"), "phone": M("Telephone"),
                "language": M("Language of letters"),
            },
            {
                "account": M("Sign-in name. Leave it empty for somebody new, and fill in the fields below."),
                "username": M("Letters, digits and . - _ ; it is printed on the code sheet."),
                "email": M("Leave it empty for somebody who gets a printed code."),
                "organisation": M("As the register writes it: conflicts are looked for by it."),
            },
        )  # fmt: skip
        self.fields["account"].widget.attrs["list"] = "accounts"
        self.fields["organisation"].widget.attrs["list"] = "organisations"

    def clean_account(self) -> Account | None:
        typed = str(self.cleaned_data["account"]).strip()
        if not typed:
            return None
        known = Account.objects.filter(is_active=True, erased_at=None)
        found = known.filter(username__iexact=typed).first() or known.filter(email__iexact=typed).first()
        if found is None:
            raise ValidationError(said(M("No account has this sign-in name.")))
        return found

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if cleaned.get("account") is None and "account" not in self.errors:
            for name in ("username", "name"):
                if not str(cleaned.get(name) or "").strip() and name not in self.errors:
                    self.add_error(name, said(M("Needed for somebody new.")))
            username = str(cleaned.get("username") or "").strip()
            if username and SIGN_IN_NAME.fullmatch(username) is None:
                self.add_error("username", said(M("Use 2 to 60 letters, digits and . - _ without blanks.")))
        return cleaned

    def new_person(self) -> dict[str, str]:
        """The fields of a new account."""
        names = ("username", "name", "email", "organisation", "phone")
        return {name: str(self.cleaned_data[name]).strip() for name in names} | {
            "language": self.cleaned_data["language"] or "zh"
        }


class StageStepForm(forms.Form):
    """A step of a stage: perhaps until when, perhaps a reason."""

    due_at = MomentField(required=False)
    reason = forms.CharField(max_length=500, required=False, widget=forms.Textarea(attrs={"rows": 3}))

    def __init__(self, *args: Any, round_: Round, asks: tuple[str, ...], must: bool, **named: Any) -> None:
        super().__init__(*args, **named)
        self.round = round_
        labelled(
            self, {"due_at": M("To be done by"), "reason": M("Your reason")},
            {"due_at": M("In the time zone {zone}.", zone=zone_name(round_.time_zone))},
        )  # fmt: skip
        for name in list(self.fields):
            if name not in asks:
                del self.fields[name]
        if "due_at" in self.fields:
            self.fields["due_at"].required = True
        if "reason" in self.fields:
            self.fields["reason"].required = must

    def until(self) -> datetime:
        """The day in the round's time zone."""
        found = in_zone(self.cleaned_data["due_at"], ZoneInfo(self.round.time_zone))
        if found is None:
            raise ValueError("a step without a day was asked for one")
        return found


class ReasonForm(forms.Form):
    """A written reason."""

    reason = forms.CharField(max_length=500, widget=forms.Textarea(attrs={"rows": 3}))

    def __init__(self, *args: Any, label: Message | None = None, must: bool = True, **named: Any) -> None:
        super().__init__(*args, **named)
        labelled(self, {"reason": label or M("Your reason")})
        self.fields["reason"].required = must


class ConflictForm(forms.Form):
    """A conflict that a person learnt of."""

    expert = forms.ChoiceField()
    alliance = forms.CharField(max_length=200)
    reason = forms.CharField(max_length=300, widget=forms.Textarea(attrs={"rows": 2}))

    def __init__(self, *args: Any, panel: list[Panellist], **named: Any) -> None:
        super().__init__(*args, **named)
        labelled(
            self, {"expert": M("Expert"), "alliance": M("Alliance"), "reason": M("What it rests on")},
            {"alliance": M("Name or code.")},
        )  # fmt: skip
        choices: Any = [(one.code, str(one)) for one in panel]
        self.fields["expert"].choices = choices  # type: ignore[attr-defined]
        self.fields["alliance"].widget.attrs["list"] = "alliances"

    def clean_alliance(self) -> Alliance:
        return called(self.cleaned_data["alliance"])


def called(typed: str) -> Alliance:
    """The alliance that a code, name or other name means. ValidationError where none or several are."""
    name = folded(typed)
    found = [
        one for one in Alliance.objects.filter(merged_into=None).prefetch_related("names")
        if name in {folded(one.code), folded(one.name), *(folded(other.name) for other in one.names.all())}
    ]  # fmt: skip
    if len(found) != 1:
        what = M("No alliance is called {name}. Write its code or full name.", name=typed.strip())
        raise ValidationError(said(what))
    return found[0]


class GiveForm(forms.Form):
    """An alliance that is given to an expert by hand."""

    expert = forms.ChoiceField()
    alliance = forms.CharField(max_length=200)

    def __init__(self, *args: Any, panel: list[Panellist], **named: Any) -> None:
        super().__init__(*args, **named)
        labelled(self, {"expert": M("Expert"), "alliance": M("Alliance")}, {"alliance": M("Name or code.")})
        choices: Any = [(one.code, str(one)) for one in panel]
        self.fields["expert"].choices = choices  # type: ignore[attr-defined]
        self.fields["alliance"].widget.attrs["list"] = "alliances"

    def clean_alliance(self) -> Alliance:
        return called(self.cleaned_data["alliance"])

"""Forms of rounds: what a round is made from, and new deadlines with their reasons."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.db.models import Q
from django.utils import timezone

from huoyue.core.filing.names import Names
from huoyue.core.message import M, Message
from huoyue.core.scheme.model import Scheme
from huoyue.core.scheme.parse import parse_scheme
from huoyue.exchange.scheme_file import LARGEST
from huoyue.schemes import builtin
from huoyue.server.forms.accounts import labelled
from huoyue.server.models import Alliance, Round
from huoyue.server.operations.rounds import Plan, evaluated_alliances
from huoyue.server.saying import current_language, said

MOMENT = "%Y-%m-%dT%H:%M"
YEARS = range(2000, 2100)
"""The years of a round: a slip of the pen is not taken for a day in the year 206."""


class MomentField(forms.DateTimeField):
    """A day and time in the round's time zone."""

    widget = forms.DateTimeInput(attrs={"type": "datetime-local"}, format=MOMENT)

    def __init__(self, **named: Any) -> None:
        super().__init__(input_formats=[MOMENT, "%Y-%m-%d %H:%M", "%Y-%m-%dT%H:%M:%S"], **named)

    def validate(self, value: datetime | None) -> None:
        super().validate(value)
        if value is not None and value.year not in YEARS:
            raise ValidationError(said(M("Check the year.")))


class RoundForm(forms.Form):
    """A round: which scheme, which alliances, when, and how filing works."""

    key = forms.SlugField(max_length=60)
    title_zh = forms.CharField(max_length=200)
    title_en = forms.CharField(max_length=200, required=False)
    scheme = forms.ChoiceField(required=False)
    file = forms.FileField(required=False)
    scheme_text = forms.CharField(required=False, widget=forms.HiddenInput)
    opens_at = MomentField(required=False)
    deadline = MomentField(required=False)
    units = forms.CharField(required=False, widget=forms.Textarea(attrs={"rows": 4}))
    previous = forms.ChoiceField(required=False)
    practice = forms.BooleanField(required=False)
    check_first = forms.BooleanField(required=False)
    reminds = forms.BooleanField(required=False, initial=True)
    grace_days = forms.IntegerField(min_value=0, max_value=90, initial=5)

    def __init__(self, *args: Any, fixed_key: bool = False, **named: Any) -> None:
        super().__init__(*args, **named)
        labelled(
            self,
            {
                "key": M("Short name, for addresses"),
                "title_zh": M("Title in Chinese"), "title_en": M("Title in English"),
                "scheme": M("Scheme"), "file": M("or a scheme file (YAML)"), "opens_at": M("Opens"),
                "deadline": M("Deadline"), "units": M("Alliances that take part"), "previous": M("Round before"),
                "practice": M("Practice round"),
                "check_first": M("The alliance's responsible person checks and submits"),
                "reminds": M("Remind automatically before the deadline"),
                "grace_days": M("Days for correcting what was returned"),
            },
            {
                "key": M("Letters, digits and hyphens, such as 2026."),
                "title_en": M("Empty: the Chinese title."),
                "opens_at": M("Empty: as in the scheme, or now if the scheme's days of filing are over."),
                "deadline": M("The first moment that is too late. Empty: the end of the scheme's last day."),
                "units": M("One code or name a line. Empty: every alliance of an evaluated status."),
                "previous": M("Its records are offered as a starting point, and the cockpit compares with it."),
                "practice": M("For training: marked everywhere, never frozen or published."),
                "check_first": M("A colleague fills in; only the responsible person can submit."),
                "reminds": M("Letters to those who have not submitted: {days} days before.",
                             days=tuple(str(day) for day in settings.REMINDER_DAYS)),
                "grace_days": M("The longest time that can be given when a filing is returned."),
            },
        )  # fmt: skip
        self.fields["scheme"].choices = [("", "—"), *builtin_titles()]  # type: ignore[attr-defined]
        rounds = Round.objects.filter(practice=False).exclude(key=self.initial.get("key") or "")
        earlier = [("", "—"), *((one.key, one.title(current_language())) for one in rounds)]
        self.fields["previous"].choices = earlier  # type: ignore[attr-defined]
        if self["scheme_text"].value():
            self.fields["scheme"].help_text = said(M("The scheme shown before is kept unless another is chosen."))
        self.fields["key"].disabled = fixed_key
        if fixed_key:
            del self.fields["units"]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if text := self._scheme_text(cleaned):
            cleaned["scheme_text"] = text
        else:
            self.add_error("scheme", said(M("Choose a scheme, or send a scheme file.")))
        for name in ("title_zh", "title_en"):
            others = Round.objects.exclude(key=cleaned.get("key") or "")
            if cleaned.get(name) and others.filter(**{name: cleaned[name]}).exists():
                self.add_error(name, said(M("Another round is called so. Give this one a title of its own.")))
        return cleaned

    def _scheme_text(self, cleaned: dict[str, Any]) -> str:
        """The scheme's text: of the file, else of the built-in scheme, else the one shown before."""
        file = cleaned.get("file")
        if file is not None:
            if file.size > LARGEST:
                raise ValidationError(said(M("The file is too large for a scheme ({size} bytes).", size=file.size)))
            try:
                return str(file.read().decode("utf-8-sig"))
            except UnicodeDecodeError as error:
                what = M("The file is not UTF-8 text (byte {position}).", position=error.start)
                raise ValidationError(said(what)) from error
        if cleaned.get("scheme"):
            return builtin()[cleaned["scheme"]].read_text(encoding="utf-8")
        return str(cleaned.get("scheme_text") or "")

    def keep_scheme(self) -> None:
        """Where the form is shown once more, carry the text of the file along: browsers do not keep files chosen."""
        if not (text := self.cleaned_data.get("scheme_text")):
            return
        self.data = {name: self.data[name] for name in self.data} | {"scheme_text": text}
        self.fields["file"].help_text = said(M("Unless another scheme is chosen, the one received before holds."))

    def plan(self, scheme: Scheme) -> Plan:
        """What the form asks for; the scheme's own window where none was given and it is not over."""
        found, zone = self.cleaned_data, ZoneInfo(scheme.filing.timezone)
        now = timezone.now().astimezone(zone).replace(second=0, microsecond=0)
        first = datetime.combine(scheme.filing.opens, datetime.min.time(), zone)
        last = datetime.combine(scheme.filing.closes + timedelta(days=1), datetime.min.time(), zone)
        over = found["deadline"] is not None and last <= now
        names = ("key", "title_zh", "scheme_text", "practice", "grace_days", "check_first",
                 "reminds")  # fmt: skip
        return Plan(
            **{name: found[name] for name in names},
            title_en=found["title_en"] or found["title_zh"],
            opens_at=in_zone(found["opens_at"], zone) or (now if over else first),
            deadline=in_zone(found["deadline"], zone) or last,
        )

    def before(self) -> Round | None:
        """The round that this one follows."""
        return (
            Round.objects.filter(key=self.cleaned_data["previous"]).first() if self.cleaned_data["previous"] else None
        )

    def alliances(self, scheme: Scheme) -> list[Alliance]:
        """The alliances that take part. ValidationError names what is not in the register."""
        known = list(evaluated_alliances(scheme))
        typed = [line.strip() for line in self.cleaned_data["units"].splitlines() if line.strip()]
        if not typed:
            return known
        by_code = {alliance.code: alliance for alliance in known}
        names = Names(((a.code, a.name, [n.name for n in a.names.all()]) for a in known), scheme.words.suffixes)
        found = [(line, names.find(line)) for line in typed]
        wrong = [
            said(left) if (left := not_evaluated(line)) else f"{said(read.what)}{said(read.mend)}"
            for line, read in found if read.code is not None
        ]  # fmt: skip
        if wrong:
            raise ValidationError({"units": wrong})
        return [by_code[str(read.value)] for _, read in found]


def not_evaluated(called: str) -> Message | None:
    """What to say of an alliance that the register has, but the scheme does not evaluate."""
    if Alliance.objects.filter(Q(code__iexact=called) | Q(name=called), merged_into=None).exists():
        return M("{alliance} is in the register, but has left or has a status that is not evaluated.", alliance=called)
    return None


def builtin_titles() -> list[tuple[str, str]]:
    """The built-in schemes by what they are called."""
    schemes = ((name, parse_scheme(path.read_text(encoding="utf-8"), name).scheme) for name, path in builtin().items())
    return [(name, said(scheme.title)) for name, scheme in schemes if scheme is not None]


def in_zone(moment: datetime | None, zone: ZoneInfo) -> datetime | None:
    """A moment as typed, meant in the round's time zone."""
    if moment is None:
        return None
    naive = timezone.make_naive(moment) if timezone.is_aware(moment) else moment
    return naive.replace(tzinfo=zone)


class StepForm(forms.Form):
    """A step of a round: perhaps a new deadline, perhaps a reason."""

    deadline = MomentField(required=False)
    reason = forms.CharField(max_length=500, required=False, widget=forms.Textarea(attrs={"rows": 3}))

    def __init__(self, *args: Any, round_: Round, asks: tuple[str, ...], **named: Any) -> None:
        super().__init__(*args, **named)
        self.round = round_
        labelled(self, {"deadline": M("New deadline"), "reason": M("Your reason")})
        for name in list(self.fields):
            if name not in asks:
                del self.fields[name]
            elif name == "deadline":
                self.fields[name].required = True

    def until(self) -> datetime:
        """The new deadline in the round's time zone."""
        found = in_zone(self.cleaned_data["deadline"], ZoneInfo(self.round.time_zone))
        if found is None:
            raise ValueError("a step without a deadline was asked for one")
        return found

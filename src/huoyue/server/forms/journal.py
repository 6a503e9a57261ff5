"""What the journal is searched by."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from typing import Any, cast

from django import forms
from django.db.models import Q, QuerySet
from django.utils import timezone

from huoyue.core.message import M
from huoyue.server.models import Alliance, Event, Round
from huoyue.server.saying import current_language, said
from huoyue.server.wording.journal import EVENT_TITLES


class RoundField(forms.ModelChoiceField):  # type: ignore[type-arg]  # Django's has no parameter when it runs
    """Rounds by their titles."""

    def label_from_instance(self, obj: Round) -> str:
        return obj.title(current_language())


class JournalForm(forms.Form):
    """Round, alliance, kind, person and day: whatever is given must hold."""

    round = RoundField(Round.objects.none(), required=False, to_field_name="key")
    alliance = forms.CharField(required=False, max_length=200)
    kind = forms.ChoiceField(required=False)
    person = forms.CharField(required=False, max_length=80)
    day = forms.DateField(required=False, widget=forms.DateInput(attrs={"type": "date"}))

    def __init__(self, *arguments: Any, rounds: QuerySet[Round], **named: Any) -> None:
        super().__init__(*arguments, **named)
        round_ = cast(RoundField, self.fields["round"])
        round_.queryset, round_.empty_label = rounds, said(M("All rounds"))
        titles = sorted((said(title), kind) for kind, title in EVENT_TITLES.items())
        kinds = cast(forms.ChoiceField, self.fields["kind"])
        kinds.choices = [("", said(M("All kinds"))), *((kind, title) for title, kind in titles)]
        for name, label in (
            ("round", M("Round")),
            ("alliance", M("Alliance (name or code)")),
            ("kind", M("What happened")),
            ("person", M("Done by")),
            ("day", M("Day")),
        ):
            self.fields[name].label = said(label)
        self.fields["day"].error_messages["invalid"] = said(M("Write the day as 2026-03-31."))
        self.fields["day"].widget.format = "%Y-%m-%d"

    def found_in(self, events: QuerySet[Event]) -> QuerySet[Event]:
        """The events for which everything that was asked holds."""
        asked = self.cleaned_data
        if asked.get("round"):
            events = events.filter(round=asked["round"])
        if name := asked.get("alliance"):
            events = events.filter(alliance__in=called(name))
        if asked.get("kind"):
            events = events.filter(kind=asked["kind"])
        if name := asked.get("person"):
            events = events.filter(Q(actor__name__icontains=name) | Q(actor__username=name))
        if day := asked.get("day"):
            zone = timezone.get_current_timezone()
            begin = datetime.combine(day, time(), tzinfo=zone)
            events = events.filter(at__gte=begin, at__lt=begin + timedelta(days=1))
        return events


def called(text: str) -> QuerySet[Alliance]:
    """The alliances of a code or name, also an earlier one, with those they were merged with, either way."""
    named = Q(code=text) | Q(name__icontains=text) | Q(names__name__icontains=text)
    found = Alliance.objects.filter(named).values("pk")
    return Alliance.objects.filter(Q(pk__in=found) | Q(merged_into__in=found) | Q(merged_from__in=found))

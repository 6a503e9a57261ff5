"""The expert review: the panel and its conflicts, stages, score sheets and marks, the meeting and its decisions."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from huoyue.server.models.people import Account
from huoyue.server.models.rounds import Round


class Panellist(models.Model):
    """An expert on the panel of a round. `code` stands for the person wherever names are not shown.

    An expert may mark once the invitation was accepted, the discipline was signed and interests were declared.
    """

    round = models.ForeignKey("Round", models.CASCADE, related_name="panel")
    account = models.ForeignKey("Account", models.PROTECT, related_name="panels")
    code = models.CharField(max_length=20)
    group = models.CharField(max_length=40, blank=True)
    background = models.CharField(max_length=80, blank=True)
    fields = models.JSONField(default=list)
    """Ids of the scheme's industries that the expert knows."""
    capacity = models.PositiveIntegerField(default=20)
    """How many alliances the expert can mark in one stage."""
    state = models.CharField(
        max_length=10, default="asked", choices=[(s, s) for s in ("asked", "accepted", "declined", "left")]
    )
    answered_at = models.DateTimeField(null=True)
    signed_at = models.DateTimeField(null=True)
    signed_as = models.CharField(max_length=80, blank=True)
    discipline = models.CharField(max_length=64, blank=True)
    """SHA-256 of the text of the discipline as it was signed."""
    declared_at = models.DateTimeField(null=True)
    left_at = models.DateTimeField(null=True)
    left_reason = models.CharField(max_length=500, blank=True)
    revision = models.PositiveIntegerField(default=1)

    class Meta:
        ordering = ["code"]
        constraints = [
            models.UniqueConstraint(fields=["round", "account"], name="one_seat_a_person"),
            models.UniqueConstraint(fields=["round", "code"], name="one_person_a_code"),
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.account}"

    @property
    def may_mark(self) -> bool:
        """Whether everything was done that comes before the first sheet."""
        return self.state == "accepted" and self.signed_at is not None and self.declared_at is not None


class Interest(models.Model):
    """What an expert declared: an alliance, or an organisation whose alliances are then barred."""

    panellist = models.ForeignKey(Panellist, models.CASCADE, related_name="interests")
    alliance = models.ForeignKey("Alliance", models.PROTECT, null=True, related_name="+")
    organisation = models.CharField(max_length=200, blank=True)
    relation = models.CharField(max_length=200)
    declared_at = models.DateTimeField()
    withdrawn_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["id"]


class Conflict(models.Model):
    """An expert may not mark an alliance. `kind` says why, `because` what it rests on.

    Kinds: own_alliance, member_unit, declared, declared_unit, past_chair, recorded. It ends only by a person's hand,
    with a reason; what was found stays on record.
    """

    panellist = models.ForeignKey(Panellist, models.CASCADE, related_name="conflicts")
    alliance = models.ForeignKey("Alliance", models.PROTECT, related_name="conflicts")
    kind = models.CharField(max_length=16)
    because = models.CharField(max_length=300, blank=True)
    found_at = models.DateTimeField()
    found_by = models.ForeignKey("Account", models.PROTECT, null=True, related_name="+")
    """Empty where the register told it."""
    ended_at = models.DateTimeField(null=True)
    ended_reason = models.CharField(max_length=500, blank=True)

    class Meta:
        ordering = ["panellist", "alliance", "id"]
        constraints = [
            models.UniqueConstraint(fields=["panellist", "alliance", "kind", "because"], name="a_conflict_once")
        ]
        indexes = [models.Index(fields=["alliance"], condition=Q(ended_at=None), name="conflicts_now")]

    @property
    def round(self) -> Round:
        """The round of the panel."""
        return self.panellist.round


class ReviewStage(models.Model):
    """A stage of the scheme's review in a round, or the calibration before it. At most one of a round is open."""

    round = models.ForeignKey("Round", models.CASCADE, related_name="review_stages")
    key = models.CharField(max_length=60)
    """The stage's id in the scheme; `calibration` for the practice before."""
    kind = models.CharField(max_length=12, choices=[(k, k) for k in ("calibration", "marks", "decisions")])
    position = models.PositiveIntegerField()
    state = models.CharField(max_length=8, default="waiting", choices=[(s, s) for s in ("waiting", "open", "closed")])
    due_at = models.DateTimeField(null=True)
    opened_at = models.DateTimeField(null=True)
    closed_at = models.DateTimeField(null=True)
    closed_reason = models.CharField(max_length=500, blank=True)
    seed = models.BigIntegerField(null=True)
    """The seed of the last assignment that was solved."""
    revision = models.PositiveIntegerField(default=1)

    class Meta:
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(fields=["round", "key"], name="a_stage_once"),
            models.UniqueConstraint(fields=["round"], condition=Q(state="open"), name="one_stage_open"),
        ]


class Sheet(models.Model):
    """One expert's score sheet for one alliance in one stage.

    A sheet that was set aside keeps its marks, and they count for nothing: a conflict was found late, or the expert
    left. `looks` counts the files of evidence opened from it, `seconds` how long it was in front of the expert.
    """

    stage = models.ForeignKey(ReviewStage, models.CASCADE, related_name="sheets")
    panellist = models.ForeignKey(Panellist, models.PROTECT, related_name="sheets")
    filing = models.ForeignKey("Filing", models.PROTECT, related_name="sheets")
    pinned = models.BooleanField(default=False)
    """Whether a person chose this, so that solving again leaves it."""
    assigned_at = models.DateTimeField()
    begun_at = models.DateTimeField(null=True)
    submitted_at = models.DateTimeField(null=True)
    aside_at = models.DateTimeField(null=True)
    aside_kind = models.CharField(max_length=10, blank=True)
    """conflict, left, moved (to another expert) or closed (with the stage); empty while the sheet counts."""
    aside_reason = models.CharField(max_length=500, blank=True)
    looks = models.PositiveIntegerField(default=0)
    seconds = models.PositiveIntegerField(default=0)
    revision = models.PositiveIntegerField(default=1)

    class Meta:
        ordering = ["filing__alliance__position", "panellist__code"]
        constraints = [models.UniqueConstraint(fields=["stage", "panellist", "filing"], name="a_sheet_once")]
        indexes = [models.Index(fields=["stage", "panellist"], condition=Q(aside_at=None), name="sheets_now")]


class Mark(models.Model):
    """An expert's points on one indicator, in hundredths; `taken` says that the suggestion was accepted as it stood."""

    sheet = models.ForeignKey(Sheet, models.CASCADE, related_name="marks")
    indicator = models.CharField(max_length=60)
    points = models.IntegerField(null=True)
    typed = models.CharField(max_length=40, blank=True)
    """What was typed where it cannot be read as points, so that nothing is lost."""
    reason = models.TextField(blank=True)
    taken = models.BooleanField(default=False)
    revision = models.PositiveIntegerField(default=1)
    changed_at = models.DateTimeField()

    class Meta:
        ordering = ["id"]
        constraints = [models.UniqueConstraint(fields=["sheet", "indicator"], name="a_mark_once")]


class Suggestion(models.Model):
    """What the rules suggest for an alliance on an indicator, as it stood when the review was laid out.

    `outcome`, `points`, `maximum` and the explanations are as in the table POINTS; everybody marks beside the same.
    """

    filing = models.ForeignKey("Filing", models.CASCADE, related_name="suggestions")
    indicator = models.CharField(max_length=60)
    outcome = models.CharField(max_length=16)
    points = models.IntegerField(null=True)
    maximum = models.IntegerField()
    explanation_zh = models.TextField(blank=True)
    explanation_en = models.TextField(blank=True)

    class Meta:
        ordering = ["id"]
        constraints = [models.UniqueConstraint(fields=["filing", "indicator"], name="a_suggestion_once")]


class Case(models.Model):
    """An alliance on the agenda of a meeting. At most one is open at a time."""

    stage = models.ForeignKey(ReviewStage, models.CASCADE, related_name="cases")
    filing = models.ForeignKey("Filing", models.PROTECT, related_name="cases")
    state = models.CharField(max_length=8, default="waiting", choices=[(s, s) for s in ("waiting", "open", "closed")])
    added_reason = models.CharField(max_length=500, blank=True)
    """Why a person put it there; empty where the scheme's rule did."""
    opened_at = models.DateTimeField(null=True)
    closed_at = models.DateTimeField(null=True)
    led_by = models.ForeignKey("Account", models.PROTECT, null=True, related_name="+")
    """Who opened the discussion, the last time."""
    note = models.TextField(blank=True)
    """What was said, for the minutes."""
    revision = models.PositiveIntegerField(default=1)

    class Meta:
        ordering = ["filing__alliance__position"]
        constraints = [
            models.UniqueConstraint(fields=["stage", "filing"], name="a_case_once"),
            models.UniqueConstraint(fields=["stage"], condition=Q(state="open"), name="one_case_open"),
        ]


class Attendance(models.Model):
    """Who was in the room while a case was open: present, or out because of a conflict, or absent.

    A row is an expert's of the panel, a chair's, or that of somebody who is both.
    """

    case = models.ForeignKey(Case, models.CASCADE, related_name="attendance")
    panellist = models.ForeignKey(Panellist, models.PROTECT, null=True, related_name="+")
    chair = models.ForeignKey("Account", models.PROTECT, null=True, related_name="+")
    present = models.BooleanField()
    out_because = models.CharField(max_length=300, blank=True)

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["case", "panellist"], name="an_attendance_once"),
            models.UniqueConstraint(fields=["case", "chair"], name="a_chair_once"),
            models.CheckConstraint(
                condition=Q(panellist__isnull=False) | Q(chair__isnull=False), name="an_attendance_is_somebodys"
            ),
        ]

    @property
    def who(self) -> Account:
        """The person."""
        if self.panellist is not None:
            return self.panellist.account
        if self.chair is None:
            raise LookupError(self.pk)
        return self.chair


class Decision(models.Model):
    """What a meeting decided on an indicator, in hundredths; "*" without points upholds the marks as they are."""

    case = models.ForeignKey(Case, models.CASCADE, related_name="decisions")
    indicator = models.CharField(max_length=60)
    points = models.IntegerField(null=True)
    reason = models.TextField()
    by = models.ForeignKey("Account", models.PROTECT, related_name="+")
    at = models.DateTimeField()
    revision = models.PositiveIntegerField(default=1)

    class Meta:
        ordering = ["id"]
        constraints = [models.UniqueConstraint(fields=["case", "indicator"], name="a_decision_once")]

"""Rows. What may be done with them is said in operations, who may see them in queries."""

from huoyue.server.models.chasing import Mail, Observation
from huoyue.server.models.events import Event, Head
from huoyue.server.models.filing import (
    Evidence,
    Filing,
    Presence,
    Record,
    Remark,
    SelfScore,
    State,
    Upload,
    Version,
)
from huoyue.server.models.people import Account, Duty, Invitation, Role
from huoyue.server.models.register import ERASED_NAME, Alliance, AllianceName, Contact, Member, RegisterImport
from huoyue.server.models.review import (
    Attendance,
    Case,
    Conflict,
    Decision,
    Interest,
    Mark,
    Panellist,
    ReviewStage,
    Sheet,
    Suggestion,
)
from huoyue.server.models.rounds import Notice, Round, Stage
from huoyue.server.models.screening import Finding, Sample, SampleUnit, Verdict

__all__ = [
    "ERASED_NAME",
    "Account",
    "Alliance",
    "AllianceName",
    "Attendance",
    "Case",
    "Conflict",
    "Contact",
    "Decision",
    "Duty",
    "Event",
    "Evidence",
    "Filing",
    "Finding",
    "Head",
    "Interest",
    "Invitation",
    "Mail",
    "Mark",
    "Member",
    "Notice",
    "Observation",
    "Panellist",
    "Presence",
    "Record",
    "RegisterImport",
    "Remark",
    "ReviewStage",
    "Role",
    "Round",
    "Sample",
    "SampleUnit",
    "SelfScore",
    "Sheet",
    "Stage",
    "State",
    "Suggestion",
    "Upload",
    "Verdict",
    "Version",
]

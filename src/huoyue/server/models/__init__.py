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
from huoyue.server.models.rounds import Notice, Round, Stage
from huoyue.server.models.screening import Finding, Sample, SampleUnit, Verdict

__all__ = [
    "ERASED_NAME",
    "Account",
    "Alliance",
    "AllianceName",
    "Contact",
    "Duty",
    "Event",
    "Evidence",
    "Filing",
    "Finding",
    "Head",
    "Invitation",
    "Mail",
    "Member",
    "Notice",
    "Observation",
    "Presence",
    "Record",
    "RegisterImport",
    "Remark",
    "Role",
    "Round",
    "Sample",
    "SampleUnit",
    "SelfScore",
    "Stage",
    "State",
    "Upload",
    "Verdict",
    "Version",
]

"""Rows. What may be done with them is said in operations, who may see them in queries."""

from huoyue.server.models.chasing import Mail, Observation
from huoyue.server.models.documents import Document, Job, Passage, Returned, Wording
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
from huoyue.server.models.interfaces import ApiKey, Carried, Delivery, Webhook
from huoyue.server.models.people import Account, Duty, Invitation, Role
from huoyue.server.models.publication import Correction, Edition, Handler, NoticePeriod, Objection, ObjectionFile
from huoyue.server.models.register import ERASED_NAME, Alliance, AllianceName, Contact, Member, RegisterImport
from huoyue.server.models.results import EarlierImport, EarlierResult, Frozen, Study
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
from huoyue.server.models.rounds import SETTLED, Notice, Round, Stage
from huoyue.server.models.screening import Finding, Sample, SampleUnit, Verdict

__all__ = [
    "ERASED_NAME",
    "SETTLED",
    "Account",
    "Alliance",
    "AllianceName",
    "ApiKey",
    "Attendance",
    "Carried",
    "Case",
    "Conflict",
    "Contact",
    "Correction",
    "Decision",
    "Delivery",
    "Document",
    "Duty",
    "EarlierImport",
    "EarlierResult",
    "Edition",
    "Event",
    "Evidence",
    "Filing",
    "Finding",
    "Frozen",
    "Handler",
    "Head",
    "Interest",
    "Invitation",
    "Job",
    "Mail",
    "Mark",
    "Member",
    "Notice",
    "NoticePeriod",
    "Objection",
    "ObjectionFile",
    "Observation",
    "Panellist",
    "Passage",
    "Presence",
    "Record",
    "RegisterImport",
    "Remark",
    "Returned",
    "ReviewStage",
    "Role",
    "Round",
    "Sample",
    "SampleUnit",
    "SelfScore",
    "Sheet",
    "Stage",
    "State",
    "Study",
    "Suggestion",
    "Upload",
    "Verdict",
    "Version",
    "Webhook",
    "Wording",
]

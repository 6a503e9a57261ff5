"""What each kind of event is called, and the words of its detail. Every operation has its title."""

from __future__ import annotations

from huoyue.core.message import M, Message

REFUSALS: dict[str, tuple[Message, Message]] = {}

EVENT_TITLES: dict[str, Message] = {
    "chase.reminded": M("Reminders written by hand"),
    "demonstration.loaded": M("Demonstration begun"),
    "demonstration.round_loaded": M("Round of the demonstration loaded"),
    "evidence.attached": M("Evidence file attached"),
    "evidence.removed": M("Evidence file removed"),
    "evidence.upload_begun": M("Upload of a file begun"),
    "filing.amended": M("Correction of a submitted filing begun"),
    "filing.handed_back": M("Handed back by the responsible person"),
    "filing.handed_for_checking": M("Handed to the responsible person for checking"),
    "filing.record_removed": M("Record deleted"),
    "filing.record_restored": M("Record restored"),
    "filing.record_saved": M("Record saved"),
    "filing.records_added": M("Several records added"),
    "filing.records_confirmed": M("Carried-over records confirmed"),
    "filing.remark_answered": M("Remark answered"),
    "filing.returned": M("Returned for correction"),
    "filing.sections_emptied": M("Sections replaced by a workbook"),
    "filing.self_scored": M("Own points saved"),
    "filing.submitted": M("Filing submitted"),
    "filing.withdrawn": M("Submission withdrawn"),
    "letter.bounced": M("Letter came back"),
    "letter.sent_again": M("Letter sent again"),
    "notice.sent": M("Notice sent"),
    "notice.withdrawn": M("Notice withdrawn"),
    "observation.reported": M("Entry added by an officer or the secretariat"),
    "observation.withdrawn": M("Entry withdrawn"),
    "personal.erased": M("Personal data erased"),
    "reminder.written": M("Automatic reminders written"),
}
DETAIL_WORDS: dict[str, Message] = {
    "kind": M("Section"),
    "version": M("Version"),
    "receipt": M("Receipt number"),
    "digest": M("Digest"),
    "signed_as": M("Signed by"),
    "until": M("Until"),
    "remarks": M("Remarks"),
    "answer": M("Answer"),
    "reason": M("Reason"),
    "how": M("How"),
    "name": M("Name"),
    "records": M("Records"),
    "evidence": M("Evidence"),
    "state": M("State"),
    "size": M("Size in bytes"),
    "revision": M("Revision"),
}
"""The words of a detail that people meet most; others are shown as they are."""


def event_title(kind: str) -> Message:
    """What a kind of event is called."""
    return EVENT_TITLES.get(kind) or M("Another change ({kind})", kind=kind)

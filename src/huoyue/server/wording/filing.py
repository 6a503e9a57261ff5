"""What refusals about filing say."""

from __future__ import annotations

from huoyue.core.message import M, Message

BOOK_ENDINGS = (".xlsx", ".csv")
"""How the names of workbooks end that are read."""
REFUSALS: dict[str, tuple[Message, Message]] = {
    "not_open": (
        M("Filing has not been opened yet."),
        M("Come back when the round is open; the secretariat will write."),
    ),
    "deadline_passed": (
        M("The deadline has passed."),
        M("What was submitted before it counts. For an extension ask the secretariat, with your reason."),
    ),
    "round_closed": (
        M("Filing has been closed by the secretariat."),
        M("What was submitted before counts. Ask the secretariat if something has to be corrected."),
    ),
    "correction_over": (
        M("The time for corrections has passed."),
        M("The version submitted last counts. Ask the secretariat if something is still wrong."),
    ),
    "already_submitted": (
        M("The filing has been submitted and cannot be changed as it is."),
        M("Choose “Correct and submit again” on the filing's page first."),
    ),
    "with_responsible": (
        M("The filing is with the responsible person for checking."),
        M("Ask the responsible person to hand it back if something has to be changed."),
    ),
    "not_submitted": (M("The filing is not submitted."), M("Load the page again to see how it stands.")),
    "stale": (
        M("Somebody else changed this in the meantime; nothing was overwritten."),
        M("Compare both versions and choose what should stand."),
    ),
    "stale_own": (
        M("You changed this in another window in the meantime; nothing was overwritten."),
        M("Compare both versions and choose what should stand."),
    ),
    "no_record": (
        M("This record is not there any more."),
        M("Load the page again; what you typed is kept in this browser."),
    ),
    "removed": (
        M("Somebody else deleted this record in the meantime."),
        M("Restore it from the list of deleted records, or add what you typed as a new one."),
    ),
    "no_kind": (M("The scheme has no such kind of record."), M("Go back to the filing's page.")),
    "too_many_rows": (
        M("More than {limit} rows at once."),
        M("Paste them in several goes, or import the workbook."),
    ),
    "full": (M("A section holds at most {limit} records."), M("Delete records that are not needed.")),
    "statement_missing": (
        M("The statement of truth is not signed."),
        M("Read it, tick the box and type your full name."),
    ),
    "errors_left": (
        M("{count} records are in error."),
        M("Correct them first: each is listed below with a link."),
    ),
    "nothing_filed": (M("There is nothing to submit yet."), M("Add at least one record.")),
    "only_responsible": (
        M("Only the alliance's responsible person submits in this round."),
        M("Hand the filing to the responsible person for checking."),
    ),
    "nothing_to_carry": (
        M("There is nothing to carry over."),
        M("The alliance filed nothing in the round before, or it was carried over already."),
    ),
    "not_returnable": (
        M("Only a filing that was submitted can be returned."),
        M("Load the page again to see how it stands."),
    ),
    "remarks_missing": (M("A filing is returned with at least one remark."), M("Write what has to be corrected.")),
    "grace_over": (
        M("The time given for the correction must lie ahead."),
        M("Give a later day."),
    ),
    "file_too_large": (M("The file is larger than {limit}."), M("Make it smaller, or split it.")),
    "file_empty": (M("The file is empty."), M("Choose the file again.")),
    "file_ending": (
        M("{name} is not read here: the name of a workbook ends in one of {endings}.", endings=BOOK_ENDINGS),
        M("Open it in Excel or WPS, save it as .xlsx, and send that."),
    ),
    "file_cut": (
        M("This is no whole PDF: its end is missing."),
        M("Open it; if it shows, save or print it as PDF again, and send that."),
    ),
    "file_kind": (
        M("Files of this kind cannot be taken: {found}."),
        M("Send PDF, a picture (JPEG, PNG, GIF, WebP, TIFF) or an Office file without macros."),
    ),
    "file_macros": (
        M("The Office file holds macros."),
        M("Save it without them (as .docx, .xlsx or .pptx, or as PDF) and send that."),
    ),
    "file_locked": (M("The file is locked by a password: nobody could read it."), M("Save it without one.")),
    "file_bomb": (
        M("The file unpacks to far more than it holds, which only files made to do harm do."),
        M("Save it again with Office, or as PDF."),
    ),
    "file_infected": (M("The virus scanner refused the file."), M("Send a clean copy.")),
    "scanner_broken": (
        M("The virus scanner did not answer, so the file was not taken."),
        M("Try again later; if it stays, tell the secretariat."),
    ),
    "quota": (
        M("The filing's room for files ({limit}) is full."),
        M("Give links instead. Deleted files count as well, because earlier versions may name them."),
    ),
    "no_evidence_here": (M("This kind of record takes no evidence."), M("Attach the file to another record.")),
    "upload_offset": (M("The upload continues at another place."), M("It continues by itself.")),
    "no_upload": (M("This upload is not there any more."), M("Choose the file again.")),
    "disk_full": (M("There is no room left on the server; the file was not taken."), M("Tell the secretariat.")),
    "no_preview": (M("No preview of this file can be drawn."), M("Download the file to look at it.")),
    "preview_busy": (M("Other previews are being drawn just now."), M("Try again in a moment.")),
    "no_self_score": (M("This round asks for no self-assessment."), M("Go back to the filing's page.")),
}

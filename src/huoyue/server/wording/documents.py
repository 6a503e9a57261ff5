"""What is said about building reports and cards, wording, Word files handed back: refusals and events."""

from __future__ import annotations

from huoyue.core.message import M, Message

REFUSALS: dict[str, tuple[Message, Message]] = {
    "no_formats": (M("No format was chosen."), M("Tick at least one.")),
    "part_unknown": (M("The round has no such part."), M("Choose one from the list.")),
    "not_frozen": (
        M("The round is not frozen yet, so there is nothing to build documents from."),
        M("Finalise and freeze the round first."),
    ),
    "job_over": (
        M("This work has ended meanwhile."),
        M("Load the page again; what was built can be downloaded there."),
    ),
    "job_not_failed": (M("Only work that failed or was cancelled can be tried again."), M("Load the page again.")),
    "job_stands": (M("The same documents are being built already, or are there."), M("Load the page again.")),
    "job_lost": (M("Another worker has taken this work over."), M("Nothing has to be done.")),
    "wording_unknown": (M("The report has no such section."), M("Choose one from the list.")),
    "wording_stale": (
        M("Somebody else saved this section meanwhile."),
        M("Both texts are shown below. Take over what you need and save again."),
    ),
    "wording_same": (M("Nothing was changed."), M("Change the text first, or leave the page.")),
    "wording_long": (M("The text is too long: at most {most} characters."), M("Shorten it.")),
    "wording_version": (M("There is no such version."), M("Choose one from the list.")),
}
EVENTS: dict[str, Message] = {
    "document.again": M("Building documents tried again"),
    "document.asked": M("Documents asked for"),
    "document.built": M("Documents built"),
    "document.cancelled": M("Building documents cancelled"),
    "document.failed": M("Building documents failed"),
    "wording.restored": M("Earlier wording of the report restored"),
    "wording.saved": M("Wording of the report changed"),
}
KINDS: dict[str, Message] = {"report": M("Report"), "cards": M("Feedback cards")}
JOB_STATES: dict[str, Message] = {
    "waiting": M("waiting"),
    "running": M("being built"),
    "done": M("ready"),
    "failed": M("failed"),
    "cancelled": M("cancelled"),
}
JOB_TAGS = {"waiting": "info", "running": "info", "done": "good", "failed": "bad", "cancelled": "warn"}
STEPS: dict[str, Message] = {
    "": M("waiting for its turn"),
    "begin": M("beginning"),
    "read": M("reading the snapshot"),
    "compose": M("writing the text"),
    "figures": M("drawing the charts"),
    "pdf": M("setting the pages"),
    "docx": M("writing Word"),
    "html": M("writing the web page"),
    "xlsx": M("writing the workbook"),
    "cards": M("writing the cards"),
    "keep": M("putting the files away"),
}
"""What a job is at."""
FORMAT_TITLES: dict[str, Message] = {
    "docx": M("Word"),
    "pdf": M("PDF"),
    "html": M("Web page (HTML)"),
    "xlsx": M("Excel"),
    "md": M("Markdown"),
}
LANGUAGES: dict[str, Message] = {"zh": M("Chinese"), "en": M("English")}
WHOLE = M("The whole round")
STOPPED = M("Building stopped without a word, {tries} times over (code {code}).")
TOO_LONG = M("Building took longer than {minutes} minutes.")
SILENT_WORKER = M("The process that built it ended, {tries} times over.")
SECTION_TITLES: dict[str, Message] = {
    "report": M("Order of the sections"),
    "summary": M("Summary"),
    "foreword": M("Foreword"),
    "organisation": M("Organisation of the evaluation"),
    "results": M("Results"),
    "indicators": M("Indicator by indicator"),
    "conclusions": M("Conclusions"),
    "absent": M("Who was not evaluated"),
    "checks": M("Checks of the data"),
    "history": M("Against earlier years"),
    "recommendations": M("Recommendations"),
    "method": M("Notes on method"),
    "annex": M("Annex: results"),
    "panel": M("Annex: the panel"),
    "standing_back": M("Annex: recusal"),
    "objections": M("Annex: objections"),
    "public_summary": M("Public version: summary"),
    "public_organisation": M("Public version: indicators and scope"),
    "part": M("Report on a batch or an industry"),
    "unit": M("Document on one alliance"),
}
"""Sections of the report's wording; one that is not named here is called by its file."""

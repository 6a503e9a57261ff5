"""Addresses of filing: the overview, the tables one types into, evidence, papers, submission, versions."""

from __future__ import annotations

from huoyue.server.queries.doors import evidence_door, filing_door
from huoyue.server.queries.uploads import upload_door, version_door
from huoyue.server.routes import page
from huoyue.server.views import evidence, filing, papers, submission, versions, workbook

AT = "rounds/<slug:round>/filing/<str:unit>/"
READERS = ("filer", "liaison", "secretariat", "observer")
FILERS = ("filer",)

PAGES = [
    page(AT, filing.overview_page, "filing", READERS, door=filing_door),
    page(f"{AT}sides/", filing.sides_part, "filing_sides", READERS, door=filing_door),
    page(
        f"{AT}records/<str:kind>/", filing.records_page, "filing_records", READERS, door=filing_door, methods="GET POST"
    ),
    page(f"{AT}records/<str:kind>/save/", filing.save_act, "record_save", FILERS, door=filing_door, methods="POST"),
    page(
        f"{AT}records/<str:kind>/remove/", filing.remove_act, "record_remove", FILERS, door=filing_door, methods="POST"
    ),
    page(
        f"{AT}records/<str:kind>/restore/",
        filing.restore_act,
        "record_restore",
        FILERS,
        door=filing_door,
        methods="POST",
    ),
    page(
        f"{AT}records/<str:kind>/confirm/",
        filing.confirm_act,
        "record_confirm",
        FILERS,
        door=filing_door,
        methods="POST",
    ),
    page(f"{AT}presence/", filing.presence_act, "filing_presence", FILERS, door=filing_door, methods="POST"),
    page(f"{AT}points/", filing.points_page, "filing_points", READERS, door=filing_door, methods="GET POST"),
    page(f"{AT}carry-over/", workbook.carry_over_page, "filing_carry", FILERS, door=filing_door, methods="GET POST"),
    page(f"{AT}workbook/", workbook.import_page, "filing_workbook", FILERS, door=filing_door, methods="GET POST"),
    page(f"{AT}workbook.xlsx", workbook.download, "filing_download", READERS, door=filing_door),
    page(f"{AT}submit/", submission.submit_page, "filing_submit", FILERS, door=filing_door, methods="GET POST"),
    page(f"{AT}check/", submission.check_act, "filing_check", FILERS, door=filing_door, methods="POST"),
    page(f"{AT}hand-back/", submission.hand_back_act, "filing_hand_back", FILERS, door=filing_door, methods="POST"),
    page(f"{AT}withdraw/", submission.withdraw_page, "filing_withdraw", FILERS, door=filing_door, methods="GET POST"),
    page(f"{AT}amend/", submission.amend_act, "filing_amend", FILERS, door=filing_door, methods="POST"),
    page(f"{AT}remarks/", submission.answer_act, "filing_answer", FILERS, door=filing_door, methods="POST"),
    page(f"{AT}receipt.pdf", papers.receipt, "filing_receipt", READERS, door=filing_door),
    page(f"{AT}filing.pdf", papers.printed, "filing_print", READERS, door=filing_door),
    page(f"{AT}versions/", versions.list_page, "filing_versions", READERS, door=filing_door),
    page(f"{AT}versions/<int:number>/", versions.version_page, "filing_version", READERS, door=version_door),
    page(f"{AT}compare/", versions.compare_page, "filing_compare", READERS, door=filing_door),
    page(f"{AT}evidence/", evidence.attach_act, "evidence_attach", FILERS, door=filing_door, methods="POST"),
    page(f"{AT}evidence/<str:file>/", evidence.download, "evidence", READERS, door=evidence_door),
    page(
        f"{AT}evidence/<str:file>/preview.png",
        evidence.preview_picture,
        "evidence_preview",
        READERS,
        door=evidence_door,
    ),
    page(
        f"{AT}evidence/<str:file>/remove/",
        evidence.remove_act,
        "evidence_remove",
        FILERS,
        door=evidence_door,
        methods="POST",
    ),
    page(f"{AT}uploads/", evidence.begin_act, "upload_begin", FILERS, door=filing_door, methods="POST"),
    page(f"{AT}uploads/<str:upload>/", evidence.part_act, "upload_part", FILERS, door=upload_door, methods="GET PATCH"),
]

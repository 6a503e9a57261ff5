"""Addresses of experts: the own seat with its list, the score sheets, and the workbook for marking offline."""

from __future__ import annotations

from huoyue.server.queries.review import calibration_door, own_stage_door, seat_door, sheet_door, sheet_evidence_door
from huoyue.server.routes import page
from huoyue.server.views import review_seat, review_sheet, review_sheet_books, review_sheet_files

EXPERT = ("expert",)
AT = "rounds/<slug:round>/seat/"
STAGE = f"{AT}stage/<slug:stage>/"
SHEET = f"{STAGE}sheet/<str:unit>/"
FILE = f"{SHEET}evidence/<str:file>/"

PAGES = [
    page(AT, review_seat.seat_page, "seat", EXPERT, door=seat_door),
    page(f"{AT}act/", review_seat.seat_act, "seat_act", EXPERT, door=seat_door, methods="POST"),
    page(f"{AT}calibration/", review_seat.calibration_page, "seat_calibration", EXPERT, door=calibration_door),
    page(f"{STAGE}workbook/", review_sheet_books.download, "sheets_workbook", EXPERT, door=own_stage_door),
    page(f"{STAGE}import/", review_sheet_books.import_page, "sheets_import", EXPERT, door=own_stage_door,
         methods="GET POST"),
    page(SHEET, review_sheet.sheet_page, "sheet", EXPERT, door=sheet_door, methods="GET POST"),
    page(f"{SHEET}save/", review_sheet.save_act, "sheet_save", EXPERT, door=sheet_door, methods="POST"),
    page(f"{SHEET}take-back/", review_sheet.take_back_act, "sheet_take_back", EXPERT, door=sheet_door, methods="POST"),
    page(f"{SHEET}print/", review_sheet.print_page, "sheet_print", EXPERT, door=sheet_door),
    page(FILE, review_sheet_files.evidence_file, "sheet_evidence", EXPERT, door=sheet_evidence_door),
    page(f"{FILE}preview/", review_sheet_files.evidence_preview, "sheet_preview", EXPERT, door=sheet_evidence_door),
]  # fmt: skip

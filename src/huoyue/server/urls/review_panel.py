"""Addresses of those who run the review: its stages, the panel, conflicts, assignment."""

from __future__ import annotations

from huoyue.server.queries.review import managed_sheet_door, panellist_door, review_door, stage_door
from huoyue.server.queries.review_panel import conflict_door
from huoyue.server.queries.solving import solving_door
from huoyue.server.routes import page
from huoyue.server.views import (
    review,
    review_assignment,
    review_conflicts,
    review_groups,
    review_panel,
    review_reminding,
    review_solving,
)

READERS = ("secretariat", "chair", "observer")
SECRETARIAT = ("secretariat",)
AT = "rounds/<slug:round>/review/"
PANEL, STAGE = f"{AT}panel/", f"{AT}stage/<slug:stage>/"
BOTH = "GET POST"

PAGES = [
    page(AT, review.review_page, "review", READERS, door=review_door),
    page(f"{AT}lay-out/", review.lay_out_act, "review_lay_out", SECRETARIAT, door=review_door, methods="POST"),
    page(PANEL, review_panel.panel_page, "panel", READERS, door=review_door),
    page(f"{PANEL}new/", review_panel.new_page, "panel_new", SECRETARIAT, door=review_door, methods=BOTH),
    page(f"{PANEL}import/", review_groups.import_page, "panel_import", SECRETARIAT, door=review_door, methods=BOTH),
    page(f"{AT}panel.xlsx", review_assignment.panel_download, "panel_file", SECRETARIAT, door=review_door),
    page(f"{PANEL}groups/", review_groups.groups_page, "panel_groups", SECRETARIAT, door=review_door, methods=BOTH),
    page(f"{PANEL}remind/", review_reminding.panel_page, "panel_remind", SECRETARIAT, door=review_door, methods=BOTH),
    page(f"{PANEL}of/<str:expert>/", review_panel.seat_page, "panellist", READERS, door=panellist_door),
    page(f"{PANEL}of/<str:expert>/change/", review_panel.change_page, "panellist_change", SECRETARIAT,
         door=panellist_door, methods=BOTH),
    page(f"{PANEL}of/<str:expert>/leave/", review_panel.leave_page, "panellist_leave", SECRETARIAT,
         door=panellist_door, methods=BOTH),
    page(f"{AT}calibration/", review_groups.calibration_page, "calibration", SECRETARIAT, door=review_door,
         methods=BOTH),
    page(f"{AT}conflicts/", review_conflicts.conflicts_page, "conflicts", READERS, door=review_door),
    page(f"{AT}conflicts/record/", review_conflicts.conflicts_page, "conflict_record", SECRETARIAT, door=review_door,
         methods=BOTH),
    page(f"{AT}conflicts/find/", review_conflicts.find_act, "conflicts_find", SECRETARIAT, door=review_door,
         methods="POST"),
    page(f"{AT}conflicts/<int:conflict>/end/", review_conflicts.end_page, "conflict_end", SECRETARIAT,
         door=conflict_door, methods=BOTH),
    page(STAGE, review.stage_page, "review_stage", READERS, door=stage_door),
    page(f"{STAGE}remind/", review_reminding.stage_page, "review_remind", SECRETARIAT, door=stage_door, methods=BOTH),
    page(f"{STAGE}assignment/", review_assignment.assignment_page, "assignment", READERS, door=stage_door),
    page(f"{STAGE}assignment/give/", review_assignment.give_page, "assignment_give", SECRETARIAT, door=stage_door,
         methods=BOTH),
    page(f"{STAGE}assignment/solve/", review_solving.solve_page, "assignment_solve", SECRETARIAT, door=stage_door,
         methods=BOTH),
    page(f"{STAGE}solving/<slug:job>/", review_solving.solving_page, "assignment_solving", SECRETARIAT,
         door=solving_door),
    page(f"{STAGE}solving/<slug:job>/cancel/", review_solving.cancel_act, "assignment_cancel", SECRETARIAT,
         door=solving_door, methods="POST"),
    page(f"{STAGE}assignment/apply/", review_solving.apply_act, "assignment_apply", SECRETARIAT, door=stage_door,
         methods="POST"),
    page(f"{STAGE}assignment/import/", review_solving.import_page, "assignment_import", SECRETARIAT, door=stage_door,
         methods=BOTH),
    page(f"{STAGE}assignment.xlsx", review_assignment.file_download, "assignment_file", READERS, door=stage_door),
    page(f"{STAGE}assignment/<str:unit>/<str:expert>/", review_assignment.pair_page, "assignment_pair", SECRETARIAT,
         door=managed_sheet_door, methods=BOTH),
    page(f"{STAGE}step/<slug:step>/", review.step_page, "review_step", SECRETARIAT, door=stage_door, methods=BOTH),
]  # fmt: skip

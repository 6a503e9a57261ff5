"""Addresses from settled scores on: what is still open, freezing, snapshots."""

from __future__ import annotations

from huoyue.server.queries.doors import round_door
from huoyue.server.queries.results import results_door, snapshot_door
from huoyue.server.routes import page
from huoyue.server.views import finalising, results

SECRETARIAT = ("secretariat",)
READERS = ("secretariat", "chair", "observer")
AT = "rounds/<slug:round>/results/"

PAGES = [
    page(AT, results.results_page, "results", READERS, door=results_door),
    page(f"{AT}finalise/", finalising.finalise_page, "finalise", SECRETARIAT, door=round_door, methods="GET POST"),
    page(f"{AT}snapshot/<int:number>/", results.snapshot_page, "snapshot", READERS, door=snapshot_door),
    page(f"{AT}snapshot/<int:number>/file/", results.snapshot_file, "snapshot_file", READERS, door=snapshot_door),
]

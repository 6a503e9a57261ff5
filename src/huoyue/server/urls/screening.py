"""Addresses of screening: the queue, one alliance, findings, samples, settling."""

from __future__ import annotations

from huoyue.server.queries.doors import round_door
from huoyue.server.queries.screening import drawn_door, sample_door, verdict_door
from huoyue.server.routes import page
from huoyue.server.views import findings, samples, screening

READERS = ("secretariat", "observer")
SECRETARIAT = ("secretariat",)
AT = "rounds/<slug:round>/screening/"

PAGES = [
    page(AT, screening.queue_page, "screening", READERS, door=round_door),
    page(f"{AT}run/", screening.run_act, "screening_run", SECRETARIAT, door=round_door, methods="POST"),
    page(f"{AT}settle/", screening.settle_page, "screening_settle", SECRETARIAT, door=round_door, methods="GET POST"),
    page(f"{AT}findings/", findings.findings_page, "findings", READERS, door=round_door),
    page(f"{AT}findings/mark/", findings.mark_act, "findings_mark", SECRETARIAT, door=round_door, methods="POST"),
    page(f"{AT}samples/", samples.samples_page, "samples", READERS, door=round_door),
    page(f"{AT}samples/draw/", samples.draw_act, "sample_draw", SECRETARIAT, door=round_door, methods="POST"),
    page(f"{AT}samples/<int:sample>/", samples.sample_page, "sample", READERS, door=sample_door),
    page(f"{AT}samples/<int:sample>/<str:unit>/", samples.outcome_act, "sample_outcome", SECRETARIAT, door=drawn_door,
         methods="POST"),
    page(f"{AT}of/<str:unit>/", screening.one_page, "screening_one", READERS, door=verdict_door),
    page(f"{AT}of/<str:unit>/act/", screening.act, "screening_act", SECRETARIAT, door=verdict_door, methods="POST"),
]  # fmt: skip

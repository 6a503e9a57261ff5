"""Measures of the panel: who sees them when, what they say, and questions that are no verdicts."""

from __future__ import annotations

import pytest
from django.test import Client
from tests.server.reviewing import mark_all, met, opened, review_of

from huoyue.server.models import Evidence, Filing, Mark, ReviewStage, Sheet
from huoyue.server.operations.review_stages import close_stage, open_stage, plan_calibration
from huoyue.server.queries.review_measures import measured

FIRST = "/rounds/r1/measures/preliminary/"


@pytest.fixture
def found(reviewing):
    opened(reviewing)
    mark_all(reviewing, "preliminary")
    return reviewing


def at(found, name: str) -> Client:
    client = Client()
    client.force_login(found.world.people[name])
    return client


def asked(found) -> list[str]:
    """What is asked, as "E01 always", "E03 fast", "E02 unopened"."""
    kinds = {"gave the": "always", "marked": "fast", "opened none": "unopened"}
    seen = measured(found.fresh("preliminary"), found.world.people["cho"]).questions
    return [
        f"{message.values['expert'].split()[0]} {word}"
        for message in seen
        for start, word in kinds.items()
        if message.text.startswith(f"{{expert}} {start}")
    ]


def test_who_leads_sees_them_live_and_observers_when_the_stage_is_closed(found):
    assert [at(found, who).get(FIRST).status_code for who in ("sun", "cho", "obi", "eva", "dov")] == [
        200,
        200,
        409,
        403,
        403,
    ]
    close_stage(found.acting("sun"), found.fresh("preliminary"))
    assert at(found, "obi").get(FIRST).status_code == 200


def test_a_stage_that_is_waiting_has_none(found):
    assert at(found, "cho").get("/rounds/r1/measures/cross/").status_code == 409


def test_an_open_stage_is_measured_as_it_stands_and_no_score_changes(found):
    before = review_of(found.round).settlement.settled
    page = at(found, "cho").get(FIRST).content.decode()
    assert "仅供参考" in page and "E01" in page
    assert review_of(found.round).settlement.settled.equals(before)


def test_a_severe_expert_stands_first_with_an_interval(found):
    own = Mark.objects.filter(sheet__panellist=found.seats["fox"], points__gte=100)
    for mark in own:
        Mark.objects.filter(pk=mark.pk).update(points=mark.points - 100)
    seen = measured(found.fresh("preliminary"), found.world.people["cho"])
    assert seen.severities[0].code == "E02" and seen.severities[0].points["severity"] > 1
    assert seen.total is not None and seen.total["units"] == 6
    assert {row["units"] for _, row in seen.indicators} == {6}
    assert (seen.moved, seen.effect) == (
        0,
        [],
    )  # the same three marked each alliance: severities cancel out in the mean


def test_the_meeting_shows_all_stages_together(reviewing):
    met(reviewing)
    page = at(reviewing, "cho").get("/rounds/r1/measures/meeting/").content.decode()
    assert "E06" in page and "去除宽严差异后" in page


def test_always_taking_the_suggestion_is_asked_about_where_colleagues_do_not(found):
    assert asked(found) == []  # everybody did
    for seat in ("fox", "gil"):
        for mark in Mark.objects.filter(sheet__panellist=found.seats[seat], points__isnull=False):
            Mark.objects.filter(pk=mark.pk).update(points=abs(mark.points - 100))
    assert asked(found) == ["E01 always"]


def test_implausible_haste_is_asked_about_only_where_a_time_is_known(found):
    Sheet.objects.update(seconds=0)
    assert asked(found) == []
    Sheet.objects.update(seconds=900)
    Sheet.objects.filter(panellist=found.seats["gil"]).update(seconds=20)
    assert asked(found) == ["E03 fast"]


def test_unopened_evidence_is_asked_about_only_where_there_is_some(found):
    Sheet.objects.filter(panellist=found.seats["fox"]).update(looks=1)
    assert asked(found) == []
    for number, filing in enumerate(Filing.objects.filter(sheets__panellist=found.seats["eva"]).distinct()):
        Evidence.objects.create(
            filing=filing, uid=f"{number:032}", record="a" * 24, name="a.pdf", size=1, kind="application/pdf",
            digest="0" * 64, by=found.world.ada, at=found.round.opens_at,
        )  # fmt: skip
    assert asked(found) == ["E01 unopened", "E03 unopened"]


def test_a_calibration_shows_how_scales_compare(reviewing):
    made = reviewing
    plan_calibration(made.acting("sun"), made.round, list(Filing.objects.filter(alliance__code__in=["A002", "A003"])))
    open_stage(made.acting("sun"), ReviewStage.objects.get(key="calibration"), reason="试评")
    mark_all(made, "calibration")
    page = at(made, "cho").get("/rounds/r1/measures/calibration/").content.decode()
    assert "试评打分不计入结果" in page and "E06" in page and "去除宽严差异后" not in page

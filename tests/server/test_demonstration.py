"""The demonstration's rounds: screened as the report says, reviewed by the panel as published, frozen."""

from __future__ import annotations

import csv
from collections import Counter
from pathlib import Path

import pytest
from django.utils import timezone

from huoyue.core.screening import screen
from huoyue.examples.rounds import facts_of as example_facts
from huoyue.publication.edition import Made
from huoyue.server.demonstration.published import publish_example
from huoyue.server.demonstration.review import LEFT, OWN
from huoyue.server.models import Account, Edition, ReviewStage, Role, Round, Verdict, Version
from huoyue.server.operations.journal import Acting
from huoyue.server.operations.review_stages import missing_sheets
from huoyue.server.operations.screening import screen_round
from huoyue.server.queries.chasing_people import comings
from huoyue.server.queries.facts import facts_of
from huoyue.server.queries.notice import day_of, periods_of, phase_of
from huoyue.server.queries.people import person
from huoyue.server.queries.schemes import scheme_of
from huoyue.server.queries.shelf import latest, shelf_path, snapshot_of
from huoyue.server.queries.years import years_of
from huoyue.snapshot.verify import verify

PUBLISHED = Path(__file__).parents[2] / "examples" / "alliance_activity_2016" / "published.csv"


@pytest.fixture
def round_(demonstrated) -> Round:
    return Round.objects.get(key="2016-review")


@pytest.mark.slow
def test_the_demonstrations_frozen_round_has_the_published_scores_and_its_snapshot_verifies(round_):
    results = Round.objects.get(key="2016-results")
    frozen = latest(results)
    assert results.stage == "frozen"
    assert frozen.summary["tiers"] == {"high": 29, "fairly_high": 23, "average": 30, "poor": 18}
    assert frozen.summary["funnel"] == {"evaluated": 100, "incomplete": 29, "not_filed": 17}
    snapshot = snapshot_of(frozen)
    names = dict(snapshot.facts.units.select("unit", "name").iter_rows())
    settled = {names[unit]: score for unit, score in snapshot.results["scores"].select("unit", "score").iter_rows()}
    assert settled == published()
    assert snapshot.facts.earlier.equals(example_facts(snapshot.scheme.id).earlier)
    assert verify(shelf_path("snapshots", frozen.file_digest)) == []


def test_one_small_round_is_on_notice_now_and_another_waits_to_be_published(demonstrated, monkeypatch):
    told, site = (Round.objects.get(key=key) for key in ("2016-told", "2016-site"))
    now = timezone.now()
    assert [phase_of(one, day_of(now, told)) for one in periods_of(told)] == ["running"]
    assert [one.closed_at is not None for one in periods_of(site)] == [True]
    for round_ in (told, site):
        snapshot = snapshot_of(latest(round_))
        names = dict(snapshot.facts.units.select("unit", "name").iter_rows())
        scores = {names[unit]: score for unit, score in snapshot.results["scores"].select("unit", "score").iter_rows()}
        assert scores and scores.items() <= published().items()
    made = Made({"zh/index.html": b"", "manifest.json": b"{}"}, {"digest": "d" * 64})
    monkeypatch.setattr("huoyue.server.operations.editions.make_edition", lambda *_: made)
    publish_example()
    publish_example()
    assert [one.number for one in Edition.objects.filter(round=site)] == [1]
    newest = years_of(person(Account.objects.get(username="secretariat"))).newest
    assert (newest.round.key, len(newest.results)) == ("2016-results", 146)


def published() -> dict[str, int]:
    """The published scores in hundredths, by name."""
    with PUBLISHED.open(encoding="utf-8") as stream:
        return {row["name"]: 100 * int(row["score"]) for row in csv.DictReader(stream)}


def acting(name: str, role: str) -> Acting:
    from huoyue.server.models import Account

    return Acting(Account.objects.get(username=name), role, timezone.now(), "127.0.0.1")


def fresh(round_: Round, key: str) -> ReviewStage:
    return ReviewStage.objects.select_related("round").get(round=round_, key=key)


def test_the_example_round_screens_as_the_report_says_row_by_row(demonstrated):
    round_ = Round.objects.get(key="2016")
    screen_round(acting("secretariat", Role.SECRETARIAT), round_)
    verdicts = Verdict.objects.filter(filing__round=round_).select_related("filing__alliance")
    assert Counter(v.ruled for v in verdicts) == {"evaluated": 100, "incomplete": 29, "not_filed": 17}
    scheme = scheme_of(round_)
    expected = {row["unit"]: row for row in screen(scheme, example_facts(scheme.id)).iter_rows(named=True)}
    assert {v.filing.alliance.code: (v.ruled, v.reason_zh, v.reason_en) for v in verdicts} == {
        unit: (row["verdict"], row["reason_zh"], row["reason_en"]) for unit, row in expected.items()
    }
    snapshot = screen(scheme, facts_of(round_))
    assert {row["unit"]: row["verdict"] for row in snapshot.iter_rows(named=True)} == {
        v.filing.alliance.code: v.ruled for v in verdicts
    }


def test_the_demonstrations_expert_has_the_last_sheets_to_mark_and_nobody_else(round_):
    stage = fresh(round_, "cross")
    assert stage.state == "open"
    assert fresh(round_, "preliminary").state == "closed"
    assert missing_sheets(stage) == [(f"{OWN} 评价专家演示员", LEFT)]


def test_whoever_submitted_in_the_demonstration_has_come_in(demonstrated):
    filed = Version.objects.values("filing__alliance")
    people = Account.objects.filter(duties__role=Role.FILER, duties__alliance__in=filed).distinct()
    assert people.count() > 100
    assert set(comings(people, timezone.now()).values()) == {"in"}

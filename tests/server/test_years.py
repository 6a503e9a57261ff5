"""The years side by side: frozen rounds and published results, by whoever may see them."""

from __future__ import annotations

from io import BytesIO

import openpyxl
import polars as pl
import pytest
from django.test import Client
from django.utils import timezone
from tests.server.conftest import rolled_back
from tests.server.settled import REASON, make_settled

from huoyue.server.models import AllianceName, EarlierResult, Filing, Round, Stage
from huoyue.server.operations.freezing import cut, freeze_round
from huoyue.server.operations.rounds import read_scheme_text
from huoyue.server.queries.facts import facts_of
from huoyue.server.queries.people import person
from huoyue.server.queries.schemes import digest_of_scheme
from huoyue.server.queries.shelf import snapshot_of
from huoyue.server.queries.years import years_of
from huoyue.server.saying import said

OLD = "历史联盟名"
KNOWN = [(0, "2014", 9000), (0, "2015", 9000), (1, "2015", 6500), (2, "2015", None)]
"""Which alliance had what score in an earlier period, before the round was frozen."""


@pytest.fixture(scope="module")
def frozen_once(django_db_setup, django_db_blocker):
    """A frozen round whose snapshot knows earlier results."""
    with django_db_blocker.unblock(), rolled_back():
        found = make_settled()
        codes = list(Filing.objects.order_by("alliance__position").values_list("alliance__code", flat=True))
        for n, period, score in KNOWN:
            published(found, codes[n], period, score)
        found.round.refresh_from_db()
        found.frozen = freeze_round(found.world.acting("sun"), found.round, cut(found.round), REASON)
        found.round.refresh_from_db()
        yield found


def published(frozen, code, period, score, tier=""):
    alliance = next(one.alliance for one in Filing.objects.filter(alliance__code=code).select_related("alliance"))
    return EarlierResult.objects.create(alliance=alliance, period=period, score=score, tier=tier, name=OLD,
                                        source="公开附件", by=frozen.world.sun, at=timezone.now())  # fmt: skip


def signed_in(frozen, name):
    client = Client()
    client.force_login(frozen.world.people[name])
    return client


def label(frozen):
    return snapshot_of(frozen.snapshot).scheme.period.label.zh.removesuffix("年度")


def first(frozen):
    return snapshot_of(frozen.snapshot).facts.units.sort("position")["unit"][0]


def places(frozen):
    rows = snapshot_of(frozen.snapshot).results["scores"].select("unit", "score", "tier", "rank")
    return {unit: tuple(rest) for unit, *rest in rows.iter_rows()}


def next_round(frozen, change=lambda text: text):
    """A round a year later, under the same scheme or as `change` leaves it, with the same alliances."""
    round_ = Round.objects.get(pk=frozen.round.pk)
    year = read_scheme_text(round_.scheme_text).period.ends.year
    text = change(round_.scheme_text)
    for old in (year, year - 1):
        text = text.replace(f"ends: {old}-", f"ends: {year + 1}-")
    text = text.replace(f"label: {{zh: {label(frozen)}年度", "label: {zh: 2031年度")
    found = Round.objects.create(
        key="later", title_zh="后一轮", title_en="later", scheme_text=text, scheme_digest=digest_of_scheme(text),
        stage=Stage.CLOSED, opens_at=round_.opens_at, deadline=round_.deadline, created_at=timezone.now(),
    )  # fmt: skip
    members = Filing.objects.filter(round=round_).order_by("alliance__position").select_related("alliance")
    Filing.objects.bulk_create(Filing(round=found, alliance=one.alliance) for one in members)
    return found


def test_a_frozen_round_and_what_was_published_stand_side_by_side(frozen):
    unit = first(frozen)
    years = years_of(person(frozen.world.obi))
    assert [period.label for period in years.periods] == ["2014", "2015", label(frozen)]
    then, _, now = years.periods
    assert (then.results[unit].score, then.results[unit].tier, then.results[unit].rank) == (9000, "high", 1)
    assert then.comparison is None
    assert now.results[unit].score == places(frozen)[unit][0]
    assert {code: (r.score, r.tier, r.rank) for code, r in now.results.items() if r.evaluated} == places(frozen)


def test_a_frozen_round_wins_over_what_was_published_for_its_period_and_that_is_said(frozen):
    unit = next(iter(places(frozen)))
    published(frozen, unit, f"{label(frozen)}年度", 100)
    years = years_of(person(frozen.world.sun))
    assert years.periods[-1].results[unit].score == places(frozen)[unit][0]
    page = signed_in(frozen, "sun").get("/register/earlier/", {"period": f"{label(frozen)}年度"})
    assert [held for *_, held in page.context["rows"]] == [True]


def test_the_next_round_is_set_against_this_one_and_scores_only_under_the_same_scheme(frozen):
    unit = next(iter(places(frozen)))
    published(frozen, unit, label(frozen), 100)
    same = facts_of(next_round(frozen))
    ours = same.earlier.filter(pl.col("unit") == unit, pl.col("period") == label(frozen)).select("score", "tier").rows()
    assert ours == [places(frozen)[unit][:2]]
    assert same.earlier.height == len(snapshot_of(frozen.snapshot).results["screening"]) + len(KNOWN)
    assert same.earlier_schemes["scores_comparable"].to_list() == [True]
    Filing.objects.filter(round__key="later").delete()
    Round.objects.filter(key="later").delete()
    other = facts_of(next_round(frozen, lambda text: text.replace("at_least: 85,", "at_least: 88,", 1)))
    assert other.earlier_schemes["scores_comparable"].to_list() == [False]


@pytest.mark.parametrize(("who", "status"), [("sun", 200), ("obi", 200), ("cho", 200), ("ada", 403), ("eva", 403)])
def test_the_dashboard_is_for_secretariat_observer_and_chair(frozen, who, status):
    assert signed_in(frozen, who).get("/years/").status_code == status


def test_nobody_sees_results_of_a_round_that_is_not_frozen(frozen):
    later = next_round(frozen)
    for who in ("sun", "obi"):
        assert later.pk not in [p.round.pk for p in years_of(person(frozen.world.people[who])).periods if p.round]


def test_the_dashboard_shows_tiers_transitions_lists_and_finds_by_former_names(frozen):
    unit = first(frozen)
    alliance = Filing.objects.filter(alliance__code=unit).first().alliance
    AllianceName.objects.create(alliance=alliance, name="旧名称联盟", kind="former")
    page = signed_in(frozen, "obi").get("/years/", {"q": "旧名称"})
    assert [one.code for one, _ in page.context["rows"]] == [unit]
    whole = signed_in(frozen, "obi").get("/years/")
    counts = dict(zip([str(w) for w in whole.context["columns"]], whole.context["table"][0][1], strict=True))
    assert sum(counts.values()) == len(snapshot_of(frozen.snapshot).results["screening"])
    assert len(whole.context["chart"].columns) == 3


def test_the_matrix_of_a_snapshot_that_knew_earlier_results_adds_up(frozen):
    page = signed_in(frozen, "obi").get("/years/", {"against": "2015"})
    assert page.context["againsts"] == ["2015", "2014"]
    units = len(snapshot_of(frozen.snapshot).results["screening"])
    assert sum(total for *_, total in page.context["matrix"]) == units
    by_tier = {said(word, "en"): total for word, _, total in page.context["matrix"]}
    tiers = {tier.id: tier.title.en for tier in snapshot_of(frozen.snapshot).scheme.tiers}
    expected = {tiers["high"]: 1, tiers["average"]: 1, "Not evaluated": 1, "Unknown": units - 3}
    assert by_tier == expected


def test_one_alliance_shows_its_names_and_never_a_difference_that_schemes_do_not_allow(frozen):
    unit = first(frozen)
    alliance = Filing.objects.filter(alliance__code=unit).first().alliance
    AllianceName.objects.create(alliance=alliance, name="旧名称联盟", kind="former")
    page = signed_in(frozen, "obi").get(f"/years/of/{unit}/")
    assert "旧名称联盟" in page.content.decode()
    period, result, _, ranked, _, move = page.context["rows"][-1]
    assert (period.label, result.score, ranked) == ("2014", 9000, 1)
    assert (move["comparable"], move["score_change"], move["rank_before"]) == ("tiers", None, 1)
    assert signed_in(frozen, "obi").get("/years/of/nothing/").status_code == 404


def test_the_workbook_holds_every_result(frozen):
    unit = first(frozen)
    body = signed_in(frozen, "obi").get("/years/export.xlsx").content
    book = openpyxl.load_workbook(BytesIO(body))
    rows = list(book.worksheets[0].iter_rows(min_row=2, values_only=True))
    assert (unit, "2014", 90) in {(row[0], row[2], row[3]) for row in rows}
    assert len(rows) == len(KNOWN) + len(snapshot_of(frozen.snapshot).results["screening"])
    assert len(book.worksheets) == 5

"""What the review settles to: who sees it when, the way of every figure, everything as a table."""

from __future__ import annotations

from fractions import Fraction
from io import BytesIO

import openpyxl
import pytest
from django.test import Client
from tests.server.reviewing import mark_all, met, opened, review_of

from huoyue.core.scoring.totals import total
from huoyue.server.models import Duty
from huoyue.server.operations.review_conflicts import record_conflict
from huoyue.server.operations.review_meeting import Decided, decide, open_case
from huoyue.server.operations.review_stages import close_stage
from huoyue.server.queries.review_case import laid_out
from huoyue.server.queries.review_meeting import addressed
from huoyue.server.queries.review_settlement import settlements

LIST, ONE, BOOK = "/rounds/r1/settlement/", "/rounds/r1/settlement/of/A002/", "/rounds/r1/settlement/marks.xlsx"


@pytest.fixture
def found(reviewing):
    met(reviewing)
    return reviewing


def at(found, name: str, role: str = "") -> Client:
    client = Client()
    client.force_login(found.world.people[name])
    if role:
        session = client.session
        session["role"] = role
        session.save()
    return client


def test_settlement_opens_when_every_stage_of_marks_is_closed(reviewing):
    opened(reviewing)
    mark_all(reviewing, "preliminary")
    for who in ("sun", "cho", "obi"):
        assert at(reviewing, who).get(LIST).status_code == at(reviewing, who).get(BOOK).status_code == 409
    close_stage(reviewing.acting("sun"), reviewing.fresh("preliminary"))
    assert at(reviewing, "cho").get(LIST).status_code == 409
    opened(reviewing, "cross")
    mark_all(reviewing, "cross")
    close_stage(reviewing.acting("sun"), reviewing.fresh("cross"))
    for who, status in (("sun", 200), ("cho", 200), ("obi", 409)):
        for where in (LIST, ONE, BOOK):
            assert at(reviewing, who).get(where).status_code == status, (who, where)


def test_observers_see_it_when_every_stage_is_closed(found):
    assert at(found, "obi").get(LIST).status_code == 409
    close_stage(found.acting("sun"), found.fresh("meeting"), "测试中关闭")
    assert at(found, "obi").get(LIST).status_code == 200


def test_experts_and_alliances_do_not_see_it(found):
    for who in ("eva", "dov", "lin"):
        assert [at(found, who).get(where).status_code for where in (LIST, ONE, BOOK)] == [403, 403, 403]


def test_the_list_has_the_scores_of_the_evaluation(found):
    full = review_of(found.round)
    scores = {
        r["unit"]: (r["score"], r["tier"])
        for r in total(full.scheme, full.facts, full.settlement.settled).scores.to_dicts()
    }
    rows = settlements(found.round, found.world.people["cho"]).rows
    assert {row.alliance.code: (row.now.score, row.now.tier.id) for row in rows if row.now} == scores


def test_every_indicator_shows_its_way(found):
    case = addressed(found.round, "meeting", "A002")
    if case is None:
        from huoyue.server.operations.review_agenda import add_case

        add_case(found.acting("cho"), found.fresh("meeting"), found.world.filings[1], "组长提议讨论")
        case = addressed(found.round, "meeting", "A002")
    open_case(found.acting("cho"), case, [found.seats["eva"].pk])
    decide(
        found.acting("cho"), addressed(found.round, "meeting", "A002"), Decided("council", "2.5", "一次会议没有纪要")
    )
    line = next(one for one in laid_out(found.round, found.world.filings[1]).lines if one.indicator.id == "council")
    assert next(stood.marks for stood in line.stages if stood) == [line.suggested] * 3
    first, second = (stood.joined for stood in line.stages if stood)
    assert line.before == first * Fraction(2, 5) + second * Fraction(3, 5)
    assert (line.settled, line.basis) == (250, "decision")
    page = at(found, "cho").get(ONE).content.decode()
    assert "一次会议没有纪要" in page and "集中交叉分组复评" in page


def test_who_has_a_conflict_sees_no_figure_of_the_alliance(found):
    Duty.objects.create(account=found.world.people["cho"], role="filer", alliance=found.world.alliances[1])
    client = at(found, "cho", "chair")
    page = client.get(LIST).content.decode()
    assert client.get(ONE).status_code == 403 and "/of/A002/" not in page and "/of/A003/" in page
    rows = table(client)
    assert "A002" not in {row[0] for row in rows} and "A003" in {row[0] for row in rows}


def table(client: Client) -> list[tuple]:
    book = openpyxl.load_workbook(BytesIO(client.get(BOOK).content))
    return list(book.active.iter_rows(min_row=2, values_only=True))


def test_the_table_of_everything_is_tidy_and_says_what_does_not_count(found):
    record_conflict(found.acting("sun"), found.seat("hua"), found.world.alliances[0], "事后发现曾任该联盟顾问")
    rows = table(at(found, "sun"))
    assert all(len(row) == 9 for row in rows)
    aside = {(row[0], row[4]) for row in rows if row[8] == "否"}
    assert aside <= {("A001", "E04")}
    steps = {row[3] for row in rows}
    assert {"分组初评", "集中交叉分组复评", "会前", "定分"} <= steps
    keys = [(row[0], row[2], row[3], row[4]) for row in rows]
    assert len(keys) == len(set(keys))

"""What programs read through the API is what pages show to the same person: in parts, in words, and nothing more."""

from __future__ import annotations

import hashlib
import json
from decimal import Decimal
from fractions import Fraction

import pytest
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from tests.server.calling import call, key_of
from tests.server.noticed import on_notice
from tests.server.world import make_round

from huoyue.server.models import Alliance, Contact, Edition, ReviewStage, Round, Stage
from huoyue.server.models.sealing import unseal
from huoyue.server.operations.storage import keep_bytes
from huoyue.server.queries.shelf import snapshot_of
from huoyue.snapshot.digests import zipped


@pytest.fixture(autouse=True)
def _nobody_called_before():
    """Calls are counted in the cache, over all tests."""
    cache.clear()


@pytest.fixture
def token(frozen):
    """A key of somebody of the frozen round."""
    return lambda who, role: key_of(frozen.world.people[who], role)


def test_scores_are_those_of_the_snapshot_as_decimal_text_with_the_exact_total_beside(frozen, token):
    sun = token("sun", "secretariat")
    items = call(sun, "rounds/r1/results").json()["items"]
    scores = {row["unit"]: row for row in snapshot_of(frozen.snapshot).results["scores"].iter_rows(named=True)}
    assert {one["alliance"] for one in items} == set(scores)
    for one in items:
        row = scores[one["alliance"]]
        assert Decimal(one["score"]) * 100 == row["score"]
        assert Fraction(one["exact"]) * 100 == Fraction(row["total_num"], row["total_den"])
        assert (one["tier"], one["rank"], one["provisional"], one["snapshot"]) == (row["tier"], row["rank"], False, 1)
    whole = call(sun, f"rounds/r1/results/{items[0]['alliance']}").json()
    assert sum(Fraction(one["exact"]) for one in whole["indicators"]) == Fraction(items[0]["exact"])
    assert whole["tier_title"]["zh"] != whole["tier_title"]["en"]


def test_a_snapshot_is_read_with_its_digest_and_its_file_is_the_one_that_verifies(frozen, token):
    obi = token("obi", "observer")
    one = call(obi, "rounds/r1/snapshots/1").json()
    assert one["digest"] == frozen.snapshot.digest
    assert one["verdicts"] == {"evaluated": 6}
    answer = call(obi, "rounds/r1/snapshots/1/file")
    body = b"".join(answer.streaming_content)
    assert hashlib.sha256(body).hexdigest() == one["file_digest"]
    assert answer.headers["Content-Type"] == "application/zip"
    assert call(obi, "rounds/r1/snapshots/2").status_code == 404


def test_who_stands_back_from_an_alliance_gets_its_line_without_figures(frozen, token):
    """ada files for the first alliance; leading the review she sees all others."""
    frozen.world.people["ada"].duties.create(role="chair")
    ada = token("ada", "chair")
    lines = {one["alliance"]: one for one in call(ada, "rounds/r1/results").json()["items"]}
    assert [code for code, one in lines.items() if one["score"] is None] == ["A001"]
    assert call(ada, "rounds/r1/results/A001").json()["code"] == "figures_in_conflict"
    assert call(ada, "rounds/r1/results/A002").status_code == 200


def test_scores_before_freezing_are_hidden_until_the_settlement_page_shows_them(frozen, token):
    unseal(connection)
    Round.objects.update(stage=Stage.SCREENED)
    sun, obi = token("sun", "secretariat"), token("obi", "observer")
    line = call(obi, "rounds/r1/results").json()["items"][0]
    assert (line["provisional"], line["rank"], line["snapshot"]) == (True, None, None)
    ReviewStage.objects.filter(key="meeting").update(state="open")
    assert call(obi, "rounds/r1/results").json()["code"] == "marks_hidden"
    assert call(sun, "rounds/r1/results").status_code == 200
    ReviewStage.objects.filter(key="meeting").update(state="waiting")
    ReviewStage.objects.filter(key="cross").update(state="open")
    assert call(sun, "rounds/r1/results").json()["code"] == "marks_hidden"


def test_a_list_comes_in_parts_whose_cursors_lead_through_every_row_once(frozen, token):
    sun = token("sun", "secretariat")
    whole = [one["alliance"] for one in call(sun, "rounds/r1/filings").json()["items"]]
    seen, cursor = [], ""
    for _ in range(9):
        part = call(sun, f"rounds/r1/filings?limit=2&cursor={cursor}").json()
        seen += [one["alliance"] for one in part["items"]]
        cursor = part["next"]
        if cursor is None:
            break
    assert seen == whole == [f"A{n:03}" for n in range(1, 7)]
    Alliance.objects.filter(code="A001").update(position=99)  # what moves meanwhile is at worst seen at its new place
    first = call(sun, "rounds/r1/filings?limit=2").json()
    assert first["items"][0]["alliance"] == "A002"


FORGED = {
    "no base64": "x", "an empty list": "W10", "a text for a number": "WyJhIiwgImIiXQ", "NUL itself": "%00",
    "a text with NUL": "WzEsICJcdTAwMDAiXQ", "half a sign": "WzEsICJcdWQ4MDAiXQ",
    "a number beyond every database": "Wzk5OTk5OTk5OTk5OTk5LCAiQSJd",
}  # fmt: skip


@pytest.mark.parametrize("cursor", FORGED.values(), ids=FORGED)
def test_a_cursor_that_no_list_gave_out_is_refused_in_words(frozen, token, cursor):
    answer = call(token("sun", "secretariat"), f"rounds/r1/filings?cursor={cursor}")
    assert (answer.status_code, answer.json()["code"]) == (422, "cursor")


def test_a_version_holds_the_records_whose_digest_the_receipt_names(frozen, token):
    lin = token("lin", "liaison")
    filing = call(lin, "rounds/r1/filings/A001").json()
    assert filing["state_title"] == {"zh": "已提交", "en": "Submitted"}
    assert filing["outcome"]["verdict"] == "evaluated"
    number = filing["in_force"]
    version = call(lin, f"rounds/r1/filings/A001/versions/{number}").json()
    assert version["digest"] == filing["digest"] == filing["versions"][-1]["digest"]
    assert {record["kind"] for record in version["records"]} == {"meeting"}
    assert version["records"][0]["cells"]["held_on"].startswith("2016-")


def test_nothing_of_contacts_accounts_or_who_signed_leaves(frozen, token):
    """Names, telephones and addresses of people are in no answer, whoever asks."""
    secret = [*Contact.objects.values_list("name", "phone", "email"), ("Ada", "ada@example.org", "sun@example.org")]
    words = {word for row in secret for word in row if word}
    sun = token("sun", "secretariat")
    for address in ("register", "register/A001", "rounds/r1/filings", "rounds/r1/filings/A001",
                    "rounds/r1/filings/A001/versions/1", "rounds/r1/verdicts", "rounds/r1/results",
                    "rounds/r1/snapshots", "rounds"):  # fmt: skip
        answer = call(sun, address)
        assert answer.status_code == 200, address
        assert [word for word in words if word in answer.content.decode()] == [], address


def test_what_may_not_be_seen_and_what_is_not_there_are_answered_alike(frozen, token):
    dov = token("dov", "filer")
    real, none = call(dov, "rounds/r1/filings/A001"), call(dov, "rounds/r1/filings/X999")
    assert (real.status_code, real.content) == (404, none.content)
    assert [one["alliance"] for one in call(dov, "rounds/r1/filings").json()["items"]] == ["A002"]
    assert [one["alliance"] for one in call(token("lou", "liaison"), "register").json()["items"]] == ["A003"]


def test_a_round_being_prepared_and_a_round_of_others_is_nobodys_but_the_secretariats(frozen, token):
    make_round("r9", stage=Stage.PREPARING)
    names = {who: [one["round"] for one in call(token(who, role), "rounds").json()["items"]]
             for who, role in (("sun", "secretariat"), ("obi", "observer"), ("ada", "filer"))}  # fmt: skip
    assert names == {"sun": ["r1", "r9"], "obi": ["r1"], "ada": ["r1"]}
    assert call(token("obi", "observer"), "rounds/r9").status_code == 404


def test_times_carry_the_zone_of_the_round(frozen, token):
    one = call(token("sun", "secretariat"), "rounds/r1").json()
    assert one["deadline"].endswith("+08:00")
    assert one["title"] == {"zh": "测试轮次r1", "en": "Test round r1"}


def test_an_answer_that_did_not_change_is_not_sent_again(frozen, token):
    sun = token("sun", "secretariat")
    first = call(sun, "rounds/r1/verdicts")
    again = call(sun, "rounds/r1/verdicts", If_None_Match=first.headers["ETag"])
    assert (again.status_code, again.content) == (304, b"")
    Alliance.objects.filter(code="A001").update(name="改名联盟")
    assert call(sun, "rounds/r1/verdicts", If_None_Match=first.headers["ETag"]).status_code == 200
    assert first.headers["Cache-Control"] == "private, no-cache"
    assert "Authorization" in first.headers["Vary"]


def test_refusals_say_what_and_how_to_mend_it_in_the_language_that_is_asked_for(frozen, token):
    answer = call("", "rounds", Accept_Language="en-GB,zh;q=0.4")
    assert answer.json() == {
        "code": "key_missing", "what": "This address is for programs with a key.",
        "mend": "Send the key in the header Authorization, after the word Bearer; keys are made under “My account”.",
    }  # fmt: skip
    assert answer.headers["WWW-Authenticate"].startswith("Bearer")
    chinese = call(token("sun", "secretariat"), "rounds?limit=0", Accept_Language="zh-CN,en")
    assert (chinese.status_code, chinese.json()["code"]) == (422, "asked_wrongly")
    assert chinese.json()["mend"] == "请查阅接口说明中的该参数。"
    assert call("", "nothing/here").json()["code"] == "absent"
    assert Client().post("/api/v1/rounds").status_code == 405


def test_a_session_opens_nothing_at_the_api_and_a_key_nothing_among_pages(frozen, token):
    client = Client()
    client.force_login(frozen.world.people["sun"])
    assert client.get("/api/v1/rounds").status_code == 401
    answer = Client().get("/rounds/", headers={"Authorization": f"Bearer {token('sun', 'secretariat')}"})
    assert answer.status_code == 302


OPEN = {"columns": [{"name": "unit"}], "rows": [{"unit": "A001", "tier": "high"}]}


def edition(frozen, number: int, **fields) -> Edition:
    """An edition as publishing leaves it, with one table of open data."""
    body = zipped({"data/results.json": json.dumps(OPEN).encode(), "data/dictionary.json": b"[]", "zh/index.html": b""})
    now, sun = timezone.now(), frozen.world.people["sun"]
    fields |= {"file_digest": keep_bytes("editions", body), "size": len(body), "digest": f"{number}" * 64}
    return Edition.objects.create(round=frozen.round, frozen=frozen.snapshot, number=number, by=sun, at=now, **fields)


def test_editions_are_everybodys_and_a_withdrawn_one_stays_listed_as_withdrawn(frozen):
    first = edition(frozen, 1, withdrawn_at=timezone.now(), withdrawn_reason="更正得分")
    edition(frozen, 2, replaces=first, errata=[{"zh": "更正一处得分", "en": "A score was corrected"}])
    items = call("", "editions").json()["items"]
    told = [(one["number"], one["withdrawn_reason"], one["replaces"]) for one in items]
    assert told == [(1, "更正得分", None), (2, "", 1)]
    assert call("", "editions/r1/2").json()["errata"][0]["en"] == "A score was corrected"
    assert call("", "editions/r1/3").status_code == 404


def test_open_data_are_read_as_published_and_of_a_withdrawn_edition_no_more(frozen):
    found = edition(frozen, 1)
    assert call("", "editions/r1/1").json()["tables"] == ["results"]
    table = call("", "editions/r1/1/tables/results").json()
    assert table == OPEN | {"round": "r1", "number": 1, "table": "results"}
    assert call("", "editions/r1/1/tables/dictionary").status_code == 404
    Edition.objects.filter(pk=found.pk).update(withdrawn_at=timezone.now(), withdrawn_reason="更正得分")
    answer = call("", "editions/r1/1/tables/results")
    assert (answer.status_code, answer.json()["code"]) == (410, "data_withdrawn")
    assert call("", "editions/r1/1").json()["tables"] == []


def test_the_number_of_queries_does_not_grow_with_the_list(frozen, token):
    sun = token("sun", "secretariat")
    counts = {}
    for address in ("register", "rounds/r1/filings", "rounds/r1/verdicts", "rounds/r1/results"):
        call(sun, f"{address}?limit=1")
        for limit in (1, 6):
            with CaptureQueriesContext(connection) as found:
                call(sun, f"{address}?limit={limit}")
            counts[address, limit] = len(found)
    assert {address for (address, limit), n in counts.items() if n != counts[address, 1]} == set()


def test_experts_read_their_own_sheets_and_nobody_elses(frozen, token):
    eva = token("eva", "expert")
    items = call(eva, "rounds/r1/sheets").json()["items"]
    assert {one["stage"] for one in items} == {"preliminary", "cross"}
    assert len(items) == 6
    assert all(one["state"] == "submitted" and one["marks"] for one in items)
    assert call(eva, "rounds/r1/results").status_code == 403


def test_an_alliance_reads_its_own_scorecard_as_the_page_shows_it_and_no_other(frozen, token):
    ada, dov, sun = token("ada", "filer"), token("dov", "filer"), token("sun", "secretariat")
    assert call(ada, "rounds/r1/scorecards/A001").json()["code"] == "no_results_yet"
    on_notice(frozen)
    card = call(ada, "rounds/r1/scorecards/A001").json()
    snapshot = snapshot_of(frozen.snapshot)
    row = snapshot.results["scores"].filter(unit="A001").row(0, named=True)
    assert (card["snapshot"], card["digest"]) == (1, frozen.snapshot.digest)
    assert Decimal(card["score"]) * 100 == row["score"]
    assert card["tier_title"]["zh"] == snapshot.scheme.tier(row["tier"]).title.zh
    settled = {one["indicator"]: one for one in snapshot.results["settled"].filter(unit="A001").to_dicts()
               if one["basis"] != "not_applicable"}  # fmt: skip
    assert [one["indicator"] for one in card["indicators"]] == [
        one.id for one in snapshot.scheme.indicators if one.id in settled
    ]
    for one in card["indicators"]:
        given = settled[one["indicator"]]
        assert Decimal(one["points"]) == round(Decimal(given["settled_num"]) / given["settled_den"] / 100, 2)
        assert Decimal(one["maximum"]) * 100 == given["maximum"]
    assert call(sun, "rounds/r1/scorecards/A001").json() == card
    assert call(dov, "rounds/r1/scorecards/A001").status_code == 404
    assert call(ada, "rounds/r1/scorecards/A002").status_code == 404
    assert call(token("obi", "observer"), "rounds/r1/scorecards/A001").status_code == 403


def test_a_scorecard_tells_no_mark_stage_mean_expert_nor_rank(frozen, token):
    """The scheme's notice shows no ranks; the exact settled points would tell a mark where one expert gave it."""
    on_notice(frozen)
    answer = call(token("ada", "filer"), "rounds/r1/scorecards/A001")
    text = answer.content.decode()
    assert answer.json()["rank"] is None
    assert '"exact"' not in text
    notes = snapshot_of(frozen.snapshot).results["settled"].filter(unit="A001", basis="marks")["note_zh"].to_list()
    assert not [note for note in notes if note in text]
    assert not [word for word in ("位专家", "加权", "Fox", "Gil", "E01") if word in text]

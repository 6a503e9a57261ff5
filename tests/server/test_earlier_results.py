"""Results of earlier years: names matched by rule, confirmed by a person, taken over once, corrected with an event."""

from __future__ import annotations

from datetime import date
from io import BytesIO
from pathlib import Path

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from huoyue.examples.rounds import facts_of as example_facts
from huoyue.exchange.grid import Grid
from huoyue.server.demonstration import ACCOUNTS, account, register
from huoyue.server.demonstration.earlier import earlier_results
from huoyue.server.models import AllianceName, EarlierImport, EarlierResult, Event, Filing
from huoyue.server.operations import register as operations
from huoyue.server.operations.earlier_reading import groups_of, read_earlier, rows_of
from huoyue.server.queries.earlier import book_of, matched
from huoyue.server.queries.facts import facts_of
from huoyue.server.queries.outcomes import plain_period
from huoyue.server.queries.register import register_scheme
from huoyue.server.views import earlier

DOCUMENT = {"document": "2015年度活跃度评价结果的通知", "number": "国科发创〔2016〕52号", "dated": "2016-05-06"}
SOURCE = "2015年度活跃度评价结果的通知，国科发创〔2016〕52号，2016年5月6日"


@pytest.fixture(autouse=True)
def in_process(request, monkeypatch):
    """Files are read here and not in a child process, but for the test of that."""
    if "child" not in request.node.name:
        monkeypatch.setattr(earlier, "read_earlier", rows_of)


@pytest.mark.once
def test_a_file_is_read_in_a_child_process(tmp_path):
    path = tmp_path / "a.csv"
    path.write_text("联盟名称,得分\n半导体,98\n", encoding="utf-8")
    assert [(row["name"], row["score"]) for row in read_earlier(path).rows] == [("半导体", 9800)]


def listed(*rows, heads=("序号", "联盟名称", "评分"), name="2015.xlsx"):
    book = openpyxl.Workbook()
    book.active.append(heads)
    for row in rows:
        book.active.append(row)
    stream = BytesIO()
    book.save(stream)
    return SimpleUploadedFile(name, stream.getvalue())


def send(client, file, period="2015年度"):
    answer = client.post("/register/earlier/import/", {"file": file, "period": period} | DOCUMENT)
    assert answer.status_code == 303, answer.content.decode()
    return answer["Location"]


def kept():
    rows = EarlierResult.objects.order_by("period", "alliance__code")
    return list(rows.values_list("alliance__code", "period", "score", "tier"))


@pytest.mark.once
@pytest.mark.parametrize(
    ("name", "period", "certainty", "how"),
    [
        ("半导体产业技术创新战略联盟", "2015", "sure", "name"),
        ("半导体 产业技术创新战略联盟 ", "2015", "sure", "name"),
        ("A001", "2015", "sure", "code"),
        ("半导体", "2015", "sure", "short"),
        ("半导体产业技术创新联盟", "2015", "sure", "short"),
        ("半导体照明工程联盟", "2014", "sure", "former"),
        ("半导体照明工程联盟", "2016", "likely", "former_late"),
        ("竹材联盟", "2015", "sure", "alias"),
        ("竹木产业技术创新战略联盟", "2015", "likely", "like"),
        ("深海采矿", "2015", "none", None),
    ],
)
def test_a_name_is_matched_by_rule_and_what_is_not_certain_waits(world, name, period, certainty, how):
    first, second, _ = world.alliances
    AllianceName.objects.create(alliance=first, name="半导体照明工程联盟", kind="former", until=date(2015, 6, 1))
    AllianceName.objects.create(alliance=second, name="竹材联盟", kind="alias")
    found = matched(book_of(register_scheme()), name, period)
    assert found.certainty == certainty
    assert (found.candidates[0].how if found.candidates else None) == how


def test_a_name_that_two_alliances_have_is_never_sure(world):
    for alliance in world.alliances[:2]:
        AllianceName.objects.create(alliance=alliance, name="材料联盟", kind="alias")
    found = matched(book_of(register_scheme()), "材料联盟", "2015")
    assert (found.certainty, [one.code for one in found.candidates]) == ("likely", ["A001", "A002"])


@pytest.mark.once
@pytest.mark.parametrize("label", ["2015", "2015年", "2015年度", " 2015 年度"])
def test_a_period_is_one_however_it_is_written(label):
    assert plain_period(label) == "2015"


def test_a_list_waits_for_the_unsure_names_and_is_then_taken_over_once(as_, world):
    client = as_("sun")
    preview = send(
        client,
        listed(
            (None, "活跃度高的联盟（共2家）", None),
            (1, "半导体产业技术创新战略联盟", 98),
            (2, "竹木联盟", 86.5),
            (3, "深海采矿联盟", 40),
        ),
    )
    page = client.get(preview)
    assert [line.row["name"] for line in page.context["sure"]] == ["半导体产业技术创新战略联盟"]
    assert [line.row["name"] for line in page.context["unsure"]] == ["竹木联盟", "深海采矿联盟"]
    assert kept() == []
    undecided = client.post(preview, {"what": "apply", "row-1": "A002"})
    assert (undecided.status_code, kept()) == (409, [])
    assert "深海采矿联盟" in undecided.content.decode()
    done = client.post(preview, {"what": "apply", "row-1": "A002", "row-2": "-"})
    assert done.status_code == 303, done.content.decode()
    assert kept() == [("A001", "2015", 9800, "high"), ("A002", "2015", 8650, "high")]
    assert EarlierResult.objects.get(alliance__code="A002").name == "竹木联盟"
    assert set(EarlierResult.objects.values_list("source", flat=True)) == {SOURCE}
    assert client.post(preview, {"what": "apply", "row-1": "A002", "row-2": "-"}).status_code == 409
    applied = Event.objects.get(kind="earlier.applied")
    assert applied.detail["after"] | {"new": 2, "left": 1} == applied.detail["after"]


def test_headings_inside_a_list_are_the_tiers_of_the_lines_below(as_, world):
    """A list as those of 2013 to 2015 were published, headings in the first column, one word not as we say it."""
    client = as_("sun")
    book = openpyxl.Workbook()
    for row in (
        ("附件：2015年度产业技术创新战略联盟活跃度评价结果", None, None), ("序号", "联盟名称", "评分"),
        ("活跃度高的联盟（共 1 家）", None, None), (1, "半导体产业技术创新战略联盟", 98),
        ("二、活跃度不高的联盟(共1家)：", None, None), (2, "木竹产业技术创新战略联盟", 60),
        (None, "未参评的联盟（1家）", None), (3, "住宅产业技术创新战略联盟", None),
    ):  # fmt: skip
        book.active.append(row)
    stream = BytesIO()
    book.save(stream)
    preview = send(client, SimpleUploadedFile("2015.xlsx", stream.getvalue()))
    page = client.get(preview)
    assert [line.row["name"][:2] for line in page.context["sure"]] == ["半导", "木竹", "住宅"]
    assert [word for _, word, _ in page.context["words"]] == ["活跃度不高", "未参评"]
    number = page.context["words"][0][0]
    lowest = register_scheme().tiers[0].id
    client.post(preview, {"what": "apply", f"tier-{number}": lowest, f"tier-{number + 1}": "nonsense"})
    assert kept() == [("A001", "2015", 9800, "high"), ("A002", "2015", 6000, lowest), ("A003", "2015", None, "")]


@pytest.mark.once
@pytest.mark.parametrize(
    ("heading", "tier"),
    [
        ("活跃度高的联盟（共 29 家）", "活跃度高"), ("一、活跃度较高的联盟(23家)", "活跃度较高"),
        ("活跃度一般的联盟：", "活跃度一般"), ("活跃度高（86分以上）", "活跃度高"),
        ("（三）活跃度差，共18家", "活跃度差"), ("高活跃度联盟（共5家）", "高活跃度"),
        ("Highly active (29)", "Highly active"),
    ],
)  # fmt: skip
def test_a_heading_says_its_tier(heading, tier):
    grid = Grid(Path("a.xlsx"), "a", [(heading, None), (heading, 5), ("半导体产业技术创新战略联盟", None)])
    assert groups_of(grid) == {0: tier}


def test_the_source_is_shown_with_the_results_and_travels_into_the_snapshot_and_the_report(as_, world):
    client = as_("sun")
    client.post(send(client, listed((1, "半导体", 98))), {"what": "apply"})
    assert SOURCE in client.get("/register/earlier/").content.decode()
    found = facts_of(world.round)
    assert found.earlier_sources.rows() == [("2015", SOURCE, 1)]
    assert facts_of(world.round, only="A001").earlier_sources.is_empty()


def test_another_alliance_can_be_named_and_the_rest_left_out_at_once(as_, world):
    client = as_("sun")
    preview = send(client, listed((1, "深海采矿联盟", 70), (2, "没有这家", 60)))
    wrong = client.post(preview, {"what": "apply", "other-0": "住宅", "rest": "1"})
    assert wrong.status_code == 409
    client.post(preview, {"what": "apply", "other-0": "住宅产业技术创新战略联盟", "rest": "1"})
    assert kept() == [("A003", "2015", 7000, "")]


def test_the_same_list_again_changes_nothing_and_a_corrected_one_keeps_what_was_before(as_, world):
    client = as_("sun")
    rows = [(1, "半导体", 98), (2, "木竹", 80)]
    client.post(send(client, listed(*rows)), {"what": "apply"})
    before = list(EarlierResult.objects.values_list("pk", "at"))
    again = send(client, listed(*rows))
    assert {line.fate.state for line in client.get(again).context["sure"]} == {"same"}
    client.post(again, {"what": "apply"})
    assert list(EarlierResult.objects.values_list("pk", "at")) == before
    client.post(send(client, listed((1, "半导体", 97), (2, "木竹", 80))), {"what": "apply"})
    assert kept() == [("A001", "2015", 9700, ""), ("A002", "2015", 8000, "")]
    event = Event.objects.get(kind="earlier.corrected")
    assert (event.alliance.code, event.detail["before"]["score"], event.detail["after"]["score"]) == (
        "A001",
        9800,
        9700,
    )


def test_a_list_read_before_the_register_changed_is_refused(as_, world):
    client = as_("sun")
    preview = send(client, listed((1, "半导体", 98)))
    operations.set_aliases(world.acting("sun"), world.alliances[1], ["半导体"])
    assert client.post(preview, {"what": "apply"}).status_code == 409
    assert kept() == []


def test_two_names_for_one_alliance_in_a_period_are_refused(as_, world):
    client = as_("sun")
    preview = send(client, listed((1, "半导体", 98), (2, "半导体产业技术创新战略联盟", 97)))
    assert client.post(preview, {"what": "apply"}).status_code == 409
    assert kept() == []


def test_periods_of_rows_words_for_tiers_and_absences_are_read(as_, world):
    client = as_("sun")
    file = listed(("半导体", 98, "高", "2013年"), ("木竹", None, "不活跃", "2014"), ("住宅", None, None, None),
                  heads=("单位名称", "总分", "等级", "年度"))  # fmt: skip
    preview = send(client, file, period="2015")
    page = client.get(preview)
    assert [word for _, word, _ in page.context["words"]] == ["不活跃"]
    number = page.context["words"][0][0]
    client.post(preview, {"what": "apply", f"tier-{number}": "poor"})
    assert kept() == [("A001", "2013", 9800, "high"), ("A002", "2014", None, "poor"), ("A003", "2015", None, "")]


def test_a_file_without_results_or_with_a_wrong_score_keeps_nothing_and_says_where(as_, world, settings, tmp_path):
    settings.FILES = tmp_path
    client = as_("sun")
    for file, told in (
        (listed(("x", 1), heads=("甲", "乙")), "联盟名称"),
        (listed((1, "半导体", "九十八")), "C2"),
        (SimpleUploadedFile("a.xlsx", b"PK no"), "xlsx"),
    ):
        answer = client.post("/register/earlier/import/", {"file": file, "period": "2015"} | DOCUMENT)
        assert answer.status_code == 422
        assert told in answer.content.decode()
    for blank in ({"period": ""}, {"document": " "}, {"dated": ""}, {"dated": "2016年"}, {"dated": "2999-01-01"}):
        sent = {"file": listed((1, "半导体", 1)), "period": "2015"} | DOCUMENT | blank
        answer = client.post("/register/earlier/import/", sent)
        assert answer.status_code == 422
        assert 'value="国科发创〔2016〕52号"' in answer.content.decode()
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == []
    assert not EarlierImport.objects.exists()


def test_one_result_is_corrected_or_removed_with_a_reason(as_, world):
    client = as_("sun")
    client.post(send(client, listed((1, "半导体", 98))), {"what": "apply"})
    address = f"/register/earlier/{EarlierResult.objects.get().pk}/"
    assert client.post(address, {"what": "correct", "score": "97", "tier": "", "reason": ""}).status_code == 422
    assert kept()[0][2] == 9800
    assert client.post(address, {"what": "correct", "score": "九七", "reason": "原文有误，予以更正"}).status_code == 422
    client.post(address, {"what": "correct", "score": "97.5", "tier": "high", "reason": "原文有误，予以更正"})
    assert kept() == [("A001", "2015", 9750, "high")]
    client.post(address, {"what": "remove", "reason": "该联盟当年未参评"})
    assert kept() == []
    kinds = list(Event.objects.filter(alliance__code="A001").order_by("seq").values_list("kind", flat=True))
    assert kinds == ["earlier.corrected", "earlier.removed"]


def test_results_known_before_a_round_are_part_of_its_facts_and_later_ones_are_not(world):
    now = timezone.now()
    for code, period in (("A001", "2014"), ("A002", "2015年度"), ("A003", "2016"), ("A001", "2017")):
        alliance = next(one for one in world.alliances if one.code == code)
        EarlierResult.objects.create(alliance=alliance, period=period, score=8600, name="x", by=world.sun, at=now)
    found = facts_of(world.round)
    assert found.earlier.select("unit", "period", "score").rows() == [("A001", "2014", 8600), ("A002", "2015", 8600)]
    assert found.earlier_schemes.is_empty()
    assert facts_of(world.round, only="A001").earlier.is_empty()


def test_the_demonstration_knows_what_the_example_knows_of_earlier_years(world):
    example = example_facts("alliance_activity_2016")
    Filing.objects.all().delete()
    for one in world.alliances:
        one.delete()
    alliances = register(example)
    earlier_results(example, alliances, account(*ACCOUNTS[0]))
    Filing.objects.bulk_create(Filing(round=world.round, alliance=one) for one in alliances.values())
    assert facts_of(world.round).earlier.equals(example.earlier)

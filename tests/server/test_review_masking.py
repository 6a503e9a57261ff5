"""Where a stage hides names: what experts get tells neither the alliance nor its members, and files are withheld."""

from __future__ import annotations

import json
from io import BytesIO

import pytest
from django.utils import timezone
from openpyxl import load_workbook
from tests.server.reviewing import mark_all, met, opened
from tests.server.sheets.marking import SEAT, address, own, signed_in, with_file, with_rights

from huoyue.core.scheme.model import Rights
from huoyue.server.api.review import shown as as_shown
from huoyue.server.models import Contact, Filing, Mark, Member, Sheet, Suggestion
from huoyue.server.operations.review_agenda import add_case
from huoyue.server.operations.review_meeting import Decided, decide, open_case
from huoyue.server.operations.review_stages import close_stage, open_stage
from huoyue.server.queries.review import own_sheets
from huoyue.server.queries.review_masking import Masking
from huoyue.server.queries.review_meeting import addressed
from huoyue.server.queries.schemes import digest_of_scheme


@pytest.fixture
def review(reviewing):
    return reviewing


def own_filing(review) -> Filing:
    """The filing of the first sheet of eva."""
    return Filing.objects.select_related("in_force", "alliance").get(round=review.round, alliance__code="A001")


def rewritten(filing: Filing, cells: dict[str, str], files: list[dict[str, str]]) -> None:
    """The first record of what was submitted, otherwise."""
    content = json.loads(filing.in_force.content)
    content["records"][0]["cells"] |= cells
    content["records"][0]["evidence"] = files
    for record in content["records"][1:]:
        record["cells"]["evidence"] = ""
    type(filing.in_force).objects.filter(pk=filing.in_force.pk).update(content=json.dumps(content))


def test_where_names_are_hidden_texts_and_files_are_masked_and_evidence_is_withheld(review):
    filing = own_filing(review)
    member = Member.objects.create(alliance=filing.alliance, organisation="华东（宁波）材料院 ABC公司")
    lead = filing.alliance.members.get(leads=True)
    cells = {"title": f"半导体 产业技术创新战略联盟与{lead.organisation}、华东(宁波)材料院ＡＢＣ公司、半导体照明合办",
             "evidence": f"{member.organisation}纪要"}  # fmt: skip
    rewritten(filing, cells, files=[{"uid": "e" * 32, "name": f"{lead.organisation}纪要.png", "digest": "1" * 64,
                                     "kind": "image/png"}])  # fmt: skip
    Suggestion.objects.filter(filing=filing).update(explanation_zh=f"与{lead.organisation}合办")
    secret = ("半导体", lead.organisation, "华东", "ABC公司", "ＡＢＣ公司")
    with_rights(review, names=False)
    opened(review)
    client, sheet = signed_in(review, "eva"), own(review)
    page = client.get(address(sheet)).content.decode()
    assert "A001与[成员单位1]、[成员单位2]、A001照明合办" in page
    assert [name for name in secret if name in page] == []
    assert "与[成员单位1]合办" in page and "无法隐去" in page and "纪要" not in page
    assert client.get(with_file(sheet)).status_code == 404
    book = b"".join(client.get(f"{SEAT}stage/preliminary/workbook/").streaming_content)
    cells = str([[cell.value for cell in row] for sheet in load_workbook(BytesIO(book)) for row in sheet.rows])
    assert "[成员单位1]" in cells and [name for name in secret if name in cells] == []


def test_evidence_is_shown_beside_hidden_names_only_where_the_scheme_says_so(review):
    filing = own_filing(review)
    lead = filing.alliance.members.get(leads=True)
    rewritten(
        filing,
        {"title": "理事会", "evidence": f"{lead.organisation}纪要"},
        files=[{"uid": "e" * 32, "name": f"{lead.organisation}.png", "digest": "1" * 64, "kind": "image/png"}],
    )
    with_rights(review, names=False, evidence=True)
    opened(review)
    client, sheet = signed_in(review, "eva"), own(review)
    page = client.get(address(sheet)).content.decode()
    assert "[成员单位1]纪要" in page and "A001-eeeeeeee.png" in page and lead.organisation not in page
    assert "证明材料文件内容中的名称无法隐去" in page


def test_what_others_gave_as_reasons_before_is_masked_as_well(review):
    text = review.round.scheme_text.replace(
        "      across_groups: true\n", "      sees: {earlier: group, names: false}\n", 1
    )
    type(review.round).objects.filter(pk=review.round.pk).update(scheme_text=text, scheme_digest=digest_of_scheme(text))
    review.round.refresh_from_db()
    opened(review)
    mark_all(review, "preliminary")
    first = own_sheets(review.seat("eva")).first()
    Mark.objects.filter(sheet__panellist=review.seats["fox"]).update(reason=f"{first.filing.alliance.name}材料齐全")
    close_stage(review.world.acting("sun"), review.fresh("preliminary"))
    stage = review.fresh("cross")
    Sheet.objects.create(stage=stage, panellist=review.seats["eva"], filing=first.filing, assigned_at=timezone.now())
    open_stage(review.world.acting("sun"), stage, reason="测试")
    page = signed_in(review, "eva").get(f"{SEAT}stage/cross/sheet/{first.filing.alliance.code}/").content.decode()
    assert f"{first.filing.alliance.code}材料齐全" in page and first.filing.alliance.name not in page


@pytest.mark.once
def test_evidence_without_names_has_to_be_said():
    assert Rights().evidence and not Rights(names=False).evidence
    assert Rights(names=False, evidence=True).evidence and not Rights(evidence=False).evidence


def test_a_name_is_found_in_either_width_in_capitals_or_not_and_inside_a_page_only_in_texts(review):
    filing = own_filing(review)
    Member.objects.create(alliance=filing.alliance, organisation="TD & Co（上海）")
    masked = Masking(filing, hides=True)
    assert masked("与td&co(上海)、ＴＤ ＆ Ｃｏ（上海）合办") == "与[成员单位2]、[成员单位2]合办"
    assert masked.page('<td title="x">TD &amp; Co（上海）&lt;b&gt;</td>') == '<td title="x">[成员单位2]&lt;b&gt;</td>'
    assert Masking(filing, hides=False)("TD & Co（上海）") == "TD & Co（上海）"


@pytest.mark.parametrize(
    "address",
    ["https://www.led-alliance.org.cn/news/1.html", "http://led.cn", "www.led.com", "led-alliance.org.cn",
     "LED.COM.CN:8080/a", "ｗｗｗ．ｌｅｄ．ｃｏｍ"],
)  # fmt: skip
def test_web_addresses_are_hidden_unless_the_stage_shows_evidence(review, address):
    filing = own_filing(review)
    text = f"见{address}，已更新（{address}）"
    assert Masking(filing, hides=True)(text) == "见[网址]，已更新（[网址]）"
    assert Masking(filing, hides=True, links=True)(text) == text
    assert Masking(filing, hides=False)(text) == text


def test_people_of_the_register_and_their_mail_are_hidden_and_ordinary_words_are_not(review):
    filing = own_filing(review)
    Contact.objects.create(alliance=filing.alliance, name="欧阳锦程", email="oyjc@led.cn")
    Contact.objects.create(alliance=filing.alliance, name="Li")
    masked = Masking(filing, hides=True, links=True)
    assert (
        masked("欧阳锦程（oyjc@led.cn）与张三主持，Lithium 3.5 comes", "zh")
        == "[人员]（[邮箱]）与张三主持，Lithium 3.5 comes"
    )
    assert masked("欧阳 锦程", "en") == "[person]"
    text = "增长3.5倍，1.2.3节，v2.0版，GB/T 19001-2016，等.合计"
    assert masked(text) == text and Masking(filing, hides=True)(text) == text


def test_the_interface_for_programs_hides_names_too(review):
    with_rights(review, names=False)
    opened(review)
    assert as_shown(own(review), "Asia/Shanghai")["name"] == "A001"


def test_in_a_meeting_without_names_the_room_is_masked_and_the_chair_is_not(review):
    text = review.round.scheme_text
    at = text.index("- id: meeting")
    changed = text[:at] + text[at:].replace("kind: decisions\n", "kind: decisions\n      sees: {names: false}\n", 1)
    assert changed != text
    type(review.round).objects.filter(pk=review.round.pk).update(
        scheme_text=changed, scheme_digest=digest_of_scheme(changed)
    )
    review.round.refresh_from_db()
    filing = own_filing(review)
    lead = filing.alliance.members.get(leads=True)
    rewritten(filing, {"title": f"{lead.organisation}承办", "evidence": "纪要甲"}, files=[])
    stage = met(review)
    if not stage.cases.filter(filing=filing).exists():
        add_case(review.world.acting("cho"), stage, filing, "组长提议集体讨论")
    case = addressed(review.round, "meeting", "A001")
    open_case(review.acting("cho"), case, [review.seats["eva"].pk])
    decide(
        review.acting("cho"),
        addressed(review.round, "meeting", "A001"),
        Decided("council", "3", f"{filing.alliance.name}材料不足"),
    )
    page = signed_in(review, "eva").get("/rounds/r1/room/meeting/").content.decode()
    assert "<h1>A001" in page and "A001材料不足" in page and "[成员单位1]承办" in page
    assert [one for one in (filing.alliance.name, lead.organisation, "纪要甲") if one in page] == []
    chair = signed_in(review, "cho")
    session = chair.session
    session["role"] = "chair"
    session.save()
    assert filing.alliance.name in chair.get("/rounds/r1/meeting/meeting/of/A001/").content.decode()

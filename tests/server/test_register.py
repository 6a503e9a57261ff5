"""The register: found by any name, changed with care, imported with a preview, merged, personal data kept close."""

from __future__ import annotations

from datetime import date
from io import BytesIO

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from huoyue.server.models import Alliance, Contact, Duty, Event, Filing, RegisterImport
from huoyue.server.operations import register as operations
from huoyue.server.operations.journal import Refuse


def workbook(*rows, heads=("代码", "名称", "批次", "产业领域", "身份", "牵头单位", "联系人", "联系电话")):
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = "名册"
    sheet.append(heads)
    for row in rows:
        sheet.append(row)
    stream = BytesIO()
    book.save(stream)
    return SimpleUploadedFile("register.xlsx", stream.getvalue())


def send(client, file):
    answer = client.post("/register/import/", {"file": file})
    return answer, (answer["Location"] if answer.status_code == 303 else "")


def test_a_file_shows_first_what_it_would_change_and_then_changes_it(as_, world):
    client = as_("sun")
    file = workbook(
        ("A001", "半导体产业技术创新战略联盟", "第一批", "材料", "试点联盟", "新牵头单位", "王联系", "010-1"),
        ("A009", "新联盟", "第三批", "", "试点联盟", "", "", ""),
    )
    answer, preview = send(client, file)
    assert answer.status_code == 303, answer.content.decode()
    assert not Alliance.objects.filter(code="A009").exists()
    page = client.get(preview).content.decode()
    assert "新牵头单位" in page
    assert client.post(preview).status_code == 303
    assert Alliance.objects.get(code="A009").batch == "third"
    assert Alliance.objects.get(code="A001").members.get(leads=True).organisation == "新牵头单位"
    assert Contact.objects.get(alliance__code="A001", first=True).name == "王联系"
    assert Event.objects.filter(kind="register.applied").count() == 1


def test_the_same_file_twice_changes_nothing_and_the_export_reads_back_as_it_is(as_, world):
    client = as_("sun")
    book = client.get("/register/export.xlsx").content
    _, preview = send(client, SimpleUploadedFile("register.xlsx", book))
    assert client.get(preview).context["nothing"] is True


@pytest.mark.once
def test_every_mistake_of_a_file_is_listed_with_its_cell_and_nothing_is_kept(as_, world):
    file = workbook(
        ("A001", "半导体", "第九批", "材料", "试点联盟", "", "", ""),
        ("", "无代码", "第一批", "", "没有的身份", "", "", ""),
    )
    answer, _ = send(as_("sun"), file)
    page = answer.content.decode()
    assert answer.status_code == 422
    assert all(cell in page for cell in ("C2", "A3", "E3"))
    assert not RegisterImport.objects.exists()


@pytest.mark.once
@pytest.mark.parametrize("body", [b"nonsense", b"PK\x03\x04broken", b"a,b\n1,2\n"])
def test_a_file_that_is_no_register_is_said_to_be_none(as_, world, body):
    answer, _ = send(as_("sun"), SimpleUploadedFile("register.xlsx", body))
    assert answer.status_code == 422


def test_a_preview_does_not_hold_for_a_register_that_changed_since(as_, world):
    client = as_("sun")
    _, preview = send(client, workbook(("A009", "新联盟", "第三批", "", "试点联盟", "", "", "")))
    operations.rename(world.acting("sun"), Alliance.objects.get(code="A002"), "改名联盟", date(2017, 1, 1))
    assert client.post(preview).status_code == 409
    assert not Alliance.objects.filter(code="A009").exists()


def test_a_renamed_alliance_is_found_by_its_old_name_with_the_day(as_, world):
    alliance = Alliance.objects.get(code="A001")
    operations.rename(world.acting("sun"), alliance, "新名产业技术创新战略联盟", date(2016, 6, 1))
    page = as_("sun").get("/register/?q=半导体").content.decode()
    assert "新名产业技术创新战略联盟" in page
    detail = as_("sun").get("/register/of/A001/").content.decode()
    assert "2016年6月1日" in detail


def test_a_code_that_is_taken_is_said_to_be(as_, world):
    form = {"code": "a001", "name": "另一联盟", "batch": "first", "status": "pilot", "basis": "registered"}
    answer = as_("sun").post("/register/new/", form)
    assert answer.status_code == 422
    assert "已有代码为a001的联盟" in answer.content.decode().replace(" ", "")


def test_a_stale_change_is_refused_and_shows_both(as_, world):
    client = as_("sun")
    form = {
        "name": "半导体产业技术创新战略联盟",
        "batch": "first",
        "status": "pilot",
        "basis": "registered",
        "revision": "1",
    }
    assert client.post("/register/of/A001/change/", form | {"note": "甲"}).status_code == 303
    late = client.post("/register/of/A001/change/", form | {"note": "乙"})
    assert late.status_code == 422
    page = late.content.decode()
    assert "甲" in page
    assert "乙" in page
    assert Alliance.objects.get(code="A001").note == "甲"


def test_personal_data_are_shown_to_those_who_need_them_alone(as_, world):
    for who, sees in (("sun", True), ("lin", True), ("ada", True), ("obi", False)):
        page = as_(who).get("/register/of/A001/").content.decode()
        assert ("010-00000000" in page) is sees, who
    for who in ("lou", "dov"):
        assert as_(who).get("/register/of/A001/").status_code == 404
    observers = as_("obi").get("/register/export.xlsx").content
    cells = [str(cell.value) for row in openpyxl.load_workbook(BytesIO(observers)).active for cell in row]
    assert not any("010-00000000" in cell or "联系" in cell for cell in cells)


def test_a_duplicate_is_merged_and_still_found(as_, world):
    client = as_("sun")
    assert client.post("/register/merge/", {"gone": "A002", "into": "A001"}).status_code == 303
    assert Alliance.objects.get(code="A002").merged_into.code == "A001"
    assert "A001" in client.get("/register/?q=木竹").content.decode()
    assert Filing.objects.filter(round=world.round).count() == 2
    answer = client.get("/register/of/A002/")
    assert "A001" in answer.content.decode()


def test_two_alliances_that_both_filed_are_not_merged(as_, world):
    Filing.objects.update(state="draft")
    with pytest.raises(Refuse, match="merge_both_filed"):
        operations.merge(world.acting("sun"), world.alliances[1], world.alliances[0])


def test_looking_at_a_merge_says_what_is_wrong_with_the_codes(as_, world):
    client = as_("sun")
    for asked, says in (("gone=A001&into=Q99", "Q99"), ("gone=A001&into=A001", "不能并入自身")):
        answer = client.get(f"/register/merge/?{asked}")
        assert (answer.status_code, says in answer.content.decode()) == (422, True)
        assert 'class="danger"' not in answer.content.decode()
    operations.merge(world.acting("sun"), world.alliances[1], world.alliances[0])
    assert "此前已并入A001" in client.get("/register/merge/?gone=A002&into=A001").content.decode()


def test_after_a_merge_somebody_still_answers_for_the_filing(as_, world):
    gone, into = world.alliances[1], world.alliances[0]
    Duty.objects.filter(role="filer", alliance=into).update(responsible=False)
    Duty.objects.filter(role="filer", alliance=gone).update(responsible=True)
    operations.merge(world.acting("sun"), gone, into)
    assert Duty.objects.filter(role="filer", alliance=into, responsible=True, ended_at=None).count() == 1


def test_an_alliance_is_not_renamed_from_a_day_to_come(as_, world):
    client, alliance = as_("sun"), world.alliances[0]
    sent = {"revision": alliance.revision, "name": "新名称联盟", "renamed_on": "2999-01-01", "batch": "first",
            "status": "pilot"}  # fmt: skip
    answer = client.post("/register/of/A001/change/", sent)
    assert (answer.status_code, "不能晚于今天" in answer.content.decode()) == (422, True)
    assert "新名称联盟" in answer.content.decode()
    assert Alliance.objects.get(code="A001").name == alliance.name


def test_empty_cells_of_a_contact_leave_the_contact_as_it_is(as_, world):
    before = Contact.objects.values().get(alliance__code="A001", first=True)
    row = ("A001", "半导体产业技术创新战略联盟", "第一批", "材料", "试点联盟", "新牵头单位", "", "")
    client = as_("sun")
    _, preview = send(client, workbook(row))
    client.post(preview)
    assert Contact.objects.values().get(alliance__code="A001", first=True) == before


@pytest.mark.once
def test_a_file_without_rows_and_codes_that_no_address_can_hold_are_refused_in_words(as_, world):
    client = as_("sun")
    heads = ("代码", "名称", "批次", "参评身份")
    assert "只有表头" in send(client, workbook(heads=heads))[0].content.decode()
    answer, preview = send(client, workbook(("A/1 2", "坏代码联盟", "第一批", "试点联盟"), heads=heads))
    assert (answer.status_code, preview) == (422, "")
    assert "不能用作代码" in answer.content.decode()


def test_erased_personal_data_are_gone_from_every_table(as_, world):
    client = as_("sun")
    contact = Contact.objects.get(alliance__code="A001")
    data = {"name": "李秘密", "phone": "13900001111", "email": "secret@example.org", "first": "on", "what": "save"}
    assert client.post(f"/register/of/A001/contacts/{contact.pk}/", data).status_code == 303
    row = ("A001", "半导体产业技术创新战略联盟", "第一批", "材料", "试点联盟", "", "李秘密", "13900001111")
    assert send(client, workbook(row))[0].status_code == 303
    assert client.post(f"/register/of/A001/contacts/{contact.pk}/", {"what": "erase"}).status_code == 303
    tables = (Contact, Event, RegisterImport)
    everything = "".join(str(list(table.objects.values())) for table in tables)
    assert not any(text in everything for text in ("李秘密", "13900001111", "secret@example.org"))
    assert Event.objects.get(kind="personal.erased").detail["after"]["seqs"]


def test_what_a_file_said_is_not_kept_once_it_is_taken_over(as_, world):
    client = as_("sun")
    _, preview = send(client, workbook(("A009", "新联盟", "第三批", "", "试点联盟", "", "王联系", "010-1")))
    client.post(preview)
    assert "王联系" not in str(RegisterImport.objects.values())
    assert "已于" in client.get(preview).content.decode()


def test_the_data_of_a_contact_who_left_can_be_found_and_erased(as_, world):
    client, contact = as_("sun"), Contact.objects.get(alliance__code="A001")
    address = f"/register/of/A001/contacts/{contact.pk}/"
    answer = client.post(address, {"what": "end"}, follow=True).content.decode()
    assert "请另行指定首要联系人" in answer
    assert address in answer
    assert 'value="save"' not in client.get(address).content.decode()
    client.post(address, {"what": "erase"})
    assert address not in client.get("/register/of/A001/").content.decode()


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_pages_open(as_, world, lang):
    client = as_("sun")
    client.cookies["lang"] = lang
    for page in ("", "new/", "import/", "duplicates/", "merge/", "merge/?gone=A001&into=A002", "of/A001/",
                 "of/A001/change/", "of/A001/contacts/new/", "?batch=first&status=left"):  # fmt: skip
        assert client.get(f"/register/{page}").status_code == 200, page


def test_a_preview_speaks_of_batches_and_industries_by_their_names(as_, world):
    client = as_("sun")
    _, preview = send(client, workbook(("A009", "新联盟", "第三批", "材料", "试点联盟", "", "", "")))
    page = client.get(preview).content.decode()
    assert "<ins>第三批</ins>" in page and "<ins>材料</ins>" in page and "<ins>试点联盟</ins>" in page
    assert "<ins>third</ins>" not in page


def test_an_officer_is_not_told_how_many_the_whole_register_should_have(as_, world):
    assert "方案所列为" in as_("sun").get("/register/").content.decode()
    assert "方案所列为" not in as_("lin").get("/register/").content.decode()


def test_a_second_alliance_of_the_same_name_is_refused_and_the_first_is_named(as_, world):
    answer = as_("sun").post(
        "/register/new/", {"code": "X01", "name": "半导体产业技术创新战略联盟", "batch": "first", "status": "pilot"}
    )
    assert answer.status_code == 422
    assert "A001" in answer.content.decode()
    assert not Alliance.objects.filter(code="X01").exists()


def test_a_name_taken_by_another_leaves_the_whole_change_undone(as_, world):
    alliance = Alliance.objects.get(code="A002")
    posted = {
        "name": "半导体产业技术创新战略联盟", "batch": "third", "status": alliance.status,
        "revision": alliance.revision,
    }  # fmt: skip
    assert as_("sun").post("/register/of/A002/change/", posted).status_code == 422
    assert Alliance.objects.get(code="A002").batch == alliance.batch


def test_a_slip_of_the_pen_leaves_no_former_name(as_, world):
    alliance = Alliance.objects.get(code="A002")
    posted = {
        "name": "甲联盟", "mistyped": "on", "batch": alliance.batch, "status": alliance.status,
        "revision": alliance.revision,
    }  # fmt: skip
    assert as_("sun").post("/register/of/A002/change/", posted).status_code == 303
    alliance.refresh_from_db()
    assert alliance.name == "甲联盟"
    assert not alliance.names.filter(kind="former").exists()


def test_the_first_contact_noted_is_offered_as_the_one_to_ask_first(as_, world):
    client, alliance = as_("sun"), Alliance.objects.get(code="A002")
    Contact.objects.filter(alliance=alliance).delete()
    assert client.get("/register/of/A002/contacts/new/").context["form"]["first"].value() is True
    Contact.objects.create(alliance=alliance, name="李", first=True)
    assert client.get("/register/of/A002/contacts/new/").context["form"]["first"].value() is False


@pytest.mark.once
def test_a_file_may_not_bring_codes_or_addresses_that_the_form_refuses(as_, world):
    heads = ("代码", "名称", "批次", "身份", "联系人", "电子邮箱")
    answer, _ = send(as_("sun"), workbook(("X 01", "新联盟", "第三批", "试点联盟", "王", "wang@"), heads=heads))
    assert answer.status_code == 422
    page = answer.content.decode()
    assert "“X 01”不能用作代码" in page
    assert "“wang@”不是电子邮箱地址" in page
    assert not RegisterImport.objects.exists()

"""The workbook that comes back: what it adds, corrects, leaves and removes, and that evidence stays attached."""

from __future__ import annotations

from io import BytesIO

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from tests.server.world import scheme

from huoyue.core.filing.names import Names
from huoyue.server.models import Event, Evidence, Filing, Record
from huoyue.server.operations.filing import Typed, kind_of, remove_record, save_record
from huoyue.server.queries.matching import matched

AT = "/rounds/r1/filing/A001/"
MEETING = {"kind": "council", "title": "第三次理事会", "held_on": "2016年5月3日", "evidence": "纪要3号"}
OTHER = {"kind": "council", "title": "第四次理事会", "held_on": "2016-09-03", "evidence": "纪要4号"}
HEADS = {
    "kind": "会议类别",
    "title": "会议名称",
    "held_on": "召开日期",
    "attendees": "参会人数",
    "evidence": "证明材料",
}
PDF = b"%PDF-1.4\nhello\nstartxref\n9\n%%EOF\n"
BOTH = pytest.mark.parametrize("how", ["add", "replace"])


def fates(rows, records, kind="meeting", names=None):
    found = matched(scheme().record_type(kind), rows, records, names)
    return [(fate.state, fate.record, fate.changed) for fate in found]


def test_a_row_that_reads_the_same_is_unchanged_whatever_its_notation():
    row = MEETING | {"held_on": "2016-05-03", "kind": "理事会", "attendees": " "}
    assert fates([OTHER, row], [MEETING]) == [("new", None, ()), ("unchanged", 0, ())]


def test_a_row_with_the_key_of_a_record_corrects_it_and_the_rest_stays_as_typed():
    row = MEETING | {"held_on": "2016-05-03", "attendees": "30"}
    (fate,) = matched(scheme().record_type("meeting"), [row], [MEETING])
    assert (fate.state, fate.changed, fate.cells) == ("corrected", ("attendees",), MEETING | {"attendees": "30"})


def test_a_record_is_meant_once_and_equal_rows_come_before_those_with_the_key():
    corrected = MEETING | {"attendees": "30"}
    assert fates([corrected, MEETING], [MEETING]) == [("new", None, ()), ("unchanged", 0, ())]
    assert fates([MEETING, MEETING], [MEETING]) == [("unchanged", 0, ()), ("new", None, ())]
    assert fates([MEETING, MEETING], [MEETING, MEETING]) == [("unchanged", 0, ()), ("unchanged", 1, ())]


def test_a_blank_cell_empties_and_a_column_that_is_not_there_does_not():
    record = MEETING | {"attendees": "30"}
    assert fates([MEETING | {"attendees": ""}], [record]) == [("corrected", 0, ("attendees",))]
    assert fates([MEETING], [record]) == [("unchanged", 0, ())]


def test_what_cannot_be_read_is_not_lost_by_a_workbook_that_leaves_it_out():
    record = MEETING | {"held_on": "去年五月", "attendees": "很多"}
    kind = scheme().record_type("meeting")
    (fate,) = matched(kind, [MEETING | {"held_on": "", "attendees": ""}], [record])
    assert (fate.state, fate.cells) == ("unchanged", record)
    assert fates([record], [record]) == [("unchanged", 0, ())]
    (fate,) = matched(kind, [MEETING | {"attendees": ""}], [record])
    assert (fate.state, fate.record, fate.cells) == ("corrected", 0, MEETING | {"attendees": "很多"})


def test_the_record_of_a_single_section_is_meant_by_any_row():
    record = {"full_time_staff": "3", "working_rules": "是", "member_organisations": "20"}
    assert fates([record | {"full_time_staff": "4"}], [record], "secretariat") == [
        ("corrected", 0, ("full_time_staff",))
    ]


def test_an_alliance_is_the_same_by_code_and_by_name():
    names = Names([("A002", "木竹产业技术创新战略联盟", ())], ())
    record = {"partner": "木竹产业技术创新战略联盟", "subject": "联合攻关", "took_place_on": "2016-05-03"}
    assert fates([record | {"partner": "A002"}], [record], "cooperation", names) == [("unchanged", 0, ())]


def test_many_rows_are_matched_in_their_order():
    rows = [MEETING | {"title": f"会议{n}"} for n in range(2000)]
    assert fates(rows, rows) == [("unchanged", n, ()) for n in range(2000)]


@pytest.fixture
def filed(as_, world):
    """Two meetings, the first with a file and not looked at since it was carried over."""
    filing = Filing.objects.select_related("round", "alliance").get(pk=world.filings[0].pk)
    for n, cells in enumerate((MEETING, OTHER)):
        save_record(world.acting("ada"), filing, kind_of(filing, "meeting"), Typed(f"{n}" * 24, cells))
    client = as_("ada")
    client.post(f"{AT}evidence/", {"record": "0" * 24, "files": SimpleUploadedFile("a.pdf", PDF)})
    assert Evidence.objects.count() == 1
    Record.objects.filter(uid="0" * 24).update(confirmed=False)
    return client


class Book:
    """The downloaded workbook, changed by hand."""

    def __init__(self, client):
        self.client = client
        self.book = openpyxl.load_workbook(BytesIO(b"".join(client.get(f"{AT}workbook.xlsx").streaming_content)))
        self.page = self.book["会议"]
        rows = self.page.iter_rows(max_row=6)
        self.head = next(row for row in rows if any(str(c.value).startswith("会议名称") for c in row))
        self.first = next(
            n for n in range(self.head[0].row + 1, 20) if any("第三次" in str(c.value) for c in self.page[n])
        )

    def put(self, number, **cells):
        for name, value in cells.items():
            column = next(c.column for c in self.head if str(c.value).startswith(HEADS[name]))
            self.page.cell(self.first + number, column, value)

    def look(self):
        stream = BytesIO()
        self.book.save(stream)
        return self.client.post(f"{AT}workbook/", {"workbook": SimpleUploadedFile("a.xlsx", stream.getvalue())})

    def take(self, how):
        looked = self.look()
        assert looked.status_code == 200
        body = {"workbook_token": looked.context["token"], "take": how}
        return self.client.post(f"{AT}workbook/", body, follow=True)


def live():
    return {r.uid: r for r in Record.objects.filter(removed_at=None)}


def counts(looked):
    return [(k.kind.id, k.new, k.corrected, k.unchanged, k.gone, k.files) for k in looked.context["kinds"]]


@BOTH
def test_two_rows_more_are_two_records_more_and_evidence_stays(filed, how):
    book = Book(filed)
    for n in (2, 3):
        book.put(n, kind="理事会", title=f"新会议{n}", held_on=f"2016-10-0{n}", evidence=f"纪要新{n}")
    assert counts(book.look()) == [("meeting", 2, 0, 2, 0, 0)]
    answer = book.take(how)
    assert [r.cells["title"] for r in live().values()] == ["第三次理事会", "第四次理事会", "新会议2", "新会议3"]
    assert live()["0" * 24].cells == MEETING
    assert live()["0" * 24].confirmed
    assert Evidence.objects.get(removed_at=None).record in live()
    assert "新增2条" in answer.content.decode() or "2 added" in answer.content.decode()
    assert counts(book.look()) == [("meeting", 0, 0, 4, 0, 0)]
    book.take(how)
    assert len(live()) == 4


@BOTH
def test_a_corrected_cell_is_corrected_in_its_record(filed, how):
    book = Book(filed)
    book.put(0, attendees=45)
    looked = book.look()
    assert counts(looked) == [("meeting", 0, 1, 1, 0, 0)]
    assert [(place.cell.zh, place.old, place.new) for place in looked.context["changes"]] == [("参会人数", "", "45")]
    book.take(how)
    assert (live()["0" * 24].cells, live()["0" * 24].revision) == (MEETING | {"attendees": "45"}, 2)
    event = Event.objects.filter(kind="filing.record_saved").latest("seq")
    assert (event.subject, event.detail["before"]["cells"]) == ("0" * 24, MEETING)
    assert Evidence.objects.get().removed_at is None


def test_what_is_gone_from_the_workbook_is_removed_by_replacing_alone(filed):
    book = Book(filed)
    book.put(0, **dict.fromkeys(HEADS))
    for cell in book.page[book.first]:
        cell.value = None
    looked = book.look()
    assert counts(looked) == [("meeting", 0, 0, 1, 1, 1)]
    assert (looked.context["gone"], looked.context["lost"]) == (1, 1)
    book.take("add")
    assert set(live()) == {"0" * 24, "1" * 24}
    book.take("replace")
    assert set(live()) == {"1" * 24}
    filed.post(f"{AT}records/meeting/restore/", {"uid": "0" * 24})
    assert live()["0" * 24].cells == MEETING
    assert Evidence.objects.get().removed_at is None


def test_problems_of_rows_are_named_with_their_place(filed):
    book = Book(filed)
    book.put(2, kind="理事会", title="新会议", held_on="2019-01-01", evidence="x")
    book.put(3, kind="理事会", title="第三次理事会", held_on="2016-05-03", attendees=3, evidence="x")
    looked = book.look()
    found = [(place.row, place.cell.zh, place.flaw.missing) for place in looked.context["flaws"]]
    assert (book.first + 2, "召开日期", False) in found
    assert book.first + 3 in {row for row, _, _ in found}  # the same key twice
    assert "2019" in looked.content.decode()


@BOTH
def test_sending_the_same_preview_twice_changes_nothing_more(filed, how):
    book = Book(filed)
    book.put(0, attendees=45)
    book.put(2, kind="理事会", title="新会议", held_on="2016-10-02", evidence="x")
    token = book.look().context["token"]
    body = {"workbook_token": token, "take": how}
    assert filed.post(f"{AT}workbook/", body).status_code == 303
    before = {uid: (r.revision, r.cells) for uid, r in live().items()}
    assert filed.post(f"{AT}workbook/", body).status_code == 409
    assert {uid: (r.revision, r.cells) for uid, r in live().items()} == before


@BOTH
def test_what_somebody_changed_since_the_preview_is_not_overwritten(filed, how, world):
    book = Book(filed)
    book.put(0, attendees=45)
    book.put(2, kind="理事会", title="新会议", held_on="2016-10-02", evidence="x")
    token = book.look().context["token"]
    filing = Filing.objects.select_related("round", "alliance").get(pk=world.filings[0].pk)
    theirs = Typed("0" * 24, MEETING | {"attendees": "9"}, 1)
    save_record(world.acting("ben"), filing, kind_of(filing, "meeting"), theirs)
    events = Event.objects.count()
    assert filed.post(f"{AT}workbook/", {"workbook_token": token, "take": how}).status_code == 409
    assert live()["0" * 24].cells["attendees"] == "9"
    assert (len(live()), Event.objects.count()) == (2, events)


@BOTH
def test_a_single_record_is_corrected_in_place(filed, world, how):
    filing = Filing.objects.select_related("round", "alliance").get(pk=world.filings[0].pk)
    cells = {"full_time_staff": "3", "working_rules": "是", "member_organisations": "20", "evidence": "章程"}
    save_record(world.acting("ada"), filing, kind_of(filing, "secretariat"), Typed("5" * 24, cells))
    book = Book(filed)
    cell = next(c for page in book.book for row in page.iter_rows() for c in row if c.value == 20)
    cell.value = 21
    book.take(how)
    mine = [record for record in live().values() if record.kind == "secretariat"]
    assert [(r.uid, r.cells) for r in mine] == [("5" * 24, cells | {"member_organisations": "21"})]


def test_a_workbook_with_nothing_in_it_changes_nothing(filed, world):
    book = Book(filed)
    filing = Filing.objects.select_related("round", "alliance").get(pk=world.filings[0].pk)
    for uid in list(live()):
        remove_record(world.acting("ada"), filing, uid, live()[uid].revision)
    empty = Book.__new__(Book)
    empty.client = filed
    empty.book = openpyxl.load_workbook(BytesIO(b"".join(filed.get(f"{AT}workbook.xlsx").streaming_content)))
    looked = empty.look()
    assert (looked.status_code, looked.context["kinds"]) == (422, [])
    assert not live()
    assert book.look().status_code == 200


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("填报.ods", b"PK", "填报.ods"), ("填报.xls", b"x", ".xlsx、.csv"), ("填报", b"x", ".xlsx、.csv"),
        ("填报.xlsx", b"", "文件是空的"),
    ],
)  # fmt: skip
@pytest.mark.parametrize(("who", "address", "field"), [
    ("ada", f"{AT}workbook/", "workbook"), ("sun", "/register/import/", "file"),
])  # fmt: skip
def test_a_file_that_is_not_read_is_refused_by_its_ending_and_the_page_comes_back(
    as_, world, who, address, field, name, content, words
):
    answer = as_(who).post(address, {field: SimpleUploadedFile(name, content)})
    page = answer.content.decode()
    assert answer.status_code == 422
    assert words in page
    assert f'name="{field}"' in page
    assert ".other" not in page

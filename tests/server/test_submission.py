"""Handing in: what is checked, what counts, receipts, returning and correcting."""

from __future__ import annotations

import json
import re
from datetime import timedelta
from hashlib import sha256
from io import BytesIO

import pytest
from django.utils import timezone
from pypdf import PdfReader

from huoyue.server.models import Evidence, Filing, Round, State, Version
from huoyue.server.operations import filing as filing_operations
from huoyue.server.operations.filing import Typed
from huoyue.server.operations.journal import Refuse
from huoyue.server.operations.submission import return_for_correction, withdraw

AT = "/rounds/r1/filing/A001/"
MEETING = {"kind": "council", "title": "第三次理事会", "held_on": "2016-05-03", "evidence": "纪要2016-3号"}
SIGNED = {"agreed": "yes", "signed_as": "王秘书长"}


def fresh(world, n=0):
    return Filing.objects.select_related("round", "alliance", "in_force").get(pk=world.filings[n].pk)


@pytest.fixture
def typed(world):
    def save(cells=MEETING, *, uid="a" * 24, revision=0, who="ada", kind="meeting"):
        filing = fresh(world)
        of = filing_operations.kind_of(filing, kind)
        return filing_operations.save_record(world.acting(who), filing, of, Typed(uid, cells, revision))

    return save


def test_what_is_missing_is_listed_and_does_not_stop_a_submission(as_, typed):
    typed(MEETING | {"evidence": ""})
    page = as_("ada").get(f"{AT}submit/").content.decode()
    assert "To the record" in page or "查看该记录" in page
    assert as_("ada").post(f"{AT}submit/", SIGNED).status_code == 303
    assert Version.objects.get().number == 1


def test_what_is_wrong_stops_it_and_is_named(as_, typed):
    typed(MEETING | {"held_on": "2031-01-01"})
    answer = as_("ada").post(f"{AT}submit/", SIGNED)
    assert answer.status_code == 409
    assert "2031" in answer.content.decode()
    assert not Version.objects.exists()


def test_the_statement_must_be_signed(as_, typed):
    typed()
    assert as_("ada").post(f"{AT}submit/", {"signed_as": "王秘书长"}).status_code == 409
    assert as_("ada").post(f"{AT}submit/", {"agreed": "yes", "signed_as": " "}).status_code == 409
    assert not Version.objects.exists()


def test_a_version_keeps_what_was_submitted_and_its_digest(as_, typed, world):
    typed()
    as_("ada").post(f"{AT}submit/", SIGNED)
    version = Version.objects.get()
    assert version.digest == sha256(version.content.encode()).hexdigest()
    assert json.loads(version.content)["records"][0]["cells"] == MEETING
    assert fresh(world).in_force == version
    assert fresh(world).state == State.SUBMITTED
    with pytest.raises(Refuse, match="already_submitted"):
        typed(MEETING | {"title": "改"}, revision=1)


def test_submitting_twice_at_once_makes_one_version(as_, typed):
    typed()
    first, second = as_("ada"), as_("ben")
    assert first.post(f"{AT}submit/", SIGNED).status_code == 303
    assert second.post(f"{AT}submit/", SIGNED).status_code == 409
    assert Version.objects.count() == 1


def test_the_receipt_prints_number_digest_and_moment(as_, typed):
    typed()
    client = as_("ada")
    client.post(f"{AT}submit/", SIGNED)
    version = Version.objects.get()
    answer = client.get(f"{AT}receipt.pdf")
    text = "".join(page.extract_text() for page in PdfReader(BytesIO(answer.content)).pages)
    assert answer["Content-Type"] == "application/pdf"
    assert version.receipt in text
    assert version.digest in text.replace("\n", "")
    assert "王秘书长" in text


def test_a_draft_is_marked_on_paper_and_a_submitted_filing_carries_its_code(as_, typed):
    typed(MEETING | {"title": "怪名🦄会议"})
    client = as_("ada")
    draft = PdfReader(BytesIO(client.get(f"{AT}filing.pdf").content))
    client.post(f"{AT}submit/", SIGNED)
    final = PdfReader(BytesIO(client.get(f"{AT}filing.pdf").content))
    assert "草稿" in draft.pages[0].extract_text()
    assert "草稿" not in final.pages[0].extract_text()
    assert Version.objects.get().receipt in final.pages[0].extract_text()


def test_correcting_leaves_the_old_version_in_force_and_withdrawing_does_not(as_, typed, world):
    typed()
    client = as_("ada")
    client.post(f"{AT}submit/", SIGNED)
    client.post(f"{AT}amend/")
    assert fresh(world).state == State.DRAFT
    assert fresh(world).in_force.number == 1
    typed(MEETING | {"title": "更正"}, revision=1)
    client.post(f"{AT}submit/", SIGNED)
    assert fresh(world).in_force.number == 2
    client.post(f"{AT}withdraw/")
    assert fresh(world).in_force is None
    assert Version.objects.get(number=2).withdrawn_at is not None
    assert client.get(f"{AT}compare/?old=1&new=2").content.decode().count("更正") == 1


def test_nothing_can_be_withdrawn_after_the_deadline(typed, as_, world):
    typed()
    as_("ada").post(f"{AT}submit/", SIGNED)
    late = world.acting("ada", at=world.round.deadline)
    with pytest.raises(Refuse, match="deadline_passed"):
        withdraw(late, fresh(world))


@pytest.mark.parametrize(("seconds", "code"), [(-1, None), (0, "deadline_passed"), (1, "deadline_passed")])
def test_the_deadline_is_the_first_moment_that_is_too_late(world, seconds, code):
    filing = fresh(world)
    of = filing_operations.kind_of(filing, "meeting")
    at = world.round.deadline + timedelta(seconds=seconds)
    doing = world.acting("ada", at=at)
    if code is None:
        assert filing_operations.save_record(doing, filing, of, Typed("a" * 24, MEETING)).revision == 1
    else:
        with pytest.raises(Refuse, match=code):
            filing_operations.save_record(doing, filing, of, Typed("a" * 24, MEETING))


def test_an_extension_holds_for_its_alliance_alone(world):
    Filing.objects.filter(pk=world.filings[0].pk).update(extended_until=world.round.deadline + timedelta(days=2))
    after = world.round.deadline + timedelta(days=1)
    filing, other = fresh(world), fresh(world, 1)
    of = filing_operations.kind_of(filing, "meeting")
    filing_operations.save_record(world.acting("ada", at=after), filing, of, Typed("a" * 24, MEETING))
    with pytest.raises(Refuse, match="deadline_passed"):
        filing_operations.save_record(world.acting("dov", at=after), other, of, Typed("a" * 24, MEETING))


def test_a_returned_filing_can_be_corrected_after_closing_until_the_grace_ends(as_, typed, world):
    typed()
    as_("ada").post(f"{AT}submit/", SIGNED)
    Round.objects.update(stage="closed", deadline=timezone.now() - timedelta(hours=1))
    until = timezone.now() + timedelta(days=5)
    remarks = [{"record": "a" * 24, "kind": "meeting", "text": "请补充会议纪要"}]
    return_for_correction(world.acting("sun"), fresh(world), remarks=remarks, correct_until=until)
    page = as_("ada").get(AT).content.decode()
    assert "请补充会议纪要" in page
    typed(MEETING | {"evidence": "纪要全文"}, revision=1)
    assert as_("ada").post(f"{AT}submit/", SIGNED).status_code == 303
    assert fresh(world).in_force.number == 2
    assert fresh(world).remarks.get().answered_at is not None


def test_a_return_needs_a_remark_and_a_submitted_filing(world, typed, as_):
    until = timezone.now() + timedelta(days=5)
    with pytest.raises(Refuse, match="not_returnable"):
        return_for_correction(world.acting("sun"), fresh(world), remarks=[], correct_until=until)
    typed()
    as_("ada").post(f"{AT}submit/", SIGNED)
    with pytest.raises(Refuse, match="remarks_missing"):
        return_for_correction(world.acting("sun"), fresh(world), remarks=[], correct_until=until)


def test_where_the_round_asks_for_it_only_the_responsible_person_submits(as_, typed, world):
    Round.objects.update(check_first=True)
    typed()
    assert as_("ben").post(f"{AT}submit/", SIGNED).status_code == 409
    assert as_("ben").post(f"{AT}check/").status_code == 303
    assert fresh(world).state == State.CHECKING
    assert as_("ada").post(f"{AT}hand-back/", {"reason": "缺纪要"}).status_code == 303
    as_("ben").post(f"{AT}check/")
    assert as_("ada").post(f"{AT}submit/", SIGNED).status_code == 303


def pdf(text=b"hello"):
    return b"%PDF-1.4\n" + text + b"\nstartxref\n9\n%%EOF\n"


def test_evidence_in_parts_continues_where_the_line_dropped(as_, typed, world):
    typed()
    client, body = as_("ada"), pdf(b"x" * 5000)
    headers = {"Accept": "application/json"}
    begun = client.post(f"{AT}uploads/", {"record": "a" * 24, "name": "纪要.pdf", "size": len(body)}, headers=headers)
    address = begun.json()["address"]

    def part(offset, data):
        return client.patch(
            address, data, content_type="application/octet-stream", headers=headers | {"Upload-Offset": str(offset)}
        )

    assert part(0, body[:2000]).json()["received"] == 2000
    again = part(0, body[:2000])
    assert (again.status_code, again.json()["received"]) == (409, 2000)
    assert client.get(address).json()["received"] == 2000
    assert "file" in part(2000, body[2000:]).json()
    kept = Evidence.objects.get()
    assert (kept.size, kept.digest, kept.kind) == (len(body), sha256(body).hexdigest(), "application/pdf")
    download = client.get(f"{AT}evidence/{kept.uid}/")
    assert b"".join(download.streaming_content) == body
    assert download["Content-Disposition"].startswith("attachment;")
    assert download["X-Content-Type-Options"] == "nosniff"
    assert as_("dov").get(f"{AT}evidence/{kept.uid}/").status_code == 404
    assert as_("dov").get(address).status_code == 404


@pytest.mark.parametrize(
    ("name", "body"),
    [
        ("bild.pdf", b"<html><script>alert(1)</script></html>"),
        ("bild.png", b"<svg xmlns='http://www.w3.org/2000/svg'><script/></svg>"),
        ("run.pdf", b"MZ" + b"\x00" * 200),
        ("leer.pdf", b""),
        ("a.docx", b"PK\x03\x04 not really"),
    ],
)
def test_a_file_is_taken_for_what_it_is_not_for_what_it_says(as_, typed, name, body):
    from django.core.files.uploadedfile import SimpleUploadedFile

    typed()
    answer = as_("ada").post(f"{AT}evidence/", {"record": "a" * 24, "files": SimpleUploadedFile(name, body)})
    assert answer.status_code == 409
    assert not Evidence.objects.exists()


def test_a_scanner_can_refuse_a_file_and_a_broken_one_lets_nothing_pass(as_, typed, settings):
    from django.core.files.uploadedfile import SimpleUploadedFile

    typed()
    for command, kept in (("false", 0), ("no-such-scanner", 0), ("true", 1)):
        settings.SCANNER = command
        as_("ada").post(f"{AT}evidence/", {"record": "a" * 24, "files": SimpleUploadedFile("a.pdf", pdf())})
        assert Evidence.objects.count() == kept, command
    assert Evidence.objects.get().scan == "clean"


def test_the_workbook_comes_back_as_it_went(as_, typed, tmp_path, world):
    from django.core.files.uploadedfile import SimpleUploadedFile

    typed()
    client = as_("ada")
    book = b"".join(client.get(f"{AT}workbook.xlsx").streaming_content)
    looked = client.post(f"{AT}workbook/", {"workbook": SimpleUploadedFile("a.xlsx", book)})
    assert looked.status_code == 200
    token = looked.context["token"]
    assert client.post(f"{AT}workbook/", {"workbook_token": token, "take": "replace"}).status_code == 303
    live = fresh(world).records.filter(removed_at=None)
    assert [(r.kind, r.cells["title"], r.origin) for r in live] == [("meeting", "第三次理事会", "typed")]
    assert as_("ben").post(f"{AT}workbook/", {"workbook_token": token, "take": "add"}).status_code == 409


def test_a_file_that_is_no_workbook_is_said_to_be_none(as_):
    from django.core.files.uploadedfile import SimpleUploadedFile

    answer = as_("ada").post(f"{AT}workbook/", {"workbook": SimpleUploadedFile("a.xlsx", b"nonsense")})
    assert answer.status_code == 422


def test_what_is_wrong_is_named_with_its_field_and_what_is_empty_leads_to_its_table(as_, typed):
    typed(MEETING | {"held_on": "2031-01-01"})
    page = as_("ada").get(f"{AT}submit/").content.decode()
    assert "<td>召开日期</td>" in page
    assert f'href="{AT}records/project/?indicator=government_projects"' in page
    here = re.findall(r'<a href="([^"]*)" aria-current="page"', page)
    assert f"{AT}submit/" in here and AT not in here


def test_the_side_list_marks_one_place_alone_and_keeps_it_after_a_save(as_, typed):
    typed()
    for address in (f"{AT}records/meeting/?indicator=council", f"{AT}sides/?kind=meeting&indicator=council"):
        page = as_("ada").get(address).content.decode()
        sides = page[page.index('<details class="sides"') : page.index("</details>")]
        assert re.findall(r'<a href="([^"]*)" aria-current="page"', sides) == [
            f"{AT}records/meeting/?indicator=council"
        ]

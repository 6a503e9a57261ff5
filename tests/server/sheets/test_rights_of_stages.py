"""What a stage lets an expert see, evidence beside the sheet, and that nothing tells of others' marks."""

from __future__ import annotations

import re

import pytest
from django.utils import timezone
from tests.server.reviewing import mark_all, opened
from tests.server.sheets.marking import SEAT, address, own, save, signed_in, with_file, with_rights
from tests.server.test_access import closed
from time_machine import travel

from huoyue.server.models import Event, Mark, Sheet, Suggestion
from huoyue.server.operations.review_stages import close_stage, open_stage
from huoyue.server.queries.review import own_sheets
from huoyue.server.queries.schemes import digest_of_scheme


def test_where_names_are_hidden_no_page_or_file_tells_them(review):
    with_rights(review, names=False)
    opened(review)
    client, sheet = signed_in(review, "eva"), own(review)
    name = sheet.filing.alliance.name
    client.get(address(sheet))
    pages = [
        client.get(path) for path in (address(sheet), address(sheet, "print/"), f"{SEAT}stage/preliminary/import/")
    ]
    assert all("A001" in page.content.decode() for page in pages[:2])
    assert not any(name in page.content.decode() for page in pages)
    book = client.get(f"{SEAT}stage/preliminary/workbook/")
    assert name.encode() not in b"".join(book.streaming_content)
    page = client.get(SEAT).content.decode()
    assert name not in page.split("</section>")[0]


def test_where_points_are_hidden_nothing_tells_the_suggestion(review):
    with_rights(review, points=False)
    opened(review)
    client, sheet = signed_in(review, "eva"), own(review)
    page = client.get(address(sheet)).content.decode()
    assert "采纳" not in page.split('<form method="post" id="sheet"')[1]
    assert "建议" not in page.split('<form method="post" id="sheet"')[1]
    name = Suggestion.objects.filter(filing=sheet.filing, points__gt=100).first().indicator
    assert save(client, sheet, indicator=name, points="0", revision=0).json()["flaw"] == ""


def test_where_facts_are_hidden_there_are_none(review):
    with_rights(review, facts=False, evidence=False)
    opened(review)
    page = signed_in(review, "eva").get(address(own(review))).content.decode()
    assert "理事会1" not in page
    assert "不显示填报的事实" in page


@pytest.mark.parametrize(
    ("earlier", "shown"), [("none", []), ("own", ["甲的理由"]), ("group", ["甲的理由", "乙的理由"])]
)
def test_earlier_marks_are_shown_as_the_stage_allows(review, earlier, shown):
    text = review.round.scheme_text.replace("      across_groups: true\n", f"      sees: {{earlier: {earlier}}}\n", 1)
    type(review.round).objects.filter(pk=review.round.pk).update(scheme_text=text, scheme_digest=digest_of_scheme(text))
    review.round.refresh_from_db()
    opened(review)
    mark_all(review, "preliminary")
    first = own_sheets(review.seat("eva")).first()
    for name, reason in (("eva", "甲的理由"), ("fox", "乙的理由"), ("ivy", "丙的理由")):
        Mark.objects.filter(sheet__panellist=review.seats[name]).update(reason=reason)
    close_stage(review.world.acting("sun"), review.fresh("preliminary"))
    sun, stage = review.world.acting("sun"), review.fresh("cross")
    Sheet.objects.create(stage=stage, panellist=review.seats["eva"], filing=first.filing, assigned_at=timezone.now())
    open_stage(sun, stage, reason="测试")
    page = signed_in(review, "eva").get(f"{SEAT}stage/cross/sheet/{first.filing.alliance.code}/").content.decode()
    assert [one for one in ("甲的理由", "乙的理由", "丙的理由") if one in page] == shown


def test_opening_evidence_is_noted_and_is_a_download(marking):
    client, sheet = signed_in(marking, "eva"), own(marking)
    place = with_file(sheet)
    for path in (place, f"{place}preview/"):
        answer = client.get(path)
        assert answer.status_code == 200
        closed(answer)
    sheet.refresh_from_db()
    assert sheet.looks == 2
    assert Event.objects.filter(kind="review.evidence_opened").count() == 2
    assert signed_in(marking, "ivy").get(place).status_code == 404


def test_evidence_is_called_by_the_code_where_names_are_hidden(review):
    with_rights(review, names=False, evidence=True)
    opened(review)
    client, sheet = signed_in(review, "eva"), own(review)
    answer = client.get(with_file(sheet))
    assert "A001" in answer["Content-Disposition"]
    assert "%" not in answer["Content-Disposition"].split("UTF-8''")[1]
    closed(answer)


def test_no_page_of_an_expert_depends_on_anothers_marks(marking):
    """Two worlds that differ only in what the others marked give the same bytes."""

    def pages() -> list[bytes]:
        client = signed_in(marking, "eva")
        paths = (SEAT, "/", address(own(marking)), address(own(marking), "print/"), f"{SEAT}stage/preliminary/import/")
        return [without_secret(client.get(path).content) for path in paths]

    with travel(timezone.now(), tick=False):  # pages tell the minute: of the print, and of what is left
        signed_in(marking, "eva").get(address(own(marking)))
        before = pages()
        mark_all(marking, "preliminary", shift=100, skip="eva")
        assert pages() == before


def without_secret(page: bytes) -> bytes:
    return re.sub(rb"[A-Za-z0-9]{64}", b"", page)

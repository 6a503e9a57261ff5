"""A report's Word file that was edited and comes back: checked, marked, its passages carried into the next report."""

from __future__ import annotations

import io
import sys
from pathlib import Path

import docx
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from docx.oxml.ns import qn
from tests.server.settled import Settled
from tests.server.world import make_round

from huoyue.report.context_seal import Known
from huoyue.report.documents import Wanted, composed
from huoyue.report.render_tree import read_tree
from huoyue.report.returned_expected import DOT
from huoyue.report.scope import Scope
from huoyue.report.word import write_word
from huoyue.server.models import Event, Frozen, Passage, Returned, Round
from huoyue.server.queries.returned import carried, placed
from huoyue.server.queries.shelf import shelf_path, snapshot_of

sys.path.insert(0, str(Path(__file__).parents[1] / "report"))
from edited_word import Edited, raised  # why: the tests of the report have it

pytestmark = pytest.mark.once
WRITTEN = "秘书处于2016年走访了部分联盟，情况见附件1，联系电话010-88886666。"


def word_of(found: Settled, lang: str = "zh", scope: Scope | None = None) -> bytes:
    """The report's Word file as it is built, without its figures drawn."""
    frozen = found.snapshot
    passages = placed(carried(found.round, lang))
    wanted = Wanted(scope, known=Known(frozen.number, frozen.at.date()), passages=passages)
    made = composed(snapshot_of(frozen), lang, wanted)
    return write_word(read_tree(made.markdown, lang), dict.fromkeys(made.figures, DOT + bytes(8)), {}, made.meta)


def client_of(found: Settled, name: str) -> Client:
    client = Client()
    client.force_login(found.world.people[name])
    return client


@pytest.fixture
def word(frozen: Settled, tmp_path: Path) -> Edited:
    path = tmp_path / "report.docx"
    path.write_bytes(word_of(frozen))
    return Edited(path)


def bytes_of(word: Edited) -> bytes:
    stream = io.BytesIO()
    word.document.save(stream)
    return stream.getvalue()


def sent(client: Client, round_: Round, body: bytes, name: str = "修改稿.docx"):
    return client.post(f"/rounds/{round_.key}/results/returned/send/", {"file": SimpleUploadedFile(name, body)})


def edited(word: Edited) -> str:
    """One number wrong, one paragraph written by hand: what the wrong number should be."""
    mark = next(m for m in word.marks() if word.number(m).isdecimal())
    right = word.number(mark)
    word.type_within(mark, raised(right))
    word.add_after(word.paragraph("主要结果如下"), WRITTEN)
    return right


def test_the_secretariat_hands_an_edited_report_back_and_takes_the_marked_copy(frozen: Settled, word: Edited):
    client, right = client_of(frozen, "sun"), edited(word)
    sent_in = bytes_of(word)
    answer = sent(client, frozen.round, sent_in)
    assert answer.status_code == 303
    page = client.get(answer["Location"]).text
    assert "1个数字与快照不符" in page
    assert WRITTEN in page
    returned = Returned.objects.get()
    wrong = [one for one in returned.findings if one["kind"] == "differs"]
    assert [(one["found"], one["expected"]) for one in wrong] == [(raised(right), right)]
    assert [one["kind"] for one in returned.findings if one["kind"] in ("unknown", "removed")] == []
    assert (returned.frozen, returned.lang, returned.name) == (frozen.snapshot, "zh", "修改稿.docx")
    body = b"".join(client.get(f"{answer['Location']}marked/").streaming_content)
    assert next(iter(docx.Document(io.BytesIO(body)).comments)).text.startswith(f"应为{right}，")
    assert b"".join(client.get(f"{answer['Location']}file/").streaming_content) == sent_in
    event = Event.objects.get(kind="documents.returned")
    assert (event.round_id, event.detail["after"]["differs"]) == (frozen.round.pk, 1)


def test_what_was_written_by_hand_stands_in_the_next_report_until_it_is_dropped(frozen: Settled, word: Edited):
    client = client_of(frozen, "sun")
    edited(word)
    page = sent(client, frozen.round, bytes_of(word))["Location"]
    passage = Passage.objects.get()
    texts = [p.text for p in docx.Document(io.BytesIO(word_of(frozen))).paragraphs]
    at = texts.index(WRITTEN)
    assert texts[at - 1].endswith("主要结果如下。")
    assert client.post(f"{page}passages/", {"passage": passage.pk, "what": "drop"}).status_code == 303
    assert WRITTEN not in [p.text for p in docx.Document(io.BytesIO(word_of(frozen))).paragraphs]
    assert client.post(f"{page}passages/", {"passage": passage.pk, "what": "drop"}).status_code == 409
    client.post(f"{page}passages/", {"passage": passage.pk, "what": "take"})
    assert [one.text for one in carried(frozen.round, "zh")] == [WRITTEN]
    kinds = ["documents.returned", "passage.dropped", "passage.taken"]
    assert list(Event.objects.filter(kind__in=kinds).order_by("seq").values_list("kind", flat=True)) == kinds


def test_a_passage_that_is_carried_already_is_not_carried_twice(frozen: Settled, word: Edited):
    client = client_of(frozen, "sun")
    edited(word)
    sent(client, frozen.round, bytes_of(word))
    sent(client, frozen.round, bytes_of(word))
    sent(client, frozen.round, word_of(frozen))
    assert Returned.objects.count() == 3
    assert Passage.objects.count() == 1
    last = Returned.objects.order_by("pk").last()
    assert [one["kind"] for one in last.findings] == ["unchanged"]


def test_files_that_are_not_this_rounds_report_are_refused_in_words(frozen: Settled, word: Edited):
    client, body = client_of(frozen, "sun"), bytes_of(word)
    wrong = sent(client, frozen.round, b"PK\x03\x04nothing")
    assert wrong.status_code == 422
    assert "文件已损坏" in wrong.text
    plain = io.BytesIO()
    docx.Document().save(plain)
    assert "文件没有标明由哪份快照生成" in sent(client, frozen.round, plain.getvalue()).text
    assert "文件是空的" in client.post(f"/rounds/{frozen.round.key}/results/returned/send/").text
    other = make_round("r9")
    Frozen.objects.filter(pk=frozen.snapshot.pk).update(round=other)
    assert other.title_zh in sent(client, frozen.round, body).text
    Frozen.objects.filter(pk=frozen.snapshot.pk).update(round=frozen.round, digest="0" * 64)
    assert "文件由另一份快照生成" in sent(client, frozen.round, body).text
    assert not Returned.objects.exists()


def test_others_read_what_was_found_and_only_the_secretariat_hands_in(frozen: Settled, word: Edited):
    page = sent(client_of(frozen, "sun"), frozen.round, bytes_of(word))["Location"]
    for name in ("obi", "cho"):
        client = client_of(frozen, name)
        assert client.get(page).status_code == 200
        assert "修改稿.docx" in client.get(f"/rounds/{frozen.round.key}/results/returned/").text
        assert sent(client, frozen.round, bytes_of(word)).status_code == 403
        assert client.post(f"{page}passages/", {"passage": 1}).status_code == 403
    for name in ("eva", "ada", "lin"):
        assert client_of(frozen, name).get(page).status_code == 403


def test_the_file_is_kept_under_its_digest(frozen: Settled, word: Edited):
    body = bytes_of(word)
    sent(client_of(frozen, "sun"), frozen.round, body)
    assert shelf_path("returned", Returned.objects.get().digest).read_bytes() == body


def test_a_report_on_a_batch_is_compared_with_that_batch_and_carries_nothing(frozen: Settled, tmp_path: Path):
    batch = snapshot_of(frozen.snapshot).facts.units["batch"][0]
    path = tmp_path / "batch.docx"
    path.write_bytes(word_of(frozen, "en", Scope("batch", batch)))
    word, client = Edited(path), client_of(frozen, "sun")
    mark = next(m for m in word.marks() if word.number(m).isdecimal())
    right = word.number(mark)
    word.type_within(mark, raised(right))
    word.add_after(next(mark.iterancestors(qn("w:p"))), WRITTEN)
    page = client.get(sent(client, frozen.round, bytes_of(word))["Location"]).text
    returned = Returned.objects.get()
    found = [(one["kind"], one["found"], one["expected"]) for one in returned.findings if "found" in one]
    assert found == [("differs", raised(right), right)]
    assert (returned.lang, Passage.objects.count()) == ("en", 0)
    assert "不予沿用" in page

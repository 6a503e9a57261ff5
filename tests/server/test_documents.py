"""The page of documents: what is chosen is built, watched and downloaded, by those who may."""

from __future__ import annotations

import zipfile
from io import BytesIO

import pytest
from django.test import Client

from huoyue.server.models import Document, Job
from huoyue.server.operations import building
from huoyue.server.operations.building import build_next
from huoyue.server.operations.freezing import cut_again, kept
from huoyue.server.operations.journal import Acting


@pytest.fixture
def as_(frozen):
    def signed_in(name: str) -> Client:
        client = Client()
        client.force_login(frozen.world.people[name])
        return client

    return signed_in


@pytest.fixture
def at(frozen, monkeypatch) -> str:
    monkeypatch.setattr(building, "BEAT", 0.05)
    return f"/rounds/{frozen.round.key}/results/documents/"


CHOSEN = {"kind": "report", "lang": "zh", "part": "unit:A001", "formats": ["md", "html"]}


def made(name: str, job: Job, position: int = 0) -> Document:
    from huoyue.server.operations.storage import keep_bytes

    return Document.objects.create(job=job, name=name, media="text/html; charset=utf-8", size=5,
                                   digest=keep_bytes("documents", b"hello"), position=position)  # fmt: skip


def finished(frozen, kind: str, part: str) -> Job:
    """A piece of work that is done, with a file."""
    sun = frozen.world.people["sun"]
    job = Job.objects.create(uid=f"{kind}{part}".replace(":", "")[:32], kind=kind, key=f"{kind}{part}", state="done",
                             round=frozen.round, frozen=frozen.snapshot, by=sun, at=frozen.snapshot.at,
                             options={"lang": "zh", "part": part, "formats": ["html"], "wordings": [],
                                      "passages": []})  # fmt: skip
    made("报告.html", job)
    return job


def test_the_secretariat_chooses_watches_and_downloads(frozen, as_, at):
    client = as_("sun")
    assert "尚未生成文档" in client.get(at).text
    answer = client.post(f"{at}build/", CHOSEN)
    job = Job.objects.get()
    assert answer["Location"] == f"{at}#job-{job.uid}"
    waiting = client.get(at).text
    assert 'hx-trigger="every 2s"' in waiting
    assert "等待轮到" in waiting
    build_next()
    done = client.get(at).text
    assert "hx-trigger" not in done.split('id="jobs"')[1].split(">")[0]
    page, archive = Job.objects.get().documents.order_by("position")
    assert page.name in done
    answer = client.get(f"{at}job/{job.uid}/{page.position}/")
    text = b"".join(answer.streaming_content).decode()
    assert frozen.snapshot.digest in text
    assert answer["Content-Disposition"].startswith("attachment")
    body = b"".join(client.get(f"{at}job/{job.uid}/{archive.position}/").streaming_content)
    assert zipfile.ZipFile(BytesIO(body)).namelist() == ["report.md"]
    assert client.post(f"{at}build/", CHOSEN, follow=True).text.count("这些文档已经生成") == 1
    assert Job.objects.count() == 1


def test_what_was_chosen_stays_when_it_is_refused(as_, at):
    answer = as_("sun").post(f"{at}build/", {"kind": "report", "lang": "en", "part": "batch:first"})
    assert answer.status_code == 409
    assert "没有选择格式" in answer.text
    assert '<option value="batch:first" selected>' in answer.text
    assert '<input type="radio" name="lang" value="en" checked>' in answer.text
    assert not Job.objects.exists()


def test_work_is_cancelled_and_tried_again_from_the_page(as_, at):
    client = as_("sun")
    client.post(f"{at}build/", CHOSEN)
    job = Job.objects.get()
    assert client.post(f"{at}job/{job.uid}/cancel/").status_code == 303
    assert "已取消" in client.get(at).text
    assert "这项工作已经结束" in client.post(f"{at}job/{job.uid}/cancel/", follow=True).text
    client.post(f"{at}job/{job.uid}/again/")
    assert Job.objects.get().state == "waiting"


def test_why_it_failed_is_on_the_page_in_the_readers_language(frozen, as_, at):
    finished(frozen, "report", "")
    Job.objects.update(state="failed", problems=[{"zh": "模板第3行有误", "en": "line 3 is wrong"}])
    client = as_("sun")
    assert "模板第3行有误" in client.get(at).text
    client.cookies["lang"] = "en"
    assert "line 3 is wrong" in client.get(at).text


@pytest.mark.parametrize("who", ["cho", "obi"])
def test_chair_and_observer_read_whole_reports_and_nothing_else(frozen, as_, at, who):
    whole = finished(frozen, "report", "")
    others = [finished(frozen, "report", "unit:A001"), finished(frozen, "report", "batch:first"),
              finished(frozen, "cards", "")]  # fmt: skip
    client = as_(who)
    page = client.get(at)
    assert page.text.count('href="' + f"{at}job/{whole.uid}/0/") == 1
    assert "生成文档" not in page.text
    assert b"".join(client.get(f"{at}job/{whole.uid}/0/").streaming_content) == b"hello"
    for job in others:
        assert job.uid not in page.text
        assert client.get(f"{at}job/{job.uid}/0/").status_code == 404
    assert client.post(f"{at}build/", CHOSEN).status_code == 403
    assert client.post(f"{at}job/{whole.uid}/cancel/").status_code == 403


@pytest.mark.parametrize("who", ["ada", "lin", "eva", "nil"])
def test_nobody_else_sees_documents(frozen, as_, at, who):
    job = finished(frozen, "report", "")
    client = as_(who)
    assert client.get(at).status_code == 403
    assert client.get(f"{at}job/{job.uid}/0/").status_code == 403


def test_a_document_of_another_round_is_not_there(frozen, as_, at):
    job = finished(frozen, "report", "")
    client = as_("sun")
    assert client.get(f"/rounds/none/results/documents/job/{job.uid}/0/").status_code == 404
    assert client.get(f"{at}job/{job.uid}/7/").status_code == 404


def test_documents_of_an_earlier_snapshot_say_so(frozen, as_, at):
    finished(frozen, "report", "")
    assert "并非最新" not in as_("sun").get(at).text
    later = cut_again(frozen.snapshot)
    frozen.snapshot.digest = "f" * 64
    type(frozen.snapshot).objects.filter(pk=frozen.snapshot.pk).update(digest="f" * 64)
    kept(Acting(frozen.world.people["sun"], "secretariat", frozen.snapshot.at), frozen.round, later, "更正",
         frozen.snapshot, [])  # fmt: skip
    assert "依据快照1，并非最新" in as_("sun").get(at).text


def test_many_files_are_folded_away(frozen, as_, at):
    job = finished(frozen, "cards", "")
    for number in range(1, 21):
        made(f"A{number:03}.pdf", job, number)
    page = as_("sun").get(at).text
    assert "单个文件（20）" in page
    assert page.index("<details><summary>单个文件") < page.index("A001.pdf")


def test_the_results_page_leads_there(frozen, as_, at):
    assert at in as_("sun").get(f"/rounds/{frozen.round.key}/results/").text

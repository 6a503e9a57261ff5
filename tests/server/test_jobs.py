"""Building documents beside the requests: once, to the end or not at all, whoever is killed meanwhile."""

from __future__ import annotations

import threading
import zipfile
from datetime import timedelta
from io import BytesIO
from pathlib import Path

import pytest
from django.conf import settings as django_settings
from django.db import IntegrityError, transaction
from django.utils import timezone

from huoyue.server.models import Document, Event, Job, Passage, Returned, Wording
from huoyue.server.operations import building, jobs
from huoyue.server.operations.building import Build, build_next, finish, take
from huoyue.server.operations.jobs import Asked, ask, cancel, try_again
from huoyue.server.operations.journal import Acting, Refuse
from huoyue.server.operations.wordings import save_wording
from huoyue.server.queries.shelf import shelf_path

REPORT = Asked("report", "zh", "", ("md",))
ONE = Asked("report", "zh", "unit:A001", ("md",))
"""Built in a moment: the document on one alliance has no charts."""


@pytest.fixture
def sun(frozen):
    return frozen.world.acting("sun")


@pytest.fixture
def quick(monkeypatch):
    """Signs of life every moment."""
    monkeypatch.setattr(building, "BEAT", 0.05)


def refusal(call) -> str:
    with pytest.raises(Refuse) as caught:
        call()
    return caught.value.refusal.code


def fresh(job: Job) -> Job:
    return Job.objects.select_related("round", "frozen").get(pk=job.pk)


def body(document: Document) -> bytes:
    return shelf_path("documents", document.digest).read_bytes()


def test_asking_twice_for_the_same_is_one_piece_of_work(frozen, sun):
    first = ask(sun, frozen.snapshot, REPORT)
    assert ask(frozen.world.acting("sun"), frozen.snapshot, REPORT).pk == first.pk
    others = [Asked("report", "en", "", ("md",)), Asked("report", "zh", "", ("html",)),
              Asked("report", "zh", "batch:first", ("md",)), Asked("cards", "zh", "", ())]  # fmt: skip
    assert len({ask(sun, frozen.snapshot, one).pk for one in others} | {first.pk}) == 5
    assert ask(sun, frozen.snapshot, Asked("report", "zh", "", ("md", "md"))).pk == first.pk
    assert Event.objects.filter(kind="document.asked").count() == 5


def test_the_database_itself_refuses_a_second_one(frozen, sun):
    first = ask(sun, frozen.snapshot, REPORT)
    with pytest.raises(IntegrityError), transaction.atomic():
        Job.objects.create(uid="2", kind="report", key=first.key, round=frozen.round, by=sun.doer, at=sun.at)


def test_a_changed_wording_or_passage_is_other_work(frozen, sun):
    first = ask(sun, frozen.snapshot, REPORT)
    save_wording(sun, frozen.round, "zh", "foreword", "# 前言\n\n新的前言。", base=0)
    second = ask(sun, frozen.snapshot, REPORT)
    returned = Returned.objects.create(round=frozen.round, frozen=frozen.snapshot, lang="zh", name="r.docx",
                                       digest="0" * 64, marked_digest="0" * 64, by=sun.doer, at=sun.at)  # fmt: skip
    Passage.objects.create(round=frozen.round, returned=returned, lang="zh", heading="前言", text="手写的一段。")
    third = ask(sun, frozen.snapshot, REPORT)
    assert len({first.pk, second.pk, third.pk}) == 3


@pytest.mark.parametrize(("asked", "code"), [
    (Asked("report", "zh", "", ()), "no_formats"), (Asked("report", "zh", "", ("exe",)), "no_formats"),
    (Asked("report", "fr", "", ("md",)), "part_unknown"), (Asked("poem", "zh", "", ("md",)), "part_unknown"),
    (Asked("cards", "zh", "unit:NONE", ()), "part_unknown"),
])  # fmt: skip
def test_what_cannot_be_built_is_refused(frozen, sun, asked, code):
    assert refusal(lambda: ask(sun, frozen.snapshot, asked)) == code
    assert not Job.objects.exists()


@pytest.fixture
def learned(monkeypatch):
    """What child processes learn of the server's environment, which has secrets."""
    monkeypatch.setenv("HUOYUE_SECRET_KEY", "secret")
    monkeypatch.setenv("HUOYUE_DATABASE", "postgresql://somewhere")
    seen: dict[str, str] = {}
    plain = building.subprocess.Popen

    def looked(command, **named):
        seen.update(named["env"])
        return plain(command, **named)

    monkeypatch.setattr(building.subprocess, "Popen", looked)
    return seen


def test_a_worker_builds_keeps_and_says_so(frozen, sun, quick, learned):
    save_wording(sun, frozen.round, "zh", "foreword", "# 前言\n\n本处自拟：{{ funnel.all.units }}。", base=0)
    returned = Returned.objects.create(round=frozen.round, frozen=frozen.snapshot, lang="zh", name="r.docx",
                                       digest="0" * 64, marked_digest="0" * 64, by=sun.doer, at=sun.at)  # fmt: skip
    Passage.objects.create(
        round=frozen.round, returned=returned, lang="zh", after="本处自拟：5家联盟。", text="手写的一段。"
    )
    Passage.objects.create(round=frozen.round, returned=returned, lang="zh", text="删去的一段。", dropped_at=sun.at)
    job = ask(sun, frozen.snapshot, REPORT)
    assert build_next() == 1
    job = fresh(job)
    assert (job.state, job.tries, job.problems) == ("done", 1, [])
    file = job.documents.get()
    assert file.size == len(body(file))
    with zipfile.ZipFile(BytesIO(body(file))) as opened:
        text = opened.read("report.md").decode()
    assert frozen.snapshot.digest in text
    assert "第1号快照" in text
    assert "本处自拟：" in text
    assert text.index("手写的一段。") - text.index("本处自拟：") < 60
    assert "删去的一段。" not in text
    event = Event.objects.get(kind="document.built")
    assert event.detail["after"]["files"] == {file.name: file.digest}
    assert ask(sun, frozen.snapshot, REPORT).pk == job.pk
    assert build_next() == 0
    assert list(Path(django_settings.FILES, "building").iterdir()) == []
    assert "PATH" in learned
    assert [name for name in learned if name.startswith("HUOYUE")] == []


@pytest.mark.once
def test_cards_come_as_an_archive_and_one_by_one(frozen, sun, quick):
    job = ask(sun, frozen.snapshot, Asked("cards", "zh", "", ()))
    build_next()
    archive, *cards = fresh(job).documents.all()
    with zipfile.ZipFile(BytesIO(body(archive))) as opened:
        assert {name: opened.read(name) for name in opened.namelist()} == {one.name: body(one) for one in cards}
    assert len(cards) == 6


@pytest.mark.once
def test_a_mistake_in_the_wording_fails_with_its_line_and_holds_when_it_is_tried_again_once_mended(frozen, sun, quick):
    save_wording(sun, frozen.round, "zh", "foreword", "# 前言\n\n{{ nobody.knows }}", base=0)
    job = ask(sun, frozen.snapshot, REPORT)
    build_next()
    job = fresh(job)
    assert job.state == "failed"
    assert "zh/foreword.md.j2第3行：模板有误：没有名为“nobody”的内容" in job.problems[0]["zh"]
    assert "line 3" in job.problems[0]["en"]
    assert not Document.objects.exists()
    try_again(sun, job)
    assert fresh(job).state == "waiting"
    assert refusal(lambda: try_again(sun, job)) == "job_not_failed"
    build_next()
    assert fresh(job).state == "failed"
    save_wording(sun, frozen.round, "zh", "foreword", "# 前言\n\n改好了。", base=1)
    try_again(sun, fresh(job))
    build_next()
    assert fresh(job).state == "done"
    assert ask(sun, frozen.snapshot, REPORT).pk == job.pk


def test_what_waits_is_cancelled_at_once_and_can_be_asked_for_again(frozen, sun):
    job = ask(sun, frozen.snapshot, REPORT)
    cancel(sun, job)
    assert fresh(job).state == "cancelled"
    assert refusal(lambda: cancel(sun, job)) == "job_over"
    assert build_next() == 0
    second = ask(sun, frozen.snapshot, REPORT)
    assert second.pk != job.pk
    assert refusal(lambda: try_again(sun, job)) == "job_stands"


def test_what_is_being_built_stops_when_it_is_cancelled(frozen, sun, quick, monkeypatch):
    job = ask(sun, frozen.snapshot, REPORT)
    children = []
    begun = Build.begun

    def beginning(self, request):
        children.append(begun(self, request))
        cancel(frozen.world.acting("sun"), fresh(job))
        return children[-1]

    monkeypatch.setattr(Build, "begun", beginning)
    assert build_next() == 1
    assert fresh(job).state == "cancelled"
    assert children[0].poll() == -9
    assert not Document.objects.exists()
    assert build_next() == 0


def test_a_server_that_stops_lets_the_work_wait_for_the_next_one(frozen, sun, quick):
    job = ask(sun, frozen.snapshot, REPORT)
    stop = threading.Event()
    stop.set()
    build_next(stop)
    assert (fresh(job).state, fresh(job).tries) == ("waiting", 0)


def test_no_two_workers_have_the_same_work(frozen, sun):
    ask(sun, frozen.snapshot, REPORT)
    now = timezone.now()
    assert take(now) is not None
    assert take(now) is None


def test_work_left_by_a_worker_that_ended_is_taken_over_and_the_first_one_can_write_nothing(frozen, sun):
    ask(sun, frozen.snapshot, REPORT)
    now = timezone.now()
    first = take(now)
    assert take(now + building.SILENT) is None
    second = take(now + building.SILENT + timedelta(seconds=1))
    assert (second.pk, second.tries) == (first.pk, 2)
    assert second.worker != first.worker
    nobody = Acting(None, "", now)
    late = Document(job=first, name="late", media="x", size=1, digest="0" * 64)
    assert refusal(lambda: finish(nobody, first, [late])) == "job_lost"
    assert not Document.objects.exists()
    assert not Build(first, Path("/"), threading.Event()).mine.update(step="late")
    finish(nobody, second, [Document(job=second, name="right", media="x", size=1, digest="0" * 64)])
    assert [one.name for one in fresh(first).documents.all()] == ["right"]


def test_after_several_tries_it_fails_with_the_reason(frozen, sun, quick, monkeypatch):
    monkeypatch.setattr(building, "MOST_TRIES", 2)
    job = ask(sun, frozen.snapshot, REPORT)
    monkeypatch.setattr(Build, "request", lambda self: {"kind": "nothing"})
    for _ in range(building.MOST_TRIES + 1):
        build_next()
    job = fresh(job)
    assert (job.state, job.tries) == ("failed", building.MOST_TRIES)
    assert set(job.problems[0]) == {"zh", "en"}
    assert Event.objects.filter(kind="document.failed").count() == 1


@pytest.mark.once
def test_a_full_disk_fails_in_words_and_leaves_no_half(frozen, sun, quick, monkeypatch):
    job = ask(sun, frozen.snapshot, ONE)

    def full(shelf, body):
        raise Refuse("disk_full")

    monkeypatch.setattr(building, "keep_bytes", full)
    build_next()
    assert fresh(job).state == "failed"
    assert fresh(job).problems[0]["zh"]
    assert not Document.objects.exists()


def test_versions_that_a_job_was_asked_with_are_built_even_if_somebody_rewords_meanwhile(frozen, sun, quick):
    save_wording(sun, frozen.round, "zh", "unit", "# 材料\n\n第一稿。", base=0)
    job = ask(sun, frozen.snapshot, ONE)
    save_wording(sun, frozen.round, "zh", "unit", "# 材料\n\n第二稿。", base=1)
    build_next()
    with zipfile.ZipFile(BytesIO(body(fresh(job).documents.get()))) as opened:
        text = opened.read("report.md").decode()
    assert "第一稿。" in text
    assert "第二稿。" not in text
    assert Wording.objects.count() == 2
    assert jobs.standing(job.key) is not None

"""A large assignment is solved beside the requests: once, until cancelled, by whoever is alive."""

from __future__ import annotations

import json
import re
import subprocess
import sys
import threading
from datetime import timedelta
from pathlib import Path

import pytest
from django.test import Client
from django.utils import timezone
from tests.server.living import ROOT, Place, own_database
from tests.server.reviewing import make_reviewing
from tests.server.test_kill_jobs import until

from huoyue.core.review.assignment import Assignment
from huoyue.server.models import Event, Job, Panellist, Sheet
from huoyue.server.operations import building, solving
from huoyue.server.operations.journal import Refuse
from huoyue.server.operations.review_assignment import give_sheet
from huoyue.server.operations.review_solving import ground_of, solve, task_of
from huoyue.server.operations.solving import ask_solving, solve_next, solved
from huoyue.server.operations.solving_child import read, written

AT = "/rounds/r1/review/stage/preliminary/"
ASKED = {"seed": "7", "keep": ""}


@pytest.fixture
def found(db, monkeypatch):
    """A round that counts as large."""
    monkeypatch.setattr(solving, "AT_ONCE", 1)
    monkeypatch.setattr(building, "BEAT", 0.05)
    return make_reviewing()


@pytest.fixture
def sun(found) -> Client:
    client = Client()
    client.force_login(found.world.people["sun"])
    return client


def asked(found, seed: int = 7) -> Job:
    return ask_solving(found.acting("sun"), found.fresh("preliminary"), seed=seed, keep=False, everybody=False)


def fresh(job: Job) -> Job:
    return Job.objects.select_related("round", "frozen").get(pk=job.pk)


def test_a_task_is_the_same_after_it_was_kept(found):
    task = task_of(ground_of(found.fresh("preliminary")), keep=False)
    again = read(json.loads(json.dumps(written(task))))
    assert written(again) == written(task)
    assert (again.experts, again.units, again.wanted) == (task.experts, task.units, task.wanted)


def test_it_is_asked_for_watched_looked_at_and_applied(found, sun):
    answer = sun.post(f"{AT}assignment/solve/", ASKED)
    assert answer.status_code == 303
    place = answer["Location"]
    page = sun.get(place).content.decode()
    assert "等待" in page and 'hx-trigger="every 2s"' in page and "取消" in page and "<noscript>" in page
    assert "分配正在求解" in sun.get(f"{AT}assignment/").content.decode()
    assert sun.post(f"{AT}assignment/solve/", ASKED)["Location"] == place  # the same task is not solved twice
    assert solve_next() == 1
    job = Job.objects.get()
    now = solve(found.fresh("preliminary"), seed=7, keep=False).answer
    assert isinstance(now, Assignment)
    assert sorted(map(tuple, job.result["pairs"])) == sorted(now.pairs)  # as if somebody had waited for it
    assert (job.state, job.result["proved"], job.result["objective"]) == ("done", now.proved, now.objective)
    polled = sun.get(place, headers={"HX-Request": "true"}).content.decode()
    assert "查看将改动的内容" in polled and "hx-trigger" not in polled.split('id="solving"')[1].split("</div>")[0]
    assert "分配已求解，尚未采用" in sun.get(f"{AT}assignment/").content.decode()
    preview = sun.get(place).content.decode()
    token = re.search(r'name="preview" value="([^"]+)"', preview)
    assert not Sheet.objects.exists()
    assert sun.post(f"{AT}assignment/apply/", {"preview": token[1]}).status_code == 303
    assert Sheet.objects.count() == len(now.pairs)
    assert found.fresh("preliminary").seed == 7
    assert "已有改动" in sun.get(place).content.decode()
    kinds = list(Event.objects.filter(kind__startswith="review.sol").order_by("seq").values_list("kind", flat=True))
    assert kinds == ["review.solving_asked", "review.solved"]


def test_what_was_assigned_meanwhile_is_not_overwritten(found, sun):
    place = sun.post(f"{AT}assignment/solve/", ASKED)["Location"]
    solve_next()
    token = re.search(r'name="preview" value="([^"]+)"', sun.get(place).content.decode())
    give_sheet(found.acting("sun"), found.fresh("preliminary"), found.seat("eva"), found.world.filings[1])
    sun.post(f"{AT}assignment/apply/", {"preview": token[1]})
    assert Sheet.objects.count() == 1


def test_an_impossible_one_says_why_and_names_nobody(found, sun):
    Panellist.objects.filter(round=found.round).update(capacity=1)
    place = sun.post(f"{AT}assignment/solve/", ASKED)["Location"]
    solve_next()
    page = sun.get(place).content.decode()
    assert Job.objects.get().state == "failed" and 'role="alert"' in page and "未得到分配方案" in page
    assert len(Job.objects.get().problems) > 0
    assert not [one for one in ("Eva", "Fox") if one in json.dumps(Job.objects.get().options, ensure_ascii=False)]
    assert Event.objects.filter(kind="review.solving_failed").count() == 1


def test_what_waits_is_cancelled_at_once_and_what_runs_is_stopped(found, sun):
    place = sun.post(f"{AT}assignment/solve/", ASKED)["Location"]
    assert sun.post(f"{place}cancel/").status_code == 303
    assert "已取消，没有改动" in sun.get(place).content.decode()
    assert solve_next() == 0
    job = asked(found, seed=8)
    job.state, job.worker = "running", "w"
    Job.objects.filter(pk=job.pk).update(state="running", worker="w", beat_at=timezone.now(), started_at=timezone.now())
    sun.post(f"{AT}solving/{job.uid}/cancel/")
    assert "正在取消" in sun.get(f"{AT}solving/{job.uid}/").content.decode()
    Job.objects.filter(pk=job.pk).update(beat_at=timezone.now() - timedelta(hours=1))
    assert solve_next() == 0 and fresh(job).state == "cancelled"


def test_a_worker_that_lost_its_work_keeps_nothing(found):
    job = asked(found)
    first = building.take(timezone.now(), ("assignment",))
    assert building.take(timezone.now(), ("assignment",)) is None  # nobody takes it twice
    assert building.take(timezone.now()) is None  # and those who build documents never do
    Job.objects.filter(pk=job.pk).update(beat_at=timezone.now() - timedelta(hours=1))
    assert solve_next(threading.Event()) == 1
    with pytest.raises(Refuse, match="job_lost"):
        solved(found.acting("sun"), first, {"pairs": [], "proved": True})
    assert (fresh(job).state, fresh(job).tries, len(fresh(job).result["pairs"]) > 0) == ("done", 2, True)
    assert Event.objects.filter(kind="review.solved").count() == 1


def test_a_small_one_is_answered_at_once(found, sun, monkeypatch):
    monkeypatch.setattr(solving, "AT_ONCE", 1000)
    assert sun.post(f"{AT}assignment/solve/", ASKED).status_code == 200
    assert not Job.objects.exists()


def test_nobody_else_reaches_it(found):
    job = asked(found)
    for name in ("cho", "obi", "eva", "ada"):
        client = Client()
        client.force_login(found.world.people[name])
        assert client.get(f"{AT}solving/{job.uid}/").status_code in (403, 404)
        assert client.post(f"{AT}solving/{job.uid}/cancel/").status_code in (403, 404)
    sun = Client()
    sun.force_login(found.world.people["sun"])
    assert sun.get(f"/rounds/r1/review/stage/cross/solving/{job.uid}/").status_code == 404


PREPARE = """
from django.utils import timezone
from huoyue.server.models import Account, ReviewStage
from huoyue.server.operations.journal import Acting
from huoyue.server.operations.solving import ask_solving
stage = ReviewStage.objects.select_related("round").get(key="preliminary")
sun = Acting(Account.objects.get(username="sun"), "secretariat", timezone.now())
ask_solving(sun, stage, seed=7, keep=False, everybody=False)
"""
WORK = """
import time
from datetime import timedelta
from huoyue.server.models import Job
from huoyue.server.operations import building, solving
building.BEAT, building.SILENT = 0.05, timedelta(seconds=2)
while Job.objects.filter(state__in=["waiting", "running"]).exists():
    solving.solve_next()
    time.sleep(0.1)
"""


@pytest.mark.skipif(sys.platform != "linux", reason="children end with their parent there")
def test_a_worker_killed_while_it_solves_is_followed_by_another_once(tmp_path: Path) -> None:
    with own_database() as database:
        place = Place(tmp_path / "data", database)
        place.seed(review=True)
        place.python(PREPARE)
        head = "import django; django.setup()\n"

        def worker(more: str = "") -> subprocess.Popen[bytes]:
            return subprocess.Popen([sys.executable, "-c", head + more + WORK], cwd=ROOT, env=place.environment)

        slow = "from huoyue.server.operations.solving import Solving\nSolving.module = 'tests.server.sleeping_child'\n"
        first = worker(slow)
        assert until(lambda: any(place.data.rglob("building/*")))
        first.kill()
        first.wait()
        others = [worker(), worker()]
        assert [one.wait(120) for one in others] == [0, 0]
        state, tries, pairs, told = place.query(
            "[Job.objects.get().state, Job.objects.get().tries, len(Job.objects.get().result['pairs']), "
            "Event.objects.filter(kind='review.solved').count()]"
        )
        assert (state, tries, pairs > 0, told) == ("done", 2, True, 1)
        assert list(place.data.rglob("building/*")) == []

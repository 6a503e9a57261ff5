"""Freezing: the checklist, the snapshot cut from the database, and that nothing before it changes afterwards."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from django.utils import timezone
from tests.server.settled import REASON

from huoyue.server.models import (
    Event,
    Frozen,
    Round,
    Stage,
)
from huoyue.server.operations.freezing import cut, freeze_round
from huoyue.server.operations.journal import Refuse
from huoyue.server.operations.review_stages import reopen_stage
from huoyue.server.queries.filings import own_kinds
from huoyue.server.queries.finalising import blocking, checklist, passable
from huoyue.server.queries.shelf import shelf_path
from huoyue.snapshot.digests import SIGNATURE, contents_of, zipped
from huoyue.snapshot.signature import signature_in
from huoyue.snapshot.verify import verify


@pytest.fixture
def key(settings) -> str:
    private = Ed25519PrivateKey.generate()
    settings.SIGNING_KEY = private.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()
    return private


def refusal(call) -> str:
    with pytest.raises(Refuse) as caught:
        call()
    return caught.value.refusal.code


def test_an_unfinished_round_is_refused_with_everything_that_stands_against_it(settled):
    reopen_stage(settled.world.acting("sun"), settled.fresh("meeting"), timezone.now() + timedelta(days=1),
                 "会议记录需要补充")  # fmt: skip
    assert [one.code for one in blocking(checklist(settled.round))] == ["stage.meeting"]
    made = cut(settled.round)
    assert refusal(lambda: freeze_round(settled.world.acting("sun"), settled.round, made, REASON)) == "not_ready"
    assert Round.objects.get(pk=settled.round.pk).stage == Stage.SCREENED
    assert not Frozen.objects.exists()


def test_a_practice_round_is_never_frozen(settled):
    Round.objects.filter(pk=settled.round.pk).update(practice=True)
    settled.round.refresh_from_db()
    sun = settled.world.acting("sun")
    assert refusal(lambda: freeze_round(sun, settled.round, cut(settled.round), REASON)) == "not_ready"


def test_open_points_are_gone_past_with_a_reason_only(settled):
    assert "key" in [one.code for one in passable(checklist(settled.round))]
    made = cut(settled.round)
    sun = settled.world.acting("sun")
    assert refusal(lambda: freeze_round(sun, settled.round, made, "")) == "reason_short"
    found = freeze_round(sun, settled.round, made, REASON)
    event = Event.objects.get(kind="round.frozen")
    assert event.detail["after"]["reason"] == REASON == found.reason
    assert event.detail["after"]["digest"] == found.digest


def test_what_happens_while_a_snapshot_is_cut_refuses_the_freeze(settled):
    made = cut(settled.round)
    reopen_stage(settled.world.acting("sun"), settled.fresh("meeting"), timezone.now() + timedelta(days=1),
                 "会议记录需要补充")  # fmt: skip
    from huoyue.server.operations.review_stages import close_stage

    close_stage(settled.world.acting("sun"), settled.fresh("meeting"))
    sun = settled.world.acting("sun")
    assert refusal(lambda: freeze_round(sun, settled.round, made, REASON)) == "moved_meanwhile"


def test_records_are_called_by_alliance_section_and_place_in_the_filing(settled):
    made = cut(settled.round).snapshot
    sections = [kind.id for kind in own_kinds(made.scheme)]
    kind = next(kind for kind in sections if made.facts.records[kind].height)
    for unit, records in made.facts.records[kind].partition_by("unit", as_dict=True, maintain_order=True).items():
        section = f"{unit[0]}.{sections.index(kind) + 1}"
        assert records["record"].to_list() == [f"{section}.{place:02}" for place in range(1, records.height + 1)]
    named = made.results["points"]["explanation_zh"].str.extract_all(r"[A-Z]\d{3}\.\d+\.\d\d").explode().drop_nulls()
    assert named.len() > 0


def test_cutting_twice_gives_the_same_bytes(settled):
    assert zipped(cut(settled.round).contents) == zipped(cut(settled.round).contents)


def test_a_snapshot_is_signed_with_the_organisations_key(settled, key, tmp_path: Path):
    found = freeze_round(settled.world.acting("sun"), settled.round, cut(settled.round), REASON)
    path = shelf_path("snapshots", found.file_digest)
    assert verify(path, key=found.public_key) == []
    assert [one.code for one in verify(path, key="b3RoZXI=")] == ["snapshot.other_key"]
    contents = contents_of(path)
    signature = signature_in(contents)
    assert signature is not None
    forged = replace(signature, value=signature.value[::-1].replace("=", "") + "==")
    contents[SIGNATURE] = forged.as_file(found.digest)
    (tmp_path / "forged.zip").write_bytes(zipped(contents))
    assert [one.code for one in verify(tmp_path / "forged.zip")] == ["snapshot.signature"]
    contents[SIGNATURE] = signature.as_file("0" * 64)
    (tmp_path / "other.zip").write_bytes(zipped(contents))
    assert [one.code for one in verify(tmp_path / "other.zip")] == ["snapshot.signature"]
    del contents[SIGNATURE]
    (tmp_path / "bare.zip").write_bytes(zipped(contents))
    assert verify(tmp_path / "bare.zip") == []
    assert [one.code for one in verify(tmp_path / "bare.zip", key=found.public_key)] == ["snapshot.unsigned"]


def test_the_secretariat_rehearses_freezes_and_downloads_what_verifies(settled, as_freezer, tmp_path: Path):
    client = as_freezer("sun")
    at = f"/rounds/{settled.round.key}/results/"
    shown = client.get(f"{at}finalise/").text
    assert "核对清单" in shown and "方可试算和冻结" not in shown
    Round.objects.filter(pk=settled.round.pk).update(practice=True)
    assert "方可试算和冻结" in client.get(f"{at}finalise/").text
    Round.objects.filter(pk=settled.round.pk).update(practice=False)
    tried = client.post(f"{at}finalise/", {"what": "try"})
    digest = cut(settled.round).snapshot.digest
    assert digest in tried.text
    assert not Frozen.objects.exists()
    assert client.post(f"{at}finalise/", {"what": "freeze", "reason": ""}).status_code == 409
    assert client.post(f"{at}finalise/", {"what": "freeze", "reason": REASON}).status_code == 303
    assert digest in client.get(at).text
    assert digest in client.get(f"{at}snapshot/1/").text
    body = b"".join(client.get(f"{at}snapshot/1/file/").streaming_content)
    (tmp_path / "s.zip").write_bytes(body)
    assert verify(tmp_path / "s.zip") == []


@pytest.fixture
def as_freezer(settled):
    from django.test import Client

    def signed_in(name: str) -> Client:
        client = Client()
        client.force_login(settled.world.people[name])
        return client

    return signed_in


def test_the_first_page_leads_the_secretariat_to_the_checklist_and_on(settled, as_freezer):
    client = as_freezer("sun")
    assert f'href="/rounds/{settled.round.key}/results/finalise/"' in client.get("/").text
    settled.round.refresh_from_db()
    freeze_round(settled.world.acting("sun"), settled.round, cut(settled.round), REASON)
    page = client.get("/").text
    assert "由快照1生成评价报告" in page
    assert f'href="/rounds/{settled.round.key}/results/documents/"' in page

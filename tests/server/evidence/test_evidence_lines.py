"""Uploads that break, and go on."""

from __future__ import annotations

import io
import os
from datetime import timedelta
from hashlib import sha256

import pytest
from django.utils import timezone
from tests.server.evidence.files import (
    pdf,
    word,
)
from tests.server.evidence.sending import AT, JSON, part

from huoyue.server.background import WORK
from huoyue.server.models import Event, Evidence, Upload
from huoyue.server.operations import evidence as operations
from huoyue.server.operations.journal import Refuse
from huoyue.server.operations.storage import evidence_path, upload_path


def test_a_part_at_the_wrong_place_is_answered_with_the_right_one(begin, as_):
    client, content = as_("ada"), pdf()
    address = begin(len(content), client=client).json()["address"]
    assert part(client, address, 0, content[:300]).json()["received"] == 300
    for offset in ("0", "299", "301", "", "-1", "abc", "3e2", "9" * 40):
        answer = part(client, address, offset, content[300:])
        assert (answer.status_code, answer.json()) == (409, {"code": "upload_offset", "received": 300}), offset
    assert part(client, address, 300, content[300:]).json()["file"]
    assert evidence_path(sha256(content).hexdigest()).exists()


class Dropped(io.BytesIO):
    """A line that breaks after what it holds."""

    def read(self, size: int = -1) -> bytes:
        block = super().read(size)
        if not block:
            raise OSError("connection reset")
        return block


@pytest.mark.parametrize("line", [io.BytesIO, Dropped])
def test_what_came_before_the_line_broke_is_kept_and_the_rest_follows(begin, as_, line):
    client, content = as_("ada"), word()
    address = begin(len(content), "a.docx", client=client).json()["address"]
    broken = {"CONTENT_LENGTH": str(len(content)), "wsgi.input": line(content[:2000])}
    part(client, address, 0, b"", **broken)
    there = client.get(address, headers=JSON).json()["received"]
    assert there == 2000
    assert part(as_("ada"), address, there, content[there:]).json()["file"]
    assert evidence_path(sha256(content).hexdigest()).read_bytes() == content


def test_a_finished_upload_asked_again_gives_the_same_evidence(begin, as_):
    client, content = as_("ada"), pdf()
    address = begin(len(content), client=client).json()["address"]
    first = part(client, address, 0, content).json()
    again = part(client, address, len(content), b"").json()
    asked = client.get(address, headers=JSON).json()
    assert first["file"] == again["file"] == asked["file"]
    assert Evidence.objects.count() == Event.objects.filter(kind="evidence.attached").count() == 1


def test_more_than_was_announced_is_cut(send):
    content = pdf()
    answer = send(content + b"more" * 1000, size=len(content))
    assert answer.json()["file"]
    assert Evidence.objects.get().digest == sha256(content).hexdigest()


def test_one_part_brings_at_most_what_the_server_takes_at_once(begin, as_, monkeypatch):
    monkeypatch.setattr("huoyue.server.views.evidence.LARGEST_PART", 1000)
    client, content = as_("ada"), word()
    address = begin(len(content), "a.docx", client=client).json()["address"]
    assert part(client, address, 0, content).json()["received"] == 1000


@pytest.mark.parametrize("length", ["abc", "-5", "", "９"])
@pytest.mark.once
def test_a_nonsensical_length_is_no_error_of_ours(begin, as_, length):
    client = as_("ada")
    address = begin(100, client=client).json()["address"]
    assert part(client, address, 0, b"x", CONTENT_LENGTH=length).status_code < 500


def test_nobody_but_the_sender_may_go_on_or_look(begin, as_):
    content = pdf()
    address = begin(len(content), who="ada").json()["address"]
    for who, status in (("ben", 404), ("dov", 404), ("sun", 403), ("lin", 403), ("eva", 403), ("", 401)):
        assert part(as_(who), address, 0, content).status_code == status, who
        assert as_(who).get(address, headers=JSON).status_code == status, who
    assert Upload.objects.get().received == 0


def test_what_was_begun_in_time_and_arrives_after_the_deadline_is_not_evidence(begin, as_, world):
    client, content = as_("ada"), pdf()
    address = begin(len(content), client=client).json()["address"]
    part(client, address, 0, content[:-1])
    world.round.deadline = timezone.now() - timedelta(seconds=1)
    world.round.save()
    answer = part(client, address, len(content) - 1, content[-1:])
    assert (answer.status_code, answer.json()["code"]) == (409, "deadline_passed")
    assert begin(10).json()["code"] == "deadline_passed"
    assert not Evidence.objects.exists()


def test_a_line_given_up_that_still_writes_does_no_harm_to_its_successor(begin, as_, filing):
    """The server often learns late that a line broke: its successor has sent more when the old one ends."""
    content = word()
    upload = Upload.objects.get(uid=begin(len(content), "a.docx").json()["address"].split("/")[-2])

    def late():
        yield content[:500]
        operations.add_part(Upload.objects.get(pk=upload.pk), 0, [content[:3000]])
        yield content[500:700]

    with pytest.raises(Refuse, match="upload_offset"):
        operations.add_part(upload, 0, late())
    client = as_("ada")
    answer = part(client, f"{AT}uploads/{upload.uid}/", 3000, content[3000:])
    assert answer.json()["file"]
    assert Evidence.objects.get().digest == sha256(content).hexdigest()


def test_what_was_examined_cannot_be_changed_through_a_line_still_open(begin, as_, files):
    client, content = as_("ada"), pdf()
    address = begin(len(content), client=client).json()["address"]
    part(client, address, 0, content[:-1])
    with upload_path(address.split("/")[-2]).open("r+b") as still_open:
        assert part(client, address, len(content) - 1, content[-1:]).json()["file"]
        still_open.write(b"MZ" * 50)
    assert evidence_path(sha256(content).hexdigest()).read_bytes() == content


def test_a_server_stopped_between_file_and_row_finishes_when_it_is_asked_again(begin, as_, monkeypatch):
    content = pdf()
    address = begin(len(content)).json()["address"]
    client = as_("ada")
    client.raise_request_exception = False

    def stopped(*_, **__):
        raise RuntimeError("stopped")

    with monkeypatch.context() as patch:
        patch.setattr(operations, "record", stopped)
        assert part(client, address, 0, content).status_code == 500
    assert not Evidence.objects.exists()
    assert part(client, address, len(content), b"").json()["file"]
    assert client.get(address, headers=JSON).json()["file"]["uid"] == Evidence.objects.get().uid


def test_two_lines_that_finish_at_once_make_one_evidence(begin, as_, world, filing, monkeypatch, settings):
    content = pdf()
    settings.QUOTA = len(content) + 10
    uid = begin(len(content)).json()["address"].split("/")[-2]
    upload = operations.add_part(Upload.objects.select_related("filing").get(uid=uid), 0, [content])
    examined = operations.examined

    def overtaken(path):
        monkeypatch.setattr(operations, "examined", examined)
        operations.finish_upload(world.acting("ada"), filing, Upload.objects.get(uid=uid))
        return examined(path)

    monkeypatch.setattr(operations, "examined", overtaken)
    assert operations.finish_upload(world.acting("ada"), filing, upload) == Evidence.objects.get()


def test_a_disk_that_is_older_than_the_database_takes_the_upload_from_there(begin, as_):
    client, content = as_("ada"), word()
    address = begin(len(content), "a.docx", client=client).json()["address"]
    part(client, address, 0, content[:4000])
    os.truncate(upload_path(address.split("/")[-2]), 1000)
    assert part(client, address, 4000, content[4000:]).json() == {"code": "upload_offset", "received": 1000}
    assert part(client, address, 1000, content[1000:]).json()["file"]
    assert Evidence.objects.get().digest == sha256(content).hexdigest()


def test_abandoned_uploads_are_given_up_some_day_and_nothing_else_is(begin, as_, kept, files):
    client, content, now = as_("ada"), pdf(), timezone.now()
    evidence = kept(content)
    addresses = [begin(len(content), client=client).json()["address"] for _ in range(2)]
    for address in addresses:
        part(client, address, 0, content[:50])
    old, young = (address.split("/")[-2] for address in addresses)
    Upload.objects.filter(uid=old).update(begun_at=now - timedelta(days=8))
    stray = files / "uploads" / "stray.part"
    stray.write_bytes(b"x")
    os.utime(stray, (now.timestamp() - 8 * 86400,) * 2)
    assert operations.drop_abandoned in WORK
    assert operations.drop_abandoned(now) == 2
    assert operations.drop_abandoned(now) == 0
    assert [path.stem for path in (files / "uploads").iterdir()] == [young]
    assert not Upload.objects.filter(uid=old).exists()
    assert client.get(addresses[0], headers=JSON).status_code == 404
    assert part(client, addresses[1], 50, content[50:]).json()["file"]
    assert evidence_path(evidence.digest).exists()

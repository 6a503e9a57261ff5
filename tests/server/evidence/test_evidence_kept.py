"""Evidence: room, names, where it is kept, and how it comes back to whom."""

from __future__ import annotations

import errno
import os
from hashlib import sha256
from pathlib import Path

import pytest
from django.conf import settings as in_force
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from tests.server.evidence.files import (
    pdf,
    picture_of,
    word,
)
from tests.server.evidence.sending import AT, JSON, OTHER, UID, fetched, nothing_is_left, part

from huoyue.server.models import Event, Evidence, Filing, Upload
from huoyue.server.operations import storage
from huoyue.server.operations.storage import evidence_path
from huoyue.server.operations.submission import submit

# room


def test_empty_and_too_large_files_are_refused_before_they_are_sent(begin, settings):
    settings.LARGEST_FILE = 2**20
    for size, code in ((0, "file_empty"), ("", "file_empty"), (-5, "file_empty"), ("１２", "file_empty"),
                       ("1e9", "file_empty"), (2**20 + 1, "file_too_large"), (10**14, "file_empty")):  # fmt: skip
        answer = begin(size)
        assert (answer.status_code, answer.json()["code"]) == (409, code), size
    assert "1 MB" in begin(2**20 + 1).json()["what"]
    assert not Upload.objects.exists()


def test_an_empty_file_of_the_plain_form_is_refused(as_, filing, files):
    answer = as_("ada").post(f"{AT}evidence/", {"record": UID, "files": SimpleUploadedFile("a.pdf", b"")})
    assert answer.status_code == 409
    assert nothing_is_left(files)


def test_the_room_of_a_filing_counts_what_is_kept_removed_and_on_its_way(kept, begin, settings, as_):
    content = pdf()
    settings.QUOTA = 3 * len(content) + 10
    evidence = kept(content)
    as_("ada").post(f"{AT}evidence/{evidence.uid}/remove/")
    client = as_("ben")
    address = begin(len(content), client=client).json()["address"]
    assert part(client, address, 0, content[:-1]).status_code == 200
    waiting = begin(len(content), client=client).json()["address"]
    assert begin(len(content) + 100).json()["code"] == "quota"
    assert part(client, address, len(content) - 1, content[-1:]).json()["file"]
    assert part(client, waiting, 0, content[:-1] + b" ").json()["file"]
    assert begin(len(content)).json()["code"] == "quota"


def test_uploads_that_are_never_finished_cannot_fill_the_disk(begin, settings, as_):
    settings.QUOTA = 3000
    client = as_("ada")
    addresses = [begin(1000, client=client).json()["address"] for _ in range(6)]
    answers = [part(client, address, 0, bytes(999)) for address in addresses]
    assert [answer.status_code for answer in answers] == [200, 200, 200, 409, 409, 409]
    assert answers[-1].json()["code"] == "quota"


def test_a_full_disk_is_said_in_words_and_the_upload_goes_on_afterwards(begin, as_, monkeypatch, files):
    client, content = as_("ada"), pdf()
    address = begin(len(content), client=client).json()["address"]
    part(client, address, 0, content[:100])

    def full(stream):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    with monkeypatch.context() as patch:
        patch.setattr(storage, "synced", full)
        answer = part(client, address, 100, content[100:])
        assert (answer.status_code, answer.json()["code"]) == (409, "disk_full")
        assert "空间" in answer.json()["what"]
        form = client.post(f"{AT}evidence/", {"record": UID, "files": SimpleUploadedFile("a.pdf", content)})
        assert form.status_code == 409
    assert len(list(files.rglob("*.part"))) == 1
    assert client.get(address, headers=JSON).json() == {"received": 100, "size": len(content)}
    assert part(client, address, 100, content[100:]).json()["file"]["name"] == "纪要.pdf"
    assert evidence_path(sha256(content).hexdigest()).read_bytes() == content


def test_a_disk_that_is_full_only_when_the_file_is_kept_loses_nothing(begin, as_, monkeypatch, files):
    client, content = as_("ada"), pdf()
    address = begin(len(content), client=client).json()["address"]

    def full(old, new):
        raise OSError(errno.EDQUOT, os.strerror(errno.EDQUOT))

    with monkeypatch.context() as patch:
        patch.setattr(storage.os, "replace", full)
        assert part(client, address, 0, content).json()["code"] == "disk_full"
    assert not Evidence.objects.exists()
    assert part(client, address, len(content), b"").json()["file"]


# names


NAMES = [
    ("../../etc/passwd.pdf", "passwd.pdf"),
    ("..\\..\\windows\\x.pdf", "x.pdf"),
    ("/etc/cron.d/x.pdf", "x.pdf"),
    ("a\x00b.pdf", "ab.pdf"),
    ("\u202efdp.exe.pdf", "fdp.exe.pdf"),
    ("纪\u200b要\u2028.pdf", "纪要.pdf"),
    ("汉" * 255 + ".pdf", "汉" * 189 + ".pdf"),
    ("CON", "_CON"),
    ("nul.pdf", "_nul.pdf"),
    ("-rf.pdf", "-rf.pdf"),
    ("<img src=x onerror=alert(1)>.pdf", "<img src=x onerror=alert(1)>.pdf"),
    ('a";\r\nSet-Cookie: x=1.pdf', 'a";Set-Cookie: x=1.pdf'),
    ("..", "file"),
    ("", "file"),
    ("𠮷野家.pdf", "𠮷野家.pdf"),
]


@pytest.mark.parametrize(("name", "shown"), NAMES)
def test_names_cannot_lead_anywhere_and_stay_legible(kept, as_, files, name, shown):
    content = pdf()
    evidence = kept(content, name)
    digest = sha256(content).hexdigest()
    assert evidence.name == shown
    assert [str(p.relative_to(files)) for p in files.rglob("*") if p.is_file()] == [f"evidence/{digest[:2]}/{digest}"]
    page = as_("ada").get(f"{AT}records/meeting/").content.decode()
    assert "onerror=alert(1)>" not in page
    assert shown.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace('"', "&quot;") in page
    said = fetched(as_("ada"), f"{AT}evidence/{evidence.uid}/")
    assert said["Content-Disposition"].startswith("attachment; filename=\"evidence.pdf\"; filename*=UTF-8''")
    assert "\r" not in said["Content-Disposition"]
    assert "Set-Cookie" not in said.headers or "x=1" not in said["Set-Cookie"]


def test_the_plain_form_treats_names_alike(as_, filing):
    file = SimpleUploadedFile("x.pdf", pdf())
    file._name = "..\\..\\\u202e纪要.pdf"
    assert as_("ada").post(f"{AT}evidence/", {"record": UID, "files": file}).status_code == 303
    assert Evidence.objects.get().name == "纪要.pdf"


# where it is kept, and how it comes back


@pytest.mark.parametrize("content", [pdf, picture_of, word])
@pytest.mark.once
def test_what_comes_back_is_a_download_byte_by_byte_and_nothing_a_browser_would_run(kept, as_, content):
    body = content()
    evidence = kept(body, "a.html")
    for who in ("ada", "ben", "lin", "sun", "obi"):
        answer = fetched(as_(who), f"{AT}evidence/{evidence.uid}/")
        assert answer.body == body
        assert answer["Content-Type"] == "application/octet-stream"
        assert answer["Content-Disposition"].startswith("attachment;")
        assert answer["X-Content-Type-Options"] == "nosniff"
        assert "sandbox" in answer["Content-Security-Policy"]
        assert "default-src 'none'" in answer["Content-Security-Policy"]
        assert "no-store" in answer["Cache-Control"]
        assert answer["Cross-Origin-Resource-Policy"] == "same-origin"


def test_nobody_else_gets_it_nor_its_preview(kept, as_):
    evidence = kept(pdf())
    for who in ("dov", "lou", "eva", "cho", "nil", ""):
        for address in (f"{AT}evidence/{evidence.uid}/", f"{AT}evidence/{evidence.uid}/preview.png"):
            assert as_(who).get(address).status_code in (302, 403, 404), who
    elsewhere = f"/rounds/r1/filing/A002/evidence/{evidence.uid}/"
    assert as_("dov").get(elsewhere).status_code == as_("sun").get(elsewhere).status_code == 404


def test_it_is_kept_under_its_digest_outside_what_is_served(kept, files):
    content = word()
    evidence = kept(content, "a.docx")
    place = evidence_path(evidence.digest)
    assert place.read_bytes() == content
    assert evidence.digest == sha256(content).hexdigest() == place.name
    assert place.stat().st_mode & 0o133 == 0
    served = [Path(in_force.STATIC_ROOT or "/nowhere"), Path(storage.__file__).parents[1] / "static"]
    assert not any(place.is_relative_to(folder) for folder in served)
    for address in (f"/files/evidence/{place.parent.name}/{place.name}", f"/static/../{place.name}", f"/{place.name}"):
        assert Client().get(address).status_code == 404


def test_a_kept_file_that_is_gone_from_the_disk_is_said_to_be_gone(kept, as_):
    evidence = kept(pdf())
    evidence_path(evidence.digest).unlink()
    assert as_("ada").get(f"{AT}evidence/{evidence.uid}/").status_code == 404
    assert as_("ada").get(f"{AT}evidence/{evidence.uid}/preview.png").status_code == 404


def test_the_same_file_twice_on_a_record_is_kept_once_and_a_record_takes_several(kept, filing):
    first, again = kept(pdf(), "a.pdf"), kept(pdf(), "b.pdf", who="ben")
    assert first == again
    kept(word(), "c.docx")
    kept(pdf(), "a.pdf", record=OTHER)
    assert [(e.record, e.name) for e in Evidence.objects.order_by("record", "name")] == [
        (UID, "a.pdf"), (UID, "c.docx"), (OTHER, "a.pdf")]  # fmt: skip


def test_the_plain_form_takes_several_files_and_tells_of_each_it_does_not_take(as_, filing, files):
    chosen = [("a.pdf", pdf()), ("b.docx", word()), ("c.pdf", b"MZ" + bytes(99))]
    sent = {"record": UID, "files": [SimpleUploadedFile(name, content) for name, content in chosen]}
    answer = as_("ada").post(f"{AT}evidence/", sent, follow=True)
    assert sorted(Evidence.objects.values_list("name", flat=True)) == ["a.pdf", "b.docx"]
    assert "c.pdf：" in answer.content.decode()
    assert not list(files.rglob("*.part"))


@pytest.mark.parametrize("record", ["", "x" * 24, "a" * 300, "' OR 1=1 --"])
def test_there_is_no_evidence_without_a_record(begin, record):
    assert begin(10, record=record).json()["code"] == "no_record"


def test_a_removed_file_stays_readable_in_the_version_that_names_it(kept, as_, world, filing):
    content = pdf()
    evidence = kept(content, "纪要原件.pdf")
    client = as_("ada")
    fresh = Filing.objects.select_related("round", "alliance").get(pk=filing.pk)
    submit(world.acting("ada"), fresh, signed_as="艾达", agreed=True)
    assert client.post(f"{AT}evidence/{evidence.uid}/remove/").status_code == 409
    client.post(f"{AT}amend/")
    assert client.post(f"{AT}evidence/{evidence.uid}/remove/").status_code == 303
    assert client.post(f"{AT}evidence/{evidence.uid}/remove/").status_code in (404, 409)
    assert "纪要原件.pdf" not in client.get(f"{AT}records/meeting/").content.decode()
    version = client.get(f"{AT}versions/1/").content.decode()
    assert "纪要原件.pdf" in version
    assert f"evidence/{evidence.uid}/preview.png" in version
    assert fetched(client, f"{AT}evidence/{evidence.uid}/").body == content
    assert {"evidence.attached", "evidence.removed"} <= set(Event.objects.values_list("kind", flat=True))

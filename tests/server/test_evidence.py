"""Evidence: what is taken and what is refused, uploads that break and go on, who gets what back, and previews."""

from __future__ import annotations

import errno
import io
import json
import os
import shlex
import struct
import subprocess
import threading
import zipfile
import zlib
from datetime import timedelta
from functools import cache
from hashlib import sha256
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import docx
import openpyxl
import pypandoc
import pytest
from django.conf import settings as in_force
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone
from PIL import Image, ImageDraw
from pypdf import PdfWriter
from pypdf.actions import JavaScript

from huoyue.server.background import WORK
from huoyue.server.models import Event, Evidence, Filing, Upload
from huoyue.server.operations import evidence as operations
from huoyue.server.operations import previews, storage
from huoyue.server.operations.filing import Typed, kind_of, save_record
from huoyue.server.operations.journal import Refuse
from huoyue.server.operations.storage import evidence_path, upload_path
from huoyue.server.operations.submission import submit
from huoyue.server.queries.kinds import DOC, DOCX, ODS, ODT, PDF, PPT, PPTX, TAKEN, XLS, XLSX, previewable

AT = "/rounds/r1/filing/A001/"
UID, OTHER = "a" * 24, "b" * 24
JSON = {"Accept": "application/json"}
EICAR = b"X5O!P%@AP[4\\PZX54(P^)7CC)7}$EICAR-" + b"STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"
TYPES = "[Content_Types].xml"


# files of every kind, made as people's programs make them


def picture_of(kind: str = "PNG", size: tuple[int, int] = (300, 200)) -> bytes:
    picture = Image.new("RGB", size, "white")
    ImageDraw.Draw(picture).rectangle((20, 20, size[0] // 2, size[1] // 2), fill="navy")
    stream = io.BytesIO()
    picture.save(stream, kind)
    return stream.getvalue()


@cache
def pdf(*, script: str = "") -> bytes:
    stream = io.BytesIO()
    writer = PdfWriter(io.BytesIO(picture_of("PDF")))
    if script:
        writer.add_open_action(JavaScript(script))
    writer.write(stream)
    return stream.getvalue()


def word(text: str = "第三次理事会纪要") -> bytes:
    document = docx.Document()
    document.add_heading(text, 1)
    document.add_paragraph("会议于五月三日召开。")
    document.add_table(2, 2).cell(0, 0).text = "姓名"
    document.add_picture(io.BytesIO(picture_of()))
    stream = io.BytesIO()
    document.save(stream)
    return stream.getvalue()


def sheet(*rows: list[object], far: bool = False) -> bytes:
    book = openpyxl.Workbook()
    for row in rows or (["名称", "数量"], ["项目", 3]):
        book.active.append(row)
    if far:
        book.active["XFD1048576"] = 1
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def by_pandoc(kind: str) -> bytes:
    text = "# 第一部分\n\n## 会议\n\n- 一次\n- 两次\n\n|甲|乙|\n|-|-|\n|1|2|\n"
    command = [pypandoc.get_pandoc_path(), "-f", "markdown", "-t", kind, "-o", "-"]
    return subprocess.run(command, input=text.encode(), capture_output=True, check=True).stdout


def repacked(content: bytes, *, changed: dict[str, bytes] | None = None, **added: bytes) -> bytes:
    """An Office file with parts changed or added."""
    stream = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            new.writestr(name, (changed or {}).get(name, old.read(name)))
        for name, part in added.items():
            new.writestr(name.replace("__", "/").replace("_0", "."), part)
    return stream.getvalue()


def swollen(content: bytes, name: str, size: int) -> bytes:
    """An Office file with a part that unpacks to `size` zeros."""
    stream = io.BytesIO(content)
    with zipfile.ZipFile(stream, "a", zipfile.ZIP_DEFLATED) as archive, archive.open(name, "w") as part:
        for _ in range(size // 2**20):
            part.write(bytes(2**20))
    return stream.getvalue()


def compound(*names: str, inside: str = "") -> bytes:
    """An old Office file with nothing but names: header, table, folder. `inside` is a name further in."""
    none = 0xFFFFFFFF
    listed = ["Root Entry", *names, *([inside] if inside else [])]
    folder = b""
    for number, name in enumerate(listed):
        text = name.encode("utf-16-le").ljust(64, b"\0")
        right = number + 1 if 0 < number < len(names) else none
        child = 1 if number == 0 else len(names) + 1 if inside and number == 1 else none
        folder += text + struct.pack("<HBBIII", 2 * len(name) + 2, 5 if not number else 1, 1, none, right, child)
        folder += bytes(48)
    folder = folder.ljust(512, b"\0")
    header = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(16) + struct.pack("<HHHHH", 62, 3, 0xFFFE, 9, 6) + bytes(10)
    header += struct.pack("<IIIIIIIII", 1, 1, 0, 4096, 0xFFFFFFFE, 0, 0xFFFFFFFE, 0, 0) + b"\xff" * 432
    table = struct.pack("<II", 0xFFFFFFFD, 0xFFFFFFFE).ljust(512, b"\xff")
    return header[:512] + table + folder


# the world, and ways of sending


@pytest.fixture
def files(settings, tmp_path):
    settings.FILES = tmp_path / "kept"
    settings.SCANNER = ""
    return settings.FILES


@pytest.fixture
def filing(world, files):
    found = Filing.objects.select_related("round", "alliance").get(pk=world.filings[0].pk)
    for uid in (UID, OTHER):
        cells = {"kind": "council", "title": f"会{uid[0]}", "held_on": "2016-05-03", "evidence": "纪要"}
        save_record(world.acting("ada"), found, kind_of(found, "meeting"), Typed(uid, cells))
    return found


@pytest.fixture
def begin(as_, filing):
    def begun(size, name="纪要.pdf", *, who="ada", record=UID, client=None):
        content = {"record": record, "name": name, "size": size}
        return (client or as_(who)).post(f"{AT}uploads/", content, headers=JSON)

    return begun


def part(client, address, offset, content, **environ):
    headers = JSON | {"Upload-Offset": str(offset)}
    return client.patch(address, content, content_type="application/octet-stream", headers=headers, **environ)


@pytest.fixture
def send(as_, begin):
    """Send a whole file as the page's script does; the last answer."""

    def sent(content, name="纪要.pdf", *, who="ada", record=UID, size=None, step=2**20):
        client = as_(who)
        begun = begin(len(content) if size is None else size, name, record=record, client=client)
        if begun.status_code != 201:
            return begun
        answer = begun
        for offset in range(0, len(content), step):
            answer = part(client, begun.json()["address"], offset, content[offset : offset + step])
            if answer.status_code != 200:
                break
        return answer

    return sent


@pytest.fixture
def kept(send):
    """The evidence that a file became."""

    def made(content, name="纪要.pdf", **how):
        answer = send(content, name, **how)
        assert answer.status_code == 200, answer.json()
        return Evidence.objects.get(uid=answer.json()["file"]["uid"])

    return made


def fetched(client, address: str):
    """A download's answer, read to its end, which closes it; `body` is what came."""
    answer = client.get(address)
    answer.body = answer.getvalue()
    return answer


def nothing_is_left(files: Path) -> bool:
    return not Evidence.objects.exists() and [path for path in files.rglob("*") if path.is_file()] == []


# what a file is


@pytest.mark.parametrize(
    ("name", "content", "kind"),
    [
        ("a.pdf", pdf, PDF),
        ("a.PNG", picture_of, "image/png"),
        ("a.jpg", lambda: picture_of("JPEG"), "image/jpeg"),
        ("a.gif", lambda: picture_of("GIF"), "image/gif"),
        ("a.webp", lambda: picture_of("WEBP"), "image/webp"),
        ("a.tif", lambda: picture_of("TIFF"), "image/tiff"),
        ("a.docx", word, DOCX),
        ("a.xlsx", sheet, XLSX),
        ("a.pptx", lambda: by_pandoc("pptx"), PPTX),
        ("a.odt", lambda: by_pandoc("odt"), ODT),
        ("a.doc", lambda: compound("WordDocument", "1Table"), DOC),
        ("a.xls", lambda: compound("Workbook"), XLS),
        ("a.ppt", lambda: compound("PowerPoint Document"), PPT),
        ("sheet within.doc", lambda: compound("WordDocument", inside="Workbook"), DOC),
        ("printer.pdf", lambda: b"@PJL SET X\r\n" + pdf(), PDF),
        ("really a document.pdf", word, DOCX),
        ("really a picture.docx", picture_of, "image/png"),
        ("no ending", pdf, PDF),
        ("an old sheet.doc", lambda: compound("Workbook"), XLS),
    ],
)
@pytest.mark.once
def test_a_file_is_kept_as_what_it_is_whatever_it_is_called(kept, as_, name, content, kind):
    evidence = kept(content(), name)
    assert evidence.kind == kind
    answer = fetched(as_("ada"), f"{AT}evidence/{evidence.uid}/")
    assert answer["Content-Disposition"].lower().endswith(f".{TAKEN[kind]}")


@pytest.mark.parametrize(
    ("name", "content", "code"),
    [
        ("program.pdf", b"MZ\x90\x00" + bytes(500), "file_kind"),
        ("program with a PDF behind its head.pdf", b"MZ\x90\x00" + bytes(60) + b"%PDF-1.7\n" + bytes(500), "file_kind"),
        ("elf.pdf", b"\x7fELF\x02\x01\x01" + bytes(500), "file_kind"),
        ("page.pdf", b"<!DOCTYPE html><script>alert(1)</script>", "file_kind"),
        ("page that names PDF.pdf", b"<html><!-- %PDF-1.7 --><script>alert(1)</script></html>", "file_kind"),
        ("other tag.pdf", b" \n<svg onload=alert(1)> %PDF-1.7", "file_kind"),
        ("script.pdf", b"#!/bin/sh\n# %PDF-1.7\nrm -rf /\n", "file_kind"),
        ("drawing.svg", b'<svg xmlns="http://www.w3.org/2000/svg"><script>1</script></svg>', "file_kind"),
        ("drawing.png", b'<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg"/>', "file_kind"),
        ("text.pdf", "这是文字".encode(), "file_kind"),
        ("binary.pdf", bytes(range(256)), "file_kind"),
        ("installer.doc", compound("!SummaryInformation"), "file_kind"),
        ("cut.doc", compound("WordDocument")[:700], "file_kind"),
        ("only a head.xls", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "file_kind"),
        ("password.docx", compound("EncryptedPackage", "EncryptionInfo"), "file_locked"),
        ("macros.doc", compound("WordDocument", "Macros", inside="VBA"), "file_macros"),
        ("macros.xls", compound("Workbook", "_VBA_PROJECT_CUR"), "file_macros"),
        ("cut.docx", word()[:3000], "file_kind"),
        ("cut.pdf", pdf()[:200], "file_cut"),
        ("only a head.pdf", b"%PDF-1.7\n", "file_cut"),
        ("no version.pdf", b"%PDF-\nstartxref\n9\n%%EOF\n", "file_cut"),
        ("no table.pdf", b"%PDF-1.4\nhello\n%%EOF\n", "file_cut"),
        ("a table elsewhere.pdf", b"%PDF-1.4\nstartxref\n99999\n%%EOF\n", "file_cut"),
        ("cut after a printer's lines.pdf", b"@PJL SET COPIES=1\n%PDF-1.4\nhello\n", "file_cut"),
        ("bent.docx", b"PK\x03\x04" + bytes(range(256)) * 9, "file_kind"),
    ],
)
@pytest.mark.once
def test_what_is_not_taken_is_refused_in_words_and_nothing_stays(send, files, name, content, code):
    answer = send(content, name)
    assert (answer.status_code, answer.json()["code"]) == (409, code)
    assert answer.json()["what"]
    assert answer.json()["mend"]
    assert nothing_is_left(files)
    assert not Upload.objects.exists()


def with_types(content: bytes, old: bytes, new: bytes) -> bytes:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        types = archive.read(TYPES)
    assert old in types
    return repacked(content, changed={TYPES: types.replace(old, new)})


def utf16(content: bytes) -> bytes:
    """The list of types in another encoding, as readers of Office files accept it, too."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        types = archive.read(TYPES).decode().replace("UTF-8", "UTF-16").encode("utf-16")
    return repacked(content, changed={TYPES: types})


HIDDEN_MACRO = b'<Override PartName="/word/x.xml" ContentType="application/vnd.ms-office.vbaProject"/></Types>'
MAIN = (b"openxmlformats-officedocument.wordprocessingml.document.main", b"ms-word.document.macroEnabled.main")


@pytest.mark.parametrize(
    "content",
    [
        lambda: repacked(word(), word__vbaProject_0bin=b"\xd0\xcf\x11\xe0"),
        lambda: repacked(sheet(), xl__VBAPROJECT_0BIN=b"\xd0\xcf\x11\xe0"),
        lambda: with_types(word(), *MAIN),
        lambda: utf16(with_types(word(), *MAIN)),
        lambda: repacked(with_types(word(), b"</Types>", HIDDEN_MACRO), word__x_0xml=b"\xd0\xcf\x11\xe0"),
        lambda: repacked(sheet(), xl__macrosheets__sheet1_0xml=b"<x/>"),
        lambda: repacked(by_pandoc("odt"), Basic__Standard__Module1_0xml=b"<x/>"),
    ],
)
@pytest.mark.once
def test_office_files_with_macros_are_refused_wherever_they_hide_them(send, files, content):
    answer = send(content(), "纪要.docx")
    assert (answer.status_code, answer.json()["code"]) == (409, "file_macros")
    assert nothing_is_left(files)


@pytest.mark.once
def test_an_archive_that_unpacks_to_far_more_is_refused_without_unpacking_it(send, files):
    bomb = swollen(word(), "word/media/x.bin", 220 * 2**20)
    assert len(bomb) < 2**20
    assert send(bomb, "a.docx").json()["code"] == "file_bomb"
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        with archive.open("mimetype", "w") as first:
            for _ in range(64):
                first.write(bytes(2**20))
        archive.writestr("content.xml", "")
    assert send(stream.getvalue(), "a.odt").json()["code"] == "file_kind"
    assert nothing_is_left(files)


@pytest.mark.once
def test_an_archive_with_an_endless_list_of_parts_is_refused_before_the_list_is_read(send, monkeypatch):
    content = word()
    end = content.rindex(b"PK\x05\x06")
    entry = content[content.index(b"PK\x01\x02") : end]
    long = content[: content.index(b"PK\x01\x02")] + entry * (3 * 2**20 // len(entry))
    start, length = content.index(b"PK\x01\x02"), len(entry) * (3 * 2**20 // len(entry))
    long += b"PK\x05\x06" + struct.pack("<HHHHIIH", 0, 0, 9, 9, length, start, 0)
    monkeypatch.setattr(zipfile.ZipFile, "__init__", lambda *_, **__: pytest.fail("the list was read"))
    assert send(long, "a.docx").json()["code"] == "file_kind"


# the scanner


@pytest.fixture
def scanner(settings, tmp_path):
    def set_to(text):
        script = tmp_path / "scan er.sh"
        script.write_text(f"#!/bin/sh\n{text}\n")
        script.chmod(0o755)
        settings.SCANNER = shlex.quote(str(script))

    return set_to


@pytest.mark.once
def test_what_the_scanner_finds_is_refused_and_not_kept(send, kept, scanner, files):
    scanner('grep -q EICAR-STANDARD "$1" && exit 1; exit 0')
    answer = send(pdf() + b"\n%" + EICAR, "eicar.pdf")
    assert answer.json()["code"] == "file_infected"
    assert "病毒" in answer.json()["what"]
    assert nothing_is_left(files)
    assert kept(pdf(), "clean.pdf").scan == "clean"


@pytest.mark.parametrize("text", ["exit 2", "kill -9 $$", "exit 127"])
@pytest.mark.once
def test_with_a_broken_scanner_nothing_is_taken_and_the_upload_waits_for_it(send, scanner, as_, text):
    scanner(text)
    content = pdf()
    assert send(content).json()["code"] == "scanner_broken"
    assert not Evidence.objects.exists()
    scanner("exit 0")
    address = f"{AT}uploads/{Upload.objects.get().uid}/"
    assert part(as_("ada"), address, len(content), b"").json()["file"]["name"] == "纪要.pdf"


@pytest.mark.parametrize("command", ["/nowhere/clamdscan {file}", "'unclosed", "/etc/hostname"])
@pytest.mark.once
def test_a_scanner_that_cannot_be_begun_lets_nothing_pass(send, settings, command):
    settings.SCANNER = command
    assert send(pdf()).json()["code"] == "scanner_broken"
    assert not Evidence.objects.exists()


def test_without_a_scanner_the_evidence_says_so(kept):
    assert kept(pdf()).scan == "unscanned"


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


# uploads that break, and go on


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


# previews


def drawn(client, evidence):
    return fetched(client, f"{AT}evidence/{evidence.uid}/preview.png")


def picture_in(answer) -> Image.Image:
    assert answer.status_code == 200
    assert answer["Content-Type"] == "image/png"
    assert answer["X-Content-Type-Options"] == "nosniff"
    picture = Image.open(io.BytesIO(answer.body))
    picture.load()
    return picture.convert("RGB")


def has_content(picture: Image.Image) -> bool:
    dark = sum(count for count, colour in picture.getcolors(2**24) if sum(colour) < 300)
    return max(picture.size) <= 1200 and dark > 150


SHEET_ROWS = [[f"第{n}列" for n in range(20)], *[[n, 1.5, "文字", None, True] for n in range(200)]]


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.pdf", pdf),
        ("script.pdf", lambda: pdf(script="app.alert('x'); while (true) {}")),
        ("a.png", picture_of),
        ("a.jpg", lambda: picture_of("JPEG", (5000, 4000))),
        ("a.gif", lambda: picture_of("GIF")),
        ("a.webp", lambda: picture_of("WEBP")),
        ("a.tif", lambda: picture_of("TIFF")),
        ("a.docx", word),
        ("typst.docx", lambda: word('#import "@preview/x:1.0.0" $a^ \\ ]] #read("/etc/passwd")')),
        ("long.docx", lambda: word("很长的标题" * 4000)),
        ("a.xlsx", sheet),
        ("wide.xlsx", lambda: sheet(*SHEET_ROWS)),
        ("a.pptx", lambda: by_pandoc("pptx")),
        ("a.odt", lambda: by_pandoc("odt")),
    ],
)
@pytest.mark.once
def test_previews_show_the_first_page_of_every_kind(kept, as_, name, content):
    evidence = kept(content(), name)
    client = as_("lin")
    assert has_content(picture_in(drawn(client, evidence)))
    assert picture_in(drawn(client, evidence))
    assert f"evidence/{evidence.uid}/preview.png" in as_("ada").get(f"{AT}records/meeting/").content.decode()


def by_libreoffice(content: bytes, old: str, new: str, folder: Path) -> bytes:
    source = folder / f"source.{old}"
    source.write_bytes(content)
    command = ["soffice", f"-env:UserInstallation={(folder / 'profile').as_uri()}", "--headless", "--convert-to", new]
    subprocess.run([*command, "--outdir", str(folder), str(source)], check=True, capture_output=True)
    return (folder / f"source.{new}").read_bytes()


@pytest.mark.skipif(not previewable(DOC), reason="LibreOffice is not installed")
@pytest.mark.parametrize(
    ("made", "old", "new", "kind"),
    [(word, "docx", "doc", DOC), (sheet, "xlsx", "xls", XLS), (sheet, "xlsx", "ods", ODS)],
)
@pytest.mark.once
def test_previews_of_old_and_open_office_files(kept, as_, tmp_path, made, old, new, kind):
    evidence = kept(by_libreoffice(made(), old, new, tmp_path), f"a.{new}")
    assert evidence.kind == kind
    assert has_content(picture_in(drawn(as_("ada"), evidence)))


@pytest.mark.once
def test_without_libreoffice_the_page_offers_no_preview_of_old_documents(kept, as_, monkeypatch):
    monkeypatch.setattr("huoyue.server.queries.kinds.office_reads", lambda kind: False)
    evidence = kept(compound("WordDocument"), "a.doc")
    page = as_("ada").get(f"{AT}records/meeting/").content.decode()
    assert evidence.uid in page
    assert "preview.png" not in page
    assert drawn(as_("ada"), evidence).status_code == 404


def bomb_of_pixels() -> bytes:
    stream = io.BytesIO()
    Image.new("1", (10_000, 10_000)).save(stream, "PNG")
    return stream.getvalue()


def lying_png() -> bytes:
    """A head that promises 60,000 × 1,000 pixels, and nothing behind it."""

    def chunk(name: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))

    head = struct.pack(">IIBBBBB", 60_000, 1000, 8, 6, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(b"x")) + chunk(b"IEND", b"")


def laughing() -> bytes:
    """A document whose text grows a billion times."""
    grown = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))
    words = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
    text = f'<!DOCTYPE x [<!ENTITY l0 "哈">{grown}]><w:document xmlns:w="{words}"><w:body><w:p><w:r><w:t>&l9;'
    text += "</w:t></w:r></w:p></w:body></w:document>"
    return repacked(word(), changed={"word/document.xml": text.encode()})


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("corrupt.pdf", lambda: b"%PDF-1.7\n" + bytes(range(256)) * 20 + b"\nstartxref\n9\n%%EOF\n"),
        ("locked.pdf", lambda: locked_pdf()),
        ("bomb.png", bomb_of_pixels),
        ("lying.png", lying_png),
        ("cut.jpg", lambda: picture_of("JPEG")[:300]),
        ("far.xlsx", lambda: sheet(far=True)),
        ("empty.xlsx", lambda: sheet([None])),
        ("no xml.docx", lambda: repacked(word(), changed={"word/document.xml": b"<w:document"})),
        ("no xml.xlsx", lambda: repacked(sheet(), changed={"xl/workbook.xml": b"\xff\xfe<"})),
        ("old.doc", lambda: compound("WordDocument")),
    ],
)
@pytest.mark.once
def test_what_cannot_be_drawn_has_no_preview_and_is_no_error(kept, as_, files, name, content):
    evidence = kept(content(), name)
    answer = drawn(as_("sun"), evidence)
    assert answer.status_code == 404
    assert "无法生成预览" in answer.content.decode()
    assert list((files / "previews").rglob("*.png")) == []
    assert fetched(as_("sun"), f"{AT}evidence/{evidence.uid}/").status_code == 200


def locked_pdf() -> bytes:
    stream = io.BytesIO()
    writer = PdfWriter(io.BytesIO(pdf()))
    writer.encrypt("secret", algorithm="RC4-128")
    writer.write(stream)
    return stream.getvalue()


@pytest.mark.once
def test_a_document_that_laughs_a_billion_times_harms_nobody(kept, as_):
    assert drawn(as_("ada"), kept(laughing(), "a.docx")).status_code in (200, 404)


@pytest.fixture
def listener():
    """An address that a document may name, and what was asked of it."""
    asked: list[str] = []

    class Noting(BaseHTTPRequestHandler):
        def do_GET(self):
            asked.append(self.path)
            self.send_error(404)

        do_HEAD = do_OPTIONS = do_PROPFIND = do_GET  # noqa: N815 - the library's word

        def log_message(self, *_):
            pass

    server = HTTPServer(("127.0.0.1", 0), Noting)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}", asked
    server.shutdown()
    server.server_close()
    thread.join()


def pointing_at(address: str) -> bytes:
    """A document whose pictures lie elsewhere."""
    content = word()
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        links = archive.read("word/_rels/document.xml.rels").decode()
        text = archive.read("word/document.xml").decode()
    links = links.replace('Target="media/image1.png"', f'Target="{address}/x.png" TargetMode="External"')
    text = text.replace("r:embed=", "r:link=")
    return repacked(
        content, changed={"word/_rels/document.xml.rels": links.encode(), "word/document.xml": text.encode()}
    )


@pytest.mark.once
def test_drawing_asks_nothing_of_any_address_that_a_file_names(kept, as_, listener, tmp_path, monkeypatch):
    address, asked = listener
    evidence = kept(pointing_at(address), "a.docx")
    assert drawn(as_("ada"), evidence).status_code == 200
    if previewable(DOC):
        old = by_libreoffice(pointing_at(address), "docx", "doc", tmp_path)
        asked.clear()
        assert drawn(as_("ada"), kept(old, "a.doc")).status_code == 200
    assert asked == []


@pytest.mark.once
def test_the_child_learns_no_secrets(kept, as_, monkeypatch):
    monkeypatch.setenv("HUOYUE_SECRET_KEY", "secret")
    seen = {}
    begun = subprocess.Popen

    def noting(command, **how):
        seen.update(how["env"])
        return begun(command, **how)

    monkeypatch.setattr(previews.subprocess, "Popen", noting)
    assert drawn(as_("ada"), kept(pdf())).status_code == 200
    assert set(seen) <= {"PATH", "PYTHONPATH", "LD_LIBRARY_PATH", "SYSTEMROOT", "HOME", "TMPDIR", "LANG"}


@pytest.mark.once
def test_a_drawing_that_takes_too_long_is_stopped_with_all_it_began(kept, as_, monkeypatch, files):
    monkeypatch.setattr(previews, "WAIT", 0.05)
    evidence = kept(word(), "a.docx")
    assert drawn(as_("ada"), evidence).status_code == 404
    assert [path for path in (files / "previews").rglob("*") if path.is_file()] == []
    monkeypatch.undo()


def test_those_who_only_look_do_not_keep_everybody_else_waiting(kept, as_):
    evidence = kept(pdf())
    with previews.AT_ONCE, previews.AT_ONCE:
        answer = drawn(as_("ada"), evidence)
    assert answer.status_code == 409
    assert drawn(as_("ada"), evidence).status_code == 200


def test_the_script_is_told_of_the_preview_of_what_it_sent(send):
    file = send(pdf()).json()["file"]
    assert file["preview"].endswith("/preview.png")
    assert json.dumps(file)

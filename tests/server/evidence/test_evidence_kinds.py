"""What is taken as evidence and what is refused, by what it is and by the scanner."""

from __future__ import annotations

import io
import shlex
import struct
import zipfile

import pytest
from tests.server.evidence.files import (
    by_pandoc,
    compound,
    pdf,
    picture_of,
    repacked,
    sheet,
    swollen,
    word,
)
from tests.server.evidence.sending import AT, fetched, nothing_is_left, part

from huoyue.server.models import Evidence, Upload
from huoyue.server.queries.kinds import DOC, DOCX, ODT, PDF, PPT, PPTX, TAKEN, XLS, XLSX

EICAR = b"X5O!P%@AP[4\\PZX54(P^)7CC)7}$EICAR-" + b"STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"
TYPES = "[Content_Types].xml"


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

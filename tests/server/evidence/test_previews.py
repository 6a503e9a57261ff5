"""Previews of evidence: what is drawn, by a child that can do no harm."""

from __future__ import annotations

import io
import json
import struct
import subprocess
import threading
import zipfile
import zlib
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest
from PIL import Image
from pypdf import PdfWriter
from tests.server.evidence.files import (
    by_pandoc,
    compound,
    pdf,
    picture_of,
    repacked,
    sheet,
    word,
)
from tests.server.evidence.sending import AT, fetched

from huoyue.server.operations import previews
from huoyue.server.queries.kinds import DOC, ODS, XLS, previewable


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

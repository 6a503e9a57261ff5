"""Files of every kind, made as people's programs make them."""

from __future__ import annotations

import io
import struct
import subprocess
import zipfile
from functools import cache

import docx
import openpyxl
import pypandoc
from PIL import Image, ImageDraw
from pypdf import PdfWriter
from pypdf.actions import JavaScript


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

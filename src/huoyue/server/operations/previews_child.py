"""The child process that draws previews. It knows no settings and no database, and is bound before it opens a file.

PDF and pictures are drawn as they are. Of texts, slides and sheets pandoc and calamine read the words, tables and
pictures, and typst sets a page from them: what a document says is data for our template and never typst's language.
Old documents LibreOffice turns into PDF, where it is installed.
"""

from __future__ import annotations

import ctypes
import io
import json
import os
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape

from huoyue.server.operations.previews_tree import MOST_COLUMNS, MOST_IN_CELL, MOST_ROWS, MOST_SIGNS, blocks_of
from huoyue.server.queries.kinds import PDF, PPTX, SHEETS, TEXTS, office_reads

SECONDS = 20
MEMORY = 2**30
LARGEST_WRITTEN = 256 * 2**20
LONGEST_SIDE = 1200
MOST_PIXELS = 80_000_000
MOST_BLOCKS, MOST_PICTURES = 120, 6
LARGEST_PICTURE = 20 * 2**20
NEW_USER, NEW_NETWORK = 0x10000000, 0x40000000

SAFE_OFFICE = """<?xml version="1.0" encoding="UTF-8"?>
<oor:items xmlns:oor="http://openoffice.org/2001/registry" xmlns:xs="http://www.w3.org/2001/XMLSchema">
<item oor:path="/org.openoffice.Office.Common/Security/Scripting"><prop oor:name="DisableMacrosExecution" oor:op="fuse">
<value>true</value></prop><prop oor:name="MacroSecurityLevel" oor:op="fuse"><value>3</value></prop>
<prop oor:name="BlockUntrustedRefererLinks" oor:op="fuse"><value>true</value></prop></item>
<item oor:path="/org.openoffice.Inet/Settings"><prop oor:name="ooInetProxyType" oor:op="fuse"><value>2</value></prop>
<prop oor:name="ooInetHTTPProxyName" oor:op="fuse"><value>127.0.0.1</value></prop>
<prop oor:name="ooInetHTTPProxyPort" oor:op="fuse"><value>9</value></prop>
<prop oor:name="ooInetHTTPSProxyName" oor:op="fuse"><value>127.0.0.1</value></prop>
<prop oor:name="ooInetHTTPSProxyPort" oor:op="fuse"><value>9</value></prop></item>
</oor:items>
"""
"""LibreOffice's settings for drawing: no macros, no linked files, and a proxy that is not there."""
FONTS = """<?xml version="1.0"?><!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig><include ignore_missing="yes">/etc/fonts/fonts.conf</include><dir>{ours}</dir><cachedir>{cache}</cachedir>
</fontconfig>
"""
"""LibreOffice's fonts: those of the system, and ours for Chinese."""


class Nothing(Exception):
    """There is nothing in the file to draw."""


def limit() -> None:
    """Bound what this process and those it begins may use; no network, where the system lets us leave it."""
    import resource  # why: optional (not on Windows)

    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    resource.setrlimit(resource.RLIMIT_FSIZE, (LARGEST_WRITTEN, LARGEST_WRITTEN))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    leave = getattr(ctypes.CDLL(None), "unshare", None)
    if leave is not None:
        leave(NEW_USER | NEW_NETWORK)


def draw(kind: str, source: Path, target: Path) -> None:
    """Draw the first page or the picture of `source` as a PNG."""
    folder = target.parent
    if kind in TEXTS:
        page = page_of_text(kind, source, folder)
    elif kind in SHEETS:
        page = page_of_sheet(source)
    elif office_reads(kind):
        return draw(PDF, by_office(source, folder), target)
    else:
        return save(first_page(source) if kind == PDF else picture(source), target)
    return save(picture(io.BytesIO(typeset(page, folder))), target)


def save(image: Any, target: Path) -> None:
    from PIL import Image, ImageOps  # why: slow

    image = ImageOps.exif_transpose(image)
    image.thumbnail((LONGEST_SIDE, LONGEST_SIDE))
    if image.mode not in ("RGB", "L"):  # what is transparent is white, as on paper
        image = image.convert("RGBA")
        image = Image.alpha_composite(Image.new("RGBA", image.size, "white"), image).convert("RGB")
    image.save(target, "PNG")


def picture(source: Any) -> Any:
    """A picture, opened. ValueError if it has too many pixels: its size is told before they are unpacked."""
    from PIL import Image  # why: slow

    image = Image.open(source, formats=("JPEG", "PNG", "GIF", "WEBP", "TIFF"))
    if image.width * image.height > MOST_PIXELS:
        raise ValueError(image.size)
    if image.format == "JPEG":
        image.draft("RGB", (LONGEST_SIDE, LONGEST_SIDE))
    return image


def first_page(source: Path) -> Any:
    import pypdfium2  # why: slow

    page = pypdfium2.PdfDocument(source)[0]
    return page.render(scale=min(4.0, LONGEST_SIDE / max(page.get_size()))).to_pil()


def by_office(source: Path, folder: Path) -> Path:
    """What LibreOffice makes of an old document, as PDF; with a profile of its own that reaches nothing."""
    profile = folder / "profile" / "user"
    profile.mkdir(parents=True)
    (profile / "registrymodifications.xcu").write_text(SAFE_OFFICE, "utf-8")
    fonts = folder / "fonts.conf"
    fonts.write_text(FONTS.format(ours=escape(str(font_folder())), cache=escape(str(folder / "fonts"))), "utf-8")
    program = shutil.which("soffice") or "soffice"
    command = [program, f"-env:UserInstallation={profile.parent.as_uri()}", "--headless", "--norestore"]
    command += ["--convert-to", "pdf", "--outdir", str(folder), str(source)]
    subprocess.run(command, check=True, env=os.environ | {"FONTCONFIG_FILE": str(fonts)})  # noqa: S603 - the system's
    return folder / f"{source.stem}.pdf"


def font_folder() -> Path:
    """The folder of the font that ships from PyPI with glyphs for all of Chinese."""
    import noto_cjk_sans_otc  # type: ignore[import-untyped]  # why: slow

    return Path(noto_cjk_sans_otc.FONT_PATH).parent


def typeset(page: dict[str, Any], folder: Path) -> bytes:
    """A page of our template filled with `page`."""
    import typst  # why: slow

    template = Path(__file__).parents[1] / "assets" / "preview.typ"
    shutil.copyfile(template, folder / "preview.typ")
    (folder / "data.json").write_text(json.dumps(page), "utf-8")
    compiler = typst.Compiler(
        input=str(folder / "preview.typ"),
        root=str(folder),
        font_paths=[str(font_folder())],
        ignore_system_fonts=True,
    )
    drawn = compiler.compile(format="png", ppi=100.0)
    return drawn if isinstance(drawn, bytes) else drawn[0]  # type: ignore[index]


def page_of_sheet(source: Path) -> dict[str, Any]:
    """The upper left of the first sheet that shows something."""
    from python_calamine import SheetVisibleEnum, load_workbook  # why: slow

    book = load_workbook(str(source))
    for known in book.sheets_metadata:
        if known.visible == SheetVisibleEnum.Visible:
            sheet = book.get_sheet_by_name(known.name)
            rows = [[cell_text(cell) for cell in row[:MOST_COLUMNS]] for row in sheet.to_python(nrows=MOST_ROWS)]
            if any(any(row) for row in rows):
                head = {"what": "heading", "level": 2, "text": known.name[:MOST_IN_CELL]}
                wide = sheet.width > 6
                return {"wide": wide, "small": wide, "blocks": [head, {"what": "table", "rows": rows}]}
    raise Nothing


def cell_text(value: object) -> str:
    """A cell as people read it."""
    if isinstance(value, bool):
        return str(value).upper()
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        return str(int(value))
    if isinstance(value, float):
        return f"{value:.10g}"
    return str(value)[:MOST_IN_CELL]


def page_of_text(kind: str, source: Path, folder: Path) -> dict[str, Any]:
    """The beginning of a text, or the first slides."""
    import pypandoc  # why: slow

    limits = ["+RTS", f"-M{MEMORY // 2**21}m", "-RTS"]
    command = [str(pypandoc.get_pandoc_path()), *limits, "--sandbox", "-f", TEXTS[kind], "-t", "json", str(source)]
    done = subprocess.run(command, capture_output=True, check=True)  # noqa: S603 - our own pandoc
    pictures = Pictures(source, folder)
    blocks: list[dict[str, Any]] = []
    room = MOST_SIGNS
    for block in blocks_of(json.loads(done.stdout)["blocks"]):
        if block["what"] != "picture" or pictures.take(block):
            blocks.append(block)
        room -= len(json.dumps(block, ensure_ascii=False))
        if room < 0 or len(blocks) >= MOST_BLOCKS:
            break
    if not blocks:
        raise Nothing
    return {"wide": kind == PPTX, "small": False, "blocks": blocks}


class Pictures:
    """Takes pictures out of a text and draws them again, small."""

    def __init__(self, source: Path, folder: Path) -> None:
        self.source, self.folder, self.taken = source, folder, 0

    def take(self, block: dict[str, Any]) -> bool:
        """Put the name of our picture into `block`; False if there is none to be had."""
        if self.taken >= MOST_PICTURES:
            return False
        file = f"{self.taken}.png"
        try:
            save(picture(io.BytesIO(self.content(block["address"]))), self.folder / file)
        except (OSError, ValueError, SyntaxError, LookupError, zipfile.BadZipFile, RuntimeError):
            return False
        self.taken += 1
        block["file"] = file
        return True

    def content(self, address: str) -> bytes:
        with zipfile.ZipFile(self.source) as archive:
            name = address if address in archive.NameToInfo else f"word/{address}"
            if archive.getinfo(name).file_size > LARGEST_PICTURE:
                raise ValueError(name)
            return archive.read(name)


if __name__ == "__main__":
    limit()
    draw(sys.argv[1], Path(sys.argv[2]), Path(sys.argv[3]))

"""A composed report written as Markdown, Word, PDF and HTML."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from pathlib import Path

from huoyue.report.context import Document
from huoyue.report.figures import render as draw
from huoyue.report.html import write_html
from huoyue.report.pdf import write_pdf
from huoyue.report.render_tree import read_tree
from huoyue.report.word import write_word

MARKDOWN_ONLY = re.compile(r"([\\`*_{}\[\]<>#|$^~])")


def unheard(step: str) -> None:
    """Nobody wants to know what is being done."""


def render(
    document: Document, folder: Path, lang: str, formats: Iterable[str], *, stem: str = "report",
    tell: Callable[[str], None] = unheard,
) -> list[Path]:  # fmt: skip
    """Write `<stem>.md`, `.docx`, `.pdf` and `.html`, those of them in `formats`, into `folder`; say which files.

    Markdown refers to its charts in `figures/`; the others are one file each. Refused if a character has no glyph.
    """
    wanted = set(formats)
    folder.mkdir(parents=True, exist_ok=True)
    tell("figures")
    svg = {name: draw(spec, "svg") for name, spec in document.figures.items()}
    tree = read_tree(document.markdown, lang)
    contents: dict[str, bytes] = {}
    if "md" in wanted:
        contents |= {f"figures/{name}.svg": image for name, image in svg.items()}
        contents[f"{stem}.md"] = f"{title_block(document)}{document.markdown}".encode()
    if wanted & {"pdf", "docx"}:
        tell("pdf")
    # Word's table of contents shows the pages of the PDF until somebody updates it
    pdf = write_pdf(tree, svg, document.meta) if wanted & {"pdf", "docx"} else None
    if pdf and "pdf" in wanted:
        contents[f"{stem}.pdf"] = pdf.body
    if pdf and "docx" in wanted:
        tell("docx")
        png = {name: draw(spec, "png") for name, spec in document.figures.items()}
        contents[f"{stem}.docx"] = write_word(tree, png, pdf.pages, document.meta)
    if "html" in wanted:
        tell("html")
        contents[f"{stem}.html"] = write_html(tree, document.tables, svg, document.meta).encode()
    return [written(folder / name, body) for name, body in contents.items()]


def title_block(document: Document) -> str:
    """Title, subtitle, issuer and month above the text."""
    shown = [document.meta.get(name) for name in ("title", "subtitle", "author", "dated")]
    lines = [MARKDOWN_ONLY.sub(r"\\\1", str(text)) for text in shown if text]
    return "".join(f"**{line}**\n\n" for line in lines)


def written(path: Path, body: bytes) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(body)
    return path

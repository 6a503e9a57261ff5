"""The report as a Word document, written part by part: the same bytes for the same report, no link outside."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from types import MappingProxyType
from typing import Any
from xml.sax.saxutils import escape, quoteattr

from huoyue.report.render_tree import Heading, Tree
from huoyue.report.word_body import OUTLINE_LEVELS, Body
from huoyue.report.word_marks import report_mark
from huoyue.report.word_properties import KIND, properties
from huoyue.report.word_styles import font_table, numbering, settings, styles
from huoyue.report.word_xml import HEAD, NAMESPACES, bookmark, field, paragraph, run
from huoyue.snapshot.digests import zipped

OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006"
MAIN = "application/vnd.openxmlformats-officedocument.wordprocessingml"
PARTS = {
    "styles": ("styles", "styles.xml"), "settings": ("settings", "settings.xml"), "fontTable": ("fontTable", "fontTable.xml"),
    "numbering": ("numbering", "numbering.xml"), "footerOdd": ("footer", "footer1.xml"), "footerEven": ("footer", "footer2.xml"),
}  # fmt: skip
PAGE = (
    '<w:pgSz w:w="11906" w:h="16838"/><w:pgMar w:top="2098" w:right="1474" w:bottom="1984" w:left="1588" '
    'w:header="851" w:footer="1400" w:gutter="0"/>'
)
"""A4; margins 37, 26, 35 and 28 mm (GB/T 9704-2012, 5.2.1); the page number stands 7 mm below the text."""
FOOTERS = '<w:footerReference w:type="default" r:id="footerOdd"/><w:footerReference w:type="even" r:id="footerEven"/>'
CONTENTS = {"zh": "目　　录", "en": "Contents"}


def write_word(tree: Tree, images: Mapping[str, bytes], pages: Mapping[str, int], meta: Mapping[str, Any]) -> bytes:
    """A .docx. `images` are PNG by figure name, `pages` the page of each heading by anchor, `meta` the title page."""
    return written_word(Body(tree, images), pages, meta)


def written_word(body: Body, pages: Mapping[str, int], meta: Mapping[str, Any]) -> bytes:
    """The same from a body that has written nothing yet and knows afterwards which numbers are in which bookmark."""
    tree = body.tree
    text = body.blocks(tree.blocks)
    front = cover(meta, tree.lang) + contents(tree, pages)
    end = f'<w:sectPr>{FOOTERS}{PAGE}<w:pgNumType w:start="1"/></w:sectPr>'
    parts = package(tree.lang, meta, front + text + end, ordered=body.ordered_lists, pictures=len(body.pictures))
    parts |= {f"word/media/figure{at}.png": body.images[name] for at, name in enumerate(body.pictures, 1)}
    return zipped(parts)


def package(
    lang: str, meta: Mapping[str, Any], inside: str, *, ordered: int = 0, pictures: int = 0,
    headers: Mapping[str, str] = MappingProxyType({}),
) -> dict[str, bytes]:  # fmt: skip
    """The parts of a document with `inside` as its body; `headers` are further parts by the name of their relation."""
    own = properties(meta)
    return {
        "[Content_Types].xml": content_types(headers, custom=bool(own)).encode(),
        "_rels/.rels": package_relations(custom=bool(own)).encode(),
        **({"docProps/custom.xml": own} if own else {}),
        "docProps/core.xml": core(meta).encode(),
        "docProps/app.xml": f'{HEAD}<Properties xmlns="http://schemas.openxmlformats.org/officeDocument/2006/extended-properties"><Application>Huoyue</Application></Properties>'.encode(),
        "word/document.xml": f"{HEAD}<w:document {NAMESPACES}><w:body>{inside}</w:body></w:document>".encode(),
        "word/styles.xml": styles(lang).encode(),
        "word/settings.xml": settings(lang).encode(),
        "word/fontTable.xml": font_table().encode(),
        "word/numbering.xml": numbering(lang, ordered).encode(),
        "word/footer1.xml": footer("right").encode(),
        "word/footer2.xml": footer("left").encode(),
        **{f"word/{name}.xml": content.encode() for name, content in headers.items()},
        "word/_rels/document.xml.rels": relations(pictures, headers).encode(),
    }


def cover(meta: Mapping[str, Any], lang: str) -> str:
    """The title page, a section of its own without page numbers; the title's bookmark says of which snapshot it is."""
    title = "<w:r><w:br/></w:r>".join(map(run, meta.get("lines") or [meta["title"]]))
    if meta.get("snapshot"):
        title = bookmark(0, report_mark(meta["snapshot"], lang, part=bool(meta.get("part"))), title)
    lines = [("Subtitle", meta.get("subtitle")), ("Issuer", meta.get("author")), ("CoverDate", meta.get("dated"))]
    shown = paragraph(title, "Title") + "".join(paragraph(run(text), name) for name, text in lines if text)
    return shown + paragraph("", properties=f"<w:sectPr>{PAGE}</w:sectPr>")


def contents(tree: Tree, pages: Mapping[str, int]) -> str:
    """The table of contents: a TOC field whose entries are filled in already. Its pages count I, II, …"""
    listed = [(at, heading) for at, heading in enumerate(tree.headings, 1) if heading.level <= OUTLINE_LEVELS]
    begin = (
        '<w:r><w:fldChar w:fldCharType="begin"/></w:r>'
        '<w:r><w:instrText xml:space="preserve"> TOC \\o "1-2" \\h \\z \\u </w:instrText></w:r>'
        '<w:r><w:fldChar w:fldCharType="separate"/></w:r>'
    )
    entries = [entry(at, heading, pages.get(heading.anchor, 1)) for at, heading in listed]
    if entries:
        entries[0] = entries[0].replace("</w:pPr>", "</w:pPr>" + begin, 1)
    end = paragraph('<w:r><w:fldChar w:fldCharType="end"/></w:r>') if entries else ""
    heading = paragraph(run(CONTENTS[tree.lang]), "TOCHeading")
    # the footers begin here: sections that name none take those of the section before
    section = f'<w:sectPr>{FOOTERS}{PAGE}<w:pgNumType w:fmt="upperRoman" w:start="1"/></w:sectPr>'
    gallery = '<w:sdtPr><w:docPartObj><w:docPartGallery w:val="Table of Contents"/><w:docPartUnique/></w:docPartObj></w:sdtPr>'
    return f"<w:sdt>{gallery}<w:sdtContent>{heading}{''.join(entries)}{end}</w:sdtContent></w:sdt>" + paragraph(
        "", properties=section
    )


def entry(at: int, heading: Heading, page: int) -> str:
    anchor = f"_Toc{at:06}"
    reference = f"PAGEREF {anchor} \\h"
    inside = f"{run(heading.line)}<w:r><w:tab/></w:r>{field(reference, str(page))}"
    return paragraph(f'<w:hyperlink w:anchor="{anchor}" w:history="1">{inside}</w:hyperlink>', f"TOC{heading.level}")


def footer(side: str) -> str:
    """— 7 —, one sign in from the outer edge: right on odd pages, left on even ones (GB/T 9704-2012, 7.5)."""
    inner = {"right": '<w:ind w:rightChars="100" w:right="280"/>', "left": '<w:ind w:leftChars="100" w:left="280"/>'}[
        side
    ]
    number = run("— ") + field("PAGE", "1") + run(" —")
    return f"{HEAD}<w:ftr {NAMESPACES}>{paragraph(number, 'Footer', f'{inner}<w:jc w:val={quoteattr(side)}/>')}</w:ftr>"


def core(meta: Mapping[str, Any]) -> str:
    """Title, author and language; no dates, so that the same report has the same bytes on another day."""
    values = {
        "dc:title": meta["title"],
        "dc:creator": meta.get("author") or "",
        "dc:language": meta.get("lang") or "zh-CN",
    }
    inside = "".join(f"<{name}>{escape(str(value))}</{name}>" for name, value in values.items())
    return (
        f'{HEAD}<cp:coreProperties xmlns:cp="{PACKAGE}/metadata/core-properties" '
        f'xmlns:dc="http://purl.org/dc/elements/1.1/">{inside}</cp:coreProperties>'
    )


def relations(pictures: int, headers: Collection[str] = ()) -> str:
    own = [(name, kind, target) for name, (kind, target) in PARTS.items()]
    own += [(name, "header", f"{name}.xml") for name in headers]
    own += [(f"rIdFigure{at}", "image", f"media/figure{at}.png") for at in range(1, pictures + 1)]
    inside = "".join(
        f'<Relationship Id="{name}" Type="{OFFICE}/{kind}" Target="{target}"/>' for name, kind, target in own
    )
    return f'{HEAD}<Relationships xmlns="{PACKAGE}/relationships">{inside}</Relationships>'


def package_relations(*, custom: bool = False) -> str:
    own = f'<Relationship Id="rId4" Type="{OFFICE}/custom-properties" Target="docProps/custom.xml"/>' if custom else ""
    return (
        f'{HEAD}<Relationships xmlns="{PACKAGE}/relationships">'
        f'<Relationship Id="rId1" Type="{OFFICE}/officeDocument" Target="word/document.xml"/>'
        f'<Relationship Id="rId2" Type="{PACKAGE}/relationships/metadata/core-properties" Target="docProps/core.xml"/>'
        f'<Relationship Id="rId3" Type="{OFFICE}/extended-properties" Target="docProps/app.xml"/>{own}</Relationships>'
    )


def content_types(headers: Collection[str] = (), *, custom: bool = False) -> str:
    kinds = {
        "word/document.xml": f"{MAIN}.document.main+xml",
        "docProps/core.xml": "application/vnd.openxmlformats-package.core-properties+xml",
        "docProps/app.xml": "application/vnd.openxmlformats-officedocument.extended-properties+xml",
    } | {f"word/{target}": f"{MAIN}.{kind}+xml" for kind, target in PARTS.values()}
    kinds |= {f"word/{name}.xml": f"{MAIN}.header+xml" for name in headers}
    kinds |= {"docProps/custom.xml": KIND} if custom else {}
    inside = "".join(f'<Override PartName="/{name}" ContentType="{kind}"/>' for name, kind in kinds.items())
    return (
        f'{HEAD}<Types xmlns="{PACKAGE}/content-types"><Default Extension="rels" '
        'ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" '
        f'ContentType="application/xml"/><Default Extension="png" ContentType="image/png"/>{inside}</Types>'
    )

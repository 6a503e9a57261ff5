"""Pieces of WordprocessingML as text. Elements stand in the order that the schema (ECMA-376, part 1) asks for."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from xml.sax.saxutils import escape, quoteattr

from huoyue.report.render_tree import Node, plain
from huoyue.report.word_marks import NUMBER_STYLE, Bound

Binding = Callable[[Bound, str], str]
"""Marks what is written of a number."""

W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
NAMESPACES = (
    f'xmlns:w="{W}" xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships" '
    'xmlns:wp="http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing" '
    'xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main" '
    'xmlns:pic="http://schemas.openxmlformats.org/drawingml/2006/picture"'
)
HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
STYLED = {"Strong": "b", "Emph": "i"}


def run(text: str, style: frozenset[str] = frozenset()) -> str:
    """A run of text. The hint makes quotes and dashes between Chinese characters Chinese ones; "n" is a number's style."""
    named = f'<w:rStyle w:val="{NUMBER_STYLE}"/>' if "n" in style else ""
    bold = "<w:b/><w:bCs/>" if "b" in style else ""
    italic = "<w:i/><w:iCs/>" if "i" in style else ""
    hint = '<w:rFonts w:hint="eastAsia"/>' if any(ord(sign) > 0x2000 for sign in text) else ""
    properties = f"<w:rPr>{named}{hint}{bold}{italic}</w:rPr>" if named or hint or bold or italic else ""
    return f'<w:r>{properties}<w:t xml:space="preserve">{escape(text)}</w:t></w:r>'


def field(instruction: str, shown: str) -> str:
    """A field with its cached result, which Word shows as it is until the reader updates it."""
    return (
        '<w:r><w:fldChar w:fldCharType="begin"/></w:r>'
        f'<w:r><w:instrText xml:space="preserve"> {escape(instruction)} </w:instrText></w:r>'
        f'<w:r><w:fldChar w:fldCharType="separate"/></w:r>{run(shown)}<w:r><w:fldChar w:fldCharType="end"/></w:r>'
    )


def bookmark(number: int, name: str, content: str) -> str:
    start = f'<w:bookmarkStart w:id="{number}" w:name={quoteattr(name)}/>'
    return f'{start}{content}<w:bookmarkEnd w:id="{number}"/>'


def paragraph(content: str, style: str = "", properties: str = "") -> str:
    """A paragraph; `properties` follow its style in schema order."""
    named = f'<w:pStyle w:val="{style}"/>' if style else ""
    head = f"<w:pPr>{named}{properties}</w:pPr>" if named or properties else ""
    return f"<w:p>{head}{content}</w:p>"


def reference_name(anchor: str, number: int) -> str:
    """The bookmark of a table or figure: Word allows letters, digits and underscores."""
    return f"{'table' if anchor.startswith('t-') else 'figure'}_{number}"


def as_it_is(bound: Bound, content: str) -> str:
    """A number without a mark."""
    del bound
    return content


def runs(
    inlines: list[Node], numbers: dict[str, int], style: frozenset[str] = frozenset(), bind: Binding = as_it_is
) -> str:
    """Inlines as runs; links to tables and figures become REF fields, computed numbers go through `bind`."""
    return "".join(inline(node, numbers, style, bind) for node in inlines)


def inline(node: Node, numbers: dict[str, int], style: frozenset[str], bind: Binding) -> str:
    kind: str = node["t"]
    content: Any = node.get("c")
    match kind:
        case "Str":
            return run(content, style)
        case "Space" | "SoftBreak":
            return run(" ", style)
        case "LineBreak":
            return "<w:r><w:br/></w:r>"
        case "Strong" | "Emph":
            return runs(content, numbers, style | {STYLED[kind]}, bind)
        case "Code":
            return run(content[1], style)
        case "Link":
            anchor = content[2][0].removeprefix("#")
            if anchor in numbers:
                return field(f"REF {reference_name(anchor, numbers[anchor])} \\h", plain(content[1]))
            return runs(content[1], numbers, style, bind)
        case "Span" if "n" in content[0][1]:
            bound = Bound(plain(content[1]), dict(content[0][2]).get("t", ""))
            return bind(bound, runs(content[1], numbers, style | {"n"}, bind))
        case "Span" | "Quoted":
            return runs(content[1], numbers, style, bind)
        case _:
            return ""

"""The marked copy: the file as handed in, each number that differs highlighted, with a comment on what it should be."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from copy import deepcopy
from typing import Any

from lxml import etree

from huoyue.core.message import M
from huoyue.report.returned_findings import Finding
from huoyue.report.returned_package import OFFICE, PACKAGE, TYPES, beside, parsed, relations_of
from huoyue.report.returned_reading import Line
from huoyue.report.word_xml import W
from huoyue.wording import render

AUTHOR = {"zh": "活跃度", "en": "Huoyue"}
COLOUR = "yellow"
COMMENTS = "application/vnd.openxmlformats-officedocument.wordprocessingml.comments+xml"
AFTER_HIGHLIGHT = ("u", "effect", "bdr", "shd", "fitText", "vertAlign", "rtl", "cs", "em", "lang", "eastAsianLayout",
                   "specVanish", "oMath", "rPrChange")  # fmt: skip
SPACE = "{http://www.w3.org/XML/1998/namespace}space"


def w(name: str) -> str:
    return f"{{{W}}}{name}"


def marked(
    parts: Mapping[str, bytes], main: str, root: Any, lines: Sequence[Line], findings: Iterable[Finding], lang: str
) -> dict[str, bytes]:
    """The parts of the marked copy."""
    wrong = [one for one in findings if one.verdict == "differs"]
    if not wrong:
        return dict(parts)
    notes = Comments(parts, main)
    # from the end, so that the places of those before still hold
    for one in sorted(wrong, key=lambda one: (one.line, one.start), reverse=True):
        runs = cut_out(lines[one.line], one.start, one.end)
        for run in runs:
            highlight(run)
        if runs:
            around(runs, notes.add(said(one, lang), AUTHOR[lang]))
    text = etree.tostring(root, xml_declaration=True, encoding="UTF-8", standalone=True)
    return {**parts, main: text, **notes.written()}


def said(one: Finding, lang: str) -> str:
    """What a comment says."""
    if one.label:
        return render(M("Should be {number}; it stands in {table}.", number=one.expected, table=one.label), lang)
    return render(M("Should be {number}, as the report says.", number=one.expected), lang)


def cut_out(line: Line, start: int, end: int) -> list[Any]:
    """The runs that hold exactly a stretch of a line, split off from what stands around it."""
    runs: list[Any] = []
    for piece in reversed([piece for piece in line.pieces if piece.start < end and start < piece.end]):
        stop, begin = min(end, piece.end) - piece.start, max(start, piece.start) - piece.start
        if stop < piece.end - piece.start:
            cut(piece.element, stop)
        following = piece.element.getnext()
        if following is not None:
            part(following)
        runs.insert(0, part(cut(piece.element, begin) if begin else piece.element))
    return runs


def cut(element: Any, at: int) -> Any:
    """A text split in two within its run; the second half."""
    rest = deepcopy(element)
    rest.text, element.text = (element.text or "")[at:], (element.text or "")[:at]
    for half in (element, rest):
        half.set(SPACE, "preserve")
    element.addnext(rest)
    return rest


def part(element: Any) -> Any:
    """The run that begins with an element: what stands before it stays in a run of its own."""
    run = element.getparent()
    before = [node for node in element.itersiblings(preceding=True) if node.tag != w("rPr")]
    if not before:
        return run
    second = etree.Element(w("r"), nsmap=run.nsmap)
    properties = run.find(w("rPr"))
    moving = [element, *element.itersiblings()]
    if properties is not None:
        second.append(deepcopy(properties))
    for node in moving:
        second.append(node)
    run.addnext(second)
    return second


def highlight(run: Any) -> None:
    """A yellow ground, in its place among the run's properties."""
    properties = run.find(w("rPr"))
    if properties is None:
        properties = etree.Element(w("rPr"))
        run.insert(0, properties)
    for known in properties.findall(w("highlight")):
        properties.remove(known)
    colour = etree.Element(w("highlight"), {w("val"): COLOUR})
    later = [node for node in properties if etree.QName(node).localname in AFTER_HIGHLIGHT]
    if later:
        later[0].addprevious(colour)
    else:
        properties.append(colour)


def around(runs: Sequence[Any], number: str) -> None:
    """The range of a comment around runs, and the reference to it."""
    runs[0].addprevious(etree.Element(w("commentRangeStart"), {w("id"): number}))
    end = etree.Element(w("commentRangeEnd"), {w("id"): number})
    runs[-1].addnext(end)
    reference = etree.Element(w("r"))
    etree.SubElement(reference, w("commentReference"), {w("id"): number})
    end.addnext(reference)


class Comments:
    """The part with the comments: that of the file, or a new one with its relation and its type."""

    def __init__(self, parts: Mapping[str, bytes], main: str) -> None:
        self.parts, self.main = parts, main
        self.relations = parsed(
            parts.get(relations_of(main)) or f'<Relationships xmlns="{PACKAGE}/relationships"/>'.encode()
        )
        known = [node for node in self.relations if node.get("Type") == f"{OFFICE}/comments"]
        self.new = not known
        self.name = beside(main, str(known[0].get("Target"))) if known else beside(main, "huoyue_comments.xml")
        if known and str(known[0].get("Target")).startswith("/"):
            self.name = str(known[0].get("Target")).lstrip("/")
        self.root = parsed(parts.get(self.name) or f'<w:comments xmlns:w="{W}"/>'.encode())
        numbers = [str(node.get(w("id"))) for node in self.root.iter(w("comment"))]
        self.next = max((int(number) for number in numbers if number.isdecimal()), default=-1) + 1

    def add(self, text: str, author: str) -> str:
        """A comment, and its number."""
        number = str(self.next)
        self.next += 1
        comment = etree.SubElement(self.root, w("comment"), {w("id"): number, w("author"): author, w("initials"): "HY"})
        run = etree.SubElement(etree.SubElement(comment, w("p")), w("r"))
        etree.SubElement(run, w("t")).text = text
        return number

    def written(self) -> dict[str, bytes]:
        """The parts that the comments change."""
        found = {self.name: whole(self.root)}
        if self.new:
            taken = {str(node.get("Id")) for node in self.relations}
            own = next(f"rIdHuoyue{n}" for n in range(1, len(taken) + 2) if f"rIdHuoyue{n}" not in taken)
            etree.SubElement(
                self.relations, f"{{{PACKAGE}/relationships}}Relationship",
                {"Id": own, "Type": f"{OFFICE}/comments", "Target": "huoyue_comments.xml"},
            )  # fmt: skip
            types = parsed(self.parts[TYPES])
            etree.SubElement(
                types, f"{{{PACKAGE}/content-types}}Override", {"PartName": f"/{self.name}", "ContentType": COMMENTS}
            )
            found |= {relations_of(self.main): whole(self.relations), TYPES: whole(types)}
        return found


def whole(root: Any) -> bytes:
    text: bytes = etree.tostring(root, xml_declaration=True, encoding="UTF-8", standalone=True)
    return text

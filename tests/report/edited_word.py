"""Editing a report's Word file as people do: numbers typed over, sentences rewritten, passages added."""

from __future__ import annotations

import re
from copy import deepcopy
from pathlib import Path
from typing import Any

import docx
from docx.oxml.ns import qn

from huoyue.report.word_marks import NUMBER_MARK


class Edited:
    """A Word file that is open for editing."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.document = docx.Document(str(path))

    @property
    def body(self) -> Any:
        return self.document.element.body

    def paragraph(self, text: str) -> Any:
        """The paragraph that holds `text`, in tables too."""
        for node in self.body.iter(qn("w:p")):
            if text in "".join(t.text or "" for t in node.iter(qn("w:t"))):
                return node
        raise LookupError(text)

    def marks(self) -> list[Any]:
        """The bookmarks of computed numbers."""
        return [n for n in self.body.iter(qn("w:bookmarkStart")) if NUMBER_MARK.fullmatch(n.get(qn("w:name")))]

    def held(self, mark: Any) -> list[Any]:
        """The texts between a bookmark's start and its end."""
        found, node = [], mark.getnext()
        while node is not None and node.tag != qn("w:bookmarkEnd"):
            found += list(node.iter(qn("w:t")))
            node = node.getnext()
        return found

    def number(self, mark: Any) -> str:
        return "".join(t.text for t in self.held(mark))

    def type_within(self, mark: Any, text: str) -> None:
        """Change a number sign by sign: its bookmark stays."""
        first, *rest = self.held(mark)
        first.text = text
        for other in rest:
            other.text = ""

    def type_over(self, mark: Any, text: str) -> None:
        """Select a number and type another: Word throws its bookmark away and keeps its style."""
        self.type_within(mark, text)
        number = mark.get(qn("w:id"))
        for end in [n for n in self.body.iter(qn("w:bookmarkEnd")) if n.get(qn("w:id")) == number]:
            end.getparent().remove(end)
        mark.getparent().remove(mark)

    def rewrite(self, paragraph: Any, text: str) -> None:
        """Delete a whole paragraph's text and write another."""
        for node in list(paragraph):
            if node.tag != qn("w:pPr"):
                paragraph.remove(node)
        run = docx.oxml.OxmlElement("w:r")
        written = docx.oxml.OxmlElement("w:t")
        written.text = text
        run.append(written)
        paragraph.append(run)

    def add_after(self, paragraph: Any, text: str) -> Any:
        """A paragraph of its own behind another."""
        added = deepcopy(paragraph)
        self.rewrite(added, text)
        paragraph.addnext(added)
        return added

    def save(self, path: Path) -> Path:
        self.document.save(str(path))
        return path


def raised(text: str) -> str:
    """A number that is not that number."""
    last = list(re.finditer(r"\d", text))[-1]
    return text[: last.start()] + str((int(last[0]) + 3) % 10) + text[last.end() :]

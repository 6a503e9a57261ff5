"""What a report's Word file would hold if it were written today, as plain data for the child process."""

from __future__ import annotations

import zipfile
from io import BytesIO
from typing import Any

from huoyue.report.context import Document
from huoyue.report.render_tree import Tree, read_tree
from huoyue.report.returned_package import document
from huoyue.report.returned_reading import lines_of
from huoyue.report.word import written_word
from huoyue.report.word_body import Body

DOT = bytes.fromhex("89504e470d0a1a0a0000000d49484452") + (1).to_bytes(4, "big") * 2
"""As much of a picture as its size needs: what figures show is not compared."""


def expected(made: Document, lang: str) -> dict[str, Any]:
    """The lines of `made` in Word, its numbers by mark, the labels of its tables."""
    tree = read_tree(made.markdown, lang)
    return expected_of(tree, made)


def expected_of(tree: Tree, made: Document) -> dict[str, Any]:
    """The same from a tree that was read already."""
    body = Body(tree, dict.fromkeys(made.figures, DOT))
    with zipfile.ZipFile(BytesIO(written_word(body, {}, made.meta))) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    main, root = document(parts)
    return {
        "lines": [line.data() for line in lines_of(parts, main, root)],
        "bound": {name: [bound.text, bound.table] for name, bound in body.bound.items()},
        "labels": {anchor[2:]: tree.label(anchor) for anchor in tree.numbers if anchor.startswith("t-")},
    }

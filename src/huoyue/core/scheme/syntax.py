"""What the YAML parser refuses, in words a scheme's author understands."""

from __future__ import annotations

import re

from ruamel.yaml.error import MarkedYAMLError

from huoyue.core.message import M
from huoyue.core.problem import Place, Problem

SYNTAX = (
    (r"\\t", M("A tab stands here."), M("Indent with spaces; YAML allows no tabs here.")),
    (
        "single document",
        M("A second document begins here."),
        M("Keep one scheme to a file: remove the line --- and what follows it."),
    ),
    (
        "undefined alias",
        M("A word that begins with an asterisk stands here."),
        M("Put it in quotes; references to other parts of the file are not read."),
    ),
    (
        "mapping values are not allowed",
        M("A colon stands where none may."),
        M("Put a text that has a colon in it in quotes, and check the indentation."),
    ),
    (
        "quoted scalar",
        M("A quotation mark is opened and never closed."),
        M("Close the quotation, with the same straight mark that opened it."),
    ),
    (
        "flow (mapping|sequence)",
        M("A bracket is not closed, or a comma or a quotation mark is missing inside it."),
        M("Close each bracket, put commas between entries, and put texts with a comma or colon in quotes."),
    ),
    (
        "block (mapping|collection|sequence|end)|could not find expected|simple key",
        M("The line does not fit what stands around it."),
        M("Indent the entries of one group alike, with a space after each colon and dash."),
    ),
)
"""What the parser says, as a pattern, and what that means to the author of a scheme."""


def syntax_problem(file: str, error: MarkedYAMLError) -> Problem:
    """The problem behind an error of the parser, with the line and column where it gave up."""
    mark = error.problem_mark or error.context_mark
    line, column = (mark.line + 1, mark.column + 1) if mark else (1, 1)
    said = f"{error.context or ''} {error.problem or ''}"
    known = ((what, mend) for pattern, what, mend in SYNTAX if re.search(pattern, said))
    what, mend = next(
        known, (M("This is not valid YAML: {why}", why=said.strip()), M("Check this line and the one before."))
    )
    return Problem("scheme.syntax", what, mend, Place(file=file, line=line, column=column))

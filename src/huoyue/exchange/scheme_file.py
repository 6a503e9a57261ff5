"""Scheme files, by path or by the name of a built-in scheme."""

from __future__ import annotations

from pathlib import Path

from huoyue.core.message import M
from huoyue.core.problem import Place, Problem, Refused
from huoyue.core.scheme.model import Scheme
from huoyue.core.scheme.parse import Parsed, parse_scheme
from huoyue.schemes import builtin

LARGEST = 1_600_000


def scheme_path(name: str) -> Path:
    """The file that `name` means: a path, a folder with a scheme.yaml, or a built-in scheme. Refused if none."""
    path = Path(name)
    if path.is_dir():
        path = path / "scheme.yaml"
    if path.is_file():
        return path
    if name in builtin():
        return builtin()[name]
    what = M("There is no scheme file {name}, and no built-in scheme of that name.", name=name)
    mend = M("Give the path of a scheme file, or one of: {known}.", known=tuple(builtin()))
    raise Refused([Problem("scheme.not_found", what, mend, Place(file=name))])


def read_scheme(name: str) -> Parsed:
    """The scheme in a file and all its problems. Refused if the file is not there or no text."""
    path = scheme_path(name)
    if path.stat().st_size > LARGEST:
        what = M("The file is too large for a scheme ({size} bytes).", size=path.stat().st_size)
        raise Refused([Problem("scheme.size", what, M("Check that this is the scheme file."), Place(file=str(path)))])
    try:
        text = path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        what = M("The file is not UTF-8 text (byte {position}).", position=error.start)
        mend = M("Save it as UTF-8; in Windows Notepad choose that encoding under Save as.")
        raise Refused([Problem("scheme.encoding", what, mend, Place(file=str(path)))]) from error
    return parse_scheme(text, str(path))


def load_scheme(name: str) -> Scheme:
    """The scheme in a file. Refused with every problem if there is an error in it."""
    parsed = read_scheme(name)
    if parsed.scheme is None:
        raise Refused(parsed.problems)
    return parsed.scheme

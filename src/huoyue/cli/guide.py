"""`huoyue scheme guide`: the filing guide and methods page, from the scheme file alone."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from huoyue.cli.screen import Screen
from huoyue.core.message import M
from huoyue.exchange.scheme_file import load_scheme


def guide(
    context: typer.Context,
    scheme: Annotated[
        str, typer.Argument(metavar="SCHEME", help="方案文件或内置方案名 / scheme file or built-in name")
    ],
    out: Annotated[Path, typer.Option("--out", "-o", help="写到哪里 / where to write")] = Path("guide"),
) -> None:
    """由方案文件生成填报指南与方法说明。 Write the filing guide and methods page: HTML, Word, Markdown."""
    from huoyue.report.guide import write_guide  # why: slow

    screen: Screen = context.obj
    with screen.progress(M("Writing the guide")):
        written = write_guide(load_scheme(scheme), out, screen.lang)
    if screen.as_json:
        screen.data({"written": [str(path) for path in written]})
    else:
        screen.say(M("Written: {files}", files=tuple(str(path) for path in written)))

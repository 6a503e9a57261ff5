"""`huoyue scheme template`: the filing workbook of a scheme."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from huoyue.cli.screen import Screen
from huoyue.core.message import M
from huoyue.exchange.scheme_file import load_scheme


def template(
    context: typer.Context,
    scheme: Annotated[
        str, typer.Argument(metavar="SCHEME", help="方案文件或内置方案名 / scheme file or built-in name")
    ],
    out: Annotated[Path, typer.Option("--out", "-o", help="工作簿 / workbook to write", dir_okay=False)] = Path(
        "template.xlsx"
    ),
    unit: Annotated[str | None, typer.Option(help="填报单位的名称或代码 / name or code of the filing unit")] = None,
    whole_round: Annotated[bool, typer.Option("--round", help="整轮全部工作表 / all sheets of a round")] = False,
) -> None:
    """由方案生成 Excel 填报表。 Make the Excel filing template of a scheme."""
    from huoyue.exchange.workbook import write_template  # why: slow

    screen: Screen = context.obj
    if unit is not None and whole_round:
        raise typer.BadParameter("--unit / --round")
    out.parent.mkdir(parents=True, exist_ok=True)
    write_template(load_scheme(scheme), out, screen.lang, unit=unit, whole_round=whole_round)
    if screen.as_json:
        screen.data({"written": [str(out)]})
    else:
        screen.say(M("Written: {file}", file=str(out)))

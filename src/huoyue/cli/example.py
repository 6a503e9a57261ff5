"""`huoyue example`: the example rounds, as files to import, and practice data for any scheme."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from huoyue.cli.screen import Screen
from huoyue.core.message import M
from huoyue.core.problem import Problem, Refused
from huoyue.exchange.scheme_file import load_scheme

app = typer.Typer(no_args_is_help=True, help="示例轮次与练习数据 / example rounds and practice data")

NameArgument = Annotated[str, typer.Argument(metavar="NAME", help="示例名，见 list / name of an example, see list")]
SchemeArgument = Annotated[str, typer.Argument(metavar="SCHEME", help="方案文件或内置方案名 / scheme file or name")]
FolderOption = Annotated[Path, typer.Option("--out", "-o", help="写到哪个文件夹 / folder to write to", file_okay=False)]
FileOption = Annotated[Path, typer.Option("--out", "-o", help="工作簿 / workbook to write", dir_okay=False)]
UnitsOption = Annotated[int, typer.Option(help="单位数 / how many units", min=1, max=1_000_000)]


@app.command("list")
def list_examples(
    context: typer.Context,
    plain: Annotated[bool, typer.Option("--plain", help="每行一个名字 / one name a line")] = False,
) -> None:
    """列出示例轮次。 List the example rounds."""
    from huoyue.examples.rounds import EXAMPLES  # why: slow

    screen: Screen = context.obj
    if plain:
        for name in EXAMPLES:
            typer.echo(name)
        return
    titles = {name: load_scheme(name).title.in_language(screen.lang) for name in EXAMPLES}
    if screen.as_json:
        screen.data({"examples": titles})
        return
    screen.table(M("Example rounds"), [M("Name"), M("Scheme")], [list(row) for row in titles.items()])


@app.command("make")
def make_example(context: typer.Context, name: NameArgument, out: FolderOption) -> None:
    """重新生成一个示例轮次，逐字节相同。 Make an example round anew, byte for byte."""
    from huoyue.examples.rounds import make  # why: slow

    screen: Screen = context.obj
    check_name(name)
    with screen.progress(M("Making the example round")):
        written = make(name, out)
    said(screen, written)


@app.command("workbook")
def workbook(context: typer.Context, name: NameArgument, out: FileOption = Path("facts.xlsx")) -> None:
    """把示例轮次写成填好的工作簿。 Write an example round as a filled workbook."""
    from huoyue.examples.rounds import facts_of  # why: slow
    from huoyue.exchange.workbook import write_workbook  # why: slow

    screen: Screen = context.obj
    check_name(name)
    with screen.progress(M("Writing the workbook")):
        out.parent.mkdir(parents=True, exist_ok=True)
        write_workbook(load_scheme(name), facts_of(name), out)
    said(screen, [out])


@app.command("synthesise")
def synthesise(
    context: typer.Context,
    scheme: Annotated[
        str, typer.Argument(metavar="SCHEME", help="方案文件或内置方案名 / scheme file or built-in name")
    ],
    out: FolderOption,
    units: UnitsOption = 40,
    seed: Annotated[int, typer.Option(help="随机种子 / random seed", min=0, max=2**32 - 1)] = 1,
) -> None:
    """为任意方案生成练习数据。 Make practice data for any scheme."""
    from huoyue.examples.csv_files import write_facts  # why: slow
    from huoyue.examples.synthesis import synthesise as practice  # why: slow

    screen: Screen = context.obj
    rules = load_scheme(scheme)
    with screen.progress(M("Making practice data")):
        written = write_facts(rules, practice(rules, units, seed), out)
    said(screen, written)


def check_name(name: str) -> None:
    """Refused if there is no example of that name."""
    from huoyue.examples.rounds import EXAMPLES  # why: slow

    if name not in EXAMPLES:
        what = M("There is no example round called {name}.", name=name)
        raise Refused([Problem("unknown_example", what, M("Choose one of {names}.", names=tuple(EXAMPLES)))])


def said(screen: Screen, written: list[Path]) -> None:
    """Say what was written where."""
    if screen.as_json:
        screen.data({"written": [str(path) for path in written]})
        return
    if len(written) == 1:
        screen.say(M("Written: {file}", file=str(written[0])))
        return
    top = min((path.parent for path in written), key=lambda folder: len(folder.parts))
    screen.say(M("{count} files written to {folder}", count=len(written), folder=str(top)))

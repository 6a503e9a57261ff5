"""`huoyue scheme`: check a scheme, compare two."""

from __future__ import annotations

from dataclasses import asdict
from typing import Annotated

import typer

from huoyue.cli.screen import Exit, Screen, as_data
from huoyue.core.message import M
from huoyue.core.scheme.compare import MEANING
from huoyue.core.scheme.compare import compare as compare_schemes
from huoyue.exchange.scheme_file import load_scheme, read_scheme
from huoyue.schemes import builtin

app = typer.Typer(
    no_args_is_help=True, help="评价方案：检查、比较、生成指南和填报表。 Schemes: check, compare, guide, template."
)

SchemeArgument = Annotated[
    str, typer.Argument(metavar="SCHEME", help="方案文件或内置方案名 / scheme file or built-in name")
]


@app.command("list")
def list_schemes(context: typer.Context) -> None:
    """列出内置方案。 List the built-in schemes."""
    screen: Screen = context.obj
    titles = {name: load_scheme(name).title.in_language(screen.lang) for name in builtin()}
    if screen.as_json:
        screen.data({"schemes": titles})
    else:
        screen.table(M("Built-in schemes"), [M("Name"), M("Title")], list(titles.items()))


@app.command()
def check(context: typer.Context, scheme: SchemeArgument) -> None:
    """检查方案文件，一次列出全部问题。 Report every problem of a scheme at once, with line and column."""
    screen: Screen = context.obj
    parsed = read_scheme(scheme)
    errors = sum(problem.severity == "error" for problem in parsed.problems)
    if screen.as_json:
        screen.data({"valid": not errors, "problems": [as_data(p, screen.lang) for p in parsed.problems]})
    else:
        screen.problems(parsed.problems)
        screen.say(M("{count} errors.", count=errors) if errors else M("No errors: the scheme can be used."))
    raise typer.Exit(Exit.PROBLEMS if errors else Exit.OK)


@app.command()
def compare(context: typer.Context, old: SchemeArgument, new: SchemeArgument) -> None:
    """比较两个方案：改了什么，什么仍可比。 Say what changed between two schemes and what stays comparable."""
    screen: Screen = context.obj
    found = compare_schemes(load_scheme(old), load_scheme(new))
    if screen.as_json:
        screen.data(asdict(found))
        return
    screen.table(
        M("Indicators"),
        [M("Indicator"), M("Earlier id"), M("Comparable")],
        [
            [pair.title.in_language(screen.lang), pair.before or "-", screen.text(MEANING[pair.comparability])]
            for pair in found.pairs
        ],
    )
    screen.table(
        M("Changes"),
        [M("Where"), M("Before"), M("Now")],
        [[change.path, change.before or "-", change.now or "-"] for change in found.changes],
    )
    screen.say(
        M("Tiers, rounding and total agree: scores may be compared.")
        if found.scores_comparable
        else M("Tiers, rounding or total differ: compare tiers by each year's own borders, not bare scores.")
    )

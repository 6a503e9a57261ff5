"""`huoyue import`: check what people handed in, and keep it as Parquet."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import Annotated

import typer

from huoyue.cli.screen import Exit, Screen, as_data
from huoyue.core.message import M
from huoyue.exchange.facts_folder import write_facts
from huoyue.exchange.intake import Imported
from huoyue.exchange.intake import import_facts as read_files
from huoyue.exchange.scheme_file import load_scheme


def import_facts(
    context: typer.Context,
    scheme: Annotated[
        str, typer.Argument(metavar="SCHEME", help="方案文件或内置方案名 / scheme file or built-in name")
    ],
    paths: Annotated[
        list[Path],
        typer.Argument(metavar="FACTS...", help="Excel、CSV、Parquet 或文件夹 / files or folders", exists=True),
    ],
    out: Annotated[
        Path | None, typer.Option("--out", "-o", help="写成 Parquet 的文件夹 / folder for Parquet", file_okay=False)
    ] = None,
    marked: Annotated[
        Path | None,
        typer.Option(help="存放批注副本的文件夹 / folder for copies with the problems marked", file_okay=False),
    ] = None,
) -> None:
    """检查填报数据并一次列出全部问题；无错误时写成 Parquet。 Check facts, list every problem, keep them as Parquet."""
    screen: Screen = context.obj
    rules = load_scheme(scheme)
    with screen.progress(M("Reading the facts")):
        result = read_files(rules, paths)
    copies = marked_copies(screen, result, marked) if marked is not None else []
    written = write_facts(rules, result.facts, out) if result.facts is not None and out is not None else []
    said(screen, result, out if written else None, copies)
    raise typer.Exit(Exit.OK if result.facts is not None else Exit.PROBLEMS)


def marked_copies(screen: Screen, result: Imported, folder: Path) -> list[Path]:
    """A copy with the problems marked of every file that has some."""
    from huoyue.exchange.marked import write_marked  # why: slow

    with screen.progress(M("Marking the problems")):
        return write_marked(result, folder, screen.lang)


def said(screen: Screen, result: Imported, out: Path | None, copies: list[Path]) -> None:
    """Say what was found, what was imported and what was written."""
    counts = Counter(problem.severity for problem in result.problems)
    rows = {name: frame.height for name, frame in result.facts.tables().items()} if result.facts else {}
    if screen.as_json:
        problems = [as_data(problem, screen.lang) for problem in result.problems]
        written = {"written": str(out) if out else None, "marked": [str(path) for path in copies]}
        screen.data({"imported": result.facts is not None, "rows": rows, "problems": problems} | written)
        return
    screen.problems(result.problems)
    for copy in copies:
        screen.say(M("Problems marked in {file}", file=str(copy)))
    if result.facts is None:
        screen.say(
            M(
                "{errors} errors, {warnings} warnings. Nothing was imported.",
                errors=counts["error"],
                warnings=counts["warning"],
            )
        )
        return
    records = sum(count for name, count in rows.items() if name.startswith("records/"))
    screen.say(
        M(
            "{units} units, {filings} filings, {records} records, {marks} marks; {warnings} warnings, {notes} notes.",
            units=rows["units"], filings=rows["filings"], records=records, marks=rows["marks"],
            warnings=counts["warning"], notes=counts["note"],
        )
    )  # fmt: skip
    if out is not None:
        screen.say(M("Written to {folder}", folder=str(out)))

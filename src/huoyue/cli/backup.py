"""`huoyue backup` and `huoyue restore`: a live system in one file, and back."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Annotated

import typer

from huoyue.cli.audit import DataOption, problem
from huoyue.cli.screen import Exit, Screen
from huoyue.cli.serve import with_database, with_django
from huoyue.core.message import M
from huoyue.core.problem import Problem, Refused

OutOption = Annotated[Path, typer.Option("--out", "-o", help="备份文件 / backup to write", dir_okay=False)]
FileArgument = Annotated[Path, typer.Argument(metavar="FILE", help="备份文件 / backup", exists=True, dir_okay=False)]
IntoOption = Annotated[Path, typer.Option("--into", help="空的数据文件夹 / empty data folder", file_okay=False)]
DatabaseOption = Annotated[str, typer.Option(help="空的数据库 / empty database, as HUOYUE_DATABASE")]


def backup(context: typer.Context, out: OutOption, data: DataOption = None) -> None:
    """备份运行中的系统：数据库与文件，附摘要。 Back up a live system: database and files, with digests."""
    screen: Screen = context.obj
    with_database(data)
    from huoyue.server.operations.backup import back_up  # why: slow

    with screen.progress(M("Copying the database and the files")):
        made = back_up(out)
    if made.missing:
        screen.note(M("{count} evidence files are named in the database and not on the disk.", count=len(made.missing)))
    if screen.as_json:
        screen.data({"written": str(out), "seq": made.seq, "head": made.head, "missing": made.missing})
        return
    files = sum(name.startswith("files/") for name in made.members)
    screen.say(M("Written: {file}", file=str(out)))
    screen.say(M("It holds the database up to event {seq} and {files} files.", seq=made.seq, files=files))
    screen.say(M("Its head is {digest}.", digest=made.head))


def restore(context: typer.Context, file: FileArgument, into: IntoOption, database: DatabaseOption = "") -> None:
    """把备份恢复到空的位置，核对摘要与事件链。 Restore a backup into an empty place; check digests and chain."""
    screen: Screen = context.obj
    if into.is_dir() and any(into.iterdir()):
        what = M("The folder {folder} is not empty.", folder=str(into))
        raise Refused([Problem("not_empty", what, M("Restore into a new place; nothing is ever overwritten."))])
    if database:
        os.environ["HUOYUE_DATABASE"] = database
    with_django(into)
    from huoyue.server.operations.audit import verified  # why: slow
    from huoyue.server.operations.backup import restore as bring_back  # why: slow

    with screen.progress(M("Checking and restoring")):
        made = bring_back(file)
        found = verified(made.head)
    if found.faults:
        screen.problems([problem(*fault) for fault in found.faults])
        raise typer.Exit(Exit.PROBLEMS)
    if screen.as_json:
        screen.data({"restored": str(into), "seq": found.seq, "head": found.head, "problems": []})
        return
    screen.say(M("Restored into {folder}: every digest fits, and the chain holds.", folder=str(into)))
    screen.say(M("It ends with event {seq}, as of {moment}.", seq=found.seq, moment=made.made_at))

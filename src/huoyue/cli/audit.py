"""`huoyue audit`: the chain of events, checked and exported."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from huoyue.cli.screen import Exit, Screen
from huoyue.cli.serve import with_database
from huoyue.core.message import M, Message
from huoyue.core.problem import Place, Problem

app = typer.Typer(no_args_is_help=True, help="事件链的核验与导出 / check and export the chain of events")

DataOption = Annotated[
    Path | None, typer.Option(help="数据文件夹，同 HUOYUE_DATA / data folder, as HUOYUE_DATA", file_okay=False)
]
HeadOption = Annotated[
    str,
    typer.Option(
        "--head", help="以前记下的末端摘要，须仍在链中 / a digest noted earlier; it must still be in the chain"
    ),
]

FAULTS: dict[str, Message] = {
    "number": M("Event {seq}: its number does not follow the one before; events were taken out or put in."),
    "previous": M("Event {seq}: it does not carry the digest of the event before; the order was changed."),
    "digest": M("Event {seq}: its digest does not fit what it says; it was changed."),
    "detail": M("Event {seq}: its detail is not what was recorded."),
    "erased": M("Event {seq}: its detail is gone, and no later event says that it was erased."),
    "end": M("The chain does not end where its head says; the last events were taken out or put in."),
    "head": M("The digest that was noted is not in the chain; its end was cut off, or it was written anew."),
}
MEND = M("Keep the database as it is, and compare it with the last backup.")


def problem(seq: int, code: str) -> Problem:
    """A fault of the chain as a problem."""
    text = FAULTS[code]
    return Problem(
        f"chain_{code}", Message(text.text, {"seq": str(seq)} if seq else {}), MEND, Place(path=str(seq or ""))
    )


@app.command("verify")
def verify(context: typer.Context, head: HeadOption = "", data: DataOption = None) -> None:
    """核验事件链：序号、前后相连、摘要、细节。 Check the chain of events."""
    screen: Screen = context.obj
    with_database(data)
    from huoyue.server.operations.audit import verified  # why: slow

    with screen.progress(M("Checking the chain of events")):
        found = verified(head)
    if found.faults:
        screen.problems([problem(*fault) for fault in found.faults])
        raise typer.Exit(Exit.PROBLEMS)
    if screen.as_json:
        screen.data({"events": found.count, "erased": found.erased, "head": found.head, "problems": []})
        return
    sizes = {"count": found.count, "erased": found.erased}
    screen.say(M("The chain holds: {count} events, of which {erased} were erased on request.", **sizes))
    screen.say(M("Its head is {digest}.", digest=found.head))
    screen.say(M("Note the head outside this system: later it proves that nothing was cut off or written anew."))


@app.command("head")
def head(context: typer.Context, data: DataOption = None) -> None:
    """显示事件链末端的序号与摘要。 Print the number and digest with which the chain ends."""
    screen: Screen = context.obj
    with_database(data)
    from huoyue.server.operations.audit import head as end  # why: slow

    seq, digest = end()
    if screen.as_json:
        screen.data({"seq": seq, "digest": digest})
    else:
        typer.echo(f"{seq} {digest}")


@app.command("export")
def export(data: DataOption = None) -> None:
    """导出事件链，每行一个事件（JSON），可用 chain.py 独立核验。 Write the chain as JSON lines, for chain.py."""
    with_database(data)
    from huoyue.server.operations.audit import links, one_moment  # why: slow
    from huoyue.server.operations.chain import written  # why: slow

    with one_moment():
        for link in links():
            typer.echo(written(link))

"""`huoyue check-word`: a Word report that somebody edited, against the snapshot it was made from."""

from __future__ import annotations

import shutil
import tempfile
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from huoyue.cli.round_commands import SnapshotArgument, TemplatesOption
from huoyue.cli.screen import Exit, Screen
from huoyue.core.message import M, Message
from huoyue.snapshot.store import read

if TYPE_CHECKING:
    from huoyue.report.returned_findings import Checked, Finding

FileArgument = Annotated[
    Path,
    typer.Argument(
        metavar="FILE.docx", help="修改过的 Word 报告 / the edited Word report", exists=True, dir_okay=False
    ),
]
MarkedOption = Annotated[
    Path | None, typer.Option("--out", "-o", help="标注副本写到哪里 / where to write the marked copy", dir_okay=False)
]


def check_word(
    context: typer.Context, snapshot: SnapshotArgument, file: FileArgument, out: MarkedOption = None,
    templates: TemplatesOption = None,
) -> None:  # fmt: skip
    """核对修改过的 Word 报告，逐个数字与快照比对。 Check an edited Word report against its snapshot."""
    screen: Screen = context.obj
    with screen.progress(M("Checking the numbers")), tempfile.TemporaryDirectory() as folder:
        marked = Path(folder, "marked.docx")
        checked = checked_file(snapshot, file, templates, marked)
        if out is not None:
            out.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(marked, out)
    if screen.as_json:
        screen.data(checked.data() | {"agrees": checked.agrees, "marked": str(out) if out else None})
    else:
        told(screen, checked)
    raise typer.Exit(Exit.OK if checked.agrees else Exit.PROBLEMS)


def checked_file(snapshot: Path, file: Path, templates: Path | None, marked: Path) -> Checked:
    """What comes of comparing a file with the report on its snapshot. Refused if it is of another or cannot be read."""
    from huoyue.report.documents import Wanted, composed  # why: slow
    from huoyue.report.returned import Unchecked, check, stamp  # why: slow
    from huoyue.report.returned_expected import expected  # why: slow
    from huoyue.report.scope import scope_of  # why: slow

    found = read(snapshot)
    try:
        said = stamp(file)
        if not said.is_of(found.digest):
            raise Unchecked("other_snapshot")
        made = composed(found, said.lang, Wanted(scope_of(said.part), templates))
        return check(file, expected(made, said.lang), said.lang, marked)
    except Unchecked as unchecked:
        raise unchecked.refused from unchecked


def told(screen: Screen, checked: Checked) -> None:
    """Every number that is not as it was, then how many there are of each kind."""
    for one in checked.findings:
        screen.say(line(one))
    counts = Counter(one.verdict for one in checked.findings)
    screen.say(
        M("{unchanged} numbers as computed; {differs} differ, {removed} gone, {unknown} cannot be checked; {passages} "
          "passages written by hand.", unchanged=checked.unchanged, differs=counts["differs"],
          removed=counts["removed"], unknown=counts["unknown"], passages=len(checked.passages))
    )  # fmt: skip


def line(one: Finding) -> Message:
    """A finding in one line."""
    values = {"found": one.found, "expected": one.expected, "label": one.label or "—", "context": one.context}
    match one.verdict:
        case "differs":
            return M("{found} should be {expected} ({label}): {context}", **values)
        case "agrees":
            return M("{found} agrees with {expected} ({label}): {context}", **values)
        case "removed":
            return M("{expected} is not there any more ({label}): {context}", **values)
        case _:
            return M("{found} cannot be checked: {context}", **values)

"""`huoyue round`: a whole round of the web application in one file, from one installation to another."""

from __future__ import annotations

import os
import tempfile
from dataclasses import astuple
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from huoyue.cli.audit import DataOption
from huoyue.cli.refusing import in_words
from huoyue.cli.screen import Screen
from huoyue.cli.serve import with_database
from huoyue.core.message import M
from huoyue.core.problem import Place, Problem, Refused
from huoyue.snapshot.archive import NotAnArchive, opened

if TYPE_CHECKING:
    from huoyue.server.operations.carrying import Plan
    from huoyue.server.operations.journal import Acting
    from huoyue.server.queries.carried_differences import Difference

app = typer.Typer(no_args_is_help=True, help="整轮导出与导入 / carry a whole round between installations")

KeyArgument = Annotated[str, typer.Argument(metavar="KEY", help="轮次标识 / key of the round")]
OutOption = Annotated[Path, typer.Option("--out", "-o", help="归档文件 / archive to write", dir_okay=False)]
ArchiveArgument = Annotated[
    Path, typer.Argument(metavar="ARCHIVE", help="归档文件 / archive", exists=True, dir_okay=False)
]
ContactsOption = Annotated[
    bool, typer.Option("--with-contacts", help="含电子邮箱、电话与联系人 / with addresses, telephones, contact persons")
]
ObjectorsOption = Annotated[
    bool, typer.Option("--with-objectors", help="含异议人、理由与材料 / with who objected, grounds and files")
]
PreviewOption = Annotated[bool, typer.Option("--preview", help="只看，不导入 / only show what it would make")]
AcceptOption = Annotated[
    bool,
    typer.Option("--accept-differing", help="同名而不同的已核对，以本地为准 / what differs was looked at"),
]

ReportOption = Annotated[
    Path | None,
    typer.Option("--report", metavar="FILE", help="把全部差异写入CSV / write every difference as CSV", dir_okay=False),
]
HereOption = Annotated[
    bool, typer.Option("--here", help="并与本系统的名册和账号比对 / compare with register and accounts here, too")
]


@app.command("export")
def export(
    context: typer.Context,
    key: KeyArgument,
    out: OutOption,
    with_contacts: ContactsOption = False,
    with_objectors: ObjectorsOption = False,
    data: DataOption = None,
) -> None:
    """把一轮导出为一个归档文件。 Write a whole round to one archive."""
    screen: Screen = context.obj
    with_database(data)
    from huoyue.server.models import Round  # why: slow
    from huoyue.server.operations.carrying import export_round  # why: slow

    round_ = Round.objects.filter(key=key).first()
    if round_ is None:
        raise Refused([Problem("no_round", M("There is no round called {key}.", key=key))])
    if out.exists():
        what = M("{file} is there already.", file=str(out))
        raise Refused([Problem("exists", what, M("Give another name; an archive never replaces one."))])
    chosen = [*(["contacts"] if with_contacts else []), *(["objectors"] if with_objectors else [])]
    out.parent.mkdir(parents=True, exist_ok=True)
    with (
        screen.progress(M("Writing the round")),
        tempfile.TemporaryDirectory(dir=out.parent, prefix=".round-") as stage,
    ):
        whole = Path(stage, "round.zip")
        with os.fdopen(os.open(whole, os.O_RDWR | os.O_CREAT, 0o600), "w+b") as stream, in_words():
            digest = export_round(by_command(), round_, chosen, stream)
            stream.flush()
            os.fsync(stream.fileno())
        whole.replace(out)
    if screen.as_json:
        screen.data({"written": str(out), "digest": digest})
        return
    screen.say(M("Written: {file}", file=str(out)))
    screen.say(M("Its digest is {digest}.", digest=digest))


@app.command("import")
def import_(
    context: typer.Context,
    archive: ArchiveArgument,
    preview: PreviewOption = False,
    accept_differing: AcceptOption = False,
    report: ReportOption = None,
    data: DataOption = None,
) -> None:
    """导入另一系统导出的一轮：全部导入，或一概不导入。 Bring in a round: all of it, or nothing."""
    screen: Screen = context.obj
    with_database(data)
    from huoyue.server.operations.carrying import import_round, planned  # why: slow

    with screen.progress(M("Checking the archive")), in_words():
        plan = planned(archive)
    differing(screen, plan.stays, report)
    if preview:
        shown(screen, plan)
        return
    with screen.progress(M("Bringing the round in")), in_words():
        made = import_round(by_command(), archive, digest=plan.archive.digest, accept=accept_differing)
    if screen.as_json:
        screen.data({"imported": made.key, "digest": plan.archive.digest, "rows": plan.made,
                     "stays": [list(astuple(one)) for one in plan.stays]})  # fmt: skip
        return
    screen.say(M("The round {key} is here.", key=made.key))
    counted(screen, plan.stays, report)
    screen.say(M("New: {alliances} alliances, {accounts} accounts without password and without role.",
                 alliances=len(plan.new_alliances), accounts=len(plan.new_accounts)))  # fmt: skip


@app.command("verify")
def verify(
    context: typer.Context, archive: ArchiveArgument, here: HereOption = False, report: ReportOption = None,
    data: DataOption = None,
) -> None:  # fmt: skip
    """核验归档文件的每个字节，无需数据库；加--here则与本系统比对。 Check every byte; with --here, compare, too."""
    screen: Screen = context.obj
    try:
        with screen.progress(M("Checking the archive")), opened(archive) as found:
            key, digest, count = str(found.manifest.get("round")), found.digest, len(found.names)
    except NotAnArchive as error:
        what = M("{file} does not hold: {code} {member}", file=str(archive), code=error.code, member=error.name)
        raise Refused(
            [Problem(f"archive_{error.code}", what, place=Place(file=str(archive), path=error.name))]
        ) from error
    stays = compared(archive, data) if here else []
    if screen.as_json:
        told = {"round": key, "digest": digest, "members": count, "problems": []}
        screen.data(told | ({"stays": [list(astuple(one)) for one in stays]} if here else {}))
    if here:
        differing(screen, stays, report)
    if screen.as_json:
        return
    if here:
        counted(screen, stays, report)
    screen.say(M("{file} holds: round {key}, {count} members, every byte as written, digest {digest}.",
                 file=str(archive), key=key, count=count, digest=digest))  # fmt: skip


def by_command() -> Acting:
    """The doer of what is done at the server's prompt."""
    from django.utils import timezone  # why: slow

    from huoyue.server.operations.journal import Acting  # why: slow

    return Acting(None, "", timezone.now())


def compared(archive: Path, data: Path | None) -> list[Difference]:
    """What an archive says otherwise than this installation."""
    with_database(data)
    from huoyue.server.operations.carrying import planned  # why: slow

    with in_words():
        return planned(archive).stays


def differing(screen: Screen, stays: list[Difference], report: Path | None) -> None:
    """Name what is said otherwise here, on the screen and in a file to keep."""
    from huoyue.server.queries.carried_differences import as_csv  # why: slow
    from huoyue.server.wording.carrying import WHATS  # why: slow

    found = [
        Problem("carried_differing", M("{key}, {what}: “{there}” in the archive, “{here}” here.", key=one.key,
                                       what=WHATS.get(one.what, one.what), there=one.there, here=one.here),
                severity="warning")
        for one in stays
    ]  # fmt: skip
    if found and not screen.as_json:
        screen.problems(found)
    if report is not None:
        with os.fdopen(os.open(report, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as stream:
            stream.write(as_csv(stays))


def counted(screen: Screen, stays: list[Difference], report: Path | None) -> None:
    """How much is said otherwise here."""
    if not stays:
        screen.say(M("Register and accounts here agree with the archive."))
        return
    screen.say(M("{count} differences; what stands here stays.", count=len(stays)))
    if report is not None:
        screen.say(M("They are listed in {file}.", file=str(report)))


def shown(screen: Screen, plan: Plan) -> None:
    """What an archive would make."""
    from huoyue.server.wording import refusal_words  # why: slow

    against = [Problem(one.refusal.code, *refusal_words(one.refusal)) for one in plan.against]
    if against:
        raise Refused(against)
    if screen.as_json:
        screen.data({
            "round": plan.archive.round["key"], "digest": plan.archive.digest, "rows": plan.made,
            "accounts": plan.new_accounts, "alliances": plan.new_alliances,
            "differing": [[one.kind, one.key, one.there, one.here] for one in plan.differing],
            "stays": [list(astuple(one)) for one in plan.stays],
        })  # fmt: skip
        return
    screen.say(M("Round {key} from {source}: {rows} rows.", key=str(plan.archive.round["key"]),
                 source=plan.archive.source, rows=sum(plan.made.values())))  # fmt: skip
    counted(screen, plan.stays, None)
    screen.say(M("New: {alliances} alliances, {accounts} accounts without password and without role.",
                 alliances=len(plan.new_alliances), accounts=len(plan.new_accounts)))  # fmt: skip

"""The commands on a whole round: run, freeze, verify, report, cards, show."""

from __future__ import annotations

import tempfile
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import Annotated

import typer

from huoyue.cli.screen import Exit, Screen
from huoyue.cli.summary import summarise
from huoyue.core.evaluation import panel_problems
from huoyue.core.message import M
from huoyue.core.problem import Problem, Refused
from huoyue.core.scheme.model import Scheme
from huoyue.core.scheme.parse import Parsed
from huoyue.core.tables import Facts
from huoyue.exchange.intake import import_facts
from huoyue.exchange.scheme_file import read_scheme, scheme_path
from huoyue.snapshot.digests import contents_of
from huoyue.snapshot.signature import signature_in
from huoyue.snapshot.store import Snapshot, read, write
from huoyue.snapshot.store import freeze as freeze_round
from huoyue.snapshot.unchanged import inputs_digest, is_current, keep_receipt
from huoyue.snapshot.verify import verify as verify_snapshot

SchemeArgument = Annotated[
    str, typer.Argument(metavar="SCHEME", help="方案文件或内置方案名 / scheme file or built-in name")
]
PathsArgument = Annotated[
    list[Path], typer.Argument(metavar="FACTS...", help="事实：Excel、CSV、Parquet 或文件夹 / facts", exists=True)
]
SnapshotArgument = Annotated[Path, typer.Argument(metavar="SNAPSHOT", help="快照目录或 zip / snapshot", exists=True)]
KeyOption = Annotated[
    str, typer.Option("--key", metavar="BASE64", help="要求以此公钥签名 / the public key it must be signed with")
]
OutOption = Annotated[Path, typer.Option("--out", "-o", help="写到哪里 / where to write")]
TemplatesOption = Annotated[
    Path | None, typer.Option(help="自备报告模板的文件夹 / folder of your own templates", exists=True, file_okay=False)
]


def imported(screen: Screen, scheme_name: str, paths: list[Path]) -> tuple[Scheme, Facts, Parsed, list[Problem]]:
    """The scheme, the facts in `paths`, and what was noted on the way. Refused with every problem."""
    parsed = read_scheme(scheme_name)
    if parsed.scheme is None:
        raise Refused(parsed.problems)
    with screen.progress(M("Reading the facts")):
        result = import_facts(parsed.scheme, paths)
    if result.facts is None:
        raise Refused(result.problems)
    return parsed.scheme, result.facts, parsed, parsed.problems + result.problems


def sealed(screen: Screen, scheme_name: str, paths: list[Path], out: Path) -> Snapshot:
    """Import, evaluate and write the snapshot to `out`; what was noted on the way is said in one line."""
    scheme, facts, parsed, problems = imported(screen, scheme_name, paths)
    with screen.progress(M("Evaluating the round")):
        snapshot, contents = freeze_round(scheme, parsed.text, facts)
        write(contents, out)
    problems = problems + panel_problems(scheme, facts, snapshot.results)
    if problems:
        counts = Counter(problem.severity for problem in problems)
        screen.note(
            M(
                "{warnings} warnings and {notes} notes on the facts; `huoyue import` lists them.",
                warnings=counts["warning"],
                notes=counts["note"],
            )
        )
    return snapshot


def run(
    context: typer.Context,
    scheme: SchemeArgument,
    facts: PathsArgument,
    out: OutOption = Path("build/round"),
    templates: TemplatesOption = None,
) -> None:
    """从事实到报告，一条命令完成。 From facts to the report in one command."""
    screen: Screen = context.obj
    digest = inputs_digest([scheme_path(scheme), *facts, *([templates] if templates else [])], screen.lang)
    if is_current(out, digest):
        snapshot = read(out / "snapshot")
        summarise(screen, snapshot, out)
        screen.note(M("Nothing has changed since the last run; {folder} is up to date.", folder=str(out)))
        return
    snapshot = sealed(screen, scheme, facts, out / "snapshot")
    written = [*sorted(p for p in (out / "snapshot").rglob("*") if p.is_file())]
    written += documents(screen, snapshot, out, templates)
    written += card_files(screen, snapshot, out / "cards")
    keep_receipt(out, digest, written)
    summarise(screen, snapshot, out)


def freeze(
    context: typer.Context, scheme: SchemeArgument, facts: PathsArgument, out: OutOption = Path("snapshot.zip")
) -> None:
    """评价并封存为快照（目录，或以 .zip 结尾的文件）。 Evaluate and seal a round as a snapshot."""
    screen: Screen = context.obj
    snapshot = sealed(screen, scheme, facts, out)
    if screen.as_json:
        screen.data({"snapshot": str(out), "digest": snapshot.digest})
        return
    screen.say(M("Sealed as {path}, digest {digest}.", path=str(out), digest=snapshot.digest))


def verify(context: typer.Context, snapshot: SnapshotArgument, key: KeyOption = "") -> None:
    """重新计算快照中的一切并比对摘要与签名。 Recompute everything in a snapshot; compare digests and signature."""
    screen: Screen = context.obj
    with screen.progress(M("Recomputing every table")):
        problems = verify_snapshot(snapshot, key=key)
    wrong = any(problem.severity == "error" for problem in problems)
    if screen.as_json or problems:
        screen.problems(problems)
    if wrong:
        raise typer.Exit(Exit.PROBLEMS)
    if screen.as_json:
        return
    if signed := signature_in(contents_of(snapshot)):
        screen.say(
            M("{path} holds: every byte is as sealed, every result follows from the facts, signed by {who} with the "
              "key {key}.", path=str(snapshot), who=signed.by, key=signed.public_key)
        )  # fmt: skip
    else:
        screen.say(
            M("{path} holds: every byte is as sealed and every result follows from the facts.", path=str(snapshot))
        )


def report(
    context: typer.Context,
    snapshot: SnapshotArgument,
    out: OutOption = Path("report"),
    templates: TemplatesOption = None,
) -> None:
    """由快照生成报告（Word、PDF、HTML、Excel、Markdown）。 Write the report from a snapshot."""
    screen: Screen = context.obj
    listed(screen, documents(screen, read(snapshot), out, templates))


def cards(context: typer.Context, snapshot: SnapshotArgument, out: OutOption = Path("cards")) -> None:
    """为每个单位生成一页反馈卡（PDF）并打包。 Write a one-page feedback card for every unit, and a zip of all."""
    screen: Screen = context.obj
    listed(screen, card_files(screen, read(snapshot), out))


def edition(
    context: typer.Context,
    snapshot: SnapshotArgument,
    out: OutOption = Path("edition"),
    number: Annotated[int, typer.Option(min=1, help="第几版 / number of the edition")] = 1,
    on: Annotated[
        str,
        typer.Option(metavar="DATE", help="公布日期，如2017-07-01，默认今天 / day of publication"),
    ] = "",
    first_on: Annotated[
        str, typer.Option(metavar="DATE", help="第一版的公布日期 / day of the first edition, from which delays count")
    ] = "",
    key: Annotated[str, typer.Option(help="轮次代号，默认为方案代号 / key of the round")] = "",
) -> None:
    """由快照生成公开网站一版（静态文件、开放数据、清单）。 Build an edition: a static site, open data, a manifest."""
    from huoyue.publication.about import About  # why: slow
    from huoyue.publication.edition import make_edition  # why: slow

    screen: Screen = context.obj
    found = read(snapshot)
    day = as_day(on) or date.today()  # noqa: DTZ011  # why: the day where the command is run
    about = About(key or found.scheme.id, number, day, as_day(first_on) or day, signature=found.signature)
    with screen.progress(M("Building the edition")), staged(out) as stage:
        made = make_edition(found, about)
        written = [filed(stage / name, body) for name, body in made.files.items()]
        paths = moved(written, stage, out)
    if screen.as_json:
        screen.data({"edition": str(out), "digest": made.digest, "files": len(paths)})
        return
    screen.say(M("Edition {number} with {count} files in {path}, digest {digest}.", number=number, count=len(paths),
                 path=str(out), digest=made.digest))  # fmt: skip


def as_day(typed: str) -> date | None:
    """A day as typed; none where nothing was. Refused if it is no day."""
    try:
        return date.fromisoformat(typed) if typed else None
    except ValueError as error:
        what = M("{typed} is not a date.", typed=typed)
        raise Refused([Problem("edition.date", what, M("Write it like 2017-07-01."))]) from error


def filed(path: Path, body: bytes) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(body)
    return path


def show(context: typer.Context, snapshot: SnapshotArgument) -> None:
    """显示快照的漏斗与分档。 Print the funnel and the tiers of a snapshot."""
    summarise(context.obj, read(snapshot), None)


def documents(screen: Screen, snapshot: Snapshot, out: Path, templates: Path | None) -> list[Path]:
    from huoyue.report.documents import write_report  # why: slow

    with screen.progress(M("Writing the report")), staged(out) as stage:
        written = write_report(snapshot, stage, screen.lang, templates=templates)
        return moved(written, stage, out)


def card_files(screen: Screen, snapshot: Snapshot, out: Path) -> list[Path]:
    from huoyue.report.cards import write_cards  # why: slow

    with screen.progress(M("Writing the feedback cards")), staged(out) as stage:
        return moved(write_cards(snapshot, stage, screen.lang), stage, out)


@contextmanager
def staged(out: Path) -> Iterator[Path]:
    """A folder beside `out` for work in progress, so that nobody ever finds half a document in its place."""
    out.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=f".{out.name}-", dir=out.parent) as place:
        yield Path(place)


def moved(paths: list[Path], stage: Path, out: Path) -> list[Path]:
    """Finished files in their place."""
    final = []
    for path in paths:
        target = out / path.relative_to(stage)
        target.parent.mkdir(parents=True, exist_ok=True)
        final.append(path.replace(target))
    return final


def listed(screen: Screen, paths: list[Path]) -> None:
    """Say what was written."""
    if screen.as_json:
        screen.data({"written": [str(path) for path in paths]})
        return
    folders = sorted({path.parent for path in paths})
    for folder in folders:
        names = [path.name for path in paths if path.parent == folder]
        shown = names if len(names) <= 8 else [*names[:2], "…", names[-1]]
        screen.say(M("{folder}: {count} files ({names})", folder=str(folder), count=len(names), names=tuple(shown)))

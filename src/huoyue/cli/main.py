"""`huoyue`: the commands, one language and one form of output for all of them."""

from __future__ import annotations

import errno
import gc
import sys
import tempfile
import traceback
from typing import Annotated, Literal

import typer

import huoyue
from huoyue.cli import (
    audit,
    backup,
    check_word,
    example,
    guide,
    imports,
    invite,
    round_carrying,
    round_commands,
    scheme,
    serve,
    template,
    what_if,
)
from huoyue.cli.screen import Exit, Screen
from huoyue.core.message import M
from huoyue.core.problem import Refused
from huoyue.wording import preferred

app = typer.Typer(
    no_args_is_help=True,
    rich_markup_mode="rich",
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
    help="活跃度：按一份评价方案完成填报、筛查、评审、评分、分析、报告。\n\n"
    "Huoyue: file, screen, review, score, analyse and report a round from one scheme file.",
)


def print_version(wanted: bool) -> None:
    """Print the version and end, if it is wanted."""
    if wanted:
        typer.echo(huoyue.__version__)
        raise typer.Exit


@app.callback()
def common(
    context: typer.Context,
    lang: Annotated[
        Literal["zh", "en"] | None, typer.Option(help="语言 / language; by default that of the locale")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="输出 JSON / print JSON for machines")] = False,
    version: Annotated[
        bool, typer.Option("--version", help="显示版本 / print the version", is_eager=True, callback=print_version)
    ] = False,
) -> None:
    """Options that hold for every command."""
    del version
    context.obj = Screen(lang=lang or preferred(), as_json=as_json)


app.add_typer(scheme.app, name="scheme")
scheme.app.command("template")(template.template)
scheme.app.command("guide")(guide.guide)
app.command("import")(imports.import_facts)
app.add_typer(example.app, name="example")
app.command("run")(round_commands.run)
app.command("freeze")(round_commands.freeze)
app.command("verify")(round_commands.verify)
app.command("report")(round_commands.report)
app.command("check-word")(check_word.check_word)
app.command("cards")(round_commands.cards)
app.command("edition")(round_commands.edition)
app.command("show")(round_commands.show)
app.command("what-if")(what_if.try_scheme)
app.command("serve")(serve.serve)
app.command("work")(serve.work)
app.command("health")(serve.health)
app.command("invite")(invite.invite)
app.command("backup")(backup.backup)
app.command("restore")(backup.restore)
app.add_typer(audit.app, name="audit")
app.add_typer(round_carrying.app, name="round")


FAILURES = {
    errno.ENOSPC: M("no space is left on the disk; make room and run the command again."),
    errno.EDQUOT: M("no space is left to you on the disk; make room and run the command again."),
    errno.EACCES: M("you may not read or write it; choose another place or ask for the right."),
    errno.EROFS: M("the disk can only be read; choose another place."),
    errno.EEXIST: M("a file of that name is in the way; choose another name."),
    errno.ENOTDIR: M("a file stands where a folder should; choose another name."),
    errno.EISDIR: M("a folder stands where a file should; choose another name."),
    errno.ENAMETOOLONG: M("the name is too long; choose a shorter one."),
}
"""What the operating system refuses, in words."""


def spare_collections() -> None:
    """Look for garbage rarely: a command is short, and looking costs a quarter of its time."""
    gc.set_threshold(200_000, 20, 100)


def main() -> None:
    """Run the command line. No stack trace reaches a user: what is unforeseen is kept in a file and named."""
    spare_collections()
    sys.argv[1:] = hoisted(sys.argv[1:])
    screen = Screen()
    try:
        app(standalone_mode=True)
    except Refused as refused:
        current(screen).problems(refused.problems)
        sys.exit(Exit.PROBLEMS)
    except OSError as error:
        why = FAILURES.get(error.errno or 0) or str(error.strerror or error)
        named = M("The file {name} cannot be used: {why}", name=str(error.filename), why=why)
        current(screen).note(named if error.filename else M("Files could not be read or written: {why}", why=why))
        sys.exit(Exit.FILES)
    except Exception:  # the last resort, so that nobody is shown a stack trace
        with tempfile.NamedTemporaryFile("w", prefix="huoyue-", suffix=".log", delete=False, encoding="utf-8") as log:
            traceback.print_exc(file=log)
        current(screen).note(
            M("Something unforeseen went wrong. Please send the file {log} to those who maintain Huoyue.", log=log.name)
        )
        sys.exit(Exit.INTERNAL)


def hoisted(arguments: list[str]) -> list[str]:
    """The arguments with `--json` and `--lang` in front, so that people may write them anywhere."""
    front, rest, words = [], [], iter(arguments)
    for word in words:
        if word == "--json" or word.startswith("--lang="):
            front.append(word)
        elif word == "--lang":
            front += [word, *([following] if (following := next(words, None)) is not None else [])]
        else:
            rest.append(word)
    return front + rest


def current(screen: Screen) -> Screen:
    """The screen with the options as typed, also where the command ended before it could say so."""
    arguments = sys.argv[1:]
    lang = next((arguments[n + 1] for n, word in enumerate(arguments[:-1]) if word == "--lang"), screen.lang)
    return Screen(lang=lang if lang in ("zh", "en") else screen.lang, as_json="--json" in arguments)


if __name__ == "__main__":
    main()

"""Write the generated pages: `docs/commands.md`, from the commands' own help. With --check, only compare."""

from __future__ import annotations

import sys
from pathlib import Path

import click
from typer.main import get_command

from huoyue.cli.main import app
from huoyue.cli.screen import Exit

PAGE = Path(__file__).resolve().parent.parent / "docs" / "commands.md"
HEAD = """# Commands · 命令

Written by `make docs` from the commands' own help; a test compares the two. `--lang zh|en` and `--json` may stand
anywhere on the line.

## Exit codes · 退出码

| code | meaning |
| --- | --- |
"""
MEANING = {
    Exit.OK: "done · 完成",
    Exit.PROBLEMS: "problems were found and listed; nothing was written · 有问题，已列出，未写入",
    Exit.USAGE: "the command line is wrong · 命令行有误",
    Exit.INTERNAL: "something unforeseen; the message names a log file · 未预料的错误，已记入日志",
    Exit.FILES: "a file cannot be read or written · 文件无法读写",
    Exit.INTERRUPTED: "interrupted · 被中断",
}


def described(name: str, command: click.Command) -> str:
    lines = [f"## `{name}`", "", " ".join((command.help or "").split()), ""]
    rows = []
    for parameter in command.params:
        if isinstance(parameter, click.Option):
            rows.append((", ".join(f"`{o}`" for o in parameter.opts), parameter.help or ""))
        else:
            rows.append((f"`{parameter.make_metavar(click.Context(command))}`", getattr(parameter, "help", "") or ""))
    if rows:
        lines += ["| | |", "| --- | --- |", *(f"| {left} | {right} |" for left, right in rows), ""]
    return "\n".join(lines)


def walk(name: str, command: click.Command) -> list[str]:
    """This command's section, then those of its subcommands."""
    sections = [described(name, command)]
    for child in getattr(command, "commands", {}).values():
        sections += walk(f"{name} {child.name}", child)
    return sections


def page() -> str:
    codes = "".join(f"| {int(code)} | {MEANING[code]} |\n" for code in Exit)
    return HEAD + codes + "\n" + "\n".join(walk("huoyue", get_command(app)))


def main(arguments: list[str]) -> int:
    if "--check" in arguments:
        return 0 if PAGE.read_text(encoding="utf-8") == page() else 1
    PAGE.write_text(page(), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

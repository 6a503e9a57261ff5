"""Write what is generated in docs/: the commands page, from their own help, the guides, from those that the web
application shows, and the picture of the READMEs.

With --check, only compare the pages.
"""

from __future__ import annotations

import re
import sys
from pathlib import Path
from typing import Any

from typer.main import get_command

from huoyue.cli.main import app
from huoyue.cli.screen import Exit
from huoyue.core.problem import Refused
from huoyue.examples.rounds import facts_of
from huoyue.exchange.scheme_file import read_scheme
from huoyue.report.context import compose
from huoyue.report.figures import render
from huoyue.snapshot.store import freeze

DOCS = Path(__file__).resolve().parent.parent / "docs"
PAGE = DOCS / "commands.md"
GUIDES = DOCS.parent / "src" / "huoyue" / "server" / "guides"
EXAMPLE = "alliance_activity_2016"
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


def described(name: str, command: Any) -> str:
    lines = [f"## `{name}`", "", " ".join((command.help or "").split()), ""]
    rows = []
    for parameter in command.params:
        names = parameter.opts if parameter.param_type_name == "option" else [parameter.metavar or parameter.name]
        rows.append((", ".join(f"`{name}`" for name in names), getattr(parameter, "help", None) or ""))
    if rows:
        lines += ["| | |", "| --- | --- |", *(f"| {left} | {right} |" for left, right in rows), ""]
    return "\n".join(lines)


def walk(name: str, command: Any) -> list[str]:
    """This command's section, then those of its subcommands."""
    sections = [described(name, command)]
    for child in getattr(command, "commands", {}).values():
        sections += walk(f"{name} {child.name}", child)
    return sections


def page() -> str:
    codes = "".join(f"| {int(code)} | {MEANING[code]} |\n" for code in Exit)
    return HEAD + codes + "\n" + "\n".join(walk("huoyue", get_command(app)))


def guide(name: str) -> str:
    """A guide as one page: Chinese, then English, each as the web application shows it."""
    zh, en = ((GUIDES / f"{name}.{lang}.md").read_text(encoding="utf-8") for lang in ("zh", "en"))
    title, text = en.split("\n", 1)
    below = re.sub(r"^## ", "### ", text, flags=re.MULTILINE)
    note = f"<!-- Written by `make docs` from src/huoyue/server/guides/{name}.zh.md and {name}.en.md. -->\n\n"
    return f"{note}{zh}\n## In English: {title.removeprefix('# ')}\n{below}"


def pages() -> dict[Path, str]:
    """Every generated page, by where it stands."""
    names = sorted(path.name.removesuffix(".zh.md") for path in GUIDES.glob("*.zh.md"))
    return {PAGE: page()} | {DOCS / "guides" / f"{name}.md": guide(name) for name in names}


def picture() -> bytes:
    """The distribution of scores in the example round, as SVG."""
    scheme = read_scheme(EXAMPLE)
    if scheme.scheme is None:
        raise Refused(scheme.problems)
    snapshot, _ = freeze(scheme.scheme, scheme.text, facts_of(EXAMPLE))
    return render(compose(snapshot, "zh").figures["distribution"], "svg")


def main(arguments: list[str]) -> int:
    if "--check" in arguments:
        stale = [at for at, text in pages().items() if not at.exists() or at.read_text(encoding="utf-8") != text]
        for at in stale:
            print(f"{at.relative_to(DOCS.parent)}: out of date, run `make docs`")
        return 1 if stale else 0
    for at, text in pages().items():
        at.write_text(text, encoding="utf-8")
    (DOCS / "images").mkdir(exist_ok=True)
    (DOCS / "images" / "distribution.svg").write_bytes(picture())
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

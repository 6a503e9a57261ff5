"""The report against the bare time of pandoc, typst and vl-convert on the same content, in one run.

python bench/report.py [SNAPSHOT]; without one, the example round is evaluated first.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import typst

from huoyue.core.problem import Refused
from huoyue.examples.rounds import facts_of
from huoyue.exchange.scheme_file import read_scheme
from huoyue.report import pdf
from huoyue.report.context import Document, compose
from huoyue.report.figures import render as draw
from huoyue.report.fonts import font_folder
from huoyue.report.render import render
from huoyue.report.render_tree import DIALECT, pandoc, pandoc_path, read_tree
from huoyue.snapshot.store import Snapshot, freeze, read


def timed(work: Callable[[], object]) -> float:
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def bare(document: Document, folder: Path) -> Callable[[], None]:
    """The tools alone: charts twice, Markdown to Word and HTML, the finished typst source to PDF."""
    tree = read_tree(document.markdown, "zh")
    source = pdf.filled(pdf.template(), tree, document.meta)
    source += pandoc(pdf.blocks_json(pdf.numbered(tree)), "-f", "json", "-t", "typst")
    (folder / "figures").mkdir()
    (folder / "main.typ").write_text(source, "utf-8")

    def work() -> None:
        for name, spec in document.figures.items():
            (folder / "figures" / f"{name}.svg").write_bytes(draw(spec, "svg"))
            (folder / "figures" / f"{name}.png").write_bytes(draw(spec, "png"))
        typst.compile(str(folder / "main.typ"), root=str(folder), font_paths=[str(font_folder())])
        for form in ("docx", "html"):
            command = [pandoc_path(), "-f", DIALECT, "-o", str(folder / f"bare.{form}"), "--resource-path", str(folder)]
            subprocess.run(
                command, input=document.markdown, text=True, encoding="utf-8", check=True, capture_output=True
            )

    return work


def example() -> Snapshot:
    """The example round, evaluated."""
    parsed = read_scheme("alliance_activity_2016")
    if parsed.scheme is None:
        raise Refused(parsed.problems)
    return freeze(parsed.scheme, parsed.text, facts_of("alliance_activity_2016"))[0]


def main() -> None:
    document = compose(read(Path(sys.argv[1])) if len(sys.argv) > 1 else example(), "zh")
    with tempfile.TemporaryDirectory() as first, tempfile.TemporaryDirectory() as second:
        tools = bare(document, Path(first))
        tools()  # fonts and libraries are loaded before anything is timed
        ours = [timed(lambda: render(document, Path(second), "zh", ("md", "docx", "pdf", "html"))) for _ in range(3)]
        theirs = [timed(tools) for _ in range(3)]
    print(
        f"report {min(ours):.2f} s, pandoc + typst + vl-convert {min(theirs):.2f} s, "
        f"ratio {min(ours) / min(theirs):.2f}"
    )


if __name__ == "__main__":
    main()

"""The whole round from the workbook to the sealed snapshot, against the stated limit of one second beyond imports."""

from __future__ import annotations

import argparse
import statistics
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from huoyue.cli.main import spare_collections
from huoyue.examples.rounds import facts_of
from huoyue.exchange.intake import import_facts
from huoyue.exchange.scheme_file import read_scheme
from huoyue.exchange.workbook import write_workbook
from huoyue.snapshot.store import freeze, write

LIMIT = 1.0


def timed(times: dict[str, list[float]], step: str, work: Callable[[], object]) -> object:
    start = time.perf_counter()
    result = work()
    times.setdefault(step, []).append(time.perf_counter() - start)
    return result


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--example", default="alliance_activity_2016")
    parser.add_argument("--runs", type=int, default=5)
    options = parser.parse_args()
    times: dict[str, list[float]] = {}
    spare_collections()  # as every command does
    with tempfile.TemporaryDirectory() as place:
        book = Path(place) / "facts.xlsx"
        scheme = read_scheme(options.example).scheme
        write_workbook(scheme, facts_of(options.example), book)
        for run in range(options.runs):
            parsed = timed(times, "scheme", lambda: read_scheme(options.example))
            imported = timed(times, "import", lambda p=parsed: import_facts(p.scheme, [book]))
            _, contents = timed(times, "evaluate", lambda p=parsed, i=imported: freeze(p.scheme, p.text, i.facts))
            timed(times, "write", lambda c=contents, r=run: write(c, Path(place) / f"snapshot{r}"))
    whole = 0.0
    for step, found in times.items():
        middle = statistics.median(found)
        whole += middle
        print(f"{step:<10} {middle:6.3f} s")
    print(f"{'whole':<10} {whole:6.3f} s  = {whole / LIMIT:.2f} of the limit of {LIMIT:g} s (median of {options.runs})")


if __name__ == "__main__":
    main()

"""Scoring a million units of 60 records against the same aggregation hand-written in Polars.

    python bench/scoring.py [--units 1000000] [--repeats 2] [--folder DIR]

Each side runs in its own process on the same Parquet files and writes its scores to a Parquet file; the two must be
equal. Printed: seconds, seconds of processor, peak memory, and the ratios of the best runs (aims: at most 1.5 times
the time, at most twice the memory).
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import polars as pl
from ruamel.yaml import YAML
from scoring_by_hand import scored as by_hand

from huoyue.core.scheme.model import Scheme
from huoyue.core.scoring.engine import score_frames
from huoyue.core.tables import input_tables

SCHEME = Path(__file__).parent.parent / "src/huoyue/schemes/alliance_activity_2016/scheme.yaml"
RECORDS = {
    "secretariat": 1, "meeting": 16, "website": 1, "contact_attempt": 4, "project": 8, "ip_sharing": 3,
    "standard_document": 4, "platform": 2, "event": 4, "study": 2, "cooperation": 3, "innovation_chain": 1,
    "achievement": 2, "service": 3, "training": 3, "media_report": 3,
}  # fmt: skip
"""Records a unit of each type: 60 in all."""


def scheme() -> Scheme:
    return Scheme.model_validate(YAML(typ="safe").load(SCHEME.read_text("utf-8")))


# --- facts: arithmetic on the row number, so that they are the same everywhere ------------------------------------


def write_facts(folder: Path, size: int) -> None:
    """The register and a file for each record type; only the columns that scoring reads."""
    number = pl.int_range(size, eager=True)
    units = pl.DataFrame({"position": number + 1}).select(
        unit=pl.format("u{}", pl.col("position")),
        batch=chosen(["first", "second", "third"], pl.col("position")),
        industry=chosen(["agriculture", "equipment", "information", "materials"], pl.col("position") // 3),
        position="position",
    )
    units.write_parquet(folder / "units.parquet")
    for kind in scheme().records:
        records(kind.id, size).write_parquet(folder / f"{kind.id}.parquet")


def noise(salt: int) -> pl.Expr:
    """A scattered whole number below 2**31 for each row."""
    mixed = ((pl.col("n") + salt * 7919) * 2654435761) % 2**32
    return ((mixed ^ (mixed // 2**15)) * 40503) % 2**31


def chosen(options: list[str], number: pl.Expr) -> pl.Expr:
    return pl.lit(pl.Series(options)).gather((number % len(options)).cast(pl.UInt32))


def records(kind: str, size: int) -> pl.DataFrame:
    each = RECORDS[kind]
    frame = pl.DataFrame({"n": pl.int_range(size * each, eager=True)})
    return frame.select(unit=pl.format("u{}", noise(99) % size + 1), **fields(kind))


def fields(kind: str) -> dict[str, pl.Expr]:
    table = input_tables(scheme())[f"records/{kind}"]
    spec = {one.id: one for one in scheme().record_type(kind).fields}
    found = {}
    for salt, column in enumerate(table.columns):
        one = spec.get(column.name)
        if one is None:
            continue
        found[one.id] = value(one.type, [option.id for option in one.options], noise(salt))
    return found


def value(type_: str, options: list[str], number: pl.Expr) -> pl.Expr:
    if options:
        return chosen(options, number)
    match type_:
        case "date":
            return pl.date(2016, 1, 1) + pl.duration(days=number % 390)
        case "yes_no":
            return number % 3 > 0
        case "integer" | "money" | "decimal":
            return number.cast(pl.Int64) % 997
        case _:
            return pl.format("t{}", number % 50)


# --- the two sides, each in a process of its own -------------------------------------------------------------------


def scored(side: str, folder: Path) -> pl.LazyFrame:
    """unit, score, tier, serial by `huoyue` or by `hand`."""
    units = pl.scan_parquet(folder / "units.parquet")
    found = {kind.id: pl.scan_parquet(folder / f"{kind.id}.parquet") for kind in scheme().records}
    if side == "hand":
        return by_hand(units, found)
    frame: pl.LazyFrame = score_frames(scheme(), units, found)
    return frame.select("unit", "score", "tier", "serial")


def run(side: str, folder: Path) -> None:
    """Score, write, and print seconds and peak memory in MiB."""
    started = time.perf_counter()
    scored(side, folder).sink_parquet(folder / f"scored_{side}.parquet")
    seconds = time.perf_counter() - started
    print(json.dumps({"seconds": seconds, "work": time.process_time(), "peak": peak()}))


def peak() -> float:
    """Peak memory of this process in MiB, as Linux counts it since the program was started."""
    status = Path("/proc/self/status").read_text("ascii").splitlines()
    return next(int(line.split()[1]) for line in status if line.startswith("VmHWM")) / 1024


def measured(side: str, folder: Path) -> dict[str, float]:
    command = [sys.executable, __file__, "--side", side, "--folder", str(folder)]
    found: dict[str, float] = json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)
    print(f"{side:8} {found['seconds']:7.2f} s {found['work']:7.2f} s of processor {found['peak']:8.0f} MiB")
    return found


def best(side: str, folder: Path, repeats: int) -> dict[str, float]:
    """The best of several runs: what else the machine does only ever adds."""
    runs = [measured(side, folder) for _ in range(repeats)]
    return {what: min(run[what] for run in runs) for what in runs[0]}


def compare(folder: Path, size: int, repeats: int) -> None:
    """Write the facts, run both sides, refuse unequal results, print the ratios."""
    write_facts(folder, size)
    sides = {side: best(side, folder, repeats) for side in ("hand", "huoyue")}
    frames = [pl.read_parquet(folder / f"scored_{side}.parquet").sort("unit") for side in sides]
    if not frames[0].equals(frames[1]):
        raise SystemExit("the two sides differ")
    print(f"{size:,} units, {size * sum(RECORDS.values()):,} records; tiers {tiers(frames[0])}")
    for what, aim in (("seconds", 1.5), ("work", 1.5), ("peak", 2.0)):
        print(f"{what:8} ratio {sides['huoyue'][what] / sides['hand'][what]:.2f} (aim at most {aim})")


def tiers(frame: pl.DataFrame) -> dict[str, int]:
    return dict(frame.group_by("tier").len().sort("tier").iter_rows())


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--units", type=int, default=1_000_000)
    parser.add_argument("--repeats", type=int, default=2)
    parser.add_argument("--side", choices=["hand", "huoyue"])
    parser.add_argument("--folder", type=Path)
    options = parser.parse_args()
    if options.side:
        run(options.side, options.folder)
        return
    with tempfile.TemporaryDirectory() as folder:
        compare(options.folder or Path(folder), options.units, options.repeats)


if __name__ == "__main__":
    main()

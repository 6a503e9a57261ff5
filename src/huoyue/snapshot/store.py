"""Freeze a round into a snapshot, and read one back.

A snapshot holds the scheme file as it was, the facts, and every result, so that anyone can recompute the results from
the rest (`verify`). Nothing in it depends on the day, the directory or the machine.
"""

from __future__ import annotations

import io
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import polars as pl

import huoyue
from huoyue.core.evaluation import Results, against_earlier, evaluate
from huoyue.core.message import M
from huoyue.core.problem import Place, Problem, Refused
from huoyue.core.scheme.model import Scheme
from huoyue.core.scheme.parse import parse_scheme
from huoyue.core.tables import RESULT_TABLES, Facts, NotThisTable, Table, input_tables
from huoyue.snapshot.digests import (
    MANIFEST,
    NotASnapshot,
    canonical,
    contents_of,
    faults,
    manifest_of,
    sealed,
    sha256,
    zipped,
)
from huoyue.snapshot.signature import Signature, signature_in

FORMAT = 3
"""1 had no corrections, no objections and no schemes of earlier periods, 2 no sources of earlier results; such
snapshots are read as having none. The results of 1 lack how units moved since earlier periods, which is worked out
when it is read."""
ADDED = {
    "inputs/corrections": 2,
    "inputs/objections": 2,
    "inputs/earlier_schemes": 2,
    "inputs/earlier_sources": 3,
    "results/movement": 2,
    "results/transitions": 2,
}
"""Tables that older formats do not have, by the format that has them first."""


@dataclass(frozen=True)
class Snapshot:
    """A round as frozen: what reports are written from. `digest` names it for ever."""

    scheme: Scheme
    scheme_text: str
    facts: Facts
    results: Results
    manifest: Mapping[str, Any]
    signature: Signature | None = None

    @property
    def digest(self) -> str:
        return str(self.manifest["digest"])


def parquet(frame: pl.DataFrame) -> bytes:
    """A table as Parquet bytes."""
    stream = io.BytesIO()
    frame.write_parquet(stream, compression="zstd", compression_level=3, statistics=False)
    return stream.getvalue()


def table_digest(frame: pl.DataFrame) -> str:
    """A digest of what a table says, in whatever format: SHA-256 over its types and its rows as JSON lines."""
    heading = ";".join(f"{name}:{dtype}" for name, dtype in frame.schema.items())
    return sha256(heading.encode() + b"\n" + frame.write_ndjson().encode())


def described(frame: pl.DataFrame) -> dict[str, Any]:
    return {"rows": frame.height, "digest": table_digest(frame)}


def freeze(scheme: Scheme, scheme_text: str, facts: Facts) -> tuple[Snapshot, dict[str, bytes]]:
    """Evaluate a round and seal it: the snapshot, and the bytes of its files by name. Refused as `evaluate` says."""
    results = evaluate(scheme, facts)
    inputs = facts.tables()
    contents = {"scheme.yaml": scheme_text.encode()}
    contents |= {f"inputs/{name}.parquet": parquet(frame) for name, frame in inputs.items()}
    contents |= {f"results/{name}.parquet": parquet(frame) for name, frame in results.items()}
    manifest = sealed(
        {
            "format": FORMAT,
            "huoyue": huoyue.__version__,
            "scheme": {"id": scheme.id, "version": scheme.version, "sha256": sha256(scheme_text.encode())},
            "files": {name: {"bytes": len(body), "sha256": sha256(body)} for name, body in contents.items()},
            "tables": {f"inputs/{name}": described(frame) for name, frame in inputs.items()}
            | {f"results/{name}": described(frame) for name, frame in results.items()},
        }
    )
    contents[MANIFEST] = canonical(manifest)
    return Snapshot(scheme, scheme_text, facts, results, manifest), contents


def write(contents: Mapping[str, bytes], path: Path) -> None:
    """Write a frozen round to `path`: one zip if it ends in .zip, else a directory.

    Either is complete or not there at all: it is written beside its place and moved. Refused where `path` is a
    directory of something else.
    """
    if path.is_dir() and any(path.iterdir()) and not (path / MANIFEST).exists():
        what = M("The folder {path} holds other files than a snapshot.", path=str(path))
        mend = M("Name an empty folder, or one that does not exist yet.")
        raise Refused([Problem("snapshot.occupied", what, mend, Place(file=str(path)))])
    path.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=f".{path.name}-", dir=path.parent) as beside:
        if path.suffix == ".zip":
            (Path(beside) / "new").write_bytes(zipped(contents))
        else:
            _write_files(contents, Path(beside) / "new")
            if path.exists():
                path.rename(Path(beside) / "old")
        (Path(beside) / "new").replace(path)


def _write_files(contents: Mapping[str, bytes], folder: Path) -> None:
    for name, body in contents.items():
        place = folder / name
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(body)


FAULTS = {
    "missing": M("The file {name} of the snapshot is missing.", name=""),
    "unlisted": M("The file {name} does not belong to the snapshot.", name=""),
    "changed": M("The file {name} of the snapshot was changed after it was sealed.", name=""),
    "manifest": M("The manifest {name} was changed after it was sealed.", name=""),
    "signature": M("The signature {name} is not of this snapshot.", name=""),
    "archive": M("The archive {name} was changed around its files.", name=""),
}


def byte_problems(path: Path) -> list[Problem]:
    """Every file whose bytes are not as sealed, as problems. One problem if `path` holds no snapshot."""
    mend = M("Get an unchanged copy of the snapshot, or freeze the round again.")
    try:
        found = faults(path)
    except NotASnapshot as error:
        what = M("This is not a snapshot: {why}", why=str(error))
        return [Problem("snapshot.none", what, mend, Place(file=str(path)))]
    return [
        Problem(f"snapshot.{code}", M(FAULTS[code].text, name=name), mend, Place(file=str(path), path=name))
        for code, name in found
    ]


def read(path: Path) -> Snapshot:
    """The snapshot at `path`. Refused if a byte is not as sealed, or if it is none."""
    if problems := byte_problems(path):
        raise Refused(problems)
    contents = contents_of(path)
    text, manifest = contents["scheme.yaml"].decode(), manifest_of(contents)
    parsed = parse_scheme(text, f"{path}/scheme.yaml")
    if parsed.scheme is None:
        raise Refused(parsed.problems)
    known = int(manifest.get("format", 0))
    frames = {
        name: table.empty() if ADDED.get(f"inputs/{name}", 0) > known else _table(contents, f"inputs/{name}", table)
        for name, table in input_tables(parsed.scheme).items()
    }
    records = {name.removeprefix("records/"): frames.pop(name) for name in list(frames) if name.startswith("records/")}
    facts = Facts(records=records, **frames)
    results = {
        name: _table(contents, f"results/{name}", table)
        for name, table in RESULT_TABLES.items()
        if ADDED.get(f"results/{name}", 0) <= known
    }
    if len(results) < len(RESULT_TABLES):
        results |= against_earlier(parsed.scheme, facts, results["screening"], results["scores"])
    return Snapshot(parsed.scheme, text, facts, results, manifest, signature_in(contents))


def _table(contents: Mapping[str, bytes], name: str, table: Table) -> pl.DataFrame:
    try:
        return table.check(pl.read_parquet(io.BytesIO(contents[f"{name}.parquet"])))
    except (KeyError, NotThisTable, pl.exceptions.PolarsError) as error:
        what = M("The table {name} of the snapshot is not what this version of Huoyue reads.", name=name)
        mend = M("Read the snapshot with the version of Huoyue named in its manifest.")
        raise Refused([Problem("snapshot.table", what, mend, Place(path=name, value=str(error)))]) from error

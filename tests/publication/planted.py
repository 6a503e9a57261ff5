"""A round in which everything that must never leave bears a sign by which it would be found."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import date
from typing import Any

import polars as pl
import pypdf

from huoyue.core.scheme.model import Publication, Scheme
from huoyue.core.tables import CORRECTIONS, DECISIONS, OBJECTIONS, OVERRIDES, Facts
from huoyue.examples.rounds import facts_of
from huoyue.exchange.scheme_file import read_scheme
from huoyue.publication.about import About
from huoyue.snapshot.store import Snapshot, freeze

SIGN = "金丝雀"
"""Stands in whatever must not leave."""
NAME = "county_libraries"
FIRST = date(2017, 7, 1)


def planted() -> Snapshot:
    """The example round of the libraries with signs in it, frozen."""
    parsed = read_scheme(NAME)
    assert parsed.scheme is not None
    snapshot, _ = freeze(parsed.scheme, parsed.text, signed(facts_of(NAME), parsed.scheme))
    return snapshot


def signed(facts: Facts, scheme: Scheme) -> Facts:
    """Facts with a sign in every text that is nobody's business."""

    def mark(frame: pl.DataFrame, *columns: str) -> pl.DataFrame:
        return frame.with_columns(pl.lit(f"{SIGN}{name}").alias(name) for name in columns)

    absent = sorted(set(facts.units["unit"]) - set(facts.filings["unit"]))[0]
    scored = facts.marks["unit"][0]
    indicator = facts.marks["indicator"][0]
    records = {name: mark(frame, "evidence", "source") for name, frame in facts.records.items()}
    for kind in scheme.records:
        texts = [one.id for one in kind.fields if one.type == "text"]
        records[kind.id] = mark(records[kind.id], *texts)
    experts = {code: f"{SIGN}{code}" for code in facts.experts["expert"]}
    return replace(
        facts,
        units=mark(facts.units, "liaison").with_columns(aliases=pl.lit([f"{SIGN}别名"])),
        filings=mark(facts.filings, "filer", "source"),
        experts=mark(facts.experts, "name", "background").with_columns(pl.col("expert").replace(experts)),
        marks=mark(facts.marks, "reason").with_columns(pl.col("expert").replace(experts)),
        records=records,
        decisions=DECISIONS.empty(),
        overrides=OVERRIDES.frame(
            [{"unit": absent, "verdict": "not_filed", "reason": f"{SIGN}认定理由", "by": f"{SIGN}某某"}]
        ),
        corrections=CORRECTIONS.frame(
            [{"unit": scored, "indicator": indicator, "settled": 100, "number": f"{SIGN}-1",
              "reason": f"{SIGN}更正理由", "decided_on": date(2017, 6, 1)}]
        ),
        objections=OBJECTIONS.frame(
            [{"number": f"{SIGN}-1", "unit": scored, "kind": "score", "indicator": indicator,
              "received_on": date(2017, 5, 1), "state": "decided", "outcome": "upheld", "reasons": f"{SIGN}处理理由",
              "decided_on": date(2017, 6, 1)}]
        ),
    )  # fmt: skip


def choosing(snapshot: Snapshot, **choices: Any) -> Snapshot:
    """The same round under a scheme that opens other kinds."""
    publication = Publication(**({"report": "withheld"} | choices))
    return replace(snapshot, scheme=snapshot.scheme.model_copy(update={"publication": publication}))


def about(number: int = 1, on: date = FIRST, **more: Any) -> About:
    return About("libraries", number, on, FIRST, **more)


def readable(files: Mapping[str, bytes]) -> Iterator[tuple[str, str]]:
    """Everything that can be read in files: texts, members of archives, text and properties of documents."""
    for name, body in files.items():
        yield name, name
        if name.endswith((".docx", ".zip")):
            with zipfile.ZipFile(io.BytesIO(body)) as archive:
                yield from readable({f"{name}/{inner}": archive.read(inner) for inner in archive.namelist()})
        elif name.endswith(".pdf"):
            reader = pypdf.PdfReader(io.BytesIO(body))
            yield name, str(reader.metadata) + str(reader.xmp_metadata and reader.xmp_metadata.stream.get_data())
            yield name, "".join(page.extract_text() for page in reader.pages)
        elif name.endswith(".parquet"):
            yield (
                name,
                str(pl.read_parquet_metadata(io.BytesIO(body))) + str(pl.read_parquet(io.BytesIO(body)).to_dicts()),
            )
        else:
            yield name, body.decode("utf-8", "replace")

"""Open data as files: CSV that Excel reads, JSON and Parquet, each with the dictionary of its columns beside it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import polars as pl

from huoyue.core.phrase import render
from huoyue.publication.open_tables import OpenTable
from huoyue.report.html import csv_bytes
from huoyue.snapshot.digests import canonical, sha256
from huoyue.snapshot.store import parquet

TYPES = {"String": "text", "Int64": "integer", "Float64": "number"}


def data_files(tables: Mapping[str, OpenTable]) -> dict[str, bytes]:
    """`data/<table>.csv`, `.json` and `.parquet` of every table, and `data/dictionary.*` for all of them."""
    files: dict[str, bytes] = {}
    for name, one in tables.items():
        files[f"data/{name}.csv"] = csv_bytes(one.frame)
        files[f"data/{name}.parquet"] = parquet(one.frame)
        files[f"data/{name}.json"] = as_json({"columns": columns_of(one), "rows": one.frame.to_dicts()})
    dictionary = [{"table": name} | column for name, one in tables.items() for column in columns_of(one)]
    files["data/dictionary.json"] = as_json(dictionary)
    files["data/dictionary.csv"] = csv_bytes(pl.DataFrame(dictionary))
    return files


def columns_of(one: OpenTable) -> list[dict[str, str]]:
    """The data dictionary of a table."""
    return [
        {
            "name": field.name, "type": TYPES[str(field.dtype)], "zh": render(field.meaning, "zh"),
            "en": render(field.meaning, "en"),
        }
        for field in one.fields
    ]  # fmt: skip


def as_json(value: Any) -> bytes:
    return (json.dumps(value, ensure_ascii=False, indent=1) + "\n").encode()


def data_digest(files: Mapping[str, bytes]) -> str:
    """One digest for all data files: SHA-256 over their names and digests in canonical form."""
    return sha256(canonical({name: sha256(body) for name, body in files.items() if name.startswith("data/")}))

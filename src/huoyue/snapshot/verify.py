"""Recompute every result of a snapshot from its scheme and facts, and compare."""

from __future__ import annotations

from pathlib import Path

import polars as pl

from huoyue.core.evaluation import evaluate
from huoyue.core.message import M
from huoyue.core.problem import Place, Problem, Refused
from huoyue.snapshot.signature import holds
from huoyue.snapshot.store import Snapshot, byte_problems, read, table_digest


def verify(path: Path, *, key: str = "") -> list[Problem]:
    """Everything that does not hold: bytes that changed since sealing, a false signature, results that do not follow.

    Empty when every byte is as sealed, the signature (if there is one) holds, and every table recomputes to the
    same digest. With `key`, a public key in base64, the snapshot has to be signed with that key.
    """
    if problems := byte_problems(path):
        return problems
    try:
        snapshot = read(path)
    except Refused as refused:
        return refused.problems
    return [*signature_problems(snapshot, key), *recomputed_problems(snapshot)]


def signature_problems(snapshot: Snapshot, key: str = "") -> list[Problem]:
    """What is wrong with the signature; nothing of one that is not asked for and not there."""
    signature, mend = snapshot.signature, M("Ask whoever published the snapshot for their public key and for a copy.")
    if signature is None:
        return [Problem("snapshot.unsigned", M("The snapshot is not signed."), mend)] if key else []
    if not holds(signature, snapshot.digest):
        return [Problem("snapshot.signature", M("The signature does not hold: it was made over something else."), mend)]
    if key and key.strip() != signature.public_key:
        what = M("The snapshot is signed with another key: {key}.", key=signature.public_key)
        return [Problem("snapshot.other_key", what, mend)]
    return []


def recomputed_problems(snapshot: Snapshot) -> list[Problem]:
    """The result tables that come out differently when computed again, with the first row that differs."""
    again = evaluate(snapshot.scheme, snapshot.facts)
    return [
        _differs(name, frame, again[name])
        for name, frame in snapshot.results.items()
        if table_digest(frame) != table_digest(again[name])
    ]


def _differs(name: str, sealed: pl.DataFrame, again: pl.DataFrame) -> Problem:
    rows = zip(sealed.iter_rows(), again.iter_rows(), strict=False)
    row = next((n for n, (old, new) in enumerate(rows) if old != new), min(sealed.height, again.height))
    what = M("The table {name} does not follow from the facts: it differs from row {row} on.", name=name, row=row + 1)
    mend = M("Do not use these results; freeze the round again from its facts.")
    return Problem("snapshot.recomputed", what, mend, Place(path=f"results/{name}"))

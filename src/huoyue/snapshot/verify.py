"""Recompute every result of a snapshot from its scheme and facts, and compare."""

from __future__ import annotations

from pathlib import Path

import polars as pl
import polars.selectors as cs

import huoyue
from huoyue.core.evaluation import evaluate
from huoyue.core.message import M
from huoyue.core.problem import Place, Problem, Refused
from huoyue.snapshot.signature import holds
from huoyue.snapshot.store import Snapshot, byte_problems, read, table_digest


def verify(path: Path, *, key: str = "") -> list[Problem]:
    """Everything that does not hold: bytes that changed since sealing, a false signature, results that do not follow.

    Empty when every byte is as sealed, the signature (if there is one) holds, and every table recomputes to the
    same digest; a single note when only words of another version differ. With `key`, a public key in base64, the
    snapshot has to be signed with that key.
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
    """The result tables that come out differently when computed again, with the first row that differs.

    Another version of Huoyue may say the same in other words: a table that differs only in its words is then no error
    but a note. The version that sealed a snapshot has to find every word again.
    """
    again = evaluate(snapshot.scheme, snapshot.facts)
    other = {name for name, frame in snapshot.results.items() if table_digest(frame) != table_digest(again[name])}
    sealed_by = str(snapshot.manifest.get("huoyue", ""))
    reworded = set()
    if sealed_by != huoyue.__version__:
        reworded = {name for name in other if plain(snapshot.results[name]).equals(plain(again[name]))}
    wrong = [
        _differs(name, frame, again[name], sealed_by)
        for name, frame in snapshot.results.items()
        if name in other - reworded
    ]
    return [*wrong, *([_words(sorted(reworded), sealed_by)] if reworded else [])]


def plain(frame: pl.DataFrame) -> pl.DataFrame:
    """A table without its sentences: everything that is counted, and the names of what is counted."""
    return frame.drop(cs.ends_with("_zh", "_en"))


def _differs(name: str, sealed: pl.DataFrame, again: pl.DataFrame, sealed_by: str) -> Problem:
    rows = zip(sealed.iter_rows(), again.iter_rows(), strict=False)
    row = next((n for n, (old, new) in enumerate(rows) if old != new), min(sealed.height, again.height))
    what = M("The table {name} does not follow from the facts: it differs from row {row} on.", name=name, row=row + 1)
    mend = M("Do not use these results; freeze the round again from its facts.")
    if sealed_by != huoyue.__version__:
        mend = M("It was sealed by Huoyue {version}: verify it with that version before you use or doubt it.",
                 version=sealed_by)  # fmt: skip
    return Problem("snapshot.recomputed", what, mend, Place(path=f"results/{name}"))


def _words(names: list[str], sealed_by: str) -> Problem:
    what = M(
        "Sealed by Huoyue {sealed}, recomputed by {own}: every number agrees, some sentences are worded "
        "anew ({tables}).", sealed=sealed_by, own=huoyue.__version__, tables=", ".join(names),
    )  # fmt: skip
    mend = M("Nothing needs to be done. The version named first finds every word again.")
    return Problem("snapshot.words", what, mend, severity="note")

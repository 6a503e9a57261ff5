"""One finding of the checks: what is wrong with a scheme that its types accept, and at which path."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from huoyue.core.message import M, Message
from huoyue.core.problem import Severity
from huoyue.core.scheme.nodes import Path
from huoyue.core.scheme.refusals import did_you_mean


@dataclass(frozen=True)
class Finding:
    """Findings `of_the_whole` (sums, coverage) and those about `names` tell nothing if parts of a file were refused."""

    path: Path
    code: str
    what: Message
    mend: Message
    severity: Severity = "error"
    of_the_whole: bool = False
    names: str | None = None


def unknown(path: Path, kind: Message, name: str, known: Iterable[str]) -> Iterator[Finding]:
    """A finding if `name` is not among `known`."""
    names = tuple(known)
    if name not in names:
        mend = did_you_mean(name, names) or M("Use one of: {known}.", known=names)
        yield Finding(
            path, "scheme.unknown_id", M("There is no {kind} {name}.", kind=kind, name=name), mend, names=name
        )


def repeated(path: Path, names: Iterable[str], key: str = "id") -> Iterator[Finding]:
    """A finding for every name that stood before in the list at `path`."""
    seen: set[str] = set()
    for n, name in enumerate(names):
        if name in seen:
            what = M("{name} is used twice.", name=name)
            yield Finding((*path, n, key), "scheme.duplicate_id", what, M("Each must be used once only."))
        seen.add(name)

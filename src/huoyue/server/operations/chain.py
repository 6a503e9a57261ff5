"""The chain of events: how it is hashed, and whether it holds. Standard library alone, so that anybody can check it.

`huoyue audit export > events.jsonl` writes the chain; `python -I -S chain.py events.jsonl [HEAD]` checks it anywhere.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any, NamedTuple

ORIGIN = "0" * 64
"""What stands for the digest before the first event."""
ERASED = "personal.erased"
ERASURES = (ERASED, "account.erased")
"""The kinds of events that name, in detail.after.seqs, the events whose detail they erased."""


class Link(NamedTuple):
    """One event as it is hashed and exported. `at` is in seconds since 1970; references are the numbers of rows."""

    seq: int
    at: float
    actor: int | None
    role: str
    kind: str
    round: int | None
    alliance: int | None
    subject: str
    token: str | None
    detail: Any
    salt: str
    detail_digest: str
    previous: str
    digest: str


class Fault(NamedTuple):
    """Something wrong with the chain: at which event (0: with its end), and what, by a code."""

    seq: int
    code: str


@dataclass
class Verified:
    """What was checked: how many events, how the chain ends, and every fault."""

    count: int = 0
    seq: int = 0
    head: str = ORIGIN
    erased: int = 0
    faults: list[Fault] = field(default_factory=list)


MEANINGS = {
    "number": "its number does not follow the one before",
    "previous": "it does not carry the digest of the event before",
    "digest": "its digest does not fit what it says",
    "detail": "its detail is not what was recorded",
    "erased": "its detail is gone, and no later event says that it was erased",
    "end": "the chain does not end where its head says",
    "head": "the digest that was noted is not in the chain",
}


def canonical(value: object) -> str:
    """JSON with sorted keys and no blanks: the same text for the same value, everywhere."""
    return json.dumps(value, sort_keys=True, ensure_ascii=False, separators=(",", ":"), default=_plain)


def _plain(value: Any) -> str:
    return value.isoformat() if hasattr(value, "isoformat") else str(value)


def digest_of_detail(salt: str, detail: object) -> str:
    """What stands for a detail in the chain. The salt keeps it from being guessed once the detail is erased."""
    return sha256(f"{salt}\n{canonical(detail)}".encode()).hexdigest()


def digest_of_columns(
    seq: int,
    at: float,
    actor: int | None,
    role: str,
    kind: str,
    round_: int | None,
    alliance: int | None,
    subject: str,
    token: str | None,
    detail_digest: str,
    previous: str,
) -> str:
    """The hash that chains an event: SHA-256 over its columns in a fixed form, the previous hash among them."""
    columns = [seq, at, actor, role, kind, round_, alliance, subject, token, detail_digest, previous]
    return sha256(canonical(columns).encode()).hexdigest()


def middle_of_columns(
    at: float,
    actor: int | None,
    role: str,
    kind: str,
    round_: int | None,
    alliance: int | None,
    subject: str,
    token: str | None,
    detail_digest: str,
) -> str:
    """What stands between the number and the previous digest in the text that is hashed."""
    return canonical([at, actor, role, kind, round_, alliance, subject, token, detail_digest])[1:-1]


def digest_of_link(link: Link) -> str:
    """The digest that a link ought to carry."""
    return digest_of_columns(*link[:9], link.detail_digest, link.previous)


def verify(links: Iterable[Link], *, end: tuple[int, str] | None = None, noted: str = "") -> Verified:
    """Check every link in the order of their numbers.

    `end` is the number and digest that the head of the chain carries. `noted` is a digest that was written down
    earlier, on paper or with a backup: it must still be in the chain, so that nobody can cut the end off or write
    the whole chain anew.
    """
    found = Verified()
    unexplained: set[int] = set()
    met = noted in ("", ORIGIN)
    for link in links:
        found.count += 1
        found.faults += faults_of(link, found)
        if link.detail is None:
            unexplained.add(link.seq)
            found.erased += 1
        elif link.kind in ERASURES:
            unexplained -= {seq for seq in seqs_erased_by(link) if seq < link.seq}
        met = met or link.digest == noted
        found.seq, found.head = link.seq, link.digest
    found.faults += [Fault(seq, "erased") for seq in unexplained]
    if end is not None and end != (found.seq, found.head):
        found.faults.append(Fault(0, "end"))
    if not met:
        found.faults.append(Fault(0, "head"))
    found.faults.sort(key=lambda fault: fault.seq or sys.maxsize)
    return found


def faults_of(link: Link, before: Verified) -> Iterator[Fault]:
    """What is wrong with one link after those checked `before`."""
    if link.seq != before.seq + 1:
        yield Fault(link.seq, "number")
    if link.previous != before.head:
        yield Fault(link.seq, "previous")
    if link.digest != digest_of_link(link):
        yield Fault(link.seq, "digest")
    if link.detail is None:
        if link.salt:
            yield Fault(link.seq, "detail")
    elif digest_of_detail(link.salt, link.detail) != link.detail_digest:
        yield Fault(link.seq, "detail")


def seqs_erased_by(link: Link) -> list[int]:
    """The numbers of the events that an erasure names; none if it names them in no way we know."""
    after = link.detail.get("after") if isinstance(link.detail, Mapping) else None
    seqs = after.get("seqs") if isinstance(after, Mapping) else None
    return [seq for seq in seqs if isinstance(seq, int)] if isinstance(seqs, list) else []


def written(link: Link) -> str:
    """A link as one line of an export."""
    return canonical(link._asdict())


def read(lines: Iterable[str]) -> Iterator[Link]:
    """The links of an export."""
    for line in lines:
        if line.strip():
            yield Link(**json.loads(line))


def main(arguments: list[str]) -> int:
    """Check an exported chain: `chain.py events.jsonl [HEAD]`."""
    with open(arguments[0], encoding="utf-8") as lines:
        found = verify(read(lines), noted=arguments[1] if len(arguments) > 1 else "")
    for fault in found.faults:
        print(f"event {fault.seq}: {MEANINGS[fault.code]}" if fault.seq else MEANINGS[fault.code])
    print(f"{found.count} events, {len(found.faults)} faults, head {found.head}")
    return 1 if found.faults else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

"""The scheme of a round, read once."""

from __future__ import annotations

from hashlib import sha256

from huoyue.core.problem import Refused
from huoyue.core.scheme.model import Scheme
from huoyue.core.scheme.parse import parse_scheme
from huoyue.server.models import Round

KEPT = 50
"""How many schemes stay read at a time."""
_read: dict[str, Scheme] = {}


def digest_of_scheme(text: str) -> str:
    """SHA-256 of a scheme's text."""
    return sha256(text.encode()).hexdigest()


def scheme_of(round_: Round) -> Scheme:
    """The scheme under which a round is held. Refused if its text has an error."""
    if (known := _read.get(round_.scheme_digest)) is not None:
        return known
    parsed = parse_scheme(round_.scheme_text, "scheme.yaml")
    if parsed.scheme is None:
        raise Refused(parsed.problems)
    if len(_read) >= KEPT:
        _read.pop(next(iter(_read)))
    return _read.setdefault(round_.scheme_digest, parsed.scheme)

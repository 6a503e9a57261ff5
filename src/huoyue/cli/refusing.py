"""What the server's operations refuse, told as commands tell problems."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from huoyue.core.problem import Problem, Refused


@contextmanager
def in_words() -> Iterator[None]:
    """A refusal of the server as a problem of the command."""
    from huoyue.server.operations.journal import Refuse  # why: slow
    from huoyue.server.wording import refusal_words  # why: slow

    try:
        yield
    except Refuse as refuse:
        what, mend = refusal_words(refuse.refusal)
        raise Refused([Problem(refuse.refusal.code, what, mend)]) from refuse

"""What people wrote for the report: its wording, passages, and the names of those whom no edition names."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from huoyue.core.message import Message
from huoyue.report.passages import Placed
from huoyue.snapshot.digests import sha256


@dataclass(frozen=True)
class Secret:
    """A text that does not leave, and what it is: expert, contact, objector, reason or record."""

    kind: str
    text: str


@dataclass(frozen=True)
class Written:
    """`wordings`: language -> section -> template; `passages`: language -> passages in order; `titles` of sections.

    `people` are names, addresses and numbers that the snapshot does not hold and that must not leave either.
    """

    wordings: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    passages: Mapping[str, Sequence[Placed]] = field(default_factory=dict)
    titles: Mapping[str, Message] = field(default_factory=dict)
    people: tuple[Secret, ...] = ()

    def stamps(self) -> dict[str, dict[str, object]]:
        """What of it went into an edition, as digests for its manifest."""
        found: dict[str, dict[str, object]] = {
            lang: {
                "wording": {name: sha256(text.encode()) for name, text in sorted(self.wordings.get(lang, {}).items())},
                "passages": [sha256(one.text.encode()) for one in self.passages.get(lang, ())],
            }
            for lang in sorted({*self.wordings, *self.passages})
        }
        return {lang: one for lang, one in found.items() if any(one.values())}


NOTHING = Written()

"""What refusals about accounts say."""

from __future__ import annotations

from huoyue.core.message import Message

REFUSALS: dict[str, tuple[Message, Message]] = {}

"""What is said about building reports and cards, wording, Word files handed back: refusals and events."""

from __future__ import annotations

from huoyue.core.message import Message

REFUSALS: dict[str, tuple[Message, Message]] = {}
EVENTS: dict[str, Message] = {}

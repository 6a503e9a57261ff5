"""What is said about editions and the public site: refusals and events."""

from __future__ import annotations

from huoyue.core.message import Message

REFUSALS: dict[str, tuple[Message, Message]] = {}
EVENTS: dict[str, Message] = {}

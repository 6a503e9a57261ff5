"""What is said about results of earlier years, and studies of other schemes: refusals and events."""

from __future__ import annotations

from huoyue.core.message import Message

REFUSALS: dict[str, tuple[Message, Message]] = {}
EVENTS: dict[str, Message] = {}

"""What is said about the notice period and objections: refusals and events."""

from __future__ import annotations

from huoyue.core.message import Message

REFUSALS: dict[str, tuple[Message, Message]] = {}
EVENTS: dict[str, Message] = {}

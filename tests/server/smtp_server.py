"""A mail server for tests: takes letters, refuses some recipients, or breaks off, as it is told."""

from __future__ import annotations

import socketserver
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage


@dataclass
class Post:
    """What the server does and what it got."""

    port: int = 0
    refused: dict[str, str] = field(default_factory=dict)
    """Recipient -> the answer to RCPT."""
    after_data: str = "250 taken"
    """The answer to a letter; empty to break the line off instead."""
    letters_a_line: int = 1000
    letters: list[EmailMessage] = field(default_factory=list)
    recipients: list[str] = field(default_factory=list)
    lines: int = 0


class Talk(socketserver.StreamRequestHandler):
    post: Post

    def say(self, text: str) -> None:
        self.wfile.write(text.encode() + b"\r\n")

    def handle(self) -> None:
        self.post.lines += 1
        taken, recipient = 0, ""
        self.say("220 post.test ready")
        for raw in iter(self.rfile.readline, b""):
            word = raw.decode(errors="replace").strip()
            verb = word[:4].upper()
            if verb == "DATA":
                self.say("354 go on")
                text = self.text()
                if not self.post.after_data:
                    return
                if self.post.after_data.startswith("250"):
                    self.post.letters.append(message_from_bytes(text, policy=policy.default))  # type: ignore[arg-type]
                    self.post.recipients.append(recipient)
                self.say(self.post.after_data)
                taken += 1
                if taken >= self.post.letters_a_line:
                    return
            elif verb == "RCPT":
                recipient = word.partition("<")[2].partition(">")[0]
                self.say(self.post.refused.get(recipient, "250 ok"))
            elif verb == "QUIT":
                self.say("221 bye")
                return
            else:
                self.say("250 ok")

    def text(self) -> bytes:
        lines = iter(self.rfile.readline, b".\r\n")
        return b"".join(line[1:] if line.startswith(b"..") else line for line in lines)


class Server(socketserver.ThreadingTCPServer):
    allow_reuse_address = True
    daemon_threads = True


@contextmanager
def post_office() -> Iterator[Post]:
    """A mail server that answers while the block runs."""
    post = Post()
    handler = type("Talking", (Talk,), {"post": post})
    with Server(("127.0.0.1", 0), handler) as server:
        post.port = server.server_address[1]
        threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
        try:
            yield post
        finally:
            server.shutdown()

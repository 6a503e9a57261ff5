"""A receiver of webhooks on this machine: a real HTTP server in a thread that keeps what it gets."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


@dataclass
class Receiver:
    """What came, and with which statuses to answer: one after the other, the last one from then on."""

    port: int = 0
    came: list[tuple[dict[str, str], bytes]] = field(default_factory=list)
    answers: list[int] = field(default_factory=lambda: [204])

    @property
    def address(self) -> str:
        return f"http://localhost:{self.port}/hook?of=us"


@contextmanager
def receiving() -> Iterator[Receiver]:
    """A receiver that listens while the block runs."""
    found = Receiver()
    lock = threading.Lock()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            with lock:
                found.came.append((dict(self.headers), body))
                status = found.answers.pop(0) if len(found.answers) > 1 else found.answers[0]
            self.send_response(status)
            if 300 <= status < 400:
                self.send_header("Location", f"http://localhost:{found.port}/elsewhere")
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *arguments: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    found.port = server.server_address[1]
    thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
    thread.start()
    try:
        yield found
    finally:
        server.shutdown()
        server.server_close()
        thread.join()

"""The application with the demonstration, running for a browser: for the journeys, and for `make screenshots`."""

from __future__ import annotations

import fcntl
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

BROWSER = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")


@dataclass
class Site:
    """The running application: its address and data, and a way to change the world behind its back."""

    address: str
    data: Path
    process: subprocess.Popen[str]

    def run(self, code: str) -> str:
        """Run Python with the site's settings and database, as an operator might; what it prints."""
        start = "import django; django.setup()\nfrom huoyue.server.models import *\nfrom django.utils import timezone\n"
        ended = subprocess.run([sys.executable, "-c", start + code], env=environment(self.data), capture_output=True,
                               text=True, check=True)  # fmt: skip
        return ended.stdout.strip()


def environment(data: Path) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("HUOYUE_")}
    return kept | {"HUOYUE_DEMO": "1", "HUOYUE_DATA": str(data), "DJANGO_SETTINGS_MODULE": "huoyue.server.settings",
                   "HUOYUE_SECRET_KEY": "journeys-" + "j" * 50}  # fmt: skip


def loaded(data: Path) -> Path:
    """The folder `data` with the demonstration in it: whichever process comes first loads it, others wait for it."""
    data.mkdir(exist_ok=True)
    with (data / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (data / "loaded").exists():
            subprocess.run([sys.executable, "-c", LOAD], env=environment(data), check=True)
            (data / "loaded").touch()
    return data


LOAD = """
import django; django.setup()
from huoyue.server import demonstration, starting
from huoyue.server.demonstration.published import publish_example
assert starting.prepare() == []
demonstration.load(lambda line: None)
publish_example()
"""
"""The edition too, which the server would make beside serving: it is made once for all copies, and is there at once."""


@contextmanager
def running(data: Path) -> Iterator[Site]:
    """Serve the demonstration from a folder until the block ends; it is loaded if it is not there."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "huoyue.cli.main", "serve", "--demo", "--port", str(port), "--workers", "1"]
    address = f"http://127.0.0.1:{port}"
    with (data / "server.log").open("w") as log:
        process = subprocess.Popen(
            command, env=environment(data) | {"HUOYUE_ADDRESS": address}, stdout=log, stderr=subprocess.STDOUT,
            text=True, start_new_session=True,
        )  # fmt: skip
        try:
            for _ in range(480):
                try:
                    urllib.request.urlopen(f"{address}/healthy/", timeout=2).close()  # noqa: S310 - our own address
                    break
                except OSError:
                    assert process.poll() is None, (data / "server.log").read_text()
                    time.sleep(0.25)
            yield Site(address, data, process)
        finally:
            os.killpg(process.pid, signal.SIGTERM)
            process.wait(20)

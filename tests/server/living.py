"""The real server in processes of its own: begun on a folder and database of its own, hammered, killed, begun again.

Beginning takes a second and more, mostly for reading code. Where it is killed a hundred times, a process that has read
all code already forks the server instead; what runs is the same.
"""

from __future__ import annotations

import atexit
import http.client
import json
import os
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager, suppress
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

ROOT = Path(__file__).resolve().parent.parent.parent
CSRF = "c" * 32
DATABASE = os.environ.get("HUOYUE_TEST_DATABASE", "")


def free_port() -> int:
    with closing(socket.socket()) as trial:
        trial.bind(("127.0.0.1", 0))
        return int(trial.getsockname()[1])


@contextmanager
def own_database(url: str = DATABASE) -> Iterator[str]:
    """The address of a database made for this test alone: empty text for SQLite."""
    if not url:
        yield ""
        return
    name = f"living_{secrets.token_hex(6)}"
    with admin(url) as line:
        line.execute(f"CREATE DATABASE {name}")
    try:
        yield urlsplit(url)._replace(path=f"/{name}").geturl()
    finally:
        with admin(url) as line:
            line.execute(f"DROP DATABASE {name} WITH (FORCE)")


@contextmanager
def admin(url: str) -> Iterator[Any]:
    """A connection that makes and drops databases."""
    import psycopg

    with psycopg.connect(urlsplit(url)._replace(path="/postgres").geturl(), autocommit=True) as line:
        yield line


@dataclass
class Place:
    """Where a server lives: its data folder, its database, its port, and who may sign in."""

    data: Path
    database: str = ""
    port: int = field(default_factory=free_port)
    cookies: dict[str, str] = field(default_factory=dict)
    more: dict[str, str] = field(default_factory=dict)
    """Further variables of its environment."""

    @property
    def environment(self) -> dict[str, str]:
        kept = {name: value for name, value in os.environ.items() if not name.startswith(("HUOYUE_", "DJANGO_"))}
        return kept | {
            "HUOYUE_DATA": str(self.data),
            "HUOYUE_DATABASE": self.database,
            "HUOYUE_HOSTS": "127.0.0.1 localhost testserver",
            "HUOYUE_PLAIN_HTTP": "1",
            "HUOYUE_SECRET_KEY": "living-" + "0123456789abcdef" * 4,
            "HUOYUE_LANG": "en",
            "HUOYUE_LOG_LEVEL": "ERROR",
            "DJANGO_SETTINGS_MODULE": "huoyue.server.settings",
            "PYTHONPATH": f"{ROOT / 'src'}{os.pathsep}{ROOT}",
            "HUOYUE_LOG_REQUESTS": "0",
            **self.more,
        }

    def python(self, code: str, *arguments: str) -> str:
        """What a piece of code prints that runs with the application set up."""
        head = "import django; django.setup()\n"
        done = subprocess.run(
            [sys.executable, "-c", head + code, *arguments],
            cwd=ROOT, env=self.environment, capture_output=True, text=True, check=False,
        )  # fmt: skip
        assert done.returncode == 0, done.stderr[-3000:]
        return done.stdout

    def command(self, *arguments: str, **more: str) -> subprocess.CompletedProcess[str]:
        """A `huoyue` command as it ends."""
        return subprocess.run(
            [sys.executable, "-m", "huoyue.cli.main", *arguments],
            cwd=ROOT, env=self.environment | more, capture_output=True, text=True, check=False,
        )  # fmt: skip

    def seed(self, *, review: bool = False) -> None:
        """The tables, the small world of the tests, and a session for each of its people: made once, then copied.

        With `review` the world in its first stage of review, all sheets of the panel to be marked.
        """
        self.data.mkdir(parents=True, exist_ok=True)
        pattern = seeded(review)
        if self.database:
            with admin(self.database) as line:
                name = urlsplit(self.database).path.strip("/")
                line.execute(f"DROP DATABASE {name} WITH (FORCE)")
                line.execute(f"CREATE DATABASE {name} TEMPLATE {urlsplit(pattern.database).path.strip('/')}")
        shutil.copytree(pattern.data, self.data, dirs_exist_ok=True)
        self.cookies = dict(pattern.cookies)

    def query(self, code: str) -> Any:
        """What `code` gives as JSON, the models at hand."""
        return json.loads(
            self.python(f"import json\nfrom huoyue.server.models import *\nprint(json.dumps({code}, default=str))")
        )

    def client(self, who: str) -> Client:
        return Client(self.port, self.cookies[who])


@cache
def seeded(review: bool) -> Place:
    """The small world as it is when a test begins, made once by each process of tests; gone when the process ends."""
    kept = ExitStack()
    atexit.register(kept.close)
    folder = kept.enter_context(tempfile.TemporaryDirectory(prefix="huoyue-seeded-"))
    pattern = Place(Path(folder) / "data", kept.enter_context(own_database()))
    pattern.data.mkdir()
    world = "opened_world()" if review else "make_world()"
    pattern.cookies = json.loads(pattern.python(SEED.replace("make_world()", world)))
    return pattern


SEED = """
import json
from importlib import import_module
from django.conf import settings
from django.core.management import call_command
settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
call_command("migrate", verbosity=0)
call_command("createcachetable", verbosity=0)
from django.test import Client
from tests.server.reviewing import opened_world
from tests.server.world import make_world
world, cookies = make_world(), {}
for name, account in world.people.items():
    client = Client()
    client.force_login(account)
    cookies[name] = client.cookies[settings.SESSION_COOKIE_NAME].value
print(json.dumps(cookies))
"""


class Client:
    """A browser's script: one connection kept open, JSON in and out."""

    def __init__(self, port: int, cookie: str) -> None:
        self.port, self.cookie = port, cookie
        self.connection: http.client.HTTPConnection | None = None

    def post(self, address: str, body: object, token: str) -> tuple[int, Any]:
        """The status and the answer. OSError or HTTPException if the line drops before the whole answer is here."""
        if self.connection is None:
            self.connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        headers = {
            "Content-Type": "application/json", "Accept": "application/json", "Idempotency-Key": token,
            "Cookie": f"huoyue={self.cookie}; huoyue-csrf={CSRF}", "X-CSRFToken": CSRF,
        }  # fmt: skip
        try:
            self.connection.request("POST", address, json.dumps(body), headers)
            answer = self.connection.getresponse()
            return answer.status, json.loads(answer.read() or b"null")
        except BaseException:
            self.close()
            raise

    def close(self) -> None:
        if self.connection is not None:
            self.connection.close()
            self.connection = None


def answers(port: int, seconds: float = 90) -> bool:
    """Whether the server answers within so many seconds."""
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        with (
            suppress(OSError, http.client.HTTPException),
            closing(http.client.HTTPConnection("127.0.0.1", port, 5)) as c,
        ):
            c.request("GET", "/healthy/", headers={"Host": "localhost"})
            if c.getresponse().status == 200:
                return True
        time.sleep(0.01)
    return False


class Serving:
    """`huoyue serve`, as a process that can be killed with all that belongs to it."""

    def __init__(self, place: Place, *more: str) -> None:
        self.place = place
        command = [sys.executable, "-m", "huoyue.cli.main", "serve", "--port", str(place.port), *more]
        self.process = subprocess.Popen(
            command, cwd=ROOT, env=place.environment, start_new_session=True,
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
        )  # fmt: skip

    def ready(self) -> bool:
        return answers(self.place.port)

    def end(self, how: int = signal.SIGTERM) -> tuple[int, str]:
        """Tell it to end; its exit code and what it said."""
        self.process.send_signal(how)
        said, _ = self.process.communicate(timeout=60)
        return self.process.returncode, said


class Forge:
    """A process that has read all code and forks servers: each is there at once and dies with all its workers."""

    def __init__(self, place: Place, workers: int = 1, **more: str) -> None:
        self.place = place
        self.process = subprocess.Popen(
            [sys.executable, "-m", "tests.server.living", str(place.port), str(workers)],
            cwd=ROOT, env=place.environment | more, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
        )  # fmt: skip
        self.group = 0

    def begin(self) -> None:
        assert self.process.stdin is not None and self.process.stdout is not None
        self.process.stdin.write("begin\n")
        self.process.stdin.flush()
        self.group = int(self.process.stdout.readline())

    def kill(self) -> None:
        """Kill the server and its workers at once, as the power going does."""
        with suppress(ProcessLookupError):
            os.killpg(self.group, signal.SIGKILL)

    def close(self) -> None:
        self.kill()
        self.process.kill()
        self.process.communicate()


def forge() -> None:
    """Fork a server for every line that comes, and say the number of its group of processes."""
    import multiprocessing

    import django

    django.setup()
    from huoyue.server import processes, worker  # noqa: F401 - read before the first fork

    multiprocessing.set_start_method("fork")
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    for _line in sys.stdin:
        child = os.fork()
        if child == 0:
            os.setsid()
            signal.signal(signal.SIGCHLD, signal.SIG_DFL)
            processes.server("127.0.0.1", int(sys.argv[1]), int(sys.argv[2])).serve()
            os._exit(0)
        print(child, flush=True)


if __name__ == "__main__":
    forge()

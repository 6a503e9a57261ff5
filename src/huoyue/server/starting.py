"""Starting the application: the database brought up to date, what stands against a start, and the processes."""

from __future__ import annotations

import logging
import multiprocessing
import os
import signal
import sys
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from types import ModuleType

from django.conf import settings
from django.core import checks
from django.core.management import call_command
from django.db import OperationalError, connection, connections

from huoyue.core.message import M, Message
from huoyue.core.problem import Problem
from huoyue.server.counting import FOLDER
from huoyue.server.models import Account
from huoyue.server.models.protection import is_protected, protect
from huoyue.server.models.sealing import is_sealed, seal
from huoyue.server.operations.demonstration import holds_demonstration
from huoyue.server.operations.health import migrations
from huoyue.server.processes import server

log = logging.getLogger("huoyue.start")
BESIDE = ("background", "builder", "solver")
"""Threads beside the requests."""


def prepare() -> list[Problem]:
    """Bring the database up to date. What stands against it, if anything does."""
    if connection.vendor == "sqlite":
        settings.DATA.mkdir(parents=True, exist_ok=True)
    if problems := why_not_reach() or list(newer_database()):
        return problems
    call_command("migrate", interactive=False, verbosity=0)
    call_command("createcachetable", verbosity=0)  # where tries are counted; nothing to do where it is files
    if not is_protected(connection):
        log.error("the triggers that keep events were missing; they were made anew")
        protect(connection)
    if not is_sealed(connection):
        log.error("the triggers that keep frozen rounds were missing; they were made anew")
        seal(connection)
    return []


def why_not_reach(*, made: bool = False) -> list[Problem]:
    """Why the database does not answer, or with `made`, that its tables are not there; nothing if all is well."""
    what: Message | None = None
    try:
        if made and "server_event" not in connection.introspection.table_names():
            what = M("There is no database here yet.")
        connection.ensure_connection()
    except OperationalError as error:
        what = M("The database cannot be reached: {why}", why=str(error).strip().splitlines()[0])
    mend = M("Check HUOYUE_DATA, that it may be written, and HUOYUE_DATABASE.")
    return [Problem("database", what, mend)] if what else []


def newer_database() -> Iterator[Problem]:
    """What stands against this version using a database that a later one brought up to date; nothing on a new one."""
    if connection.settings_dict["NAME"] and (unknown := migrations().unknown):
        what = M("A later version of Huoyue brought this database up to date ({steps}); this one does not know it.",
                 steps=tuple(unknown))  # fmt: skip
        mend = M("Start the later version again, or restore the backup that was made before upgrading.")
        yield Problem("newer_database", what, mend)


def why_not_work() -> list[Problem]:
    """Why the background work cannot begin on its own: `huoyue serve` brings the database up to date, it does not."""
    if problems := why_not_reach(made=True) or list(newer_database()):
        return problems
    if not migrations().missing:
        return []
    what = M("The database is not up to date with this version yet.")
    return [Problem("older_database", what, M("Start huoyue serve first; it brings the database up to date."))]


def why_not_serve() -> Iterator[Problem]:
    """What stands against serving this database with these settings, and what should be known."""
    yield from demonstration_problems(demonstration=settings.DEMONSTRATION)
    found = checks.run_checks(include_deployment_checks=not settings.PLAIN_HTTP, databases=["default"])
    for message in found:
        if message.is_silenced():
            continue
        what = M("A check of the settings says: {message}", message=message.msg)
        mend = M("Its advice: {hint}", hint=message.hint) if message.hint else None
        yield Problem(str(message.id), what, mend, severity="error" if message.level >= checks.ERROR else "warning")
    if settings.PLAIN_HTTP and not settings.DEMONSTRATION:
        what = M("Pages are served without encryption (HUOYUE_PLAIN_HTTP).")
        mend = M("Everybody between here and a reader can read passwords. Serve through a proxy with TLS.")
        yield Problem("plain_http", what, mend, severity="warning")


def demonstration_problems(*, demonstration: bool) -> Iterator[Problem]:
    """The accounts of a demonstration have known passwords, so its database is served as such and as nothing else."""
    marked = holds_demonstration()
    if marked and not demonstration:
        what = M("This database holds the demonstration, whose passwords everybody knows.")
        yield Problem("demonstration", what, M("Start with another HUOYUE_DATA or HUOYUE_DATABASE."))
    if demonstration and not marked and Account.objects.exists():
        what = M("This database holds a real register; the demonstration is not loaded into it.")
        yield Problem("not_demonstration", what, M("Start without HUOYUE_DEMO, or with another HUOYUE_DATA."))


def run(host: str, port: int, workers: int, *, background: bool = True) -> None:
    """Serve until told to stop (SIGTERM, Ctrl-C), with the background work beside it unless others do it."""
    begin_afresh()
    stop = threading.Event()
    os.environ["HUOYUE_WORKER_OF"] = str(os.getpid())
    with tempfile.TemporaryDirectory(prefix="huoyue-counts-") as counts, working(stop) if background else nullcontext():
        os.environ.setdefault(FOLDER, counts)
        server(host, port, workers).serve()


@contextmanager
def working(stop: threading.Event) -> Iterator[None]:
    """The background work in threads of its own while something else goes on."""
    beside = [threading.Thread(target=work_beside, args=(stop, name), name=name, daemon=True) for name in BESIDE]
    for thread in beside:
        thread.start()
    try:
        yield
    finally:
        stop.set()
        for thread in beside:
            thread.join(timeout=20)


def work() -> None:
    """Do the background work alone until told to stop (SIGTERM, Ctrl-C)."""
    stop = threading.Event()
    for told in (signal.SIGTERM, signal.SIGINT):
        signal.signal(told, lambda *_: stop.set())
    with working(stop):
        stop.wait()


def begin_afresh() -> None:
    """Let worker processes begin from nothing: not from a copy of this one, nor by running our command again."""
    connections.close_all()
    multiprocessing.set_start_method("spawn", force=True)
    sys.modules["__main__"] = ModuleType("__main__")


def work_beside(stop: threading.Event, name: str) -> None:
    """Letters and reminders, or building documents; begun again after a moment if it fails."""
    from huoyue.server.background import build_forever, run_forever, solve_forever  # why: slow

    work = {"background": run_forever, "builder": build_forever, "solver": solve_forever}[name]
    while not stop.is_set():
        try:
            work(stop)
        except Exception:  # whatever it is must not end reminders for good
            log.exception("background work failed; it begins again in a moment")
            connections.close_all()
            stop.wait(5)

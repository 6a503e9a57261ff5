"""`huoyue serve`: the web application, from one command."""

from __future__ import annotations

import os
import threading
from http import HTTPStatus
from pathlib import Path
from typing import Annotated

import typer

from huoyue.cli.screen import Exit, Screen
from huoyue.core.message import M
from huoyue.core.problem import Problem, Refused

HostOption = Annotated[str, typer.Option(help="监听地址 / address to listen on")]
PortOption = Annotated[int, typer.Option(help="端口 / port", min=1, max=65535)]
DemoOption = Annotated[bool, typer.Option("--demo", help="演示：示例轮次与演示账号 / demonstration with accounts")]
WorkersOption = Annotated[int, typer.Option(help="工作进程数 / worker processes", min=1, max=64)]
BackgroundOption = Annotated[
    bool, typer.Option("--background/--no-background", help="兼做后台工作（信件、提醒等）/ do the background work, too")
]
DataOption = Annotated[
    Path | None, typer.Option(help="数据文件夹，同 HUOYUE_DATA / data folder, as HUOYUE_DATA", file_okay=False)
]


def serve(
    context: typer.Context,
    host: HostOption = "127.0.0.1",
    port: PortOption = 8000,
    demo: DemoOption = False,
    workers: WorkersOption = 2,
    background: BackgroundOption = True,
    data: DataOption = None,
) -> None:
    """启动网络填报系统。 Serve the web application."""
    screen: Screen = context.obj
    if demo:
        os.environ["HUOYUE_DEMO"] = "1"
        os.environ.setdefault("HUOYUE_ADDRESS", shown(host, port).rstrip("/"))
    with_django(data)
    from django.conf import settings  # why: slow

    from huoyue.server import processes, starting  # why: slow
    from huoyue.server.queries.people import nobody_yet  # why: slow

    if processes.is_taken(host, port):
        what = M("Something else already listens on {host}:{port}.", host=host, port=str(port))
        raise Refused([Problem("port_taken", what, M("Stop it, or choose another port with --port."))])
    with screen.progress(M("Bringing the database up to date")):
        problems = starting.prepare()
    refused_by(screen, problems)
    refused_by(screen, list(starting.why_not_serve()))
    if settings.DEMONSTRATION:
        load_demonstration(screen)
        if background:
            publish_demonstration()
    if nobody_yet():
        screen.note(M("Nobody of the secretariat can sign in yet. Run `huoyue invite NAME` with the same settings."))
    screen.say(M("Serving at {address} – stop with Ctrl-C.", address=shown(host, port)))
    starting.run(host, port, workers, background=background)
    screen.say(M("Stopped."))


def work(context: typer.Context, data: DataOption = None) -> None:
    """只做后台工作：发信、提醒、生成文件等。 Do the background work alone: letters, reminders, documents."""
    screen: Screen = context.obj
    with_django(data)
    from huoyue.server import starting  # why: slow

    refused_by(screen, starting.why_not_work())
    screen.say(M("At work – stop with Ctrl-C."))
    starting.work()
    screen.say(M("Stopped."))


def health(
    context: typer.Context, host: HostOption = "127.0.0.1", port: PortOption = 8000, data: DataOption = None
) -> None:
    """询问运行中的系统是否就绪。 Ask the running system whether it is ready."""
    screen: Screen = context.obj
    with_django(data)
    from django.conf import settings  # why: slow

    from huoyue.server.processes import answer_of  # why: slow

    name = next((one.lstrip("*.") for one in settings.ALLOWED_HOSTS), "localhost")
    status, found = answer_of(host, port, name, settings.METRICS_TOKEN)
    if screen.as_json:
        screen.data({"status": status, **found})
    elif status == HTTPStatus.OK:
        screen.say(M("Ready."))
    else:
        screen.note(M("Not ready at {address}.", address=f"{host}:{port}"))
    raise typer.Exit(Exit.OK if status == HTTPStatus.OK else Exit.PROBLEMS)


def with_django(data: Path | None = None) -> None:
    """Read the settings. Refused if one makes no sense."""
    import django  # why: slow
    from django.core.exceptions import ImproperlyConfigured  # why: slow

    if data is not None:
        os.environ["HUOYUE_DATA"] = str(data)
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "huoyue.server.settings")
    try:
        django.setup()
    except ImproperlyConfigured as error:
        what = M("The settings do not allow a start: {why}", why=str(error))
        raise Refused([Problem("settings", what, M("docs/running.md lists every setting."))]) from error


def with_database(data: Path | None = None) -> None:
    """Read the settings and reach the database. Refused if it is not there."""
    with_django(data)
    from huoyue.server.starting import why_not_reach  # why: slow

    if problems := why_not_reach(made=True):
        raise Refused(problems)


def refused_by(screen: Screen, problems: list[Problem]) -> None:
    """Show what was found; Refused if anything of it is an error."""
    if any(problem.severity == "error" for problem in problems):
        raise Refused(problems)
    if problems:
        screen.problems(problems)


def load_demonstration(screen: Screen) -> None:
    """Load the example round and its accounts, and print them; what is there already is left as it is."""
    from huoyue.server import demonstration  # why: slow

    with screen.progress(M("Loading the demonstration")):
        lines: list[str] = []
        demonstration.load(lines.append)
    for line in lines:
        screen.out.print(line, markup=False)


def publish_demonstration() -> None:
    """Let the demonstration's edition be made beside the serving: nobody waits for it."""
    from huoyue.server.demonstration.published import publish_beside  # why: slow

    threading.Thread(target=publish_beside, name="example edition", daemon=True).start()


def shown(host: str, port: int) -> str:
    """The address as one types it into a browser."""
    name = "localhost" if host in ("127.0.0.1", "0.0.0.0", "::", "::1") else host  # noqa: S104 - compared, not bound
    return f"http://{name}:{port}/"

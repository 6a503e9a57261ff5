"""What is in deploy/ fits the code: commands, options, settings, ports, addresses and figures are those that exist."""

from __future__ import annotations

import configparser
import os
import re
import shlex
import shutil
import subprocess
import sys
import time
import zipfile
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import yaml
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from typer.main import get_command

import huoyue.server.urls  # noqa: F401 - fills the table of routes
from huoyue.cli.main import app
from huoyue.server.counting import OWN
from huoyue.server.routes import ROUTES
from huoyue.server.views import health

pytestmark = pytest.mark.once
ROOT = Path(__file__).resolve().parent.parent.parent
DEPLOY = ROOT / "deploy"
UNITS = sorted([*DEPLOY.glob("*.service"), *DEPLOY.glob("*.timer")])
SETTINGS = set(re.findall(r"^\| `(HUOYUE_[A-Z_]+)`", (ROOT / "docs" / "running.md").read_text("utf-8"), re.MULTILINE))
ELSEWHERE = {"HUOYUE_BACKUP_FOLDER", "HUOYUE_COMMAND"}
"""Variables of the backup script."""


def unit(path: Path) -> configparser.ConfigParser:
    found = configparser.ConfigParser(strict=False, interpolation=None, delimiters=("=",), comment_prefixes=("#",))
    found.optionxform = str  # type: ignore[assignment, method-assign]
    found.read(path, encoding="utf-8")
    return found


def is_a_command(words: list[str]) -> None:
    """Fail unless `huoyue …` names a command and options that there are."""
    command: Any = get_command(app)
    while words and words[0] in getattr(command, "commands", {}):
        command = command.commands[words.pop(0)]
    assert command.name != "huoyue", words
    options = {option for one in command.params for option in (*one.opts, *one.secondary_opts)}
    assert {word.split("=")[0] for word in words if word.startswith("-")} <= options


def container() -> list[tuple[str, str]]:
    """The instructions of the container file."""
    text = (DEPLOY / "Containerfile").read_text(encoding="utf-8").replace("\\\n", " ")
    lines = [line for line in text.splitlines() if line.strip() and not line.startswith("#")]
    return [(line.split(" ", 1)[0], line.split(" ", 1)[1].strip()) for line in lines]


@pytest.mark.parametrize("path", [one for one in UNITS if one.suffix == ".service"], ids=lambda p: p.name)
def test_a_unit_starts_a_command_that_there_is_as_a_user_of_its_own(path: Path) -> None:
    service = unit(path)["Service"]
    words = shlex.split(service["ExecStart"])
    if words[0].endswith("/huoyue"):
        is_a_command(words[1:])
    else:
        script = DEPLOY / Path(words[0]).name
        assert os.access(script, os.X_OK)
    assert service["User"] == service["Group"] == "huoyue"
    assert service["ProtectSystem"] == "strict"
    assert service["NoNewPrivileges"] == "yes"
    assert service["EnvironmentFile"] == "/etc/huoyue/environment"
    assert "huoyue" in service["StateDirectory"].split()


@pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="systemd-analyze is not installed")
def test_systemd_reads_the_units(tmp_path: Path) -> None:
    for path in UNITS:
        text = path.read_text(encoding="utf-8")
        text = re.sub(r"^ExecStart=\S+", f"ExecStart={sys.executable}", text, flags=re.MULTILINE)
        (tmp_path / path.name).write_text(text, encoding="utf-8")
    command = ["systemd-analyze", "verify", *(str(tmp_path / path.name) for path in UNITS)]
    beside = os.environ | {"SYSTEMD_UNIT_PATH": f"{tmp_path}:"}
    done = subprocess.run(command, capture_output=True, text=True, check=False, env=beside)
    said = [line for line in done.stderr.splitlines() if "huoyue" in line]
    assert (done.returncode, said) == (0, [])


def test_the_timer_is_of_the_backup_and_runs_every_night() -> None:
    timer = unit(DEPLOY / "huoyue-backup.timer")
    assert re.fullmatch(r"\*-\*-\* \d\d:\d\d:00", timer["Timer"]["OnCalendar"])
    assert unit(DEPLOY / "huoyue-backup.service")["Service"]["Type"] == "oneshot"


def test_pages_and_work_are_two_services_and_the_work_is_done_once() -> None:
    web = unit(DEPLOY / "huoyue-web.service")["Service"]["ExecStart"]
    work = unit(DEPLOY / "huoyue-work.service")
    assert "--no-background" in web
    assert work["Service"]["ExecStart"].endswith("huoyue work")
    assert "huoyue-web.service" in work["Unit"]["After"].split()


def test_every_setting_that_is_named_exists() -> None:
    for path in DEPLOY.iterdir():
        named = set(re.findall(r"HUOYUE_[A-Z_]+[A-Z]", path.read_text(encoding="utf-8")))
        assert named - SETTINGS - ELSEWHERE == set(), path.name


def test_the_example_environment_starts_the_settings(tmp_path: Path) -> None:
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("HUOYUE_", "DJANGO_"))}
    lines = (DEPLOY / "environment.example").read_text(encoding="utf-8").splitlines()
    given = dict(line.split("=", 1) for line in lines if line and not line.startswith("#"))
    (tmp_path / "secret").write_text("0123456789abcdefghij" * 4)
    for name in list(given):
        if name.endswith("_FILE"):
            given[name] = str(tmp_path / "secret")
    code = (
        "import django; django.setup()\nfrom django.core import checks\nfrom django.conf import settings\n"
        "found = checks.run_checks(include_deployment_checks=True)\n"
        "print([str(one.id) for one in found if not one.is_silenced()])\n"
        "assert settings.METRICS_TOKEN and settings.SENDS_MAIL and settings.LOG_REQUESTS and not settings.LOG_WORDS\n"
    )
    environment = kept | given | {"DJANGO_SETTINGS_MODULE": "huoyue.server.settings"}
    done = subprocess.run([sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr[-2000:]
    assert done.stdout.strip() == "[]"


def test_nginx_passes_on_to_the_port_of_the_service_and_limits_bodies_to_what_is_taken() -> None:
    text = (DEPLOY / "nginx.conf").read_text(encoding="utf-8")
    port = re.search(r"--port (\d+)", unit(DEPLOY / "huoyue-web.service")["Service"]["ExecStart"])
    assert port is not None
    assert re.findall(r"server (127\.0\.0\.1:\d+);", text) == [f"127.0.0.1:{port.group(1)}"]
    assert set(re.findall(r"proxy_pass (\S+);", text)) == {"http://huoyue"}
    for header in ("Host", "X-Forwarded-For", "X-Forwarded-Proto"):
        assert re.search(rf"proxy_set_header {header}\s", text)
    assert "client_max_body_size 16m;" in text
    addresses = {f"/{route.address}" for route in ROUTES.values()}
    named = set(re.findall(r"location (?:= )?(/\S+) \{", text))
    assert named - {"/sign-in/"} <= addresses
    # What the application sets itself is not set again: the headers here are those of the static site.
    application = text[: text.index("server_name results.example.org")]
    assert "add_header" not in application


@pytest.mark.skipif(shutil.which("nginx") is None, reason="nginx is not installed")
def test_nginx_reads_its_site(tmp_path: Path) -> None:
    certificate(tmp_path)
    text = (DEPLOY / "nginx.conf").read_text(encoding="utf-8").replace("/etc/huoyue/tls", str(tmp_path))
    text = text.replace("[::]:", "[::1]:")  # a machine without IPv6 cannot listen there
    whole = f"pid {tmp_path}/pid; error_log stderr; events {{}} http {{ {text} }}"
    (tmp_path / "nginx.conf").write_text(whole, encoding="utf-8")
    (tmp_path / "logs").mkdir()
    done = subprocess.run(["nginx", "-t", "-q", "-p", str(tmp_path), "-c", str(tmp_path / "nginx.conf")],
                          capture_output=True, text=True, check=False)  # fmt: skip
    wrong = [line for line in done.stderr.splitlines() if "[emerg]" in line and "Address" not in line]
    assert (wrong, "[warn]" in done.stderr) == ([], False), done.stderr


def certificate(folder: Path) -> None:
    """A certificate that nobody trusts."""
    key, name = ec.generate_private_key(ec.SECP256R1()), x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "x")])
    now = datetime.now(UTC)
    made = x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key())
    made = made.serial_number(1).not_valid_before(now).not_valid_after(now + timedelta(days=1))
    signed = made.sign(key, hashes.SHA256())
    (folder / "fullchain.pem").write_bytes(signed.public_bytes(serialization.Encoding.PEM))
    private = key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8,
                                serialization.NoEncryption())  # fmt: skip
    (folder / "privkey.pem").write_bytes(private)


def test_the_container_installs_what_is_locked_and_runs_as_nobody_in_particular() -> None:
    steps = container()
    images = [rest.split(" AS ")[0] for step, rest in steps if step == "FROM"]
    assert len(images) == 2
    assert all(re.fullmatch(r"[a-z]+:[\w.-]+", image) for image in images)  # a name, no registry
    for step, rest in steps:
        if step == "COPY" and not rest.startswith("--from"):
            assert all((ROOT / name).exists() for name in shlex.split(rest)[:-1]), rest
    installs = [rest for step, rest in steps if step == "RUN" and "pip install" in rest]
    assert any("--require-hashes" in rest and "-r requirements.lock" in rest for rest in installs)
    assert all("--require-hashes" in rest or "--no-deps" in rest for rest in installs)
    last = steps[max(n for n, (step, _) in enumerate(steps) if step == "FROM") :]
    users = [rest for step, rest in last if step == "USER"]
    assert users
    assert users[-1] not in ("root", "0")
    made = next(rest for step, rest in last if step == "RUN" and "useradd" in rest)
    assert f"--uid {users[-1]} " in made
    entry = next(rest for step, rest in last if step == "ENTRYPOINT")
    for step, rest in last:
        if step == "CMD":
            is_a_command([*eval(entry), *eval(rest)][1:])  # noqa: S307 - a list in our own file
        if step == "HEALTHCHECK":
            is_a_command(eval(rest[rest.index("CMD ") + 4 :])[1:])  # noqa: S307
    port = next(rest for step, rest in last if step == "EXPOSE")
    assert f'"--port", "{port}"' in next(rest for step, rest in last if step == "CMD")


def test_the_package_holds_every_file_that_the_program_reads(tmp_path: Path) -> None:
    build = [sys.executable, "-m", "pip", "wheel", "-q", "--no-deps", "--no-build-isolation", "-w", str(tmp_path)]
    done = subprocess.run([*build, str(ROOT)], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr[-2000:]
    (wheel,) = tmp_path.glob("*.whl")
    packed = set(zipfile.ZipFile(wheel).namelist())
    listed = subprocess.run(["git", "ls-files", "src/huoyue"], cwd=ROOT, capture_output=True, text=True, check=True)
    assert {name.removeprefix("src/") for name in listed.stdout.split()} - packed == set()


def test_the_alerts_name_figures_that_there_are() -> None:
    rules = yaml.safe_load((DEPLOY / "alerts.yml").read_text(encoding="utf-8"))["groups"][0]["rules"]
    source = Path(health.__file__).read_text(encoding="utf-8")
    known = {one.name for one in OWN.collect()} | set(re.findall(r'"(huoyue_[a-z_]+)"', source))
    known |= {f"huoyue_{name}_oldest_seconds" for name, *_ in health.QUEUES} | {
        f"huoyue_{name}" for name, *_ in health.QUEUES
    }
    for rule in rules:
        named = set(re.findall(r"huoyue_[a-z_]+", rule["expr"]))
        plain = {re.sub(r"_(total|bucket|count|sum)$", "", name) for name in named}
        assert plain <= known, rule["alert"]
        assert rule["annotations"]["summary"]
        assert rule["labels"]["severity"] in ("page", "ticket")


def test_the_backup_script_keeps_the_last_fourteen_and_touches_nothing_else(tmp_path: Path) -> None:
    command = tmp_path / "huoyue"
    command.write_text('#!/bin/sh\n[ "$1 $2" = "backup --out" ] && echo whole > "$3"\n')
    command.chmod(0o755)
    folder = tmp_path / "kept"
    folder.mkdir()
    for day in range(1, 21):
        (folder / f"huoyue-2016-05-{day:02}T023000.tar").write_text("old")
    (folder / "other.tar").write_text("not ours")
    environment = os.environ | {"HUOYUE_COMMAND": str(command)}
    before = time.time()
    subprocess.run([str(DEPLOY / "backup.sh"), str(folder)], env=environment, check=True)
    names = sorted(one.name for one in folder.iterdir())
    assert len(names) == 15
    assert names[-1] == "other.tar"
    assert names[0] == "huoyue-2016-05-08T023000.tar"
    newest = folder / names[-2]
    assert newest.read_text() == "whole\n"
    assert newest.stat().st_mtime >= before - 2
    command.write_text("#!/bin/sh\nexit 1\n")
    failed = subprocess.run([str(DEPLOY / "backup.sh"), str(folder)], env=environment, check=False)
    assert failed.returncode == 1
    assert len(list(folder.iterdir())) == 15


def test_both_guides_show_the_same_steps_and_their_commands_exist() -> None:
    blocks = re.compile(r"^ *```bash\n(.*?)^ *```", re.DOTALL | re.MULTILINE)
    texts = [(ROOT / "docs" / name).read_text(encoding="utf-8") for name in ("running.md", "running.zh-CN.md")]
    english, chinese = ([[line.strip() for line in one.splitlines()] for one in blocks.findall(text)] for text in texts)
    assert chinese
    assert [block for block in chinese if block not in english] == []
    lines = [part for block in english for line in block for part in re.split(r"&&|#", line)]
    commands = [line[line.index("huoyue ") :] for line in lines if re.match(r"(\s*HUOYUE_\w+=\S+)?\s*huoyue ", line)]
    assert len(commands) > 10
    for command in commands:
        is_a_command(shlex.split(re.sub(r"<[^>]*>", "x", command))[1:])


def test_the_guide_names_files_of_deploy_that_there_are() -> None:
    text = (ROOT / "docs" / "running.md").read_text(encoding="utf-8")
    named = set(re.findall(r"\(\.\./deploy/([\w.-]+)\)", text))
    assert named
    assert [name for name in named if not (DEPLOY / name).exists()] == []
    for name in re.findall(r"/usr/local/lib/huoyue/deploy/([\w.*-]+)", text):
        assert list(DEPLOY.glob(name)), name

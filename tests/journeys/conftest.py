"""A real server with the demonstration, and a real browser. Each test takes alliances of its own."""

from __future__ import annotations

import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

BROWSER = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
PASSWORD = "huoyue-demo-2016"  # noqa: S105 - the demonstration's, printed at every start


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if "journeys" in str(item.path):
            item.add_marker(pytest.mark.xdist_group("browser"))
            if BROWSER is None:
                item.add_marker(
                    pytest.mark.skip(reason="no Chromium: `make setup-dev` says why it could not be installed")
                )


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


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    data = tmp_path_factory.mktemp("site")
    command = [str(Path(sys.executable).with_name("huoyue")), "serve", "--demo", "--port", str(port), "--workers", "1"]
    env = environment(data) | {"HUOYUE_ADDRESS": f"http://127.0.0.1:{port}"}
    log = (data / "server.log").open("w")
    process = subprocess.Popen(
        command, env=env, stdout=log, stderr=subprocess.STDOUT, text=True, start_new_session=True
    )
    address = f"http://127.0.0.1:{port}"
    for _ in range(240):
        try:
            urllib.request.urlopen(f"{address}/healthy/", timeout=2).close()  # noqa: S310 - our own http address
            break
        except OSError:
            assert process.poll() is None, (data / "server.log").read_text()
            time.sleep(0.25)
    yield Site(address, data, process)
    os.killpg(process.pid, signal.SIGTERM)
    process.wait(20)
    log.close()


@pytest.fixture(scope="session")
def chromium() -> Iterator[object]:
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=BROWSER, args=["--no-sandbox"])
        yield browser
        browser.close()


@pytest.fixture
def browse(site: Site, chromium) -> Iterator[Callable[..., object]]:
    """A window of somebody: signed in by name, Chinese unless said otherwise. Console errors fail the test."""
    opened, complaints = [], []

    def window(name: str = "", *, lang: str = "zh", width: int = 1366, dark: bool = False, scripts: bool = True,
               expect_errors: bool = False, policy: bool = True):  # fmt: skip
        context = chromium.new_context(
            viewport={"width": width, "height": 900}, base_url=site.address, java_script_enabled=scripts,
            color_scheme="dark" if dark else "light", locale="zh-CN" if lang == "zh" else "en-GB",
            bypass_csp=not policy,
        )  # fmt: skip
        context.add_cookies([{"name": "lang", "value": lang, "url": site.address}])
        opened.append(context)
        page = context.new_page()
        page.set_default_timeout(10_000)
        if not expect_errors:
            page.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
            page.on("pageerror", lambda error: complaints.append(str(error)))
        if name:
            sign_in(page, name)
        return page

    yield window
    for context in opened:
        context.close()
    assert complaints == []


def sign_in(page, name: str, password: str = PASSWORD) -> None:
    page.goto("/sign-in/login/")
    page.fill("[name=login]", name)
    page.fill("[name=password]", password)
    page.press("[name=password]", "Enter")
    page.wait_for_url(re.compile(r"^(?!.*/login/$)"))


def codes(site: Site, state: str, count: int) -> list[str]:
    """Codes of alliances of the practice round in a state."""
    found = site.run(
        f"found = Filing.objects.filter(round__key='practice', state='{state}')\n"
        f"print(*found.values_list('alliance__code', flat=True)[:{count}])"
    )
    return found.split()


def give_account(site: Site, name: str, code: str) -> None:
    """An account that files for an alliance, as the secretariat could have made it."""
    site.run(
        f"a = Account.objects.create_user('{name}', '{PASSWORD}', name='{name}')\n"
        f"Duty.objects.create(account=a, role='filer', alliance=Alliance.objects.get(code='{code}'), responsible=True)"
    )


def until(page, expression: str, *, timeout: float = 10_000) -> None:
    """Wait until an expression holds in the page. (Playwright's own waiting needs an eval that our policy forbids.)"""
    end = time.monotonic() + timeout / 1000
    while not page.evaluate(expression):
        assert time.monotonic() < end, f"never: {expression}"
        page.wait_for_timeout(50)

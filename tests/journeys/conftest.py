"""A real server with the demonstration, and a real browser. Each test takes alliances of its own."""

from __future__ import annotations

import os
import re
import shutil
import time
from collections.abc import Callable, Iterator

import pytest
from tests.journeys.running import BROWSER, Site, loaded, running

PASSWORD = "huoyue-demo-2016"  # noqa: S105 - the demonstration's, printed at every start


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if "journeys" in str(item.path):
            item.add_marker(pytest.mark.slow)
            if BROWSER is None:
                item.add_marker(
                    pytest.mark.skip(reason="no Chromium: `make setup-dev` says why it could not be installed")
                )


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """The demonstration is loaded once, whatever the number of processes; each serves a copy."""
    alone = "PYTEST_XDIST_WORKER" not in os.environ
    base = tmp_path_factory.getbasetemp() if alone else tmp_path_factory.getbasetemp().parent
    data = tmp_path_factory.mktemp("site")
    shutil.copytree(loaded(base / "demonstration"), data, dirs_exist_ok=True)
    with running(data) as made:
        yield made


@pytest.fixture(scope="module")
def chromium() -> Iterator[object]:
    """The browser. Its loop runs in our thread, where Django would not touch the database: it ends with the module."""
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
        page.set_default_timeout(30_000)
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


def until(page, expression: str, *, timeout: float = 30_000) -> None:
    """Wait until an expression holds in the page. (Playwright's own waiting needs an eval that our policy forbids.)"""
    end = time.monotonic() + timeout / 1000
    while not page.evaluate(expression):
        assert time.monotonic() < end, f"never: {expression}"
        page.wait_for_timeout(50)

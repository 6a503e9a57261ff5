"""Take a picture of every page: both languages, three widths, light and dark, to build/screenshots, for looking at.

`python tools/screenshots.py [PART OF AN ADDRESS ...]` takes only the pages whose address holds one of the parts.
"""

from __future__ import annotations

import json
import re
import sys
import tempfile
from itertools import product
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from tests.journeys.pages import FURNISH, Look, looks  # noqa: E402
from tests.journeys.running import BROWSER, Site, running  # noqa: E402

PASSWORD = "huoyue-demo-2016"  # noqa: S105 - the demonstration's
OUT = ROOT / "build" / "screenshots"
WIDTHS = (1366, 683, 360)


def picture(page: object, look: Look, lang: str) -> None:
    """The pictures of one page in one language."""
    page.set_viewport_size({"width": WIDTHS[0], "height": 900})  # type: ignore[attr-defined]
    page.goto(look.path)  # type: ignore[attr-defined]
    if "reauthenticate" in page.url and "reauthenticate" not in look.path:  # type: ignore[attr-defined]
        page.fill("[name=password]", PASSWORD)  # type: ignore[attr-defined]
        page.press("[name=password]", "Enter")  # type: ignore[attr-defined]
        page.wait_for_load_state()  # type: ignore[attr-defined]
    name = re.sub(r"\W+", "-", look.path).strip("-") or "first"
    for width, colours in product(WIDTHS, ("light", "dark")):
        page.set_viewport_size({"width": width, "height": 900})  # type: ignore[attr-defined]
        page.emulate_media(color_scheme=colours, reduced_motion="reduce")  # type: ignore[attr-defined]
        place = OUT / lang / f"{width}-{colours}" / f"{look.who or 'public'}-{name}.png"
        page.screenshot(path=place, full_page=True)  # type: ignore[attr-defined]


def photograph(site: Site, wanted: list[str]) -> int:
    """All pictures; how many pages."""
    from playwright.sync_api import sync_playwright  # why: slow

    shown = [look for look in looks(json.loads(site.run(FURNISH)))
             if not wanted or any(part in look.path for part in wanted)]  # fmt: skip
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=BROWSER, args=["--no-sandbox"])
        for lang, who in product(("zh", "en"), dict.fromkeys(look.who for look in shown)):
            context = browser.new_context(base_url=site.address)
            context.add_cookies([{"name": "lang", "value": lang, "url": site.address}])
            page = context.new_page()
            if who:
                page.goto("/sign-in/login/")
                page.fill("[name=login]", who)
                page.fill("[name=password]", PASSWORD)
                page.press("[name=password]", "Enter")
                page.wait_for_load_state()
            for look in shown:
                if look.who == who:
                    picture(page, look, lang)
            context.close()
    return len(shown)


def main(wanted: list[str]) -> int:
    if BROWSER is None:
        print("No Chromium: `make setup-dev` says why it could not be installed.")
        return 1
    with tempfile.TemporaryDirectory() as folder, running(Path(folder)) as site:
        count = photograph(site, wanted)
    print(f"{count} pages, {count * 2 * len(WIDTHS) * 2} pictures in {OUT.relative_to(ROOT)}")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

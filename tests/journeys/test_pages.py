"""Every page in both languages: accessible (WCAG 2.2 AA), light and dark, at three widths, small, in one language."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterator

import pytest
from axe_playwright_python.base import AXE_SCRIPT
from tests.journeys.pages import FURNISH, NO_PAGE, SIGNING_IN, Look, looks

import huoyue.server.urls  # noqa: F401 - fills the table of addresses
from huoyue.server.routes import ROUTES

RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
HEAVIEST = 150_000
"""Bytes of a page with everything it loads, before compression."""
WIDTHS = (1366, 683, 360)
"""A laptop, the same at 200% zoom, a telephone."""
PEOPLE = ("", "filer", "liaison", "observer", "expert", "chair", "secretariat")
AT_ONCE = 30
"""Pages that one test looks at, so that several processes share those of one person."""
NAMED = [
    "own", "filed", "contact", "entry", "event", "letter", "notice", "preview", "sample", "token", "sheet",
    "conflict", "pair", "case", "study", "earlier_file", "earlier", "known", "returned", "hook", "objection", "handled",
]  # fmt: skip
ENGLISH = re.compile(r"[A-Za-z]{2,}(?: [A-Za-z]{2,}){2,}")
CHINESE = re.compile(r"[\u4e00-\u9fff]{2,}")
INTERFACE = "button, label, legend, summary, th[scope=col], dt, nav a, .tag, .help, .empty, .note, h2, .button"
"""What the application itself says, not the people who use it."""


@pytest.fixture(scope="module")
def names(site) -> dict[str, str]:
    return json.loads(site.run(FURNISH))


def test_every_page_is_looked_at_and_every_other_address_has_its_reason():
    shown = {look.route for look in looks(dict.fromkeys(NAMED, "1"))} - set(SIGNING_IN)
    answered = {name for name, route in ROUTES.items() if "GET" in route.methods}
    assert answered - shown - set(NO_PAGE) == set()
    assert shown - answered == set()
    assert set(NO_PAGE) & shown == set()


def parts() -> Iterator[tuple[str, int]]:
    """Every person with the number of the first page of each part of what they look at."""
    seen = Counter(look.who for look in looks(dict.fromkeys(NAMED, "1")))
    assert seen.keys() == set(PEOPLE)
    for who in PEOPLE:
        yield from ((who, first) for first in range(0, seen[who], AT_ONCE))


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize(("who", "first"), list(parts()), ids=lambda value: value if value != "" else "public")
def test_pages_can_be_used_by_anybody_at_any_width_and_are_in_one_language(names, browse, who, first, lang):
    page = browse(who, lang=lang, policy=False)
    own = [look for look in looks(names) if look.who == who]
    found = [
        f"{look.path}: {fault}"
        for look in own[first : first + AT_ONCE]
        for fault in faults(page, look, lang, names["words"])
    ]
    assert not found, "\n".join(found)


def faults(page, look: Look, lang: str, words: str):
    """What is wrong with a page, in words."""
    page.set_viewport_size({"width": 1366, "height": 900})
    page.emulate_media(color_scheme="light", reduced_motion="reduce")
    answer = page.goto(look.path)
    if answer.status != 200:
        yield f"answered {answer.status}"
        return
    if page.evaluate("document.documentElement.lang") != ("en" if lang == "en" else "zh-Hans"):
        yield "the wrong language is announced"
    heavy = weight(page, len(answer.body()))
    if heavy > HEAVIEST:
        yield f"{heavy} bytes"
    if lang == "zh":  # the tags are the same in English
        yield from violations(page, RULES)
        page.emulate_media(color_scheme="dark")
        yield from (f"in the dark: {one}" for one in violations(page, ["cat.color"]))
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 900})
        over = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        if over > 0:
            yield f"{over} px too wide at {width} px"
    yield from other_language(page, lang, words)


def weight(page, html: int) -> int:
    """Bytes of the page and of the style sheets and scripts it loads."""
    parts = page.evaluate("performance.getEntriesByType('resource').map(one => one.decodedBodySize)")
    return html + int(sum(parts))


def violations(page, tags: list[str]):
    some = {"exclude": [["tbody tr:nth-child(n+9)"]]}  # the rows of a long table are alike
    options = {"runOnly": tags, "resultTypes": ["violations"]}  # what passes is not listed, which halves the time
    if not page.evaluate("'axe' in window"):
        page.evaluate(AXE_SCRIPT)
    for one in page.evaluate("([some, options]) => axe.run(some, options)", [some, options])["violations"]:
        yield f"{one['id']}: {[node['target'] for node in one['nodes']][:3]}"


def other_language(page, lang: str, words: str):
    """Words of the other language in what the application says; names and texts of people (`words`) are their own."""
    if lang == "zh":
        text = page.evaluate(
            "(() => { const body = document.body.cloneNode(true); "
            "body.querySelectorAll('pre, code, kbd, script, [lang]').forEach(n => n.remove()); "
            "document.body.append(body); const text = body.innerText; body.remove(); return text; })()"
        )
        yield from (f"English: {words}" for words in sorted(set(ENGLISH.findall(text)))[:5])
        return
    said = page.evaluate(
        f"[...document.querySelectorAll({json.dumps(INTERFACE)})]"
        ".filter(n => !n.closest('body [lang]')).map(n => n.innerText)"
    )
    own = re.compile("|".join(sorted(map(re.escape, words.split("\n")), key=len, reverse=True)))
    left = {run for line in said for run in CHINESE.findall(own.sub("", line))}
    yield from (f"Chinese: {run}" for run in sorted(left)[:8])

"""The guides: there for every role in both languages, readable by anybody, and true to the words on the pages."""

from __future__ import annotations

import re
import subprocess
import sys
from functools import cache
from io import BytesIO
from pathlib import Path

import allauth
import pytest
from babel.messages.mofile import read_mo
from babel.messages.pofile import read_po
from tests.server.world import scheme

import huoyue
from huoyue.core.message import Title
from huoyue.core.phrase import render
from huoyue.server.models import Filing, Role, Verdict
from huoyue.server.operations.filing import Typed, kind_of, save_record
from huoyue.server.operations.rounds import with_window
from huoyue.server.operations.screening import screen_round
from huoyue.server.operations.submission import submit
from huoyue.server.queries.schemes import digest_of_scheme
from huoyue.server.views.help import FOLDER, GUIDES, read_guide
from huoyue.server.wording import ROLES

ROOT = Path(__file__).resolve().parent.parent.parent
pytestmark = pytest.mark.once
ALL = [(name, lang) for name in GUIDES for lang in ("zh", "en")]


def source(name: str, lang: str) -> str:
    return (FOLDER / f"{name}.{lang}.md").read_text(encoding="utf-8")


def prose(name: str, lang: str) -> str:
    """The guide without what is meant to be typed."""
    text = re.sub(r"^ *```.*?^ *```", "", source(name, lang), flags=re.DOTALL | re.MULTILINE)
    return re.sub(r"`[^`\n]+`", "", text)


@cache
def words() -> dict[str, set[str]]:
    """What pages say: our catalogue and that of the pages for signing in. A value in a sentence is written `…`."""
    ours = read_po(BytesIO((Path(huoyue.__file__).parent / "locale" / "zh" / "server.po").read_bytes()))
    place = Path("locale", "zh_Hans", "LC_MESSAGES", "django.mo")
    otherwise = read_mo(BytesIO((Path(huoyue.__file__).parent / "server" / place).read_bytes()))
    signing_in = read_mo(BytesIO((Path(allauth.__file__).parent / place).read_bytes()))
    changed = {(message.context, str(message.id)) for message in otherwise}
    kept = [message for message in signing_in if (message.context, str(message.id)) not in changed]
    said = [message for catalogue in (ours, otherwise, kept) for message in catalogue if message.id]
    pairs = [(m.id, m.string) for m in said if isinstance(m.id, str) and isinstance(m.string, str)]
    return {
        "en": {re.sub(r"\{\w+\}", "…", text) for text, _ in pairs},
        "zh": {re.sub(r"\{\w+\}", "…", text) for _, text in pairs},
    }


@cache
def titles() -> dict[str, set[str]]:
    """Titles of the 2016 scheme."""
    found: list[Title] = []

    def walk(value: object) -> None:
        if isinstance(value, Title):
            found.append(value)
        elif isinstance(value, dict):
            for one in value.values():
                walk(one)
        elif isinstance(value, list | tuple):
            for one in value:
                walk(one)
        elif hasattr(value, "__dict__"):
            walk(vars(value))

    walk(scheme())
    return {lang: {title.in_language(lang) for title in found} for lang in ("zh", "en")}


def test_every_role_has_a_guide():
    assert set(GUIDES) == {role.value for role in Role} | {"start", "public"}
    assert {path.name for path in FOLDER.iterdir()} == {f"{name}.{lang}.md" for name, lang in ALL}


@pytest.mark.parametrize(("name", "lang"), ALL)
def test_a_guide_quotes_only_what_pages_say(name, lang):
    quoted = re.findall(r"「([^」]+)」" if lang == "zh" else r"\*\*([^*]+)\*\*", prose(name, lang))
    unknown = [text for text in quoted if text not in words()[lang] | titles()[lang]]
    assert unknown == []
    assert quoted or name == "public"  # which describes no page


@pytest.mark.parametrize(("name", "lang"), ALL)
def test_a_guide_holds_no_html_and_leads_nowhere_else(name, lang):
    text = prose(name, lang)
    assert not re.search(r"<[a-z/!]", text, re.IGNORECASE)
    targets = re.findall(r"\]\(([^)]+)\)", text)
    assert [target for target in targets if target.removesuffix(".md") not in GUIDES] == []
    assert [target for target in targets if not target.endswith(".md")] == []


def test_both_languages_have_the_same_sections_and_steps():
    for name in GUIDES:
        zh, en = source(name, "zh"), source(name, "en")
        for mark in (r"^## ", r"^1\. ", r"^\| --- ", r"^ *```sh"):
            assert len(re.findall(mark, zh, re.MULTILINE)) == len(re.findall(mark, en, re.MULTILINE)), (name, mark)


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_anybody_reads_every_guide(as_, world, lang):
    for reader in ("", "ada", "sun"):
        client = as_(reader)
        client.cookies["lang"] = lang
        index = client.get("/help/")
        assert index.status_code == 200
        for name in GUIDES:
            guide = read_guide(name, lang)
            assert f'href="/help/{name}/"' in index.content.decode()
            answer = client.get(f"/help/{name}/")
            page = answer.content.decode()
            assert answer.status_code == 200
            assert len(answer.content) < 150_000
            assert [title for _, title in guide.sections if f">{title}</h2>" not in page] == []
            assert [anchor for anchor, _ in guide.sections if f'href="#{anchor}"' not in page] == []
            assert ".md" not in re.sub(r"<code>.*?</code>", "", page)


def test_the_own_guide_comes_first_and_the_foot_leads_to_it(as_, world):
    page = as_("lin").get("/help/").content.decode()
    first = re.search(r'class="guides".*?href="/help/(\w+)/"', page, re.DOTALL)
    assert first and first[1] == "liaison"
    assert 'href="/help/liaison/"' in as_("lin").get("/").content.decode().split("<footer")[1]
    assert 'href="/help/"' in as_("").get("/").content.decode().split("<footer")[1]


def test_an_unknown_guide_is_absent_like_any_page(as_, world):
    assert as_("").get("/help/nobody/").status_code == 404
    assert as_("sun").get("/help/nobody/").status_code == 404


def test_where_to_ask_is_said(as_, world, settings):
    settings.HELP_CONTACT = "010-12345678"
    assert "010-12345678" in as_("ada").get("/help/").content.decode().split("<footer")[0]


def test_roles_are_called_as_on_the_pages():
    for lang in ("zh", "en"):
        assert [role for role in Role if render(ROLES[role], lang) not in source("start", lang)] == []


EVIDENCE_HEAD = {"zh": "证明材料", "en": "Evidence"}


def practised(lang: str) -> list[tuple[str, dict[str, str]]]:
    """The filing to practise with: kind and cells of every record, from the tables of the filer's guide."""
    kinds = {tuple(spec.title.in_language(lang) for spec in kind.fields): kind for kind in scheme().records}
    section = re.split(r"^## ", source("filer", lang), flags=re.MULTILINE)[-2]
    found = []
    for table in re.findall(r"(?:^\|.*\n)+", section, re.MULTILINE):
        heads, _, *rows = [[cell.strip() for cell in line.strip("|").split("|")] for line in table.splitlines()]
        evidence = heads[-1] == EVIDENCE_HEAD[lang]
        kind = kinds[tuple(heads[:-1] if evidence else heads)]
        assert evidence == (kind.evidence != "none"), kind.id  # the form's columns, no more and no fewer
        names = [*(spec.id for spec in kind.fields), *(["evidence"] if evidence else [])]
        found += [(kind.id, dict(zip(names, row, strict=True))) for row in rows]
    return found


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_filing_to_practise_with_passes_screening(world, lang):
    filing = Filing.objects.select_related("round", "alliance").get(pk=world.filings[0].pk)
    for number, (kind, cells) in enumerate(practised(lang)):
        save_record(world.acting("ada"), filing, kind_of(filing, kind), Typed(f"{number:024d}", cells))
    submit(world.acting("ada"), filing, signed_as="某某", agreed=True)
    rules = with_window(world.round.scheme_text, world.round.opens_at, world.round.deadline, world.round.time_zone)
    world.round.scheme_text, world.round.scheme_digest = rules, digest_of_scheme(rules)
    world.round.save()
    screen_round(world.acting("sun"), world.round)
    verdict = Verdict.objects.get(filing=filing)
    assert verdict.ruled == "evaluated", verdict.reason_zh


def test_the_guides_in_docs_are_written_from_these():
    done = subprocess.run([sys.executable, "tools/docs.py", "--check"], cwd=ROOT, check=False)
    assert done.returncode == 0

"""Help: the guides, one a role and language, kept as Markdown in the package, and the page that leads to them."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.html import escape
from markdown_it import MarkdownIt
from markdown_it.token import Token

from huoyue.server.asking import reader
from huoyue.server.operations.journal import Refuse
from huoyue.server.queries.doors import ABSENT
from huoyue.server.saying import current_language

GUIDES = ("start", "secretariat", "filer", "liaison", "expert", "chair", "observer", "public")
"""The guides, in the order in which they are listed. All but the first and the last are called like the role."""
FOLDER = Path(__file__).resolve().parent.parent / "guides"


@dataclass(frozen=True)
class Guide:
    """One guide in one language, as a page shows it."""

    name: str
    title: str
    about: str
    """Its first paragraph, as HTML: what the guide is for."""
    body: str
    sections: tuple[tuple[str, str], ...]
    """Anchor and title of every section."""


def help_page(request: HttpRequest) -> HttpResponse:
    """One's own guide first, then all others, the keys, and where to ask."""
    lang, role = current_language(), reader(request).role
    shown = sorted(GUIDES, key=lambda name: name != role)
    guides = [read_guide(name, lang) for name in shown]
    return render(request, "help/index.html", {"guides": guides, "own": role})


def guide_page(request: HttpRequest, guide: str) -> HttpResponse:
    """A guide in the reader's language."""
    if guide not in GUIDES:
        raise Refuse(ABSENT.code)
    lang = current_language()
    others = [read_guide(name, lang) for name in GUIDES]
    return render(request, "help/guide.html", {"guide": read_guide(guide, lang), "guides": others})


@cache
def read_guide(name: str, lang: str) -> Guide:
    """The guide as HTML. What stands in the file as HTML is shown as text."""
    markdown = MarkdownIt("commonmark", {"html": False}).enable("table")
    tokens = markdown.parse((FOLDER / f"{name}.{lang}.md").read_text(encoding="utf-8"))
    title, about, rest = tokens[1].content, tokens[3:6], tokens[6:]
    sections: list[tuple[str, str]] = []
    for token, inside in pairwise(rest):
        if token.type == "heading_open" and token.tag == "h2":
            sections.append((f"s{len(sections) + 1}", inside.content))
            token.attrSet("id", sections[-1][0])
    for token in tokens:
        led_inside(token)
    about_html, body = (
        str(markdown.renderer.render(part, markdown.options, {})) for part in (about, framed(rest, sections))
    )
    return Guide(name, title, about_html, body, tuple(sections))


def led_inside(token: Token) -> None:
    """Links between the files of the guides become links between their pages."""
    for child in token.children or []:
        target = str(child.attrGet("href") or "")
        if child.type == "link_open" and target.removesuffix(".md") in GUIDES:
            child.attrSet("href", reverse("help_guide", args=[target.removesuffix(".md")]))


def framed(tokens: list[Token], sections: list[tuple[str, str]]) -> list[Token]:
    """Every table in a frame that scrolls by itself, named after its section, as narrow windows need it."""
    framed: list[Token] = []
    here = 0
    for token in tokens:
        if token.type == "heading_open" and token.tag == "h2":
            here += 1
        if token.type == "table_open":
            label: Any = escape(sections[here - 1][1]) if here else ""
            framed.append(raw(f'<div class="scroll" tabindex="0" role="region" aria-label="{label}">'))
        framed.append(token)
        if token.type == "table_close":
            framed.append(raw("</div>\n"))
    return framed


def raw(html: str) -> Token:
    """Markup of ours between the tokens of a guide."""
    return Token("html_block", "", 0, content=html)

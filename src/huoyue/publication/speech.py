"""The site's page templates: Jinja with every value escaped, and `{% say "English sentence." %}` as on the server."""

from __future__ import annotations

from functools import cache
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined, nodes
from jinja2.ext import Extension
from jinja2.parser import Parser

from huoyue.core.message import Message, Title
from huoyue.core.phrase import day, number, render


class Say(Extension):
    """`{% say "Edition {n}" n=number %}`: the sentence in the page's language."""

    tags = {"say"}  # noqa: RUF012 - as Jinja wants it

    def parse(self, parser: Parser) -> nodes.Node:
        line = next(parser.stream).lineno
        text = parser.parse_expression()
        named = []
        while parser.stream.current.type != "block_end":
            name = parser.stream.expect("name").value
            parser.stream.expect("assign")
            named.append(nodes.Keyword(name, parser.parse_expression(), lineno=line))
        call = nodes.Call(nodes.Name("sentence", "load"), [text], named, None, None)
        return nodes.Output([call], lineno=line)


@cache
def environment() -> Environment:
    """Templates of the site. What a page does not name is a mistake, not an empty place."""
    return Environment(
        loader=PackageLoader("huoyue.publication", "templates"), extensions=[Say], autoescape=True,
        undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True,
    )  # fmt: skip


def page(template: str, lang: str, **context: Any) -> bytes:
    """A page in `lang` ("zh" or "en")."""

    def sentence(text: str, **values: Any) -> str:
        return render(Message(text, values), lang)

    def said(value: Message | Title) -> str:
        return render(value, lang) if isinstance(value, Message) else value.in_language(lang)

    words = {
        "lang": lang, "other": "en" if lang == "zh" else "zh", "sentence": sentence, "said": said,
        "day": lambda value: day(value, lang), "number": lambda value: number(value, lang),
    }  # fmt: skip
    return environment().get_template(template).render(words | context).encode()

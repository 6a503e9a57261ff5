"""The specification (OpenAPI) in the reader's language, and the reference page made from it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render

from huoyue.core.message import M, Message
from huoyue.core.phrase import render as phrase
from huoyue.server.api import (  # noqa: F401 - they declare
    editions,
    filings,
    register,
    results,
    review,
    rounds,
    scorecards,
    screening,
)
from huoyue.server.api.declaring import SERVICE, TITLE
from huoyue.server.routes import API
from huoyue.server.saying import current_language, said

SAID = ("summary", "description")
"""What of a specification people read."""
MEANINGS: dict[str, Message] = {
    "round": M("Short name of the round, as in its addresses."),
    "unit": M("Code of the alliance in the register."),
    "number": M("Number of the version or edition."),
    "table": M("Name of the table, as its edition lists it."),
}
"""Parts of addresses, in words."""
PART = re.compile(r"^Part_(\w+)_$")


@cache
def specification(lang: str) -> dict[str, Any]:
    """The specification with what people read in their language."""
    found: dict[str, Any] = in_language(dict(SERVICE.get_openapi_schema(path_prefix=API)), lang)
    found["info"]["title"] = phrase(TITLE, lang)
    found["servers"] = [{"url": settings.SITE_ADDRESS}]
    return found


def in_language(node: Any, lang: str) -> Any:
    """A node of the specification with its sentences translated."""
    if isinstance(node, list):
        return [in_language(one, lang) for one in node]
    if not isinstance(node, dict):
        return node
    said = {name: phrase(Message(text), lang) for name, text in node.items() if name in SAID and isinstance(text, str)}
    tags = {"tags": [phrase(Message(tag), lang) for tag in node["tags"]]} if "operationId" in node else {}
    return {name: in_language(one, lang) for name, one in node.items()} | said | tags


def openapi(request: HttpRequest) -> HttpResponse:
    """The specification for programs."""
    del request
    return JsonResponse(specification(current_language()), json_dumps_params={"ensure_ascii": False, "indent": 1})


@dataclass(frozen=True)
class Field:
    """A line of an answer or a parameter."""

    name: str
    kind: str
    text: str
    must: bool = False


@dataclass(frozen=True)
class Address:
    """An address as the reference shows it."""

    id: str
    path: str
    summary: str
    scope: str
    is_public: bool
    roles: list[str]
    parameters: list[Field]
    answer: str


def addresses(spec: dict[str, Any]) -> dict[str, list[Address]]:
    """Every address, by its heading."""
    found: dict[str, list[Address]] = {}
    for path, methods in spec["paths"].items():
        one = methods["get"]
        parameters = [
            Field(p["name"], kind_of(p["schema"]), meaning(p), p.get("required", False)) for p in one["parameters"]
        ]
        content = one["responses"][200].get("content", {})
        schema = content.get("application/json", {}).get("schema")
        found.setdefault(one["tags"][0], []).append(
            Address(one["operationId"], path, one["summary"], one["x-scope"], "anyone" in one["x-roles"],
                    one["x-roles"], parameters, kind_of(schema) if schema else " ".join(content))
        )  # fmt: skip
    return found


def meaning(parameter: dict[str, Any]) -> str:
    """What a parameter says, of its own or as a part of the address."""
    part = MEANINGS.get(parameter["name"])
    return parameter.get("description", "") or (said(part) if part else "")


def shapes(spec: dict[str, Any]) -> dict[str, list[Field]]:
    """Every shape of an answer with its fields."""
    return {
        PART.sub(r"Part[\1]", name): [
            Field(field, kind_of(about), about.get("description", ""), field in schema.get("required", ()))
            for field, about in schema.get("properties", {}).items()
        ]
        for name, schema in sorted(spec["components"]["schemas"].items())
    }  # fmt: skip


def kind_of(schema: dict[str, Any]) -> str:
    """A schema in a word or two: a text, a list of shapes, one of several."""
    if "$ref" in schema:
        return PART.sub(r"Part[\1]", str(schema["$ref"]).rsplit("/", 1)[-1])
    if "anyOf" in schema:
        return " | ".join(dict.fromkeys(kind_of(one) for one in schema["anyOf"]))
    if schema.get("type") == "array":
        return f"[{kind_of(schema['items'])}]"
    kind = str(schema.get("type", "object"))
    return f"{kind} ({schema['format']})" if "format" in schema else kind


def reference_page(request: HttpRequest) -> HttpResponse:
    """How programs read: the key, the customs, every address and every shape."""
    spec = specification(current_language())
    context = {"spec": spec, "addresses": addresses(spec), "shapes": shapes(spec),
               "base": f"{settings.SITE_ADDRESS}{API}", "per_minute": settings.API_PER_MINUTE}  # fmt: skip
    return render(request, "interfaces/reference.html", context)

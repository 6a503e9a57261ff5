"""How an address of the API is declared: once, for the table of addresses and for the specification alike."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from inspect import Parameter, Signature, signature
from typing import Any, get_type_hints

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.urls import URLPattern
from django.utils.cache import get_conditional_response
from ninja import NinjaAPI, Schema
from ninja.errors import ValidationError
from ninja.renderers import JSONRenderer
from ninja.security import HttpBearer
from pydantic import Field

from huoyue.core.message import M, Message
from huoyue.server.asking import reader
from huoyue.server.operations.journal import Refuse
from huoyue.server.queries.people import Person
from huoyue.server.routes import API, SIGNED_IN, page

View = Callable[..., Any]
NAMED = re.compile(r"{(\w+):(\w+)}")


class Refused(Schema):
    """Why a call was refused. `code` is for programs and stays; the sentences are for people."""

    code: str = Field(description=M("What it is, for programs.").text)
    what: str = Field(description=M("What it is, in a sentence.").text)
    mend: str = Field(description=M("What to do about it.").text)


class Readable(JSONRenderer):
    """JSON with Chinese as it is written."""

    json_dumps_params: Mapping[str, Any] = {"ensure_ascii": False}


class Key(HttpBearer):
    """The key, for the specification: who asks was found out before the row was fetched."""

    def __call__(self, request: HttpRequest) -> Person:
        return reader(request)

    def authenticate(self, request: HttpRequest, token: str) -> Person:
        del token
        return self(request)


TITLE = M("Huoyue read API")
HEAD = M(
    "What is kept of rounds, read by programs. Points and scores are decimal numbers written as text (“83.50”), times "
    "carry their zone, titles stand in both languages. Lists come in parts: give “next” back as “cursor”."
)
SERVICE = NinjaAPI(title=TITLE.text, version="1", description=HEAD.text, urls_namespace="api-v1", docs_url=None,
                   openapi_url=None, renderer=Readable())  # fmt: skip
BEARER = Key()


@dataclass(frozen=True)
class Declared:
    """What the table of addresses wants to know beside the specification."""

    roles: frozenset[str]
    door: Callable[..., Any] | None
    scope: str


DECLARED: dict[str, Declared] = {}
"""Every address of the API by its name."""


def reading(
    address: str,
    name: str,
    summary: Message,
    answers: Any,
    *,
    roles: Iterable[str] = SIGNED_IN,
    door: Callable[..., Any] | None = None,
    scope: str = "",
    of: str = "",
    more: Mapping[str, Any] | None = None,
) -> Callable[[View], View]:
    """Declare what a GET answers. `of` is the heading in the reference.

    The function may ask for the `request`, for the `row` that the door gives, and for parameters.
    """
    is_public = "anyone" in (allowed := frozenset(roles))
    statuses = (404, 409, 410, 422, 429) if is_public else (401, 403, 404, 409, 422, 429)
    DECLARED[name] = Declared(allowed, door, scope)
    served = SERVICE.get(
        address, response={200: answers, 304: None} | dict.fromkeys(statuses, Refused), url_name=name,
        operation_id=name.removeprefix("api_"), summary=summary.text, tags=[of], auth=None if is_public else BEARER,
        openapi_extra={"x-scope": scope, "x-roles": sorted(allowed)} | dict(more or {}),
    )  # fmt: skip

    def declared(function: View) -> View:
        served(described(function, address))
        return function

    return declared


def described(function: View, address: str) -> View:
    """The function as the specification wants it: with everything that the address names among its parameters."""
    asked, hints = signature(function).parameters, get_type_hints(function, include_extras=True)

    def view(request: HttpRequest, **values: Any) -> Any:
        known = values | {"request": request, "row": getattr(request, "row", None)}
        return function(**{name: known[name] for name in asked})

    kinds = [(name, int if kind == "int" else str) for kind, name in NAMED.findall(address)]
    named = {name for name, _ in kinds}
    own = {name: hints[name] for name in asked if name not in ("request", "row", *named)}
    parameters = [Parameter("request", Parameter.POSITIONAL_OR_KEYWORD, annotation=HttpRequest)]
    parameters += [Parameter(name, Parameter.KEYWORD_ONLY, annotation=kind) for name, kind in (*kinds, *own.items())]
    view.__signature__ = Signature(parameters)  # type: ignore[attr-defined]
    return view


def behind(view: View) -> View:
    """The specification's view behind the table's guard: it finds the row, and asks again only if it changed."""

    def answer(request: HttpRequest, *row: Any, **named: Any) -> HttpResponseBase:
        request.row = row[0] if row else None  # type: ignore[attr-defined]
        names = request.resolver_match.kwargs if request.resolver_match else named
        asked, request.method = request.method, "GET"  # HEAD is answered alike, and the server leaves the body out
        response: HttpResponseBase = view(request, **names)
        request.method = asked
        if response.status_code != 200 or response.streaming:
            return response
        mark = f'W/"{hashlib.sha256(response.content).hexdigest()[:32]}"'  # type: ignore[attr-defined]
        response.headers["ETag"] = mark
        return get_conditional_response(request, etag=mark, response=response) or response  # type: ignore[arg-type]

    answer.csrf_exempt = True  # type: ignore[attr-defined]  # no session is looked at, and nothing is changed
    return answer


def pages() -> list[URLPattern]:
    """Every address of the API as lines of the table of addresses."""
    made = []
    for pattern in SERVICE.urls[0]:
        if isinstance(pattern, URLPattern) and pattern.name in DECLARED:
            known = DECLARED[pattern.name]
            made.append(page(f"{API[1:]}{pattern.pattern}", behind(pattern.callback), pattern.name, known.roles,
                             door=known.door, scope=known.scope))  # fmt: skip
    return made


@SERVICE.exception_handler(ValidationError)
def flaws(request: HttpRequest, error: ValidationError) -> HttpResponseBase:
    """Parameters that make no sense, all of them at once."""
    del request
    told = "; ".join(f"{'.'.join(map(str, one['loc'][1:]))}: {one['msg']}" for one in error.errors)
    raise Refuse("asked_wrongly", flaws=told[:300])

"""The register of alliances, without the people to reach there."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.http import HttpRequest
from ninja import Query, Schema
from pydantic import Field

from huoyue.core.message import M
from huoyue.core.scheme.model import Scheme
from huoyue.server.api.declaring import reading
from huoyue.server.api.paging import Paging, part_of
from huoyue.server.api.shapes import Code, Part, Titled, named
from huoyue.server.asking import reader
from huoyue.server.models import Alliance
from huoyue.server.queries.doors import visible_alliances
from huoyue.server.queries.register import register_door, register_scheme

OF = M("Register").text
LISTS = ("secretariat", "observer", "liaison")
READERS = ("secretariat", "observer", "liaison", "filer")


class NameShown(Schema):
    """Another name of an alliance."""

    name: str
    kind: str = Field(description="former, alias")
    until: date | None = Field(description=M("The day from which the next name held.").text)


class MemberShown(Schema):
    """An organisation in an alliance."""

    organisation: str
    leads: bool


class AllianceLine(Schema):
    """An alliance of the register."""

    alliance: Code
    name: str
    batch: str
    batch_title: Titled
    industry: str
    industry_title: Titled
    status: str
    joined_on: date | None
    left_on: date | None


class AllianceShown(AllianceLine):
    """The same with its other names and members."""

    names: list[NameShown]
    members: list[MemberShown]


def line(alliance: Alliance, scheme: Scheme) -> dict[str, Any]:
    batches = {one.id: one.title for one in scheme.batches}
    industries = {one.id: one.title for one in scheme.industries}
    return {
        "alliance": alliance.code, "name": alliance.name, "batch": alliance.batch,
        "batch_title": named(batches, alliance.batch), "industry": alliance.industry,
        "industry_title": named(industries, alliance.industry), "status": alliance.status,
        "joined_on": alliance.joined_on, "left_on": alliance.left_on,
    }  # fmt: skip


@reading("register", "api_register", M("Alliances of the register"), Part[AllianceLine], of=OF, roles=LISTS,
         scope="register:read")  # fmt: skip
def register(request: HttpRequest, paging: Query[Paging]) -> dict[str, Any]:
    scheme = register_scheme()
    found = visible_alliances(reader(request))
    return part_of(found, {"position": int, "code": str}, paging, lambda one: line(one, scheme))


@reading("register/{str:unit}", "api_alliance", M("An alliance with its names and members"), AllianceShown, of=OF,
         roles=READERS, door=register_door, scope="register:read")  # fmt: skip
def one(row: Alliance) -> dict[str, Any]:
    names = [{"name": n.name, "kind": n.kind, "until": n.until} for n in row.names.all()]
    members = [{"organisation": m.organisation, "leads": m.leads} for m in row.members.all()]
    return line(row, register_scheme()) | {"names": names, "members": members}

"""What an expert does at a sheet, and the sheets of a stage that shows less."""

from __future__ import annotations

import json

from django.test import Client
from django.utils import timezone
from PIL import Image

from huoyue.server.models import Evidence, Mark, Role, Sheet
from huoyue.server.operations.journal import Acting
from huoyue.server.operations.storage import evidence_path
from huoyue.server.queries.review import own_sheets
from huoyue.server.queries.review_stages import cells_of
from huoyue.server.queries.schemes import digest_of_scheme

SEAT = "/rounds/r1/seat/"


def signed_in(review, name: str) -> Client:
    client = Client()
    client.force_login(review.world.people[name])
    session = client.session
    session["role"] = "expert"
    session.save()
    return client


def own(review, name: str = "eva", unit: str = "") -> Sheet:
    found = own_sheets(review.seat(name)).filter(stage__state="open")
    sheet = (found.filter(filing__alliance__code=unit) if unit else found).first()
    sheet.stage.round, sheet.panellist = review.round, review.seat(name)
    return sheet


def address(sheet: Sheet, more: str = "") -> str:
    return f"{SEAT}stage/{sheet.stage.key}/sheet/{sheet.filing.alliance.code}/{more}"


def doing(review, name: str = "eva", token: str = "") -> Acting:
    return Acting(review.world.people[name], Role.EXPERT, timezone.now(), "127.0.0.1", token)


def save(client: Client, sheet: Sheet, token: str = "", **body):
    return client.post(address(sheet, "save/"), json.dumps(body), content_type="application/json",
                       headers={"Idempotency-Key": token, "Accept": "application/json"})  # fmt: skip


def ruled(sheet: Sheet):
    """An indicator with suggested points."""
    return next(cell for cell in cells_of(sheet) if cell.suggested is not None and cell.suggested > 100)


def as_typed(points: int) -> str:
    return f"{points / 100:g}"


def full(sheet: Sheet, **changes: str) -> dict[str, str]:
    """What a plain form posts: every suggestion accepted, the middle where there is none."""
    posted = {}
    revisions = dict(Mark.objects.filter(sheet=sheet).values_list("indicator", "revision"))
    for cell in cells_of(sheet):
        posted[f"rev-{cell.indicator}"] = str(revisions.get(cell.indicator, 0))
        posted[f"w-{cell.indicator}"] = ""
        posted[f"p-{cell.indicator}"] = as_typed(cell.maximum // 2) if cell.suggested is None else ""
        if cell.suggested is not None:
            posted[f"take-{cell.indicator}"] = "1"
    return posted | changes


def with_rights(review, **rights) -> None:
    """The same round, its first stage with other rights."""
    text = review.round.scheme_text.replace(
        "      reviewers: 3\n", f"      reviewers: 3\n      sees: {json.dumps(rights)}\n", 1
    )
    type(review.round).objects.filter(pk=review.round.pk).update(scheme_text=text, scheme_digest=digest_of_scheme(text))
    review.round.refresh_from_db()


def with_file(sheet: Sheet) -> str:
    place = evidence_path("1" * 64)
    place.parent.mkdir(parents=True, exist_ok=True)
    Image.new("RGB", (9, 9)).save(place, "PNG")
    Evidence.objects.create(filing=sheet.filing, uid="e" * 32, record="a" * 24,
                            name=f"{sheet.filing.alliance.name}.png", size=1, kind="image/png", digest="1" * 64,
                            by_id=sheet.panellist.account_id, at=timezone.now())  # fmt: skip
    return address(sheet, f"evidence/{'e' * 32}/")

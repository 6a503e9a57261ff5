"""Addresses of the API, keys, webhooks, rounds carried between installations."""

from __future__ import annotations

from huoyue.server.api import declaring, specification
from huoyue.server.queries.api_keys import key_door
from huoyue.server.queries.webhooks import webhook_door
from huoyue.server.routes import ANYONE, SIGNED_IN, page
from huoyue.server.views import api_keys, webhooks

SECRETARIAT = ("secretariat",)

PAGES = [
    page("account/keys/", api_keys.own_page, "keys_own", methods="GET POST"),
    page("interfaces/", webhooks.interfaces_page, "interfaces", SECRETARIAT, methods="GET POST"),
    page("interfaces/keys/", api_keys.all_page, "keys", SECRETARIAT),
    page("interfaces/keys/<int:key>/revoke/", api_keys.revoke_act, "key_revoke", SIGNED_IN, door=key_door,
         methods="POST"),
    page("interfaces/webhooks/<slug:hook>/", webhooks.webhook_page, "webhook", SECRETARIAT, door=webhook_door,
         methods="GET POST"),
    page("interfaces/webhooks/<slug:hook>/act/", webhooks.act, "webhook_act", SECRETARIAT, door=webhook_door,
         methods="POST"),
    page("api/", specification.reference_page, "api", ANYONE),
    page("api/v1/openapi.json", specification.openapi, "api_specification", ANYONE),
    *declaring.pages(),
]  # fmt: skip

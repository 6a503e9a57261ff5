"""People who come from an identity provider: a program with its settings that prints what happened to each."""

from __future__ import annotations

import base64
import json
import re
from typing import Any
from urllib.parse import parse_qs, urlsplit


def main() -> None:
    import django
    from django.conf import settings

    django.setup()
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    from django.core.management import call_command
    from django.test import Client
    from tests.server.world import PASSWORD, make_world

    from huoyue.server.models import Account, Event, Mail
    from huoyue.server.operations.accounts import stop_account

    call_command("migrate", verbosity=0)
    call_command("createcachetable", verbosity=0)  # as `prepare` does before anybody is served
    world = make_world()
    stop_account(world.acting("sun"), world.ben)
    found: dict[str, Any] = {}

    def who(client: Client) -> str:
        answer = client.get("/account/data.json")
        return answer.json()["account"]["username"] if answer.status_code == 200 else ""

    def visit(name: str, claims: dict[str, object] | None, *, state: str = "", **query: str) -> Client:
        """Go to the provider and come back as whoever it says one is."""
        client = Client(raise_request_exception=False)
        out = client.get("/sign-in/oidc/oidc/login/")
        asked = {key: values[0] for key, values in parse_qs(urlsplit(out["Location"]).query).items()}
        code = base64.urlsafe_b64encode(json.dumps(claims).encode()).decode()
        back = query or {"code": code}
        answer = client.get(
            "/sign-in/oidc/oidc/login/callback/", back | {"state": state or asked["state"]}, follow=True
        )
        text = answer.content.decode()
        body = re.sub(r"<script.*?</script>", "", text[text.index("<body") :], flags=re.DOTALL)
        found[name] = {
            "asked": asked, "to": out["Location"].split("?")[0], "status": answer.status_code, "who": who(client),
            "words": " ".join(re.sub(r"<[^>]+>", " ", body).split()),
        }  # fmt: skip
        return client

    elsewhere = Client()
    elsewhere.post("/sign-in/login/", {"login": "ada", "password": PASSWORD})
    ada = {"sub": "1", "email": "Ada@Example.org", "email_verified": True}
    visit("invited", ada)
    found["elsewhere"] = who(elsewhere)
    found["password_stays"] = Account.objects.get(username="ada").check_password(PASSWORD)
    visit("again", ada)
    visit("again_without_address", {"sub": "1"})
    visit("verified_in_words", {"sub": "7", "email": "eva@example.org", "email_verified": "true"})
    visit("unknown", {"sub": "2", "email": "nobody@example.org", "email_verified": True})
    visit("unverified", {"sub": "3", "email": "sun@example.org", "email_verified": False})
    visit("unverified_in_words", {"sub": "4", "email": "sun@example.org", "email_verified": "false"})
    visit("unverified_unsaid", {"sub": "5", "email": "sun@example.org"})
    visit("stopped", {"sub": "6", "email": "ben@example.org", "email_verified": True})
    visit("no_address", {"sub": "8"})
    visit("forged_state", ada, state="forged")
    visit("cancelled", None, error="access_denied")
    visit("broken", {"break": True})
    visit("other_audience", ada | {"aud": "another"})
    visit("expired", ada | {"exp": 1})
    linked = Event.objects.filter(kind="account.identity_linked").order_by("seq")
    found["linked"] = [(str(event.actor.username), event.after) for event in linked]
    from allauth.socialaccount.models import SocialAccount

    from huoyue.server import adapters

    adapters.identity_linked, kept = None, adapters.identity_linked
    dov = visit("unrecorded", {"sub": "9", "email": "dov@example.org", "email_verified": True})
    found["unrecorded"]["rows"] = SocialAccount.objects.filter(uid="9").count()
    adapters.identity_linked = kept
    dov = visit("recorded", {"sub": "9", "email": "dov@example.org", "email_verified": True})
    row = SocialAccount.objects.get(uid="9")
    answer = dov.post("/sign-in/3rdparty/", {"account": row.pk})
    found["unlinked"] = {
        "status": answer.status_code, "rows": SocialAccount.objects.filter(uid="9").count(),
        "events": list(Event.objects.filter(kind="account.identity_unlinked").values_list("detail__before", flat=True)),
    }  # fmt: skip
    found["accounts"] = Account.objects.count()
    found["letters"] = Mail.objects.count()
    found["button"] = Client().get("/sign-in/login/").content.decode()
    settings.SOCIALACCOUNT_PROVIDERS["openid_connect"]["APPS"][0]["settings"]["server_url"] = "http://127.0.0.1:9"
    away = Client(raise_request_exception=False).get("/sign-in/oidc/oidc/login/")
    found["away"] = {"status": away.status_code, "words": away.content.decode()}
    print(json.dumps(found))


if __name__ == "__main__":
    main()

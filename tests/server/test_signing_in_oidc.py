"""Signing in with an identity provider: whom it names must be invited, by an address that it has verified."""

from __future__ import annotations

import base64
import json
import subprocess
import sys
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, ClassVar
from urllib.parse import parse_qs

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from django.test import Client
from tests.server.living import ROOT, Place, own_database

KEY = rsa.generate_private_key(public_exponent=65537, key_size=2048)
CLIENT, SECRET = "huoyue-client", "a-secret-of-the-provider"
AWAY = {"HUOYUE_OIDC_CLIENT": CLIENT, "HUOYUE_OIDC_SECRET": SECRET, "HUOYUE_OIDC_NAME": "部门统一认证"}


class Provider(BaseHTTPRequestHandler):
    """A provider that believes what the code says: it holds who somebody claims to be."""

    tokens: ClassVar[list[dict[str, list[str]]]] = []

    def log_message(self, *_: object) -> None:
        pass

    @property
    def own(self) -> str:
        return f"http://127.0.0.1:{self.server.server_address[1]}"

    def answer(self, body: object, status: int = 200) -> None:
        raw = json.dumps(body).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(raw)))
        self.end_headers()
        self.wfile.write(raw)

    def do_GET(self) -> None:
        if self.path == "/.well-known/openid-configuration":
            self.answer({
                "issuer": self.own, "authorization_endpoint": f"{self.own}/authorize",
                "token_endpoint": f"{self.own}/token", "userinfo_endpoint": f"{self.own}/userinfo",
                "jwks_uri": f"{self.own}/keys", "id_token_signing_alg_values_supported": ["RS256"],
                "token_endpoint_auth_methods_supported": ["client_secret_post"],
            })  # fmt: skip
        elif self.path == "/keys":
            public = json.loads(jwt.algorithms.RSAAlgorithm.to_jwk(KEY.public_key()))
            self.answer({"keys": [public | {"kid": "k1", "alg": "RS256", "use": "sig"}]})
        elif self.path == "/userinfo":
            code = self.headers["Authorization"].removeprefix("Bearer ")
            self.answer(json.loads(base64.urlsafe_b64decode(code)))
        else:
            self.answer({}, 404)

    def do_POST(self) -> None:
        form = parse_qs(self.rfile.read(int(self.headers["Content-Length"])).decode())
        self.tokens.append(form)
        claims = json.loads(base64.urlsafe_b64decode(form["code"][0]))
        if "break" in claims or form["client_secret"] != [SECRET]:
            self.answer({"error": "invalid_grant"}, 400)
            return
        now = int(time.time())
        signed = {"iss": self.own, "aud": CLIENT, "iat": now, "exp": now + 300} | claims
        token = jwt.encode(signed, KEY, "RS256", headers={"kid": "k1"})
        self.answer({"access_token": form["code"][0], "token_type": "Bearer", "expires_in": 300, "id_token": token})


@pytest.fixture(scope="module")
def visits(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    provider = ThreadingHTTPServer(("127.0.0.1", 0), Provider)
    threading.Thread(target=provider.serve_forever, daemon=True).start()
    own = f"http://127.0.0.1:{provider.server_address[1]}"
    with own_database() as database:
        place = Place(tmp_path_factory.mktemp("oidc"), database)
        environment = place.environment | AWAY | {"HUOYUE_OIDC_SERVER": own, "NO_PROXY": "*", "no_proxy": "*"}
        done = subprocess.run([sys.executable, "-m", "tests.server.oidc_visits"], cwd=ROOT, env=environment,
                              capture_output=True, text=True, check=False)  # fmt: skip
    provider.shutdown()
    provider.server_close()
    assert done.returncode == 0, done.stderr[-3000:]
    return json.loads(done.stdout.strip().splitlines()[-1]) | {"own": own}


def test_who_was_invited_is_signed_in_with_a_verified_address_whatever_its_capitals(visits):
    assert visits["invited"]["who"] == "ada"
    assert visits["verified_in_words"]["who"] == "eva"


def test_afterwards_the_provider_s_name_for_the_person_is_enough(visits):
    assert visits["again"]["who"] == "ada"
    assert visits["again_without_address"]["who"] == "ada"


def test_the_password_stays_and_other_sessions_go_on(visits):
    assert visits["password_stays"] is True
    assert visits["elsewhere"] == "ada"


def test_linking_and_unlinking_an_identity_is_in_the_journal_or_is_not_done(visits):
    assert visits["linked"] == [
        ["ada", {"provider": "oidc", "name": "1"}], ["eva", {"provider": "oidc", "name": "7"}],
    ]  # fmt: skip
    assert (visits["unrecorded"]["who"], visits["unrecorded"]["status"], visits["unrecorded"]["rows"]) == ("", 500, 0)
    assert visits["recorded"]["who"] == "dov"
    assert visits["unlinked"]["status"] == 302
    assert visits["unlinked"]["rows"] == 0
    assert visits["unlinked"]["events"] == [{"provider": "oidc", "name": "9"}]


@pytest.mark.parametrize(
    "name", ["unknown", "unverified", "unverified_in_words", "unverified_unsaid", "stopped", "no_address"]
)
def test_others_are_refused_with_words_that_say_not_which(visits, name):
    assert visits[name]["who"] == ""
    assert visits[name]["status"] == 403
    assert "此身份在本系统没有对应的账号" in visits[name]["words"]
    assert visits[name]["words"] == visits["unknown"]["words"]


def test_no_account_and_no_letter_comes_of_it(visits):
    assert (visits["accounts"], visits["letters"]) == (10, 0)


@pytest.mark.parametrize("name", ["forged_state", "cancelled", "broken", "other_audience", "expired"])
def test_answers_that_do_not_fit_sign_nobody_in_and_are_said(visits, name):
    assert visits[name]["who"] == ""
    assert visits[name]["status"] < 500
    assert visits[name]["words"]


def test_a_provider_that_is_away_is_said(visits):
    assert visits["away"]["status"] == 503
    assert "登录服务暂时无法连接" in visits["away"]["words"]


def test_the_provider_is_asked_with_state_and_proof_key(visits):
    asked = visits["invited"]["asked"]
    assert visits["invited"]["to"] == f"{visits['own']}/authorize"
    assert asked["client_id"] == CLIENT
    assert asked["response_type"] == "code"
    assert set(asked["scope"].split()) == {"openid", "profile", "email"}
    assert asked["code_challenge_method"] == "S256"
    assert asked["redirect_uri"] == "http://testserver/sign-in/oidc/oidc/login/callback/"
    assert all("code_verifier" in form for form in Provider.tokens)


def test_the_page_for_signing_in_offers_the_provider_by_name_and_in_one_language(visits):
    assert 'href="/sign-in/oidc/oidc/login/' in visits["button"]
    assert "部门统一认证" in visits["button"]
    assert "third-party" not in visits["button"]


def test_without_the_setting_there_is_no_such_way(db):
    client = Client()
    assert "oidc" not in client.get("/sign-in/login/").content.decode()
    for address in ("/sign-in/oidc/oidc/login/", "/sign-in/oidc/oidc/login/callback/"):
        assert client.get(address).status_code == 404

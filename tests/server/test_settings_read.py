"""Addresses among the settings: what is mistyped, or was not escaped, is told with the way to write it."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.core.exceptions import ImproperlyConfigured

from huoyue.server.settings import environment

pytestmark = pytest.mark.once


@pytest.mark.parametrize("address", ["postgresql://u:a/b@host/name", "postgresql://[::1/name", "postgresql://h:port/n"])
def test_an_address_of_a_database_that_is_none_says_how_to_write_it(address: str, tmp_path: Path) -> None:
    with pytest.raises(
        ImproperlyConfigured, match=r"HUOYUE_DATABASE: write postgresql://.* / # in a password as %40 %2F"
    ):
        environment.database(address, tmp_path)


@pytest.mark.parametrize("address", ["smtp://u:a/b@host:25", "smtps://[::1", "smtp://host:25 "])
def test_an_address_of_a_mail_server_that_is_none_says_how_to_write_it(address: str) -> None:
    with pytest.raises(ImproperlyConfigured, match=r"HUOYUE_SMTP: write smtp.* as %40 %2F %23"):
        environment.mail(address)


@pytest.mark.parametrize("address", ["https://[::1", "https://host:tls", "ftp://host", "http://elsewhere.example.org"])
def test_an_address_that_could_be_listened_to_or_is_none_is_refused(
    address: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HUOYUE_OIDC_SERVER", address)
    with pytest.raises(ImproperlyConfigured, match=r"HUOYUE_OIDC_SERVER=.*: write https://host"):
        environment.guarded_address("HUOYUE_OIDC_SERVER")


def test_what_is_escaped_in_a_password_is_read_as_it_was(tmp_path: Path) -> None:
    assert environment.database("postgresql://u:a%2Fb%40c@host:5433/name", tmp_path)["PASSWORD"] == "a/b@c"  # noqa: S105
    assert environment.mail("smtp://u%40x:a%23b@host")["EMAIL_HOST_PASSWORD"] == "a#b"  # noqa: S105

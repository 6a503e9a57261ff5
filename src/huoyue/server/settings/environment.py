"""Settings read from the environment; a value that makes no sense stops the start and says why."""

from __future__ import annotations

import os
import secrets
from collections.abc import Callable
from ipaddress import IPv4Network, IPv6Network, ip_network
from pathlib import Path
from typing import Any, TypeVar
from urllib.parse import SplitResult, parse_qsl, unquote, urlsplit

from django.core.exceptions import ImproperlyConfigured

T = TypeVar("T")


def text(name: str, default: str = "") -> str:
    """The variable `name`, without blanks around it."""
    return os.environ.get(name, default).strip()


def flag(name: str, *, default: bool = False) -> bool:
    """Whether `name` says yes (1, true, yes, on) or no (0, false, no, off, nothing)."""
    value = text(name, "1" if default else "0").lower()
    if value in ("1", "true", "yes", "on"):
        return True
    if value in ("0", "false", "no", "off", ""):
        return False
    raise ImproperlyConfigured(f"{name}={value!r}: write 1 or 0")


def read(name: str, default: str, kind: Callable[[str], T], wanted: str) -> T:
    """The variable as `kind` reads it; ImproperlyConfigured says what is `wanted`."""
    try:
        return kind(text(name, default))
    except ValueError as error:
        raise ImproperlyConfigured(f"{name}={text(name)!r}: write {wanted}") from error


def number(name: str, default: int) -> int:
    return read(name, str(default), int, "a whole number")


def words(name: str, default: str = "") -> list[str]:
    """A list written with commas or blanks."""
    return text(name, default).replace(",", " ").split()


def numbers(name: str, default: str) -> list[int]:
    return read(name, default, lambda value: [int(word) for word in value.replace(",", " ").split()], "whole numbers")


def networks(words: list[str]) -> list[IPv4Network | IPv6Network]:
    """Networks as 10.0.0.0/8."""
    try:
        return [ip_network(word) for word in words]
    except ValueError as error:
        raise ImproperlyConfigured(f"{' '.join(words)!r}: write networks as 10.0.0.0/8") from error


def guarded_address(name: str) -> str:
    """The address in `name`: https, or http to this machine itself. Who could listen could sign in as anybody."""
    value = text(name)
    mend = f"{name}={value!r}: write https://host (http:// for localhost alone)"
    parts = split(value, mend)
    here = parts.hostname in ("localhost", "127.0.0.1", "::1")
    if parts.hostname and (parts.scheme == "https" or (parts.scheme == "http" and here)):
        return value
    raise ImproperlyConfigured(mend)


def split(address: str, mend: str) -> SplitResult:
    """The parts of an address. What is none, as with an @ or / left as it is in a password, is refused with `mend`."""
    try:
        parts = urlsplit(address)
        _ = parts.port  # read only when it is asked for
    except ValueError as error:
        raise ImproperlyConfigured(mend) from error
    return parts


def secret(name: str, folder: Path, *, demonstration: bool) -> str:
    """The secret in `name` or in the file that `name`_FILE names; a demonstration keeps one of its own in `folder`."""
    if value := text(name):
        return value
    if path := text(f"{name}_FILE"):
        return Path(path).read_text(encoding="utf-8").strip()
    if not demonstration:
        raise ImproperlyConfigured(f"Set {name} to a long random text, or {name}_FILE to a file that holds one.")
    kept = folder / "secret-key"
    if not kept.exists():
        folder.mkdir(parents=True, exist_ok=True)
        with os.fdopen(os.open(kept, os.O_WRONLY | os.O_CREAT, 0o600), "w", encoding="utf-8") as stream:
            stream.write(secrets.token_urlsafe(64))
    return kept.read_text(encoding="utf-8").strip()


def optional_secret(name: str) -> str:
    """The secret in `name` or in the file that `name`_FILE names; nothing where neither is set."""
    return text(name) or file_text(f"{name}_FILE")


def file_text(name: str) -> str:
    """What the file holds that `name` names; nothing where it names none."""
    if not (path := text(name)):
        return ""
    try:
        return Path(path).read_text(encoding="utf-8").strip()
    except (OSError, ValueError) as error:
        raise ImproperlyConfigured(f"{name}={path!r}: the file cannot be read") from error


def database(url: str, folder: Path) -> dict[str, Any]:
    """Django's settings for `url`: postgresql://user:password@host:port/name, sqlite:///path, or nothing.

    SQLite runs with a write-ahead log, full synchronisation and immediate transactions: with Django's defaults four
    saves in ten fail under 146 savers, and an answered save can be lost when the power goes.
    """
    mend = (
        "HUOYUE_DATABASE: write postgresql://user:password@host/name or sqlite:///path, "
        "and signs such as @ / # in a password as %40 %2F %23"
    )
    parts = split(url or f"sqlite:///{(folder / 'huoyue.sqlite3').resolve()}", mend)
    if parts.scheme == "sqlite":
        commands = "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA wal_autocheckpoint=4000;"
        return {
            "ENGINE": "django.db.backends.sqlite3",
            "NAME": unquote(parts.path) if parts.path.count("/") > 1 or parts.path != "/:memory:" else ":memory:",
            "OPTIONS": {"transaction_mode": "IMMEDIATE", "timeout": 20, "init_command": commands},
            "CONN_MAX_AGE": None,
        }
    if parts.scheme in ("postgres", "postgresql"):
        return {
            "ENGINE": "django.db.backends.postgresql",
            "NAME": unquote(parts.path.lstrip("/")),
            "USER": unquote(parts.username or ""),
            "PASSWORD": unquote(parts.password or ""),
            "HOST": parts.hostname or dict(parse_qsl(parts.query)).get("host", ""),
            "PORT": str(parts.port or ""),
            "CONN_MAX_AGE": None,
            "CONN_HEALTH_CHECKS": True,
            "OPTIONS": {"prepare_threshold": 2},
        }
    raise ImproperlyConfigured(mend)


def counts(engine: str, folder: Path) -> dict[str, Any]:
    """Where tries and calls are counted: in files beside SQLite, and in PostgreSQL, which several machines share."""
    options = {"OPTIONS": {"MAX_ENTRIES": 50_000}}
    if engine.endswith("postgresql"):
        return {"BACKEND": "huoyue.server.tallies.TalliedTable", "LOCATION": "server_counts"} | options
    return {"BACKEND": "huoyue.server.tallies.TalliedFiles", "LOCATION": folder / "tries"} | options


def mail(url: str) -> dict[str, Any]:
    """Django's mail settings for smtp://user:password@host:port, smtps:// or smtp+starttls://."""
    mend = (
        "HUOYUE_SMTP: write smtp+starttls://user:password@host:587, "
        "and signs such as @ / # in a user or password as %40 %2F %23"
    )
    parts = split(url, mend)
    if parts.scheme not in ("smtp", "smtps", "smtp+starttls") or not parts.hostname:
        raise ImproperlyConfigured(mend)
    return {
        "EMAIL_BACKEND": "django.core.mail.backends.smtp.EmailBackend",
        "EMAIL_HOST": parts.hostname,
        "EMAIL_PORT": parts.port or {"smtps": 465, "smtp+starttls": 587}.get(parts.scheme, 25),
        "EMAIL_HOST_USER": unquote(parts.username or ""),
        "EMAIL_HOST_PASSWORD": unquote(parts.password or ""),
        "EMAIL_USE_SSL": parts.scheme == "smtps",
        "EMAIL_USE_TLS": parts.scheme == "smtp+starttls",
        "EMAIL_TIMEOUT": 20,
    }

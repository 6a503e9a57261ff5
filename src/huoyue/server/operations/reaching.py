"""Reaching an address outside: resolved once, checked, and connected to as checked; nothing is followed anywhere.

Whoever writes the address of a webhook must not reach through this server what only this server reaches: the machine
itself, its database, the house's network. An intranet that wants that names its networks in a setting.
"""

from __future__ import annotations

import http.client
import socket
import ssl
import threading
from collections.abc import Mapping, Sequence
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings

PATIENCE = 10.0
"""Seconds for each step: connecting, sending, the first line of the answer."""
WHOLE = 20.0
"""Seconds for all of it."""
TRANSLATED = (IPv6Network("64:ff9b::/96"), IPv6Network("64:ff9b:1::/48"))


class NotAllowed(OSError):
    """The name leads to no address that may be reached from here."""


def is_allowed(address: IPv4Address | IPv6Address) -> bool:
    """Whether an address is a public one, or of a network that the settings name."""
    if isinstance(address, IPv6Address):
        if address.ipv4_mapped is not None:
            return is_allowed(address.ipv4_mapped)
        if address.sixtofour or address.teredo or any(address in network for network in TRANSLATED):
            return False
    if any(address in network for network in settings.WEBHOOK_NETWORKS):
        return True
    return address.is_global and not address.is_multicast


def reachable(host: str, port: int) -> str:
    """The first address of a name that may be reached."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    for *_, place in found:
        if is_allowed(ip_address(str(place[0]).partition("%")[0])):
            return str(place[0])
    raise NotAllowed(host)


def post(address: str, body: bytes, headers: Mapping[str, str]) -> int:
    """Send a body; the status of the answer. OSError or HTTPException if there is none in time."""
    parts = urlsplit(address)
    secure = parts.scheme == "https"
    host, port = parts.hostname or "", parts.port or (443 if secure else 80)
    checked = reachable(host, port)

    def connected(place: tuple[str, int], timeout: float, source: Any = None, **more: Sequence[Any]) -> socket.socket:
        """A line to the address that was checked, whatever the name leads to by now."""
        del more
        return socket.create_connection((checked, place[1]), timeout, source)

    line: http.client.HTTPConnection
    if secure:
        line = http.client.HTTPSConnection(host, port, timeout=PATIENCE, context=ssl.create_default_context())
    else:
        line = http.client.HTTPConnection(host, port, timeout=PATIENCE)
    line._create_connection = connected  # type: ignore[attr-defined]  # http.client's own place for this
    ending = threading.Timer(WHOLE, cut, (line,))
    ending.daemon = True
    ending.start()
    try:
        target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        line.request("POST", target, body, dict(headers))
        return line.getresponse().status
    finally:
        ending.cancel()
        line.close()


def cut(line: http.client.HTTPConnection) -> None:
    """End a line on which answers trickle."""
    if line.sock is not None:
        line.sock.close()

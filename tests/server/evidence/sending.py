"""Ways of sending evidence and of getting it back."""

from __future__ import annotations

from pathlib import Path

from huoyue.server.models import Evidence

AT = "/rounds/r1/filing/A001/"
UID, OTHER = "a" * 24, "b" * 24
JSON = {"Accept": "application/json"}


def part(client, address, offset, content, **environ):
    headers = JSON | {"Upload-Offset": str(offset)}
    return client.patch(address, content, content_type="application/octet-stream", headers=headers, **environ)


def fetched(client, address: str):
    """A download's answer, read to its end, which closes it; `body` is what came."""
    answer = client.get(address)
    answer.body = answer.getvalue()
    return answer


def nothing_is_left(files: Path) -> bool:
    return not Evidence.objects.exists() and [path for path in files.rglob("*") if path.is_file()] == []

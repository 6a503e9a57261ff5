"""A file that people sent, given out as a download and nothing else."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import quote

from django.http import FileResponse

from huoyue.server.operations.journal import Refuse
from huoyue.server.queries.doors import ABSENT
from huoyue.server.queries.kinds import TAKEN


def as_download(path: Path, name: str, kind: str) -> FileResponse:
    """Browsers are told not to guess what it is and not to run it; its ending is that of its content."""
    if not path.exists():
        raise Refuse(ABSENT.code)
    answer = FileResponse(path.open("rb"), content_type="application/octet-stream")
    ending = TAKEN.get(kind, "bin")
    whole = name if name.lower().endswith(f".{ending}") else f"{name}.{ending}"
    answer.headers["Content-Disposition"] = (
        f"attachment; filename=\"evidence.{ending}\"; filename*=UTF-8''{quote(whole)}"
    )
    answer.headers["Content-Security-Policy"] = "sandbox; default-src 'none'"
    return answer

"""Small pictures of evidence, drawn in a child process with limits: what people upload is not to be trusted."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from django.conf import settings

from huoyue.server.operations.storage import evidence_path

SECONDS = 20
MEMORY = 2**30
LONGEST_SIDE = 900


def preview(digest: str, kind: str) -> Path | None:
    """A PNG of the first page or of the picture; None where none can be drawn. Kept once it is drawn."""
    place = Path(settings.FILES, "previews", digest[:2], f"{digest}.png")
    if place.exists():
        return place
    if kind != "application/pdf" and not kind.startswith("image/"):
        return None
    place.parent.mkdir(parents=True, exist_ok=True)
    unfinished = place.with_suffix(f".{os.getpid()}.part")
    command = [
        sys.executable,
        "-m",
        "huoyue.server.operations.previews",
        kind,
        str(evidence_path(digest)),
        str(unfinished),
    ]
    try:
        subprocess.run(command, capture_output=True, timeout=SECONDS, check=True)  # noqa: S603 - our own module
        os.replace(unfinished, place)
    except (OSError, subprocess.SubprocessError):
        unfinished.unlink(missing_ok=True)
        return None
    return place


def limit() -> None:
    """Bound what this process may use."""
    import resource  # why: optional

    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))


def draw(kind: str, source: str, target: str) -> None:
    """Draw the first page or the picture of `source` as a PNG."""
    from PIL import Image  # why: slow

    Image.MAX_IMAGE_PIXELS = 80_000_000
    if kind == "application/pdf":
        import pypdfium2  # why: slow

        page = pypdfium2.PdfDocument(source)[0]
        scale = min(2.0, LONGEST_SIDE / max(page.get_size()))
        picture = page.render(scale=scale).to_pil()
    else:
        picture = Image.open(source)
    picture.thumbnail((LONGEST_SIDE, LONGEST_SIDE))
    picture.convert("RGB").save(target, "PNG")


if __name__ == "__main__":
    limit()
    draw(*sys.argv[1:4])

"""Whether an edition still holds, told beside it: a file that changes, and the site that stands in a withdrawn one's
place.

The standing is no part of the edition. The page that carries it reads `standing.js`, which says nothing until there is
a later edition.
"""

from __future__ import annotations

import json
from datetime import date
from importlib.resources import files

from huoyue.core.message import Title
from huoyue.publication.about import About
from huoyue.publication.speech import page

STANDING = "standing.js"


def standing_script(later: int | None = None) -> bytes:
    """Says which edition holds instead; nothing while this one does."""
    said = {"later": later} if later else None
    return f"window.huoyueStanding = {json.dumps(said)};\n".encode()


def asset(name: str) -> bytes:
    """A file of the site that is the same in every edition."""
    return files("huoyue.publication").joinpath("assets", name).read_bytes()


def withdrawn_site(
    about: About, title: Title, issuer: Title, digest: str, on: date, reason: str, holds: int | None
) -> dict[str, bytes]:
    """What stands where a withdrawn edition stood: that it is withdrawn, why, its digest, and which edition holds."""
    told = {"about": about, "title": title, "issuer": issuer, "digest": digest, "on": on, "reason": reason,
            "holds": holds}  # fmt: skip
    found = {f"{lang}/index.html": page("withdrawn.html", lang, up="../", **told) for lang in ("zh", "en")}
    return found | {"index.html": page("root.html", "zh", title=title), "assets/site.css": asset("site.css"),
                    "assets/mark.svg": asset("mark.svg")}  # fmt: skip

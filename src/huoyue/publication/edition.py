"""An edition: the files of a public site with its data and documents, sealed by a manifest. Same input, same bytes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

import huoyue
from huoyue.core.message import Title
from huoyue.publication.about import About, citation_file
from huoyue.publication.document import report_files
from huoyue.publication.formats import data_digest, data_files
from huoyue.publication.guard import guard_of
from huoyue.publication.leaving import leaving
from huoyue.publication.openness import opened, openness
from huoyue.publication.redaction import redacted
from huoyue.publication.site import site_files
from huoyue.publication.standing import STANDING, standing_script
from huoyue.publication.written import NOTHING, Written
from huoyue.snapshot.digests import MANIFEST, canonical, sealed, sha256, zipped
from huoyue.snapshot.store import Snapshot

FORMAT = 1


@dataclass(frozen=True)
class Made:
    """The files of an edition by name, its manifest among them, and the digest that stands for all."""

    files: Mapping[str, bytes]
    manifest: Mapping[str, Any]

    @property
    def digest(self) -> str:
        return str(self.manifest["digest"])

    def zipped(self) -> bytes:
        """The canonical zip of the files."""
        return zipped(self.files)


def make_edition(snapshot: Snapshot, about: About, written: Written = NOTHING) -> Made:
    """The whole edition, in some seconds; what is open is what the scheme opens on its day.

    `written` goes into its report. Refused where that would let out what does not leave.
    """
    source = redacted(snapshot)
    kinds = openness(snapshot.scheme, about.first_on, about.on)
    is_open = opened(kinds)
    tables = leaving(source, is_open)
    files = data_files(tables)
    digest = data_digest(files)
    files["CITATION.txt"] = citation_file(snapshot.scheme, about, digest)
    guard = guard_of(snapshot, is_open, written.people) if written.stamps() else None
    report = report_files(source, is_open, written, guard, about.on)
    files |= report
    files |= site_files(source, about, kinds, tables, digest, tuple(name for name in files if "/" in name))
    manifest = sealed(manifest_of(source.digest, about, digest, files) | {
        "kinds": {name: {"choice": one.choice, "open": one.is_open, "due": one.due.isoformat() if one.due else None}
                  for name, one in kinds.items()},
    } | ({"written": written.stamps()} if report and written.stamps() else {}))  # fmt: skip
    files[MANIFEST] = canonical(manifest)
    files[STANDING] = standing_script()
    return Made(files, manifest)


def manifest_of(snapshot_digest: str, about: About, digest: str, files: Mapping[str, bytes]) -> dict[str, Any]:
    """What the manifest says besides the kinds. The standing of the edition is no file of it, since it changes."""
    return {
        "format": FORMAT,
        "huoyue": huoyue.__version__,
        "round": about.key,
        "edition": about.number,
        "published_on": about.on.isoformat(),
        "first_published_on": about.first_on.isoformat(),
        "replaces": about.replaces,
        "errata": [plain(one) for one in about.errata],
        "snapshot": {"digest": snapshot_digest, "signature": asdict(about.signature) if about.signature else None},
        "data": digest,
        "files": {name: {"bytes": len(body), "sha256": sha256(body)} for name, body in sorted(files.items())},
    }


def plain(title: Title) -> dict[str, str]:
    return {"zh": title.zh, "en": title.en}

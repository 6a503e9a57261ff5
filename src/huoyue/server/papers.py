"""Receipts and printed filings as PDF, set by typst with the fonts that come with the packages."""

from __future__ import annotations

import json
from functools import cache
from importlib.resources import as_file, files
from io import BytesIO
from typing import Any

import qrcode
import qrcode.image.svg
import typst

from huoyue.core.message import M
from huoyue.core.phrase import render, zone_name
from huoyue.report.figures import font_path, glyphs
from huoyue.server.models import Filing, Version
from huoyue.server.queries.compare import Content, Kept, shown_cell, shown_evidence
from huoyue.server.queries.filings import own_kinds
from huoyue.server.queries.schemes import scheme_of
from huoyue.server.saying import moment, said


@cache
def compiler(name: str) -> typst.Compiler:
    """The template `name`, ready to be filled."""
    with as_file(files("huoyue.server").joinpath("assets", name)) as template:
        return typst.Compiler(input=str(template), font_paths=[str(font_path().parent)], ignore_system_fonts=True)


def set_in_type(template: str, data: dict[str, Any]) -> bytes:
    """The PDF of a template filled with `data`; signs that no font has are printed as a box."""
    text = legible(json.dumps(data, ensure_ascii=False))
    body = compiler(template).compile(format="pdf", sys_inputs={"data": text}, timestamp=0)
    if not isinstance(body, bytes):
        raise TypeError("typst made several documents of one")
    return body


def legible(text: str) -> str:
    """The text with a box for what has no glyph: a receipt must come out whatever a file is called."""
    known = glyphs()
    return "".join(sign if ord(sign) < 128 or ord(sign) in known else "□" for sign in text)


def square(text: str) -> str:
    """A QR code of `text` as SVG."""
    stream = BytesIO()
    qrcode.make(text, image_factory=qrcode.image.svg.SvgPathImage, border=1).save(stream)
    return stream.getvalue().decode()


def heads(filing: Filing, lang: str) -> dict[str, str]:
    """What stands on every paper of a filing."""
    round_ = filing.round
    practice = render(M("Practice round: this paper proves nothing"), lang) if round_.practice else ""
    return {
        "lang": lang,
        "round": round_.title(lang),
        "alliance": filing.alliance.name,
        "code": filing.alliance.code,
        "practice": practice,
    }


def receipt_pdf(filing: Filing, version: Version, lang: str) -> bytes:
    """One page that proves a submission: receipt number, moment, digest of the content, and what it held."""
    scheme = scheme_of(filing.round)
    content = json.loads(version.content)
    kinds = own_kinds(scheme)
    counts = {kind.id: sum(r["kind"] == kind.id for r in content["records"]) for kind in kinds}
    digests = [(f["name"], f["digest"][:16]) for r in content["records"] for f in r["evidence"]]
    zone = filing.round.time_zone
    note = M("The digest is that of the submitted content. Whoever holds the content can compute it again and compare.")
    data = heads(filing, lang) | {
        "title": render(M("Receipt of submission"), lang),
        "qr": square(f"{version.receipt} {version.digest}"),
        "rows": [
            [render(label, lang), value]
            for label, value in (
                (M("Receipt number"), version.receipt),
                (M("Alliance"), f"{filing.alliance.name}（{filing.alliance.code}）"),
                (M("Version"), str(version.number)),
                (
                    M("Submitted at"),
                    render(
                        M(
                            "{moment} ({zone})",
                            moment=moment(version.submitted_at, lang, zone=zone),
                            zone=zone_name(zone),
                        ),
                        lang,
                    ),
                ),
                (M("Signed by"), version.signed_as),
                (M("Digest of the content (SHA-256)"), version.digest),
            )
        ],
        "counts": [[said(kind.title, lang), str(counts[kind.id])] for kind in kinds],
        "counts_head": [render(M("Kind of record"), lang), render(M("Records"), lang)],
        "files_head": [render(M("File"), lang), render(M("Digest (first 16 signs)"), lang)],
        "files": [list(pair) for pair in digests[:200]],
        "note": render(note, lang),
    }
    return set_in_type("receipt.typ", data)


def filing_pdf(filing: Filing, content: Content, lang: str, *, version: Version | None) -> bytes:
    """The filing on paper. Without a version it is a draft, and every page says so."""
    scheme = scheme_of(filing.round)
    zone = filing.round.time_zone
    submitted = (
        f"{render(M('Submitted at'), lang)} {moment(version.submitted_at, lang, zone=zone)} · {version.signed_as}"
        if version
        else render(M("Draft, not submitted"), lang)
    )
    data = heads(filing, lang) | {
        "title": render(M("Filing"), lang),
        "watermark": "" if version else render(M("DRAFT"), lang),
        "receipt": version.receipt if version else "",
        "digest": version.digest if version else "",
        "qr": square(f"{version.receipt} {version.digest}") if version else "",
        "submitted": submitted,
        "seal": render(M("Seal of the alliance, signature of the responsible person, date"), lang),
        "empty": render(M("Nothing filed"), lang),
        "sections": [
            _section(number, kind, content.of(kind.id), lang) for number, kind in enumerate(own_kinds(scheme), 1)
        ],
    }
    return set_in_type("filing.typ", data)


def _section(number: int, kind: Any, records: list[Kept], lang: str) -> dict[str, Any]:
    """A record type as a table: few fields across, many as a list for each record."""
    titles = [said(spec.title, lang) for spec in kind.fields]
    evidence = kind.evidence != "none"
    rows = [
        [said(shown_cell(spec, r), lang) for spec in kind.fields] + ([shown_evidence(r)] if evidence else [])
        for r in records
    ]
    heads_ = titles + ([render(M("Evidence"), lang)] if evidence else [])
    return {"title": f"{number}. {said(kind.title, lang)}", "heads": heads_, "rows": rows}

"""Changing the wording of a round's report: every change is a new version, and none is lost."""

from __future__ import annotations

from django.db import IntegrityError, transaction

from huoyue.report.section import shipped
from huoyue.server.models import Round, Wording
from huoyue.server.operations.journal import Acting, Refuse, operation, record
from huoyue.server.queries.wordings import text_of, version_of

MOST = 60_000
"""Characters of a section's template."""


def cleaned(text: str) -> str:
    """A text as a browser sends it, with plain ends of lines."""
    plain = text.replace("\r\n", "\n").replace("\r", "\n").strip("\n")
    return f"{plain}\n" if plain else ""


@operation("wording.saved")
def save_wording(
    acting: Acting, round_: Round, lang: str, name: str, text: str, *, base: int, note: str = ""
) -> Wording:
    """Keep a text as the section's next version. `base` is the version that it was made from."""
    text = cleaned(text)
    if len(text) > MOST:
        raise Refuse("wording_long", most=str(MOST))
    last = version_of(round_, lang, name)
    if last != base:
        raise Refuse("wording_stale")
    if text == text_of(round_, lang, name):
        raise Refuse("wording_same")
    return kept(acting, "wording.saved", round_, lang, name, text, last, note)


@operation("wording.restored")
def restore_wording(acting: Acting, round_: Round, lang: str, name: str, number: int, *, base: int) -> Wording:
    """Make an earlier version the next one; 0 is ours."""
    last = version_of(round_, lang, name)
    if last != base:
        raise Refuse("wording_stale")
    if number and not Wording.objects.filter(round=round_, lang=lang, name=name, number=number).exists():
        raise Refuse("wording_version")
    text = text_of(round_, lang, name, number)
    if text == text_of(round_, lang, name):
        raise Refuse("wording_same")
    return kept(acting, "wording.restored", round_, lang, name, text, last, "", of=number)


def kept(
    acting: Acting, kind: str, round_: Round, lang: str, name: str, text: str, last: int, note: str, **more: object
) -> Wording:
    """The next version and its event. A text that is ours is kept as such, so that it follows ours."""
    own = "" if text == shipped(lang, name) or not text.strip() else text
    try:
        with transaction.atomic():
            found = Wording.objects.create(
                round=round_, lang=lang, name=name, number=last + 1, text=own, note=note.strip()[:200],
                by=acting.doer, at=acting.at,
            )  # fmt: skip
    except IntegrityError as error:  # somebody saved at the same moment
        raise Refuse("wording_stale") from error
    after = {"lang": lang, "section": name, "version": found.number, "ours": not own, "note": found.note} | more
    record(acting, kind, round=round_, subject=f"{lang}/{name}", before={"version": last}, after=after)
    return found

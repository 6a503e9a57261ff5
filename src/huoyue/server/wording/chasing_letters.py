"""What reminders, summaries and notices say, in the language of whoever gets them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from huoyue.core.message import M, Message, Title, Value
from huoyue.core.phrase import render, zone_name
from huoyue.server.saying import last_moment

MOST_NAMED = 60
"""Alliances named in one letter; beyond that a letter gives their number."""


@dataclass(frozen=True)
class Frame:
    """What all letters of a round share: its title in both languages, its time zone, and who writes."""

    round_title: Title
    zone: str
    organisation: Title
    contact: str = ""
    practice: bool = False


@dataclass(frozen=True)
class Standing:
    """How a filing stands, as far as a reminder tells it."""

    alliance: str
    state: str
    deadline: datetime
    address: str
    version: int | None = None
    records: int = 0
    errors: int = 0
    missing: int = 0
    remarks: int = 0
    empty: tuple[Title, ...] = ()
    """Sections in which nothing was filed yet."""


@dataclass(frozen=True)
class Text:
    """A letter's subject and body."""

    subject: str
    body: str


def text_of(frame: Frame, lang: str, name: str, subject: Message, paragraphs: Iterable[Message | str]) -> Text:
    """A letter: greeting, paragraphs, who writes. Strings are somebody's own words and stay as they are."""
    said = [render(M("Dear {name},", name=name), lang)]
    if frame.practice:
        said.append(render(M("This is about a practice round: nothing filed in it counts."), lang))
    said += [part.strip() if isinstance(part, str) else render(part, lang) for part in paragraphs if part]
    said.append("\n".join(filter(None, (frame.organisation.in_language(lang), frame.contact))))
    head = M("[Practice] {subject}", subject=subject) if frame.practice else subject
    return Text(render(head, lang), "\n\n".join(said))


def reminder(frame: Frame, lang: str, name: str, standing: Standing, *, left: int, note: str = "") -> Text:
    """How the filing stands, what is missing, until when, where, and a word of the sender's."""
    values: dict[str, Value] = {"alliance": standing.alliance, "round": frame.round_title}
    until = last_moment(standing.deadline, lang, zone=frame.zone)
    subject = M("{days} days left: {round}, {alliance}", days=left, **values)
    if left <= 1:
        subject = M("The last day: {round}, {alliance}", **values)
    paragraphs: list[Message | str] = [
        stands(standing, values),
        *gaps(standing),
        M(
            "The deadline is {moment} ({zone}). What has been submitted by then counts.",
            moment=until,
            zone=zone_name(frame.zone),
        ),
        note,
        M("File here: {address}", address=standing.address),
    ]
    return text_of(frame, lang, name, subject, paragraphs)


def stands(standing: Standing, values: dict[str, Value]) -> Message:
    """How a filing stands, in a sentence or two."""
    version = standing.version or 0
    if standing.state == "untouched":
        return M("{alliance} has not begun its filing for {round}.", **values)
    if standing.state == "returned":
        return M(
            "The filing of {alliance} for {round} was returned for correction; {count} remarks are still to be "
            "answered. Version {version} counts until a corrected one is submitted.",
            count=standing.remarks, version=version, **values,
        )  # fmt: skip
    if standing.version is not None:
        return M(
            "{alliance} is correcting its filing for {round}. Version {version} counts; what was changed since does "
            "not until it is submitted.",
            version=version, **values,
        )  # fmt: skip
    if standing.state == "checking":
        return M(
            "The filing of {alliance} for {round} is with the responsible person for checking. It has not been "
            "submitted, and as long as it is not, it does not count.",
            **values,
        )
    return M(
        "{alliance} has saved {count} records for {round}, but has not submitted them. A saved draft does not count.",
        count=standing.records, **values,
    )  # fmt: skip


def gaps(standing: Standing) -> list[Message]:
    """What stands in the way of a submission, and what is missing."""
    found = []
    if standing.errors:
        found.append(M("{count} records are in error; they have to be corrected first.", count=standing.errors))
    if standing.missing:
        found.append(M("{count} records lack required facts or evidence.", count=standing.missing))
    if standing.empty and standing.state != "untouched":
        found.append(M("Nothing has been filed yet under: {titles}.", titles=standing.empty))
    return found


def summary(frame: Frame, lang: str, name: str, owing: Sequence[str], *, left: int, address: str) -> Text:
    """To a liaison officer, at each step: which of their alliances have not submitted."""
    values: dict[str, Value] = {"count": len(owing), "round": frame.round_title}
    subject = M("{days} days left in {round}: {count} of your alliances have not submitted", days=left, **values)
    told = M("{count} of your alliances have not submitted to {round}:", **values)
    chase = M("State, contacts and reminders: {address}", address=address)
    return text_of(frame, lang, name, subject, [told, names(owing, lang), chase])


def closing(
    frame: Frame, lang: str, name: str, owing: Sequence[str], extended: Sequence[str], *, total: int, address: str
) -> Text:
    """After the deadline, to liaison officers and the secretariat: who has not filed."""
    values: dict[str, Value] = {"count": len(owing), "total": total, "round": frame.round_title}
    subject = M("The deadline of {round} has passed: {count} of {total} have not filed", **values)
    if owing:
        told = M("{count} of {total} alliances have not filed in {round}:", **values)
    else:
        told = M("All {total} alliances have filed in {round}, or still have time.", **values)
    still: Message | str = (
        M("{count} alliances have an extension that is still running:", count=len(extended)) if extended else ""
    )
    where = M("State, contacts and reminders: {address}", address=address)
    more: list[Message | str] = [still, names(extended, lang)] if extended else []
    parts = [told, names(owing, lang), *more, where]
    return text_of(frame, lang, name, subject, parts)


def names(listed: Sequence[str], lang: str) -> str:
    """Alliances, one a line."""
    lines = list(listed[:MOST_NAMED])
    if len(listed) > MOST_NAMED:
        lines.append(render(M("and {count} more", count=len(listed) - MOST_NAMED), lang))
    return "\n".join(lines)


def notice(frame: Frame, lang: str, name: str, title: str, text: str, *, address: str) -> Text:
    """A notice of the secretariat, in its own words."""
    subject = M("{title} ({round})", title=title, round=frame.round_title)
    where = M("Your first page: {address}", address=address)
    return text_of(frame, lang, name, subject, [text, where])

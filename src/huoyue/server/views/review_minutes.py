"""The minutes of a meeting as a Word document."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from fractions import Fraction
from typing import Any
from urllib.parse import quote
from zoneinfo import ZoneInfo

from django.http import HttpRequest, HttpResponse

from huoyue.core.message import M, Message
from huoyue.core.scheme.model import Scheme
from huoyue.report.word_paper import Rows, Text, write_paper
from huoyue.server.asking import own_account
from huoyue.server.models import ReviewStage, Round
from huoyue.server.queries.review_board import barred_alliances
from huoyue.server.queries.review_minutes import Attended, Minuted, Minutes, minutes_of
from huoyue.server.queries.review_stages import scheme_stage
from huoyue.server.queries.review_standing import Score
from huoyue.server.saying import current_language, moment, organisation, said
from huoyue.server.wording.review import CONFLICT_KINDS
from huoyue.server.wording.review_board import difference_words

WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


def minutes_file(request: HttpRequest, stage: ReviewStage) -> HttpResponse:
    """The minutes as they stand; until the meeting is closed every page says that they are a draft."""
    barred = set(barred_alliances(own_account(request), stage.round))
    body = minutes_word(minutes_of(stage, barred), current_language(), left_out=len(barred))
    answer = HttpResponse(body, content_type=WORD)
    name = said(M("Minutes {round}", round=stage.round.title(current_language())))
    plain = f"minutes-{stage.round.key}-{stage.key}.docx"
    answer.headers["Content-Disposition"] = f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(name)}.docx"
    return answer


def minutes_word(minutes: Minutes, lang: str, *, left_out: int = 0) -> bytes:
    """The minutes as a .docx."""
    stage, known = minutes.stage, scheme_stage(minutes.stage)
    draft = stage.state != "closed"
    meta = {
        "title": said(M("Minutes of the {meeting}", meeting=known.title if known else stage.key), lang),
        "subtitle": stage.round.title(lang), "author": said(organisation(), lang),
        "lang": {"zh": "zh-CN", "en": "en-GB"}[lang],
    }  # fmt: skip
    mark = said(M("Draft: the meeting is not closed"), lang) if draft else ""
    return write_paper(meta, list(blocks(minutes, lang, left_out)), lang, mark=mark)


def blocks(minutes: Minutes, lang: str, left_out: int) -> Iterator[Text | Rows]:
    """The minutes part by part: the meeting, the cases discussed, those left."""
    round_, discussed = minutes.stage.round, [one for one in minutes.cases if one.case.opened_at is not None]
    waiting = [one.case.filing.alliance.name for one in minutes.cases if one.case.opened_at is None]
    people = everybody([one for case in discussed for one in case.attended], lang)
    yield Text(said(M("The meeting"), lang), 1)
    yield labelled(M("Time"), span([one.case.opened_at for one in discussed], minutes.stage, lang), lang)
    for label, names in people:
        yield labelled(label, listed(names, lang), lang)
    yield labelled(M("Cases"), said(M("{count} discussed, {left} not discussed", count=len(discussed),
                                      left=len(waiting)), lang), lang)  # fmt: skip
    if left_out:
        yield Text(said(M("Cases that the reader stands back from are not in this copy."), lang))
    yield Text(said(M("Discussion and decisions"), lang), 1)
    for one in discussed:
        yield from case_blocks(one, minutes.scheme, round_, lang)
    if not discussed:
        yield Text(said(M("No case has been discussed."), lang))
    if waiting:
        yield Text(said(M("On the agenda and not discussed"), lang), 1)
        yield Text(listed(waiting, lang))


def case_blocks(one: Minuted, scheme: Scheme, round_: Round, lang: str) -> Iterator[Text | Rows]:
    """One case."""
    case = one.case
    yield Text(bracketed(case.filing.alliance.name, case.filing.alliance.code, lang), 2)
    reasons = [said(difference_words(scheme, row), lang) for row in one.differences]
    reasons += [said(M("Added: {reason}", reason=case.added_reason), lang)] if case.added_reason else []
    yield labelled(M("Why it was discussed"), "; ".join(reasons) if lang == "en" else "；".join(reasons), lang)
    yield from room_blocks(one, lang)
    if one.moved:
        rows = [
            (said(scheme.indicator(decision.indicator).title, lang), points(before), points(now), decision.reason)
            for decision, before, now in one.moved
        ]
        heads = [
            said(head, lang) for head in (M("Indicator"), M("Before the meeting"), M("Settled"), M("Reason given"))
        ]
        yield Rows(heads, rows, (27, 11, 11, 51), (False, True, True, False))
    if one.whole:
        upheld = M("All other marks are upheld: {reason}") if one.moved else M("All marks are upheld: {reason}")
        yield Text(said(Message(upheld.text, {"reason": one.whole.reason}), lang))
    if one.before and one.now and (one.moved or one.whole):
        yield labelled(M("Result"), result(one.before, one.now, lang), lang)
    yield from noted(case.note, lang)
    if case.state == "open":
        yield labelled(M("State"), said(M("still being discussed"), lang), lang)
    elif case.closed_at:
        yield labelled(M("Closed at"), moment(case.closed_at, lang, zone=round_.time_zone), lang)


def everybody(attended: list[Attended], lang: str) -> Iterator[tuple[Message, list[str]]]:
    """Chairs and experts of the whole meeting, and who was never in the room without having to leave it."""
    there = {one.name for one in attended if one.present or one.out_because}
    names = {one.name: one.chairs for one in attended}
    chairs = [name for name, leads in names.items() if leads]
    if chairs:
        yield M("Chairs present"), [name for name in chairs if name in there] or [said(M("nobody"), lang)]
    yield M("Experts present"), [name for name, leads in names.items() if not leads and name in there]
    yield (
        M("Absent"),
        [called(name, names[name], lang) for name in names if name not in there] or [said(M("nobody"), lang)],
    )


def room_blocks(one: Minuted, lang: str) -> Iterator[Text]:
    """Who led, who was there, who was not, and who left because of a conflict."""
    nobody = said(M("nobody"), lang)
    if one.case.led_by is not None:
        yield labelled(M("Led by"), str(one.case.led_by), lang)
    named = [(who, called(who.name, who.chairs, lang)) for who in one.attended]
    yield labelled(M("Present"), listed([name for who, name in named if who.present], lang), lang)
    absent = [name for who, name in named if not who.present and not who.out_because]
    yield labelled(M("Absent"), listed(absent, lang) or nobody, lang)
    out = [bracketed(name, said(CONFLICT_KINDS.get(who.out_because, who.out_because), lang), lang)
           for who, name in named if who.out_because]  # fmt: skip
    yield labelled(M("Out of the room because of a conflict"), listed(out, lang) or nobody, lang)
    if late := [name for who, name in named if who.late]:
        yield labelled(M("Present, a conflict found only afterwards"), listed(late, lang), lang)


def called(name: str, chairs: bool, lang: str) -> str:
    """Somebody of the meeting by name; chairs are told apart."""
    return bracketed(name, said(M("chair"), lang), lang) if chairs else name


def noted(note: str, lang: str) -> Iterator[Text]:
    """The note, a paragraph a line."""
    lines = [line for line in note.splitlines() if line.strip()]
    for place, line in enumerate(lines):
        yield labelled(M("Noted"), line, lang) if place == 0 else Text(line)


def labelled(label: Any, text: str, lang: str) -> Text:
    return Text(text or "–", label=f"{said(label, lang)}{'：' if lang == 'zh' else ': '}")


def listed(names: list[str], lang: str) -> str:
    return ("、" if lang == "zh" else ", ").join(names)


def bracketed(text: str, more: str, lang: str) -> str:
    return f"{text}（{more}）" if lang == "zh" else f"{text} ({more})"


def points(value: tuple[int, int]) -> str:
    """A fraction of hundredths as points."""
    return said(Fraction(*value) / 100)


def result(before: Score, now: Score, lang: str) -> str:
    first = M("{score} points ({tier})", score=Fraction(before.score, 100), tier=before.tier.title)
    if (before.score, before.tier) == (now.score, now.tier):
        return said(M("{result}, as before the meeting", result=first), lang)
    last = M("{score} points ({tier})", score=Fraction(now.score, 100), tier=now.tier.title)
    return said(M("from {before} to {after}", before=first, after=last), lang)


def span(opened: list[datetime | None], stage: ReviewStage, lang: str) -> str:
    """From the first case to the end of the meeting, or since when it is held."""
    zone = stage.round.time_zone
    begun = min((one for one in opened if one), default=stage.opened_at)
    if begun is None:
        return ""
    if stage.closed_at is None:
        return moment(begun, lang, zone=zone)
    ended = stage.closed_at.astimezone(ZoneInfo(zone))
    same = begun.astimezone(ZoneInfo(zone)).date() == ended.date()
    return f"{moment(begun, lang, zone=zone)}–{f'{ended:%H:%M}' if same else moment(ended, lang, zone=zone)}"

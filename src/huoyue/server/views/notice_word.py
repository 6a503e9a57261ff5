"""The public notice on paper: a Word document as offices put one up, the results in its annex by tier."""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import quote

from django.http import HttpRequest, HttpResponse

from huoyue.core.calendar import count
from huoyue.core.message import M, Message, Value
from huoyue.core.scheme.model import PublicNotice
from huoyue.report.word_paper import Rows, Text, write_paper
from huoyue.server.models import NoticePeriod
from huoyue.server.queries.notice import day_of
from huoyue.server.queries.notice_results import Noticed, noticed
from huoyue.server.queries.review_sheets import as_points
from huoyue.server.queries.schemes import scheme_of
from huoyue.server.saying import current_language, organisation, said
from huoyue.server.views.review_minutes import WORD, labelled
from huoyue.server.wording import VERDICTS


def notice_file(request: HttpRequest, period: NoticePeriod) -> HttpResponse:
    """The notice as .docx; one that was withdrawn says so on every page."""
    del request
    lang = current_language()
    answer = HttpResponse(notice_word(period, lang), content_type=WORD)
    name = quote(said(title_of(period, lang), lang))
    plain = f"notice-{period.round.key}-{period.number}.docx"
    answer.headers["Content-Disposition"] = f"attachment; filename=\"{plain}\"; filename*=UTF-8''{name}.docx"
    return answer


def title_of(period: NoticePeriod, lang: str) -> Message:
    return M("Public notice of the results of {round}", round=period.round.title(lang))


def notice_word(period: NoticePeriod, lang: str) -> bytes:
    """The notice as a document."""
    author = said(organisation(), lang)
    meta = {"title": said(title_of(period, lang), lang), "author": author,
            "lang": {"zh": "zh-CN", "en": "en-GB"}[lang]}  # fmt: skip
    mark = said(M("This notice was withdrawn."), lang) if period.withdrawn_at is not None else ""
    return write_paper(meta, [*letter(period, author, lang), *annex(noticed(period.frozen), lang)], lang, mark=mark)


def letter(period: NoticePeriod, author: str, lang: str) -> Iterator[Text | Rows]:
    """The notice itself, signed and dated."""
    held, results = scheme_of(period.round).notice, noticed(period.frozen)
    lead = M("{round} was carried out by its scheme. {count} alliances were evaluated. The results stand in the annex "
             "and are put on public notice.", round=period.round.title(lang), count=results.count)  # fmt: skip
    yield Text(said(lead, lang))
    yield labelled(M("Period of the notice"), said(days_of(period, held), lang), lang)
    yield Text(("" if lang == "zh" else " ").join(said(sentence, lang) for sentence in how_to_object(held)))
    for label, value in ((M("Office that takes objections"), period.office), (M("Telephone"), period.telephone),
                         (M("E-mail"), period.email), (M("Postal address"), period.address)):  # fmt: skip
        if value:
            yield labelled(label, value, lang)
    own = [said(held.text, lang)] if held.text else []
    for line in [*own, *period.text.splitlines()]:
        if line.strip():
            yield Text(line)
    yield labelled(M("Annex"), said(M("Results"), lang), lang)
    yield Text(author, place="right")
    yield Text(said(day_of(period.at, period.round), lang), place="right")


def days_of(period: NoticePeriod, held: PublicNotice) -> Message:
    """From when to when, and how many days that are."""
    values: dict[str, Value] = {
        "first": period.starts_on, "until": period.ends_on,
        "days": count(period.starts_on, period.ends_on, held.counted),
    }  # fmt: skip
    if held.counted == "working":
        return M("{first} to {until} ({days} working days)", **values)
    return M("{first} to {until} ({days} calendar days)", **values)


def how_to_object(held: PublicNotice) -> Iterator[Message]:
    """What an objection needs, as the scheme has it."""
    yield M("Whoever objects to the results does so in writing, within the period, to the office below.")
    if held.real_name:
        yield M("An objection is made under one's real name, signed, and says how one is reached.")
    if held.seal:
        yield M("An organisation's objection bears its official seal.")
    if held.evidence:
        yield M("Evidence of the facts on which it rests is attached.")
    yield M("Objections that are anonymous, late or without grounds are not taken up. Who objected is kept secret.")


def annex(results: Noticed, lang: str) -> Iterator[Text | Rows]:
    """The results by tier, serial numbers running on; then who was not evaluated, and why."""
    yield Text("", label=said(M("Annex"), lang), place="page")
    yield Text("", label=said(M("Results"), lang), place="middle")
    heads = [
        M("No."),
        M("Alliance"),
        *([M("Score")] if results.scores else []),
        *([M("Rank")] if results.ranks else []),
    ]
    widths = (10, 66, *((12,) if results.scores else ()), *((12,) if results.ranks else ()))
    right = (True, False, *((True,) if results.scores else ()), *((True,) if results.ranks else ()))
    for title, rows in results.tiers:
        yield Text(said(M("{tier} (alliances: {count})", tier=title, count=len(rows)), lang), 1)
        cells = [[str(one.serial), one.name, *([as_points(one.score)] if results.scores else []),
                  *([str(one.rank)] if results.ranks else [])] for one in rows]  # fmt: skip
        if cells:
            yield Rows([said(head, lang) for head in heads], cells, widths, right)
    if results.absent:
        yield Text(said(M("Not evaluated (alliances: {count})", count=len(results.absent)), lang), 1)
        listed = [[one.name, said(VERDICTS[one.verdict], lang), said(one.reason, lang)] for one in results.absent]
        yield Rows([said(head, lang) for head in (M("Alliance"), M("Verdict"), M("Reason"))], listed, (45, 15, 40))

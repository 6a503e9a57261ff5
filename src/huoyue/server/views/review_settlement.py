"""What the review settles to: all alliances, one alliance's way to its score, and everything as a table."""

from __future__ import annotations

from fractions import Fraction

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from huoyue.core.message import M
from huoyue.server.asking import own_account
from huoyue.server.models import Filing, Round
from huoyue.server.queries.review_case import laid_out, set_aside
from huoyue.server.queries.review_settlement import settlements, steps
from huoyue.server.queries.schemes import scheme_of
from huoyue.server.queries.tables import Exported
from huoyue.server.saying import current_language, said
from huoyue.server.views.exports import KINDS, as_workbook
from huoyue.server.wording.review_board import BASES, STEPS, difference_words

NAMES = ("suggested", "before", "settled")


def settlement_page(request: HttpRequest, round_: Round) -> HttpResponse:
    """Every alliance with its totals, score and tier."""
    found = settlements(round_, own_account(request))
    return render(request, "review/settlement.html", {"round": round_, "found": found, "span": len(found.stages) + 4})


def settled_page(request: HttpRequest, filing: Filing) -> HttpResponse:
    """One alliance: for every indicator the way from the suggestion to the settled points, and to score and tier."""
    laid, code = laid_out(filing.round, filing), filing.alliance.code
    totals = {row["stage"]: Fraction(row["total_num"], row["total_den"])
              for row in laid.standing.settlement.stage_totals.iter_rows(named=True)}  # fmt: skip
    context = {
        "round": filing.round, "alliance": filing.alliance, "laid": laid, "bases": BASES,
        "score": laid.before.scores.get(code), "now": laid.standing.scores.get(code),
        "differences": [difference_words(laid.standing.scheme, row) for row in laid.differences],
        "rule": totals.get("rule"), "totals": [totals.get(key) for key, _, _ in laid.stages],
        "aside": set_aside(filing, [key for key, _, _ in laid.stages]),
        "span": len(laid.stages) * 2 + 6,
    }  # fmt: skip
    return render(request, "review/settled.html", context)


def marks_file(request: HttpRequest, round_: Round) -> HttpResponse:
    """Everything in one tidy table: a row for every suggestion, mark and settled figure."""
    lang, scheme = current_language(), scheme_of(round_)
    titles = {one.id: said(one.title) for one in scheme.review.stages} | {key: said(STEPS[key]) for key in NAMES}
    rows: list[list[object]] = [
        [one.unit, one.name, said(scheme.indicator(one.indicator).title), titles.get(one.stage, one.stage), one.expert,
         None if one.points is None else float(Fraction(one.points) / 100), one.maximum / 100, one.reason,
         said(M("yes") if one.counts else M("no"))]
        for one in steps(round_, own_account(request), lang)
    ]  # fmt: skip
    heads = [M("Code"), M("Alliance"), M("Indicator"), M("Step"), M("Expert"), M("Points given"), M("Of"),
             M("Reason given"), M("Counts")]  # fmt: skip
    table = Exported(said(M("Marks and settlement")), [said(head) for head in heads], rows)
    answer = HttpResponse(as_workbook([table]), content_type=KINDS["xlsx"])
    answer.headers["Content-Disposition"] = f'attachment; filename="{round_.key}-marks.xlsx"'
    return answer

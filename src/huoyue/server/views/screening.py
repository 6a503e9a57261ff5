"""Screening: the queue by keyboard, one alliance, settling."""

from __future__ import annotations

from datetime import datetime, timedelta
from urllib.parse import urlencode

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone

from huoyue.core.message import M, Message
from huoyue.server.asking import acting
from huoyue.server.forms.rounds import MOMENT, in_zone
from huoyue.server.models import SETTLED, Mail, Observation, Round, Stage, State, Verdict
from huoyue.server.operations import screening as operations
from huoyue.server.operations.findings import MARKS as KNOWN_MARKS
from huoyue.server.operations.journal import Refuse
from huoyue.server.operations.submission import Said
from huoyue.server.queries import screening as queries
from huoyue.server.queries.schemes import scheme_of
from huoyue.server.queries.screening_rules import ruled
from huoyue.server.routes import zone_of
from huoyue.server.saying import said
from huoyue.server.views.unwritten import tell_unwritten
from huoyue.server.wording import VERDICTS, refusal_words
from huoyue.server.wording.screening import MARKS, RULES

SHOWN = 100


def told(request: HttpRequest, message: Message) -> None:
    messages.success(request, said(message), extra_tags="good")


def filters(request: HttpRequest) -> dict[str, str]:
    """The filter of the queue, which goes along from page to page."""
    return {name: request.GET.get(name, "").strip() for name in ("show", "batch", "q")}


def filtered(round_: Round, chosen: dict[str, str]) -> QuerySet[Verdict]:
    """The queue as it was filtered."""
    return queries.queue(round_, show=chosen["show"], batch=chosen["batch"], query=chosen["q"])


def queue_page(request: HttpRequest, round_: Round) -> HttpResponse:
    """Every alliance with its verdict and the reason."""
    chosen = filters(request)
    page = Paginator(filtered(round_, chosen), SHOWN).get_page(request.GET.get("page"))
    scheme, looked = scheme_of(round_), queries.last_looked(round_)
    rows = [(one, VERDICTS[one.decided or one.ruled], queries.is_newer(one.filing, looked)) for one in page.object_list]
    context = {
        "round": round_, "page": page, "rows": rows, "newer": queries.newer(round_, looked),
        "counts": queries.counts(round_), "chosen": chosen, "query": urlencode(chosen), "scheme": scheme,
        "provisional": round_.stage == Stage.OPEN, "settled": round_.stage in SETTLED,
        "screened": Verdict.objects.filter(filing__round=round_).exists(),
        "findings": queries.findings_of(round_).filter(gone_at=None, mark="").count(),
        "batch_titles": {batch.id: batch.title for batch in scheme.batches},
    }  # fmt: skip
    return render(request, "screening/queue.html", context)


def run_act(request: HttpRequest, round_: Round) -> HttpResponse:
    """Let the rules look at every filing."""
    counts = operations.screen_round(acting(request), round_)
    told(
        request,
        M("{evaluated} to be evaluated, {incomplete} incomplete, {not_filed} not filed.", evaluated=counts["evaluated"],
          incomplete=counts["incomplete"], not_filed=counts["not_filed"]),
    )  # fmt: skip
    return HttpResponseRedirect(reverse("screening", args=[round_.key]), status=303)


def one_page(
    request: HttpRequest, verdict: Verdict, *, refused: Refuse | None = None, status: int = 200
) -> HttpResponse:
    """One alliance: the verdict with its reason, what counts with what is implausible beside it, and what to do."""
    filing, chosen = verdict.filing, filters(request)
    round_ = filing.round
    before, after = queries.neighbours(verdict, filtered(round_, chosen))
    sections, elsewhere = queries.sections(verdict)
    for shown in (shown for section in sections for shown in section.records):
        shown.remark = request.POST.get(f"remark-{shown.record.uid}", "")
    until = timezone.localtime(timezone.now() + timedelta(days=round_.grace_days), zone_of(round_))
    context = {
        "round": round_, "verdict": verdict, "filing": filing, "alliance": filing.alliance, "ruled_by": ruled(filing),
        "is_newer": queries.is_newer(filing, queries.last_looked(round_)),
        "holds": VERDICTS[verdict.decided or verdict.ruled], "ruled": VERDICTS[verdict.ruled],
        "verdicts": list(VERDICTS.items()), "sections": sections, "elsewhere": elsewhere, "marks": marks(),
        "before": before, "after": after, "query": urlencode(chosen), "until": until.strftime(MOMENT),
        "letters": Mail.objects.filter(filing=filing)[:5],
        "contacts": Observation.objects.filter(filing=filing, removed_at=None).count(),
        "remarks": filing.remarks.select_related("by"), "settled": round_.stage in SETTLED,
        "refused": refusal_words(refused.refusal) if refused else None, "typed": request.POST,
        "rules": RULES, "returnable": filing.state == State.SUBMITTED and round_.stage not in SETTLED,
    }  # fmt: skip
    return render(request, "screening/one.html", context, status=status)


def marks() -> list[tuple[str, Message]]:
    """The marks of findings with their words."""
    return [(name, MARKS[name]) for name in KNOWN_MARKS]


def act(request: HttpRequest, verdict: Verdict) -> HttpResponse:
    """Confirm, decide otherwise, or return; then on to the next alliance of the queue."""
    what = request.POST.get("what", "")
    try:
        message = _done(request, verdict, what)
    except Refuse as refused:
        return one_page(request, verdict, refused=refused, status=409)
    told(request, message)
    return HttpResponseRedirect(_next(request, verdict, stay=what == "rules"), status=303)


def _done(request: HttpRequest, verdict: Verdict, what: str) -> Message:
    doer, name = acting(request), verdict.filing.alliance.name
    if what == "decide":
        if any(said["text"].strip() for said in remarks_from(request, verdict)):
            raise Refuse("remarks_unsent")
        operations.decide(doer, verdict, request.POST.get("verdict") or "none", request.POST.get("reason", ""))
        return M("Decided for {alliance}.", alliance=name)
    if what == "rules":
        operations.decide(doer, verdict, "", request.POST.get("reason", ""))
        return M("The rules' verdict on {alliance} holds again.", alliance=name)
    if what == "return":
        operations.return_from_screening(doer, verdict, remarks_from(request, verdict), until_from(request, verdict))
        tell_unwritten(request, doer, verdict.filing.round, "returned", [verdict.filing])
        return M("Returned to {alliance} for correction.", alliance=name)
    if any(said["text"].strip() for said in remarks_from(request, verdict)):
        raise Refuse("remarks_unsent")
    operations.confirm(doer, verdict)
    return M("Looked at: {alliance}.", alliance=name)


def remarks_from(request: HttpRequest, verdict: Verdict) -> list[Said]:
    """The remarks typed on the whole and on single records."""
    found = [Said(record="", kind="", text=request.POST.get("remark", ""))]
    for section in queries.sections(verdict)[0]:
        for shown in section.records:
            text = request.POST.get(f"remark-{shown.record.uid}", "")
            found.append(Said(record=shown.record.uid, kind=section.kind.id, text=text))
    return found


def until_from(request: HttpRequest, verdict: Verdict) -> datetime:
    """Until when the correction is to be done, in the round's time zone."""
    try:
        typed = datetime.strptime(request.POST.get("until", ""), MOMENT)  # noqa: DTZ007 - made aware below
    except ValueError as error:
        raise Refuse("no_moment") from error
    return in_zone(typed, zone_of(verdict.filing.round)) or timezone.now()


def _next(request: HttpRequest, verdict: Verdict, *, stay: bool) -> str:
    """The next alliance of the queue, or the queue at its end."""
    round_, chosen = verdict.filing.round, filters(request)
    code = request.POST.get("next", "")
    query = f"?{urlencode(chosen)}"
    if stay:
        code = verdict.filing.alliance.code
    if code and Verdict.objects.filter(filing__round=round_, filing__alliance__code=code).exists():
        return reverse("screening_one", args=[round_.key, code]) + query
    return reverse("screening", args=[round_.key]) + query


def settle_page(request: HttpRequest, round_: Round) -> HttpResponse:
    """Settle screening, or take it up again with a reason."""
    refused: Refuse | None = None
    settled = round_.stage in SETTLED
    if request.method == "POST":
        try:
            if settled:
                operations.unsettle_screening(acting(request), round_, request.POST.get("reason", ""))
                told(request, M("Screening is taken up again."))
            else:
                operations.settle_screening(doer := acting(request), round_)
                told(request, M("Screening is settled."))
                decided = [verdict.filing for verdict in queries.queue(round_, show="decided")]
                tell_unwritten(request, doer, round_, "verdict", decided)
            return HttpResponseRedirect(reverse("screening", args=[round_.key]), status=303)
        except Refuse as error:
            refused = error
    context = {"round": round_, "settled": settled, "counts": queries.counts(round_), "typed": request.POST,
               "refused": refusal_words(refused.refusal) if refused else None}  # fmt: skip
    return render(request, "screening/settle.html", context, status=409 if refused else 200)

"""Every page that a browser shows, and who looks at it: read by the tests and by `make screenshots`.

`PAGES` names each page once, by its route, with somebody who may see it. What a route answers that is no page (a
download, a part of a page, an answer to a script) stands in `NO_PAGE` with its reason; a test compares both with the
table of addresses.
"""

from __future__ import annotations

from dataclasses import dataclass

from tests.journeys.meeting import KEY, MEETING

SIGNING_IN = (
    "account_login", "account_logout", "account_reset_password", "account_change_password", "mfa_index",
    "mfa_activate_totp", "mfa_list_webauthn", "mfa_add_webauthn", "usersessions_list", "account_reauthenticate",
)  # fmt: skip
"""allauth's pages in our clothes."""

NO_PAGE = {
    "account_data": "download", "round_scheme": "download", "round_export": "download", "register_export": "download",
    "filing_download": "download", "filing_receipt": "download", "filing_print": "download", "evidence": "download",
    "evidence_preview": "picture", "filing_sides": "part of a page", "upload_part": "answer to a script",
    "healthy": "for watchdogs", "panel_file": "download", "assignment_file": "download",
    "sheets_workbook": "download", "sheet_evidence": "download",
    "sheet_preview": "picture", "case_evidence": "download", "minutes": "download", "marks_export": "download",
    "snapshot_file": "download", "document_file": "download", "wording_chart": "picture",
    "returned_file": "download", "returned_marked": "download", "years_export": "download", "study_scheme": "download",
    "notice_word": "download", "scorecard_card": "download",
    "objections_export": "download", "objection_file": "download", "handling_evidence": "download",
    "edition_file": "download", "public_round": "leads to the edition that holds",
    "public_start": "leads to a page of the edition", "public_file": "static site: tests/publication",
    "edition_withdraw": "the edition of the demonstration is made while it is served: tests/journeys/test_publication",
    "ready": "for watchdogs", "metrics": "for Prometheus",
    "carried_preview": "needs an archive that was sent; tests/server/test_carrying.py opens it",
} | dict.fromkeys((
    "api_specification", "api_key", "api_rounds", "api_round", "api_indicators", "api_register", "api_alliance",
    "api_filings", "api_filing", "api_version", "api_verdicts", "api_sheets", "api_results", "api_result",
    "api_scorecard",
    "api_snapshots", "api_snapshot", "api_snapshot_file", "api_editions", "api_edition",
    "api_open_table",
), "answer to a program")  # fmt: skip


@dataclass(frozen=True)
class Look:
    """A page to look at: who looks ("" for the public), its route, and the address under the running site."""

    who: str
    route: str
    path: str


def looks(names: dict[str, str]) -> list[Look]:
    """All pages, with `names` for what their addresses name: code, contact, event, letter, notice, entry, preview …"""
    practice, past = "/rounds/practice", "/rounds/2016"
    review, cross = "/rounds/2016-review/review", "/rounds/2016-review/review/stage/cross"
    own = f"{practice}/filing/{names['own']}"
    filed = f"{past}/filing/{names['filed']}"
    seat, results = "/rounds/2016-review/seat", "/rounds/2016-results/results"
    told = "/rounds/2016-results"
    card = f"{told}/scorecard/{names['own']}"
    held, settled = f"/rounds/{KEY}/meeting/meeting", f"/rounds/{KEY}/settlement"
    table = {
        "chair": {
            "home": "/", "board": f"{held}/", "case": f"{held}/of/{names['case']}/?indicator=council",
            "measures": f"/rounds/{KEY}/measures/preliminary/", "settlement": f"{settled}/",
            "settlement_one": f"{settled}/of/{names['case']}/",
        },
        "": {
            "home": "/", "why": "/why/", "public": "/public/", "help": "/help/",
            "help_guide": "/help/secretariat/", "code": "/code/",
            "invitation": f"/invitation/{names['token']}/", "account_login": "/sign-in/login/",
            "account_reset_password": "/sign-in/password/reset/", "api": "/api/",
            "public_notice": "/notice/2016-results/",
        },
        "filer": {
            "home": "/", "filing": f"{own}/", "filing_records": f"{own}/records/meeting/",
            "filing_points": f"{own}/points/", "filing_carry": f"{own}/carry-over/",
            "filing_workbook": f"{own}/workbook/", "filing_submit": f"{own}/submit/",
            "filing_withdraw": f"{own}/withdraw/", "filing_versions": f"{filed}/versions/",
            "filing_version": f"{filed}/versions/1/", "filing_compare": f"{filed}/compare/",
            "filing_history": f"{own}/history/", "people": f"/alliances/{names['own']}/people/",
            "contact_new": f"/register/of/{names['own']}/contacts/new/",
            "contact": f"/register/of/{names['own']}/contacts/{names['contact']}/", "account": "/account/",
            "keys_own": "/account/keys/",
            "account_change_password": "/sign-in/password/change/", "mfa_index": "/sign-in/2fa/",
            "mfa_activate_totp": "/sign-in/2fa/totp/activate/", "mfa_list_webauthn": "/sign-in/2fa/webauthn/",
            "mfa_add_webauthn": "/sign-in/2fa/webauthn/add/", "usersessions_list": "/sign-in/sessions/",
            "account_logout": "/sign-in/logout/", "account_reauthenticate": "/sign-in/reauthenticate/",
            "scorecard": f"{card}/", "object": f"{card}/object/",
            "own_objection": f"{card}/objections/{names['objection']}/",
        },
        "liaison": {
            "home": "/", "register": "/register/", "chase": f"{practice}/chase/",
            "chase_unit": f"{practice}/chase/{names['own']}/",
            "observation_withdraw": f"{practice}/chase/{names['own']}/{names['entry']}/withdraw/",
            "chase_remind": f"{practice}/remind/?unit={names['own']}",
            "chase_sent": f"{practice}/remind/{names['event']}/", "mailbox": "/letters/",
            "letter": f"/letters/{names['letter']}/", "round": f"{practice}/",
        },
        "observer": {
            "home": "/", "rounds": "/rounds/", "round": f"{past}/", "round_alliances": f"{past}/alliances/",
            "alliance": f"/register/of/{names['own']}/", "screening": f"{past}/screening/",
            "review": f"{review}/", "conflicts": f"{review}/conflicts/", "assignment": f"{cross}/assignment/",
            "years": "/years/", "alliance_years": f"/years/of/{names['known']}/",
        },
        "expert": {
            "room": f"/rounds/{KEY}/room/meeting/",
            "home": "/", "round_about": f"{past}/about/", "seat": f"{seat}/",
            "seat_calibration": f"{seat}/calibration/",
            "sheets_import": f"{seat}/stage/cross/import/", "sheet": f"{seat}/stage/cross/sheet/{names['sheet']}/",
            "sheet_print": f"{seat}/stage/cross/sheet/{names['sheet']}/print/",
            "handling": f"{told}/handling/{names['handled']}/",
        },
        "secretariat": {
            "home": "/", "rounds": "/rounds/", "round_new": "/rounds/new/", "round": f"{practice}/",
            "round_about": f"{practice}/about/", "round_change": "/rounds/next/change/",
            "round_copy": f"{past}/copy/", "round_step": f"{practice}/step/close/",
            "round_alliances": f"{practice}/alliances/", "round_enrol": f"{practice}/alliances/enrol/",
            "filing_extend": f"{own}/extend/", "filing": f"{filed}/", "filing_records": f"{filed}/records/meeting/",
            "filing_points": f"{filed}/points/", "journal": "/journal/",
            "interfaces": "/interfaces/", "keys": "/interfaces/keys/",
            "webhook": f"/interfaces/webhooks/{names['hook']}/", "accounts": "/accounts/",
            "account_new": "/accounts/new/", "accounts_contacts": "/accounts/contacts/",
            "account_one": "/accounts/of/filer/", "register": "/register/", "alliance_new": "/register/new/",
            "register_import": "/register/import/", "register_preview": f"/register/import/{names['preview']}/",
            "duplicates": "/register/duplicates/", "alliance_merge": "/register/merge/",
            "alliance": f"/register/of/{names['own']}/", "alliance_change": f"/register/of/{names['own']}/change/",
            "chase": f"{practice}/chase/", "observations": f"{practice}/observations/{names['own']}/",
            "reminders": f"{practice}/reminders/", "notices": f"{practice}/notices/",
            "notice_withdraw": f"{practice}/notices/{names['notice']}/withdraw/", "mailbox": "/letters/",
            "screening": f"{past}/screening/", "screening_one": f"{past}/screening/of/{names['filed']}/",
            "screening_settle": f"{past}/screening/settle/", "findings": f"{past}/screening/findings/",
            "samples": f"{past}/screening/samples/", "sample": f"{past}/screening/samples/{names['sample']}/",
            "review": f"{review}/", "panel": f"{review}/panel/", "panel_new": f"{review}/panel/new/",
            "panel_import": f"{review}/panel/import/", "panel_groups": f"{review}/panel/groups/",
            "panel_remind": f"{review}/panel/remind/", "panellist": f"{review}/panel/of/E01/",
            "panellist_change": f"{review}/panel/of/E01/change/", "panellist_leave": f"{review}/panel/of/E01/leave/",
            "calibration": f"{review}/calibration/", "conflicts": f"{review}/conflicts/",
            "conflict_record": f"{review}/conflicts/record/",
            "conflict_end": f"{review}/conflicts/{names['conflict']}/end/", "review_stage": f"{cross}/",
            "review_remind": f"{cross}/remind/", "assignment": f"{cross}/assignment/?by=expert",
            "assignment_give": f"{cross}/assignment/give/", "assignment_solve": f"{cross}/assignment/solve/",
            "assignment_solving": f"{cross}/solving/{'5' * 32}/",
            "assignment_import": f"{cross}/assignment/import/",
            "assignment_pair": f"{cross}/assignment/{names['pair']}/", "review_step": f"{cross}/step/close/",
            "finalise": "/rounds/2016-review/results/finalise/", "results": f"{results}/",
            "snapshot": f"{results}/snapshot/1/", "documents": f"{results}/documents/",
            "wordings": f"{results}/wording/", "wording": f"{results}/wording/zh/summary/",
            "wording_compare": f"{results}/wording/zh/foreword/compare/",
            "returned": f"{results}/returned/", "round_carry": f"{results}/carry/", "carried": "/carried/",
            "what_if": f"{results}/what-if/", "study": f"{results}/what-if/{names['study']}/",
            "studies": f"{results}/what-if/compare/?study={names['study']}",
            "earlier": "/register/earlier/", "earlier_import": "/register/earlier/import/",
            "earlier_preview": f"/register/earlier/import/{names['earlier_file']}/",
            "earlier_one": f"/register/earlier/{names['earlier']}/",
            "returned_one": f"{results}/returned/{names['returned']}/",
            "notice_period": f"{told}/notice/",
            "objections": f"{told}/objections/", "objection_new": f"{told}/objections/new/",
            "objection": f"{told}/objections/{names['handled']}/", "correct": f"{told}/objections/correct/",
            "edition_publish": f"{results}/publish/",
        },
    }  # fmt: skip
    return [Look(who, route, path) for who, pages in table.items() for route, path in pages.items()]


FURNISH = (
    MEETING
    + """
from datetime import timedelta
from huoyue.server.models import *
from huoyue.server.operations.chasing import remind, report
from huoyue.server.operations.chasing_notices import send_notice
from huoyue.server.operations.invitations import invite
from huoyue.server.operations.journal import Acting
from huoyue.server.operations.register_import import keep_preview
from huoyue.server.operations.rounds import Plan, make_round
from huoyue.server.operations.samples import draw_sample
from huoyue.server.operations.screening import screen_round
from huoyue.server.queries.chasing import liaison_kinds
from huoyue.server.queries.schemes import scheme_of
from huoyue.server.operations.register_reading import read_register
from pathlib import Path
from tempfile import mkdtemp
import json
now = timezone.now()
def doing(name):
    account = Account.objects.get(username=name)
    return Acting(account, account.duties.first().role, now)
sun, lin = doing("secretariat"), doing("liaison")
own = Duty.objects.get(account__username="filer", ended_at=None).alliance
past, practice = Round.objects.get(key="2016"), Round.objects.get(key="practice")
screen_round(sun, past)
sample = draw_sample(sun, past, 10, 2016)
filing = Filing.objects.select_related("round", "alliance").get(round=practice, alliance=own)
event = remind(lin, practice, [filing])
kind = liaison_kinds(scheme_of(practice))[0]
cells = {"held_on": now.date().isoformat()}
entry = report(lin, filing, kind, cells, note="约定下周提交")
notice = send_notice(sun, practice, title="系统维护通知", text="本周六晚系统维护，请提前保存。", audience="liaison")
book = Path(mkdtemp(), "register.csv")
lines = "代码,名称,批次,身份,牵头单位", "X901,新增产业技术创新战略联盟,第三批,试点联盟,某研究院", ""
book.write_text("\\n".join(lines), encoding="utf-8")
read = read_register(practice.scheme_text, book)
preview = keep_preview(sun, "register.csv", read.rows, read.problems)
person = Account.objects.create_user("invited", None, name="受邀人", email="invited@example.org")
Duty.objects.create(account=person, role="observer")
token = invite(sun, person, by_letter=False).token
plan = Plan("next", "下一轮（筹备中）", "Next round", practice.scheme_text, now, now + timedelta(days=30))
make_round(sun, plan, alliances=list(Alliance.objects.all()[:3]), previous=practice)
review = Round.objects.get(key="2016-review")
calibration = ReviewStage.objects.create(round=review, key="calibration", kind="calibration", position=0,
                                         state="closed", closed_at=now)
marked = Suggestion.objects.filter(filing__round=review).order_by("pk").first().filing
for n, seat in enumerate(Panellist.objects.filter(round=review).order_by("code")[2:7]):
    sheet = Sheet.objects.create(stage=calibration, panellist=seat, filing=marked, assigned_at=now, submitted_at=now)
    Mark.objects.bulk_create(
        Mark(sheet=sheet, indicator=one.indicator, points=max(0, (one.points or 300) - 50 * (n % 3)), changed_at=now)
        for one in Suggestion.objects.filter(filing=marked)
    )
mine = Sheet.objects.filter(panellist__account__username="expert", stage__key="cross", submitted_at=None)
conflict = Conflict.objects.filter(panellist__round__key="2016-review").first()
from huoyue.server.operations.review_solving import state_of
cross = ReviewStage.objects.select_related("round").get(round=review, key="cross")
solving = Job.objects.create(uid="5" * 32, kind="assignment", key="shown", round=review, by=sun.account, at=now,
    started_at=now, finished_at=now, state="failed",
    options={"stage": "cross", "seed": 7, "keep": True, "everybody": False, "state": state_of(cross)},
    problems=[{"zh": "2家联盟专家不足。", "en": "2 alliances are short of experts."}])
pair = Sheet.objects.filter(stage__round__key="2016-review", stage__key="cross", aside_at=None).first()
from huoyue.server.operations.review_meeting import Decided, decide, open_case
from huoyue.server.queries.review_meeting import addressed
hold_meeting("2016-meeting", "会评", "meeting")
first = Case.objects.filter(stage__round__key="2016-meeting").first()
cho, met = doing("chair"), Round.objects.get(key="2016-meeting")
case = addressed(met, "meeting", first.filing.alliance.code)
barred = set(Conflict.objects.filter(alliance=case.filing.alliance, ended_at=None).values_list("panellist", flat=True))
open_case(cho, case, [one.pk for one in Panellist.objects.filter(round=met) if one.pk not in barred])
decide(cho, case, Decided("secretariat_meetings", "3", "会议核对了秘书处例会纪要。"))
from huoyue.server.operations.jobs import Asked, ask
from huoyue.server.operations.wordings import save_wording
from huoyue.server.queries.shelf import latest, snapshot_of
results = Round.objects.get(key="2016-results")
for base, text in enumerate(("第一稿", "第二稿")):
    save_wording(sun, results, "zh", "foreword", f"# 前言\\n\\n{text}。", base=base, note=f"{text}")
for asked in (Asked("report", "zh", "batch:first", ("docx", "html")), Asked("cards", "zh", f"unit:{own.code}", ())):
    ask(sun, latest(results), asked)
from huoyue.server.operations.earlier import keep_earlier
from huoyue.server.operations.studies import keep_study
from huoyue.server.queries.trying import summary_of, tried
frozen = latest(Round.objects.get(key="2016-results"))
other = snapshot_of(frozen).scheme_text.replace("at_least: 85,", "at_least: 88,", 1)
study = keep_study(sun, frozen, "最高档提至88分", "试算", other, summary_of(tried(frozen, other).found))
rows = [{"name": name, "score": score, "tier": tier, "period": "", "line": n} for n, (name, score, tier) in enumerate((
    ("半导体照明产业技术创新战略联盟", 10000, "高"), ("钢铁可循环联盟", 8800, "优"), ("没有这样的名称", 6100, "")), 2)]
earlier_file = keep_earlier(sun, "2013.xlsx", "2013", "公开附件", rows, [])
earlier = EarlierResult.objects.select_related("alliance").first()
frozen = Frozen.objects.select_related("round").filter(round__key="2016-results").latest("number")
place = {"heading": "总体情况", "context": "共130家完成填报，另有12家申请延期", "label": "表6", "table": "funnel"}
back = Returned.objects.create(
    round=frozen.round, frozen=frozen, lang="zh", name="活跃度评价报告（修改稿）.docx", digest="0" * 64,
    marked_digest="0" * 64, by=sun.account, at=now, findings=[
        {"kind": "unchanged", "count": 1618}, {"kind": "differs", "found": "130", "expected": "129", **place},
        {"kind": "unknown", "found": "12", "expected": "", **place, "label": ""},
        {"kind": "removed", "found": "", "expected": "29", **place},
        {"kind": "reworded", "heading": "总体情况", "before": "129家完成填报。", "after": "共130家完成填报。"},
    ])
for n, dropped in ((1, None), (2, now)):
    Passage.objects.create(round=frozen.round, returned=back, lang="zh", heading="总体情况", after="129家完成填报。",
                           text="秘书处走访了部分联盟，听取了意见。", position=n, dropped_at=dropped)
from huoyue.server.operations.api_keys import make_key
from huoyue.server.operations.webhooks import add_webhook, try_webhook
make_key(doing("filer"), name="ERP", scopes=["filings:read"], days=90)
hook = add_webhook(sun, address="https://receiver.example.org/huoyue", kinds=["round.opened"], round=None)
try_webhook(sun, hook)
from django.core.files.uploadedfile import SimpleUploadedFile
from huoyue.server.operations.notice import Office, put_up
from huoyue.server.operations.objection_handling import admit, give
from huoyue.server.operations.objections import Asked as Objecting, enter_objection, file_objection, take_in
from huoyue.server.queries.notice import day_of
from huoyue.server.queries.objection_handlers import bar_of
from huoyue.server.queries.objections import in_round
told_round = Round.objects.get(key="2016-results")
period = put_up(sun, told_round, Office("活跃度评价秘书处", "010-12345678", "office@example.org", "北京市某路1号"))
NoticePeriod.objects.filter(pk=period.pk).update(starts_on=day_of(now, told_round))
pdf = b"%PDF-1.4\\n1 0 obj<<>>endobj\\ntrailer<<>>\\nstartxref\\n9\\n%%EOF\\n"
def objecting(**more):
    file = take_in(SimpleUploadedFile("纪要.pdf", pdf))
    return Objecting("score", "council", "第二次理事会的会议纪要已随材料提交，评分时漏计一次，请予核实。", "某某某",
                 signed_as="某某某", sealed=True, files=(file,), **more)
told = {one.alliance.code: one for one in Filing.objects.filter(round=told_round).select_related("alliance", "round")}
own_objection = file_objection(doing("filer"), told[own.code], objecting())
expert = Account.objects.get(username="expert")
handled = None
for filing in told.values():
    probe = Objection(round=told_round, filing=filing)
    if not bar_of(expert, probe):
        handled = enter_objection(sun, filing, objecting(organisation="某某研究院"), day_of(now, told_round))
        break
admit(sun, in_round(told_round).get(pk=handled.pk))
give(sun, in_round(told_round).get(pk=handled.pk), expert)
alliances = Alliance.objects.values_list("name", flat=True)
accounts = Account.objects.values_list("name", flat=True)
print(json.dumps({
    "own": own.code, "filed": own.code, "contact": str(Contact.objects.filter(alliance=own).first().pk),
    "entry": entry.uid, "event": str(event.seq), "letter": str(Mail.objects.filter(kind="chase").first().pk),
    "notice": notice.subject, "preview": str(preview.pk), "case": case.filing.alliance.code,
    "study": str(study.pk), "earlier_file": str(earlier_file.pk), "earlier": str(earlier.pk),
    "known": earlier.alliance.code, "hook": hook.uid,
    "sample": str(sample.pk), "token": token, "returned": str(back.pk),
    "conflict": str(conflict.pk), "pair": f"{pair.filing.alliance.code}/{pair.panellist.code}",
    "sheet": mine.first().filing.alliance.code, "objection": own_objection.number, "handled": handled.number,
    "words": "\\n".join([*alliances, *accounts, notice.after["title"], notice.after["text"],
                         study.name, study.note, *(row["name"] for row in rows)]),
}))
"""
)
"""One of everything that a page can show, on top of the demonstration; prints the names."""

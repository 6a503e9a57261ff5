"""The wording of a round's report: edited with a preview, kept in versions, never overwritten unseen, never trusted."""

from __future__ import annotations

import html
import re

import pytest
from django.test import Client

from huoyue.report.section import sections, shipped
from huoyue.server.models import Event, Wording
from huoyue.server.operations.journal import Refuse
from huoyue.server.operations.wordings import MOST, restore_wording, save_wording
from huoyue.server.queries.wordings import side_by_side, text_of
from huoyue.server.wording.documents import SECTION_TITLES


@pytest.fixture
def client(frozen) -> Client:
    found = Client()
    found.force_login(frozen.world.people["sun"])
    return found


@pytest.fixture
def at(frozen) -> str:
    return f"/rounds/{frozen.round.key}/results/wording/"


@pytest.fixture
def sun(frozen):
    return frozen.world.acting("sun")


def refusal(call) -> str:
    with pytest.raises(Refuse) as caught:
        call()
    return caught.value.refusal.code


def held(page: str) -> str:
    """What stands in the text area."""
    return html.unescape(re.search(r"<textarea[^>]*>(.*?)</textarea>", page, re.DOTALL)[1])


def test_every_section_of_the_report_can_be_worded_in_both_languages(client, at):
    page = client.get(at).text
    for name in sections():
        for lang in ("zh", "en"):
            assert f"{at}{lang}/{name}/" in page
    assert client.get(f"{at}zh/blocks/").status_code == 404
    assert client.get(f"{at}fr/summary/").status_code == 404
    assert client.get(f"{at}zh/..%2Fguide/").status_code == 404


@pytest.mark.once
def test_no_section_is_called_by_the_name_of_its_file():
    assert [name for name in sections() if name not in SECTION_TITLES] == []


def test_the_editor_begins_with_ours_and_offers_names_with_meaning_and_value(frozen, client, at):
    page = client.get(f"{at}zh/foreword/").text
    assert held(page).strip() == shipped("zh", "foreword").strip()
    assert "从全部单位到参评单位" in page
    evaluated = frozen.snapshot.summary["funnel"]["evaluated"]
    offered = re.search(r">funnel\.evaluated\.c</button>.*?<small[^>]*>(.*?)</small>", page)
    assert offered[1] == f"{evaluated}家"
    assert 'data-insert="{{ table(tables[&quot;funnel&quot;], &quot;' in page
    assert 'data-insert="{{ figure(figures, &quot;tiers-all&quot;, &quot;' in page


def test_the_preview_shows_the_section_in_the_rounds_figures(frozen, client, at):
    text = '{% from "zh/blocks.md.j2" import table, figure %}\n# 前言\n\n参评{{ funnel.evaluated.units }}。\n\n' \
           '{{ table(tables.funnel, "漏斗") }}\n{{ figure(figures, "tiers-all", "档次") }}\n'  # fmt: skip
    shown = client.post(f"{at}zh/foreword/preview/", {"text": text}).text
    evaluated = frozen.snapshot.summary["funnel"]["evaluated"]
    assert f">{evaluated}</a>家联盟。" in shown
    assert "表1　漏斗" in shown
    source = re.search(r'<img src="([^"]+)"', shown)[1]
    picture = client.get(source)
    assert picture["Content-Type"] == "image/svg+xml"
    assert b"".join(picture.streaming_content).lstrip().startswith(b"<svg")
    assert client.get(source.replace("tiers-all", "nothing")).status_code == 404
    assert not Wording.objects.exists()


def test_names_of_other_sections_stand_for_their_tables(client, at):
    shown = client.post(f"{at}zh/foreword/preview/", {"text": "见[](#t-funnel)和[](#t-nowhere)。"}).text
    assert "见〔从名册到参评（家）〕和" in shown


def test_without_scripts_the_button_shows_the_preview_and_keeps_what_was_typed(client, at):
    page = client.post(f"{at}zh/foreword/", {"text": "# 前言\n\n试写。", "base": "0", "note": "试", "what": "preview"})
    assert page.status_code == 200
    assert "<p>试写。</p>" in page.text
    assert held(page.text).strip() == "# 前言\n\n试写。"
    assert 'value="试"' in page.text
    assert not Wording.objects.exists()


@pytest.mark.parametrize(("text", "said"), [
    ("# 前言\n\n{{ funnel.everybody }}", "第3行"), ("# 前言\n{% if %}", "第2行"),
    ("{% for a in range(10**9) %}x{% endfor %}", "foreword.md.j2"),
    ("{{ ''.__class__.__mro__ }}", "foreword.md.j2"),
])  # fmt: skip
def test_a_mistake_is_shown_with_its_line_and_nothing_is_saved(client, at, text, said):
    shown = client.post(f"{at}zh/foreword/preview/", {"text": text}).text
    assert said in shown
    page = client.post(f"{at}zh/foreword/", {"text": text, "base": "0", "what": "save"})
    assert page.status_code == 422
    assert said in page.text
    assert held(page.text).strip() == text
    assert not Wording.objects.exists()


def test_what_somebody_writes_cannot_become_a_script(client, at):
    wild = "<script>alert(1)</script> <img src=x onerror=alert(1)> [x](javascript:alert(1)) ![y](http://e/x.png){#f-y}"
    shown = client.post(f"{at}zh/foreword/preview/", {"text": f"# 前言\n\n{wild}\n"}).text
    assert "<script" not in shown
    assert "<img src=x" not in shown
    assert "javascript:" not in re.sub(r">[^<]*<", "><", shown)
    assert "http://e" not in re.sub(r">[^<]*<", "><", shown)


def test_saving_makes_versions_that_say_who_when_and_what(client, at, sun, frozen):
    for number, text in enumerate(("第一稿。", "第二稿。")):
        answer = client.post(f"{at}zh/foreword/", {"text": f"# 前言\r\n\r\n{text}\r\n", "base": number, "what": "save",
                                                    "note": f"改动{number + 1}"})  # fmt: skip
        assert answer.status_code == 303
    page = client.get(f"{at}zh/foreword/").text
    assert held(page).strip() == "# 前言\n\n第二稿。"
    assert "改动1" in page
    assert Wording.objects.get(number=1).text == "# 前言\n\n第一稿。\n"
    assert "自拟文字，第2版" in client.get(at).text
    assert [event.subject for event in Event.objects.filter(kind="wording.saved")] == ["zh/foreword"] * 2
    assert text_of(frozen.round, "en", "foreword") == shipped("en", "foreword")


def test_who_saves_over_somebody_elses_text_sees_both_first(client, at, sun, frozen):
    save_wording(sun, frozen.round, "zh", "foreword", "# 前言\n\n他人的话。", base=0)
    mine = {"text": "# 前言\n\n我的话。", "base": "0", "what": "save"}
    page = client.post(f"{at}zh/foreword/", mine)
    assert page.status_code == 409
    assert "<del>他人的话。</del>" in page.text
    assert "<ins>我的话。</ins>" in page.text
    assert held(page.text).strip() == "# 前言\n\n我的话。"
    assert Wording.objects.count() == 1
    base = re.search(r'name="base" value="(\d+)"', page.text)[1]
    assert client.post(f"{at}zh/foreword/", mine | {"base": base}).status_code == 303
    assert [one.text for one in Wording.objects.order_by("number")] == [
        "# 前言\n\n他人的话。\n",
        "# 前言\n\n我的话。\n",
    ]


def test_an_earlier_version_or_ours_is_restored_as_a_new_one(client, at, sun, frozen):
    for number, text in enumerate(("甲", "乙")):
        save_wording(sun, frozen.round, "zh", "foreword", f"# 前言\n\n{text}", base=number)
    client.post(f"{at}zh/foreword/restore/", {"number": "1", "base": "2"})
    assert text_of(frozen.round, "zh", "foreword") == "# 前言\n\n甲\n"
    client.post(f"{at}zh/foreword/restore/", {"number": "0", "base": "3"})
    assert text_of(frozen.round, "zh", "foreword") == shipped("zh", "foreword")
    assert Wording.objects.get(number=4).text == ""
    assert Wording.objects.count() == 4
    assert refusal(lambda: restore_wording(sun, frozen.round, "zh", "foreword", 9, base=4)) == "wording_version"
    assert refusal(lambda: restore_wording(sun, frozen.round, "zh", "foreword", 1, base=2)) == "wording_stale"
    assert refusal(lambda: restore_wording(sun, frozen.round, "zh", "foreword", 0, base=4)) == "wording_same"


def test_any_two_versions_are_compared_side_by_side(client, at, sun, frozen):
    for number, text in enumerate(("甲\n\n丙", "乙\n\n丙")):
        save_wording(sun, frozen.round, "zh", "foreword", f"# 前言\n\n{text}", base=number)
    page = client.get(f"{at}zh/foreword/compare/?old=1&new=2").text
    assert "<del>甲</del>" in page
    assert "<ins>乙</ins>" in page
    assert "<del>丙</del>" not in page
    ours = client.get(f"{at}zh/foreword/compare/?old=0&new=2").text
    assert "<ins>乙</ins>" in ours
    assert "<ins>" not in client.get(f"{at}zh/foreword/compare/?old=2&new=2").text


def test_what_is_not_a_change_or_too_long_is_refused(sun, frozen):
    ours = shipped("zh", "foreword")
    assert refusal(lambda: save_wording(sun, frozen.round, "zh", "foreword", ours, base=0)) == "wording_same"
    assert (
        refusal(lambda: save_wording(sun, frozen.round, "zh", "foreword", "长" * (MOST + 1), base=0)) == "wording_long"
    )


@pytest.mark.once
def test_lines_beside_each_other_give_both_texts_back():
    old, new = "一\n二\n三\n四\n", "一\n贰\n三\n四\n五\n"
    lines = [line for line in side_by_side(old, new) if line]
    assert [line.left[1] for line in lines if line.left] == old.splitlines()
    assert [line.right[1] for line in lines if line.right] == new.splitlines()
    assert [line.differs for line in lines] == [False, True, False, False, True]
    assert list(side_by_side(old, old)) == []


@pytest.mark.parametrize("who", ["cho", "obi", "ada", "eva"])
def test_only_the_secretariat_words_the_report(frozen, at, who):
    client = Client()
    client.force_login(frozen.world.people[who])
    assert client.get(f"{at}zh/foreword/").status_code == 403
    assert client.post(f"{at}zh/foreword/preview/", {"text": "x"}).status_code == 403

"""What people wrote goes into the public report, and nothing withheld leaves by it."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest
from tests.publication.planted import SIGN

from huoyue.core.message import M
from huoyue.core.problem import Refused
from huoyue.publication.document import public_report, report_files
from huoyue.publication.guard import guard_of
from huoyue.publication.openness import KINDS
from huoyue.publication.redaction import redacted
from huoyue.publication.written import Secret, Written
from huoyue.report.passages import Placed
from huoyue.report.problem_words import problem_said
from huoyue.report.section import shipped
from huoyue.snapshot.store import Snapshot

pytestmark = pytest.mark.once
USUAL = frozenset({"scores", "ranks", "not_evaluated", "history", "report"})
LIBRARY = "图书馆（练习）U0001"
PEOPLE = (Secret("expert", "欧阳明"), Secret("contact", "010-6655 4433"), Secret("objector", "Lee Wen"))


@pytest.fixture
def texts(monkeypatch: pytest.MonkeyPatch) -> dict[str, str]:
    """The Markdown of each report that was written, by language."""
    found: dict[str, str] = {}

    def render(document, folder: Path, lang: str, formats):
        found[lang] = document.markdown
        return []

    monkeypatch.setattr("huoyue.publication.document.render", render)
    return found


def written(wordings: Mapping[str, str] | None = None, *passages: Placed) -> Written:
    return Written({"zh": wordings or {}}, {"zh": passages}, {"results": M("Results")}, PEOPLE)


def made(snapshot: Snapshot, what: Written, open_kinds: frozenset[str] = USUAL) -> None:
    report_files(redacted(snapshot), open_kinds, what, guard_of(snapshot, open_kinds, what.people))


def refused(snapshot: Snapshot, what: Written, open_kinds: frozenset[str] = USUAL) -> list[str]:
    """What is said of it, in Chinese."""
    with pytest.raises(Refused) as caught:
        made(snapshot, what, open_kinds)
    return [problem_said(one)["zh"] for one in caught.value.problems]


def note(text: str, heading: str = "方法说明") -> Placed:
    return Placed(heading, "", text)


def test_the_public_report_has_the_rounds_wording_and_its_passages(snapshot: Snapshot, texts: dict[str, str]):
    wording = shipped("zh", "results") + "\n\n本轮共{{ funnel.evaluated.c }}参评，感谢各馆支持。\n"
    made(snapshot, written({"results": wording}, note("编者注：统计截至年底。"), note("内部附言。", "附件：专家组")))
    assert "感谢各馆支持" in texts["zh"]
    assert texts["zh"].index("方法说明") < texts["zh"].index("编者注：统计截至年底。")
    assert "内部附言" not in texts["zh"]  # its heading is no part of the public report
    assert "\ue000" not in texts["zh"] + texts["en"]
    made(snapshot, written({"results": wording, "panel": "专家名单"}))
    assert "专家名单" not in texts["zh"]


TOO_MUCH = {
    "感谢欧阳 明同志的工作。": "欧阳明", "咨询电话：(010)66554433。": "010-6655 4433",
    "As Lee  Wen objected, it was looked at.": "Lee Wen", f"{LIBRARY}购书经费得18分。": "购书经费",
    f"{LIBRARY}：专家打分为85。": "打分", f"因为{SIGN}reason。": f"{SIGN}reason",
}  # fmt: skip
"""Passages, and what each of them must not say."""


def test_every_passage_that_tells_too_much_is_named_and_refuses_the_edition(snapshot, texts):
    said = refused(snapshot, written(None, note("编者注。"), *map(note, TOO_MUCH)))
    assert len(said) == len(TOO_MUCH)
    for line, (text, what) in zip(said, TOO_MUCH.items(), strict=True):
        assert line.startswith("增写的段落“" + text[:4])
        assert what in line
    assert texts == {}


def test_what_is_harmless_passes(snapshot: Snapshot, texts: dict[str, str]):
    harmless = ("购书经费一项共18分。", f"{LIBRARY}新馆于2017年开放。", "Leeward wenches wrote 66554.", "专家组共5人。")
    made(snapshot, written(None, *(note(one) for one in harmless)))
    assert all(one.split("（")[0] in texts["zh"] for one in harmless)


def test_what_the_scheme_withholds_is_not_told_of_a_unit_either(snapshot: Snapshot, texts: dict[str, str]):
    ranked, before = note(f"{LIBRARY}位列第一名。"), note(f"{LIBRARY}在2018年评分很高。")
    made(snapshot, written(None, ranked, before))
    assert "名次不公开" in refused(snapshot, written(None, ranked), USUAL - {"ranks"})[0]
    assert "2018" in refused(snapshot, written(None, before), USUAL - {"history"})[0]


def test_a_wording_that_uses_what_does_not_leave_is_refused_with_its_line(snapshot: Snapshot, texts: dict[str, str]):
    for own in ("{{ review.experts }}", "{{ tables.lost.grid }}"):
        (said,) = refused(snapshot, written({"results": f"# 结果\n\n{own}\n"}))
        assert said.startswith("“评价结果”一节的中文报告文字第3行")
        assert "{% if public is not defined %}" in said
    guarded = "# 结果\n\n甲。{% if public is not defined %}{{ review.experts }}{% endif %}\n"
    made(snapshot, written({"results": guarded}))
    assert "甲。" in texts["zh"]
    made(snapshot, written({"results": "# 结果\n\n{{ tables.lost.grid }}\n"}), USUAL | {"indicators"})


def test_what_a_wording_says_in_plain_words_is_looked_through_too(snapshot: Snapshot, texts: dict[str, str]):
    wording = shipped("zh", "results") + f"\n\n特此感谢{{{{ '欧阳' ~ '明' }}}}。\n\n{SIGN}reason\n\n平常的一句。\n"
    said = refused(snapshot, written({"results": wording}))
    assert len(said) == 2
    assert all(one.startswith("“评价结果”") for one in said)
    assert "欧阳明" in said[0]


def test_our_own_report_holds_nothing_that_the_guard_would_refuse(snapshot: Snapshot):
    """Whatever is open: the guard does not ask about what we write ourselves."""
    source = redacted(snapshot)
    for open_kinds in (USUAL, frozenset(KINDS)):
        guard = guard_of(snapshot, open_kinds, PEOPLE)
        text = public_report(source, "zh", open_kinds).document.markdown
        told = [one for block in text.split("\n\n") for one in guard.leaks(M("Results"), block) if "|" not in block]
        assert told == []


def test_the_manifest_says_what_was_written(snapshot: Snapshot):
    stamps = written({"results": "甲"}, note("乙")).stamps()
    assert set(stamps) == {"zh"}
    assert set(stamps["zh"]) == {"wording", "passages"}
    assert written().stamps() == {}

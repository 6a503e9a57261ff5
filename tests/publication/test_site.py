"""The site: every link leads somewhere, nothing leads out or runs inline, pages are small, both languages are whole."""

from __future__ import annotations

import posixpath
import re
from dataclasses import replace
from html.parser import HTMLParser
from urllib.parse import unquote, urlsplit

from tests.publication.planted import about, choosing

from huoyue.core.message import Title
from huoyue.core.tables import EARLIER_SOURCES
from huoyue.publication.about import Former
from huoyue.publication.edition import Made, make_edition
from huoyue.publication.standing import standing_script, withdrawn_site
from huoyue.snapshot.store import Snapshot

LARGEST = 300_000
"""Bytes of a page on a slow line."""


class Looked(HTMLParser):
    """Links, anchors, and what a strict content policy would not let run."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.links: list[str] = []
        self.anchors: set[str] = set()
        self.inline: list[str] = []
        self.text: list[str] = []
        self.headings = 0
        self.feed(page)

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        found = {name: value or "" for name, value in attributes}
        self.links += [found[name] for name in ("href", "src") if name in found]
        self.anchors |= {found["id"]} if "id" in found else set()
        self.inline += [name for name in found if name == "style" or name.startswith("on")]
        self.inline += ["script"] if tag == "script" and "src" not in found else []
        self.inline += ["style"] if tag == "style" else []
        self.headings += tag == "h1"

    def handle_data(self, data: str) -> None:
        self.text.append(data)


def pages(files) -> dict[str, Looked]:
    return {name: Looked(body.decode()) for name, body in files.items() if name.endswith(".html")}


def broken(files) -> list[str]:
    """Every link that leads nowhere, or out."""
    looked, wrong = pages(files), []
    for name, page in looked.items():
        for link in page.links:
            parts = urlsplit(link)
            if parts.scheme or parts.netloc or link.startswith("/"):
                wrong.append(f"{name}: {link} leads out")
                continue
            target = (
                posixpath.normpath(posixpath.join(posixpath.dirname(name), unquote(parts.path))) if parts.path else name
            )
            if target not in files:
                wrong.append(f"{name}: {link}")
            elif parts.fragment and parts.fragment not in looked[target].anchors:
                wrong.append(f"{name}: {link} has no such place")
    return wrong


def test_every_link_and_anchor_exists_and_none_leads_out(whole: Made):
    assert broken(whole.files) == []
    assert len(pages(whole.files)) > 2 * (7 + 40)


def test_links_hold_whatever_is_withheld(snapshot: Snapshot, quick: None):
    for choice in ("withheld", "public"):
        kinds = ("scores", "ranks", "pillars", "indicators", "not_evaluated", "history", "candidates")
        made = make_edition(choosing(snapshot, **dict.fromkeys(kinds, choice)), about())
        assert broken(made.files) == []


def test_pages_run_nothing_inline_are_small_and_have_one_heading(whole: Made):
    for name, page in pages(whole.files).items():
        assert page.inline == [], name
        assert page.headings == 1, name
        assert len(whole.files[name]) < LARGEST, name
    for name in ("assets/site.css", "assets/tiers.css"):
        assert b"url(" not in whole.files[name] and b"@import" not in whole.files[name]


def test_both_languages_have_the_same_pages_and_english_has_no_chinese_of_ours(whole: Made):
    names = {lang: {name[3:] for name in pages(whole.files) if name.startswith(f"{lang}/")} for lang in ("zh", "en")}
    assert names["zh"] == names["en"]
    for name in ("index", "tiers", "charts", "data", "editions"):
        text = "".join(Looked(whole.files[f"en/{name}.html"].decode()).text)
        assert set(re.findall(r"[\u4e00-\u9fff]+", text)) <= {"中文"}, name


def test_results_are_a_whole_table_without_scripts(whole: Made, snapshot: Snapshot):
    page = whole.files["zh/results.html"].decode()
    scores = snapshot.results["scores"]
    assert page.count("data-tier=") == scores.height == 32
    assert "data-filters hidden" in page
    best = scores.sort("rank").row(0, named=True)
    shown = f"{best['score'] / 100:.{snapshot.scheme.rounding.decimals}f}"
    assert f"units/{best['unit']}.html" in page
    assert f'<td class="n">{shown}</td>' in page


def test_a_unit_has_a_page_with_its_earlier_results_and_what_they_compare_with(whole: Made, snapshot: Snapshot):
    unit = snapshot.results["scores"]["unit"][0]
    page = whole.files[f"zh/units/{unit}.html"].decode()
    for row in snapshot.facts.earlier.filter(unit=unit).to_dicts():
        assert row["period"] in page
    assert "不同期的得分不直接比较" in page


def test_a_later_edition_says_what_differs_and_names_the_former_ones(snapshot: Snapshot, quick: None):
    told = Title(zh="甲馆评分更正", en="Library A: score corrected")
    former = (Former(2, about().on, "b" * 64, (), "名单有误"), Former(1, about().on, "a" * 64))
    made = make_edition(choosing(snapshot), about(3, replaces=1, errata=(told,), former=former))
    assert "甲馆评分更正" in made.files["zh/index.html"].decode()
    archive = made.files["zh/editions.html"].decode()
    assert "第2版" in archive and "名单有误" in archive and "a" * 64 in archive
    assert made.manifest["replaces"] == 1
    assert made.manifest["errata"] == [{"zh": "甲馆评分更正", "en": "Library A: score corrected"}]


def test_a_withdrawn_edition_is_one_page_with_reason_and_digest_and_no_data(snapshot: Snapshot):
    scheme = snapshot.scheme
    files = withdrawn_site(about(2), scheme.report.title, scheme.report.issuer, "d" * 64, about().on, "评分有误 <b>", 1)
    assert sorted(files) == ["assets/mark.svg", "assets/site.css", "en/index.html", "index.html", "zh/index.html"]
    page = files["zh/index.html"].decode()
    assert (
        "第2版已撤回" in page and "评分有误 &lt;b&gt;" in page and "d" * 64 in page and "../../1/zh/index.html" in page
    )


def test_the_standing_of_an_edition_is_told_beside_it():
    assert standing_script() == b"window.huoyueStanding = null;\n"
    assert standing_script(3) == b'window.huoyueStanding = {"later": 3};\n'


def test_the_page_of_a_unit_names_the_documents_that_its_earlier_results_are_from(snapshot: Snapshot, quick: None):
    period = snapshot.facts.earlier["period"][0]
    known = EARLIER_SOURCES.frame([{"period": period, "source": "结果通报，某发〔2019〕3号", "results": 1}])
    named = replace(snapshot, facts=replace(snapshot.facts, earlier_sources=known))
    unit = snapshot.facts.earlier["unit"][0]
    page = make_edition(choosing(named), about()).files[f"zh/units/{unit}.html"].decode()
    assert f"数据来源：{period}，结果通报，某发〔2019〕3号" in page
    closed = make_edition(choosing(named, history="withheld"), about()).files
    assert not [name for name, body in closed.items() if "某发〔2019〕3号".encode() in body]

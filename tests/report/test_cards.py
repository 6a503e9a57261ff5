"""One page for every unit, and what it says is what the round says."""

from __future__ import annotations

import zipfile
from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import polars as pl
import pypdf
import pytest

from huoyue.examples.synthesis import synthesise
from huoyue.exchange.scheme_file import read_scheme
from huoyue.report.cards import file_name, write_cards
from huoyue.report.cards_data import Cards, average_text
from huoyue.snapshot.store import Snapshot, freeze

LONG = "金属矿产资源与再生资源综合循环利用及高效清洁装备示范图书馆（含《特藏》/善本\\分馆:A*B?）" * 3


@pytest.fixture(scope="module")
def snapshot() -> Snapshot:
    """A small round with a veto, a unit that did not file and one that filed too little; one name is very long."""
    parsed = read_scheme("county_libraries")
    assert parsed.scheme is not None
    facts = synthesise(parsed.scheme, units=14, seed=3)
    first = pl.col("position") == pl.col("position").min()
    units = facts.units.with_columns(name=pl.when(first).then(pl.lit(LONG)).otherwise("name"))
    frozen, _ = freeze(parsed.scheme, parsed.text, replace(facts, units=units))
    assert set(frozen.results["screening"]["verdict"]) == {"evaluated", "not_filed", "incomplete"}
    assert frozen.results["scores"]["veto"].drop_nulls().len()
    return frozen


@pytest.fixture(scope="module")
def written(snapshot: Snapshot, tmp_path_factory: pytest.TempPathFactory) -> dict[str, list[Path]]:
    return {lang: write_cards(snapshot, tmp_path_factory.mktemp(lang), lang) for lang in ("zh", "en")}


def read(path: Path) -> str:
    """The text of a card without its spaces, which PDF does not keep."""
    return "".join(pypdf.PdfReader(path).pages[0].extract_text().split())


def cards(snapshot: Snapshot, lang: str) -> dict[str, dict[str, object]]:
    return {unit["unit"]: card for unit, card in Cards(snapshot, lang).each()}


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_every_card_is_one_page_whatever_it_has_to_say(written: dict[str, list[Path]], lang: str) -> None:
    assert {len(pypdf.PdfReader(path).pages) for path in written[lang][:-1]} == {1}


def test_every_unit_of_the_round_has_a_card(snapshot: Snapshot, written: dict[str, list[Path]]) -> None:
    codes = [path.name.split("_")[0] for path in written["zh"][:-1]]
    assert sorted(codes) == sorted(snapshot.results["screening"]["unit"])


def test_the_zip_holds_all_cards(written: dict[str, list[Path]]) -> None:
    *pages, archive = written["zh"]
    with zipfile.ZipFile(archive) as opened:
        assert {name: opened.read(name) for name in opened.namelist()} == {p.name: p.read_bytes() for p in pages}


def test_cards_made_twice_are_the_same_to_the_byte(
    snapshot: Snapshot, written: dict[str, list[Path]], tmp_path: Path
) -> None:
    assert write_cards(snapshot, tmp_path, "zh")[-1].read_bytes() == written["zh"][-1].read_bytes()


def test_nothing_runs_beyond_the_page(written: dict[str, list[Path]]) -> None:
    """The last line of the longest card, the foot, is there: what is too tall was scaled and not cut."""
    for lang, foot in (("zh", "据快照"), ("en", "Computedfromthesnapshot")):
        assert all(foot in read(path) for path in written[lang][:-1])


def test_means_of_batch_and_tier_are_those_of_the_settled_points(snapshot: Snapshot) -> None:
    results = snapshot.results
    settled = (
        results["settled"]
        .filter(pl.col("basis") != "not_applicable")
        .join(snapshot.facts.units.select("unit", "batch"), on="unit")
        .join(results["scores"].select("unit", "tier"), on="unit")
        .with_columns(points=pl.col("settled_num") / pl.col("settled_den"))
    )
    found = Cards(snapshot, "zh").averages.points
    for side in ("batch", "tier"):
        expected = settled.group_by(side, "indicator").agg(pl.col("points").mean()).iter_rows()
        for group, indicator, mean in expected:
            assert float(found[f"{side} {group}", indicator]) == pytest.approx(mean)


def test_score_tier_and_rank_stand_on_the_card(snapshot: Snapshot) -> None:
    shown = cards(snapshot, "en")
    for row in snapshot.results["scores"].iter_rows(named=True):
        card = shown[row["unit"]]
        assert Fraction(str(card["score"])) * 100 == row["score"]
        assert card["tier"] == snapshot.scheme.tier(row["tier"]).title.en
        assert card["place"] == f"rank {row['rank']} of {snapshot.results['scores'].height} evaluated"


def test_a_veto_is_named_on_the_card_it_holds_down(snapshot: Snapshot) -> None:
    shown = cards(snapshot, "zh")
    for unit, veto in snapshot.results["scores"].select("unit", "veto").iter_rows():
        titles = [{"title": "一票否决，档次受限", "entries": ["发生较大及以上安全事故"]}] if veto else []
        assert shown[unit]["notes"] == titles


def test_a_unit_that_was_not_evaluated_reads_why_and_what_to_do(snapshot: Snapshot) -> None:
    screening = snapshot.results["screening"].filter(pl.col("verdict") != "evaluated")
    mends = {rule.id: rule.mend for rule in snapshot.scheme.screening}
    shown = cards(snapshot, "zh")
    for row in screening.iter_rows(named=True):
        notes = {note["title"]: note["entries"] for note in shown[row["unit"]]["notes"]}  # type: ignore[attr-defined]
        assert shown[row["unit"]]["score"] is None
        assert notes["未参评原因"] == [row["reason_zh"]]
        assert notes["下期如何改进"] == [mends[row["rule"]].zh]


def test_chinese_cards_have_no_english_sentence(snapshot: Snapshot) -> None:
    for card in cards(snapshot, "zh").values():
        texts = [card["heading"], card["legend"], card["foot"], *card["headings"]]  # type: ignore[misc]
        assert [text for text in texts if " the " in str(text) or str(text).isascii()] == []


def test_file_names_hold_no_sign_that_a_system_refuses(written: dict[str, list[Path]]) -> None:
    names = [path.name for path in written["zh"][:-1]]
    assert [name for name in names if set(name) & set('/\\:*?"<>| （）《》')] == []
    assert max(len(name.encode()) for name in names) <= 255


def test_codes_that_differ_in_signs_only_do_not_lose_a_card() -> None:
    taken: dict[str, bytes] = {}
    for code in ("A/1", "A\\1", "A:1"):
        taken[file_name(code, "甲", taken)] = b""
    assert list(taken) == ["A_1_甲.pdf", "A_1_甲-2.pdf", "A_1_甲-3.pdf"]
    assert file_name("..", "//") == "card.pdf"


def test_means_have_two_places_whatever_they_are():
    """They are given in hundredths; half a hundredth is rounded up."""
    given = (Fraction(440), Fraction(1321, 3), Fraction(400), Fraction(809, 2), None)
    assert [average_text(one) for one in given] == ["4.40", "4.40", "4.00", "4.05", "–"]

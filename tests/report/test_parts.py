"""Reports on a part of a round: what they say is what the whole round's results say of those units."""

from __future__ import annotations

import json
import re
import subprocess
import sys
import zipfile
from datetime import date
from fractions import Fraction
from pathlib import Path
from typing import Annotated, get_args, get_origin, get_type_hints

import polars as pl
import pytest
from python_calamine import CalamineWorkbook

from huoyue.core.analysis.margins import ALL
from huoyue.core.problem import Refused
from huoyue.examples.synthesis import synthesise
from huoyue.exchange.scheme_file import read_scheme
from huoyue.report import part_types
from huoyue.report.cards_data import Cards
from huoyue.report.context import compose
from huoyue.report.context_seal import Known
from huoyue.report.documents import Wanted, composed, write_wanted
from huoyue.report.part import compose_part
from huoyue.report.passages import Placed
from huoyue.report.render_tree import plain, read_tree
from huoyue.report.scope import Scope, restricted, scope_of
from huoyue.snapshot.digests import zipped
from huoyue.snapshot.signature import Signature
from huoyue.snapshot.store import Snapshot, freeze

DOCS = Path(__file__).parents[2] / "docs" / "methodology" / "report.md"


@pytest.fixture(scope="module")
def round_() -> tuple[Snapshot, dict[str, bytes]]:
    parsed = read_scheme("alliance_activity_2016")
    assert parsed.scheme is not None
    return freeze(parsed.scheme, parsed.text, synthesise(parsed.scheme, units=30, seed=3))


@pytest.fixture(scope="module")
def snapshot(round_: tuple[Snapshot, dict[str, bytes]]) -> Snapshot:
    return round_[0]


@pytest.fixture(scope="module")
def place(round_: tuple[Snapshot, dict[str, bytes]], tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("snapshot") / "s.zip"
    path.write_bytes(zipped(round_[1]))
    return path


def text_of(markdown: str) -> str:
    return "\n".join(plain(block) for block in read_tree(markdown, "zh").blocks)


def test_a_batch_alone_comes_to_what_the_whole_says_of_the_batch(snapshot: Snapshot) -> None:
    """Two ways to the same figures: the whole round's margins by batch, and the batch's units counted anew."""
    for batch in snapshot.scheme.batches:
        own = restricted(snapshot, Scope("batch", batch.id))
        for name, alone, margin in (
            ("funnel", {"batch": ALL}, {"batch": batch.id}),
            ("tier_summary", {"scope": "all"}, {"scope": "batch", "member": batch.id}),
            ("lost", {"batch": ALL}, {"batch": batch.id}),
            ("participation", {"batch": ALL}, {"batch": batch.id}),
            ("shares", {"scope": "all"}, {"scope": "batch", "member": batch.id}),
        ):
            keys = [*alone, "member"]
            left = own.results[name].filter(**alone).drop(keys, strict=False)
            right = snapshot.results[name].filter(**margin).drop(keys, strict=False)
            assert left.equals(right), (batch.id, name)


def test_industries_together_are_the_whole(snapshot: Snapshot) -> None:
    parts = [restricted(snapshot, Scope("industry", one.id)) for one in snapshot.scheme.industries]
    codes = [code for part in parts for code in part.facts.units["unit"]]
    assert sorted(codes) == sorted(snapshot.facts.units["unit"])
    evaluated = sum(part.results["scores"].height for part in parts)
    assert evaluated == snapshot.results["scores"].height


def test_a_part_keeps_scores_tiers_and_ranks_of_the_whole(snapshot: Snapshot) -> None:
    batch = snapshot.scheme.batches[0].id
    table = compose_part(snapshot, Scope("batch", batch), "zh").tables["units"]
    members = snapshot.facts.units.filter(batch=batch)
    names = dict(zip(members["unit"], members["name"], strict=True))
    wanted = {names[row["unit"]]: (f"{row['score'] // 100}", row["rank"]) for row in
              snapshot.results["scores"].to_dicts() if row["unit"] in names}  # fmt: skip
    found = {row[1]: (row[2], row[4]) for row in table.iter_rows() if row[2] is not None}
    assert found == wanted
    assert table.height == len(snapshot.results["screening"].filter(pl.col("unit").is_in(members["unit"].to_list())))


def test_how_many_lie_above_the_mean_is_counted_exactly(snapshot: Snapshot) -> None:
    batch = snapshot.scheme.batches[0].id
    scores = dict(snapshot.results["scores"].select("unit", "score").iter_rows())
    mean = Fraction(sum(scores.values()), len(scores))
    own = [scores[unit] for unit in snapshot.facts.units.filter(batch=batch)["unit"] if unit in scores]
    text = text_of(compose_part(snapshot, Scope("batch", batch), "zh").markdown)
    assert f"得分高于全体平均分的有{sum(score > mean for score in own)}家" in text


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_every_part_can_be_written_and_leaves_no_hole(snapshot: Snapshot, lang: str) -> None:
    scopes = [Scope("batch", one.id) for one in snapshot.scheme.batches]
    scopes += [Scope("industry", one.id) for one in snapshot.scheme.industries]
    screened = snapshot.results["screening"]
    scopes += [Scope("unit", screened.filter(verdict=verdict)["unit"][0]) for verdict in set(screened["verdict"])]
    for scope in scopes:
        document = compose_part(snapshot, scope, lang)
        tree = read_tree(document.markdown, lang)
        assert all(line.strip() not in ("", "None") for line in map(plain, tree.blocks) if line), scope
        assert "{{" not in document.markdown, scope
        assert set(re.findall(r"t=([\w-]+)", document.markdown)) <= set(document.tables), scope


def test_the_document_of_one_unit_says_what_its_card_says(snapshot: Snapshot) -> None:
    code = str(snapshot.results["scores"]["unit"][0])
    cards = Cards(snapshot, "zh")
    card = next(cards.card(unit) for unit in cards.units if unit["unit"] == code)
    document = compose_part(snapshot, Scope("unit", code), "zh")
    text = text_of(document.markdown)
    assert f"得分{card['score']}，档次为{card['tier']}，{card['place']}" in text
    for part in card["advice"]:
        for entry in part["entries"]:
            assert "".join(entry.split()) in "".join(text.split())
    found = [row for table in document.tables.values() for row in table.iter_rows()]
    wanted = [(row["name"], f"{row['points']}/{row['maximum']}", row["batch_text"], row["tier_text"], row["why"])
              for pillar in card["pillars"] for row in pillar["rows"]]  # fmt: skip
    assert found == wanted


def test_no_card_shows_anybody_elses_score(snapshot: Snapshot) -> None:
    first, second = snapshot.facts.units.join(snapshot.results["scores"], on="unit")["name"][:2]
    code = snapshot.facts.units.filter(name=first)["unit"][0]
    assert second not in text_of(compose_part(snapshot, Scope("unit", code), "zh").markdown)


@pytest.mark.parametrize("text", ["batch:nowhere", "industry:none", "unit:U9999"])
def test_a_part_that_is_none_is_refused(snapshot: Snapshot, text: str) -> None:
    scope = scope_of(text)
    assert scope is not None
    with pytest.raises(Refused) as refused:
        compose_part(snapshot, scope, "zh")
    assert refused.value.problems[0].code == "part.unknown"


def test_the_whole_is_no_part() -> None:
    assert [scope_of(text) for text in ("", "whole", "batch:", "tier:high")] == [None] * 4


def test_the_workbook_of_a_part_holds_its_tables_with_numbers_as_numbers(snapshot: Snapshot, tmp_path: Path) -> None:
    scope = Scope("batch", snapshot.scheme.batches[0].id)
    path = write_wanted(snapshot, tmp_path, "zh", Wanted(scope=scope), ("xlsx",))[0]
    book = CalamineWorkbook.from_path(str(path))
    assert len(book.sheet_names) == 5
    funnel = book.get_sheet_by_index(0).to_python()
    own = restricted(snapshot, scope).results["funnel"].filter(batch=ALL)
    assert [row[1] for row in funnel[4:]] == [
        float(own.filter(step=step)["units"][0]) for step in ("all", "filed", "not_filed", "incomplete", "evaluated")
    ]


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_reports_print_the_digest_number_day_and_signature(snapshot: Snapshot, lang: str) -> None:
    signed = Snapshot(snapshot.scheme, snapshot.scheme_text, snapshot.facts, snapshot.results, snapshot.manifest,
                      Signature("v+/=", "a2V5+/==", "某某秘书处"))  # fmt: skip
    known = Known(3, date(2017, 2, 3))
    parts = [Scope("batch", snapshot.scheme.batches[0].id), Scope("unit", snapshot.results["scores"]["unit"][0])]
    texts = [compose(signed, lang, known=known).markdown]
    texts += [compose_part(signed, scope, lang, known=known).markdown for scope in parts]
    for markdown in texts:
        text = text_of(markdown)
        for said in (snapshot.digest, "a2V5+/==", "某某秘书处"):
            assert text.count(said) == 1
        assert ("第3号快照（2017年2月3日冻结）" if lang == "zh" else "snapshot 3 frozen on 3 February 2017") in text
    unsigned = text_of(compose(snapshot, lang).markdown)
    assert snapshot.digest in unsigned
    assert "公钥" not in unsigned
    assert "public key" not in unsigned


def test_every_name_of_a_part_has_its_help_in_the_documentation() -> None:
    page = DOCS.read_text("utf-8")
    for kind in (part_types.PartContext, part_types.LossBeside):
        for name, hint in get_type_hints(kind, include_extras=True).items():
            assert get_origin(hint) is Annotated
            assert f"| `{name}` | {get_args(hint)[1]} |" in page, name


def asked(place: Path, folder: Path, **request: object) -> tuple[int, list[dict[str, object]]]:
    """What the child process says."""
    folder.mkdir()
    given = {"snapshot": str(place), "folder": str(folder), "lang": "zh", "kind": "report", "formats": ["md"]}
    done = subprocess.run([sys.executable, "-P", "-m", "huoyue.report.building"], text=True, capture_output=True,
                          input=json.dumps(given | request), check=False)  # fmt: skip
    return done.returncode, [json.loads(line) for line in done.stdout.splitlines()]


def test_the_child_tells_its_progress_and_what_it_wrote(place: Path, tmp_path: Path, snapshot: Snapshot) -> None:
    passage = Placed("前言", "", "手写的一段话。")
    code, said = asked(place, tmp_path / "r", number=2, passages=[vars(passage)])
    assert code == 0
    assert [line["step"] for line in said[:-1]] == ["read", "compose", "figures"]
    name = said[-1]["files"][0]["name"]
    with zipfile.ZipFile(tmp_path / "r" / name) as opened:
        text = opened.read("report.md").decode()
        assert set(re.findall(r"\]\((figures/[^)]*)\)", text)) == {
            name for name in opened.namelist() if name != "report.md"
        }
    assert snapshot.digest in text
    assert "手写的一段话。" in text
    batch = snapshot.scheme.batches[0].id
    code, said = asked(place, tmp_path / "c", kind="cards", part=f"batch:{batch}")
    assert code == 0
    wanted = snapshot.facts.units.filter(batch=batch)["unit"].to_list()
    assert [str(file["name"]).split("_")[0] for file in said[-1]["files"][1:]] == wanted


def test_the_child_says_what_is_wrong_in_both_languages(place: Path, tmp_path: Path) -> None:
    code, said = asked(place, tmp_path / "u", part="unit:U9999")
    assert code == 1
    assert set(said[-1]["problems"][0]) == {"zh", "en"}
    own = tmp_path / "own" / "zh"
    own.mkdir(parents=True)
    (own / "summary.md.j2").write_text("# 摘要\n\n{{ nothing.at_all }}\n", "utf-8")
    code, said = asked(place, tmp_path / "w", templates=str(own.parent))
    assert code == 1
    assert "第3行" in said[-1]["problems"][0]["zh"]
    assert "line 3" in said[-1]["problems"][0]["en"]


def test_passages_stand_in_a_part_where_their_section_exists_there(snapshot: Snapshot) -> None:
    batch, unit = snapshot.scheme.batches[0], snapshot.facts.units["unit"][0]
    other = snapshot.facts.units["name"][1]
    passages = (
        Placed("档次与得分", "", "本段写在分数之后。"), Placed("评审组织", "", "本段在分报告中没有位置。"),
        Placed("说明", "", "本段写在说明之后。"), Placed("说明", "", f"本段提到{other}。"),
    )  # fmt: skip
    text = composed(snapshot, "zh", Wanted(Scope("batch", batch.id), passages=passages)).markdown
    assert text.index("## 档次与得分") < text.index("本段写在分数之后。") < text.index("## 失分较多的指标")
    assert text.index("## 说明") < text.index("本段写在说明之后。") < text.index(f"本段提到{other}。")
    assert "没有位置" not in text
    alone = composed(snapshot, "zh", Wanted(Scope("unit", unit), passages=passages)).markdown
    assert "本段写在说明之后。" in alone or "说明" not in re.findall(r"^#+ (\S+)", alone, re.MULTILINE)
    assert other not in alone

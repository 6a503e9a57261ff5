"""A frozen round: its snapshot verifies, nothing before it changes, and corrections make the next snapshot."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import polars as pl
import pytest
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.utils import timezone
from tests.server.settled import Settled

from huoyue.core.tables import CORRECTIONS
from huoyue.server.models import (
    Alliance,
    Case,
    Conflict,
    Correction,
    Decision,
    Filing,
    Mark,
    NoticePeriod,
    Objection,
    Observation,
    Record,
    Remark,
    ReviewStage,
    Round,
    SelfScore,
    Sheet,
    Stage,
    Suggestion,
    Verdict,
    Version,
)
from huoyue.server.models.sealing import TABLES, is_sealed, seal, unseal
from huoyue.server.operations.freezing import cut_again, freeze_again
from huoyue.server.operations.journal import Refuse
from huoyue.server.operations.register import merge
from huoyue.server.operations.review_stages import reopen_stage
from huoyue.server.operations.rounds import extend_one
from huoyue.server.operations.screening import decide as decide_verdict
from huoyue.server.operations.screening import unsettle_screening
from huoyue.server.queries.review_standing import standing_of
from huoyue.server.queries.shelf import shelf_path, snapshot_of
from huoyue.snapshot.digests import contents_of, faults, zipped
from huoyue.snapshot.verify import verify


def refusal(call) -> str:
    with pytest.raises(Refuse) as caught:
        call()
    return caught.value.refusal.code


def objection_about(found: Settled, filing: Filing) -> Objection:
    """An upheld objection, as its decision leaves it."""
    now, sun = timezone.now(), found.world.people["sun"]
    notice = NoticePeriod.objects.create(round=found.round, frozen=found.snapshot, number=1, starts_on=now.date(),
                                         ends_on=now.date(), office="秘书处", by=sun, at=now)  # fmt: skip
    return Objection.objects.create(
        round=found.round, notice=notice, filing=filing, number="异议〔测试〕1", kind="score", entered_by=sun,
        name="某某", grounds="漏计一次理事会",
        received_on=now.date(), at=now, state="decided", outcome="upheld",
    )  # fmt: skip


def test_the_snapshot_says_what_the_settlement_page_says_and_verifies_without_the_database(frozen):
    path = shelf_path("snapshots", frozen.snapshot.file_digest)
    assert faults(path) == []
    assert verify(path) == []
    standing = standing_of(frozen.round)
    scores = dict(snapshot_of(frozen.snapshot).results["scores"].select("unit", "score").iter_rows())
    assert scores == {unit: score.score for unit, score in standing.scores.items()}
    assert len(scores) == 6
    assert frozen.snapshot.summary["funnel"] == {"evaluated": 6}


def test_the_page_of_a_snapshot_lists_every_alliance_in_the_order_of_its_rank(frozen):
    client = Client()
    client.force_login(frozen.world.people["sun"])
    page = client.get(f"/rounds/{frozen.round.key}/results/snapshot/1/").content.decode()
    results = page.partition('id="ranked"')[2]
    scores = snapshot_of(frozen.snapshot).results["scores"].sort("serial")["unit"].to_list()
    assert re.findall(r"/settlement/of/(A\d{3})/", results) == scores


def test_every_operation_on_what_led_to_the_results_is_refused_in_words(frozen):
    sun, round_ = frozen.world.acting("sun"), Round.objects.get(pk=frozen.round.pk)
    filing = Filing.objects.select_related("round", "alliance").filter(round=round_).first()
    verdict = Verdict.objects.select_related("filing__round", "filing__alliance").filter(filing=filing).get()
    soon = timezone.now() + timedelta(days=2)
    acts = {
        "stage": lambda: reopen_stage(sun, frozen.fresh("meeting"), soon, "会议记录需要补充"),
        "unsettle": lambda: unsettle_screening(sun, round_, "筛查需要重新进行"),
        "verdict": lambda: decide_verdict(sun, verdict, "incomplete", "材料不足，本轮不予评价"),
        "more time": lambda: extend_one(sun, filing, soon, "材料需要补交"),
    }
    assert {name: refusal(act) for name, act in acts.items()} == {
        "stage": "frozen", "unsettle": "wrong_stage", "verdict": "screening_settled", "more time": "wrong_stage",
    }  # fmt: skip


ROWS = {
    "filing": (Filing, "round"), "version": (Version, "filing__round"), "record": (Record, "filing__round"),
    "verdict": (Verdict, "filing__round"), "suggestion": (Suggestion, "filing__round"),
    "reviewstage": (ReviewStage, "round"), "sheet": (Sheet, "stage__round"), "mark": (Mark, "sheet__stage__round"),
    "case": (Case, "stage__round"), "decision": (Decision, "case__stage__round"),
    "conflict": (Conflict, "panellist__round"), "attendance": (None, ""), "selfscore": (SelfScore, "filing__round"),
    "observation": (Observation, "filing__round"), "remark": (Remark, "filing__round"), "evidence": (None, ""),
}  # fmt: skip


@pytest.mark.parametrize("table", sorted(TABLES))
def test_the_database_itself_keeps_every_row_that_a_snapshot_is_cut_from(frozen, table):
    """Bare SQL, past every operation: an update, a deletion. The control without triggers goes through."""

    def change() -> int:
        name = f"server_{table}"
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(f"UPDATE {name} SET id = id")  # noqa: S608
            return int(cursor.rowcount)

    model, _ = ROWS[table]
    if model is not None and model.objects.exists():
        with pytest.raises(IntegrityError):
            change()
        with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(f"DELETE FROM server_{table}")  # noqa: S608
        unseal(connection)
        assert change() > 0
        seal(connection)
    assert is_sealed(connection)


def test_a_frozen_round_keeps_its_scheme_and_stage_and_cannot_be_deleted(frozen):
    for changes in ({"stage": Stage.SCREENED}, {"scheme_text": "huoyue: 1"}, {"practice": True}):
        with pytest.raises(IntegrityError), transaction.atomic():
            Round.objects.filter(pk=frozen.round.pk).update(**changes)
    Round.objects.filter(pk=frozen.round.pk).update(title_zh="新名称")
    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("DELETE FROM server_round WHERE id = %s", [frozen.round.pk])


def test_another_round_goes_on_as_before(frozen):
    from tests.server.world import make_round

    other = make_round("r2")
    filing = Filing.objects.create(round=other, alliance=frozen.world.alliances[0])
    assert Filing.objects.filter(pk=filing.pk).update(revision=2) == 1


def test_a_correction_makes_a_later_snapshot_that_says_what_moved_and_why(frozen):
    first = frozen.snapshot
    filing = Filing.objects.filter(round=frozen.round).select_related("alliance").order_by("alliance__position").first()
    unit = filing.alliance.code
    scheme = snapshot_of(first).scheme
    indicator = scheme.indicators[0].id
    before = snapshot_of(first).results["settled"].filter(unit=unit, indicator=indicator).row(0, named=True)
    objection = objection_about(frozen, filing)
    Correction.objects.create(objection=objection, filing=filing, indicator=indicator, points=before["maximum"],
                              reason="第二次理事会纪要补充属实", by=frozen.world.people["sun"],
                              at=timezone.now())  # fmt: skip
    second = freeze_again(frozen.world.acting("sun"), first, cut_again(first), "异议成立，更正得分")
    assert (second.number, second.previous_id) == (2, first.pk)
    assert verify(shelf_path("snapshots", second.file_digest)) == []
    after = snapshot_of(second)
    row = after.results["settled"].filter(unit=unit, indicator=indicator).row(0, named=True)
    assert (row["settled_num"], row["settled_den"], row["basis"]) == (before["maximum"], 1, "correction")
    assert "第二次理事会纪要补充属实" in row["note_zh"]
    same = [name for name in snapshot_of(first).facts.tables() if name not in ("corrections", "objections")]
    for name in same:
        assert after.facts.tables()[name].equals(snapshot_of(first).facts.tables()[name]), name
    moved = [one for one in second.changes if one["unit"] == unit]
    assert moved[0]["indicator"] == indicator
    assert moved[0]["after"] == before["maximum"]
    assert moved[0]["number"] == objection.number
    assert Correction.objects.get().frozen_id == second.pk
    scores = dict(after.results["scores"].select("unit", "score").iter_rows())
    assert {code: one.score for code, one in standing_of(frozen.round).scores.items()} == scores
    assert refusal(lambda: freeze_again(frozen.world.acting("sun"), first, cut_again(first), "再次更正得分")) == "stale"
    assert (
        refusal(lambda: freeze_again(frozen.world.acting("sun"), second, cut_again(second), "再次更正得分"))
        == "nothing_corrected"
    )


def test_a_correction_beyond_what_the_unit_can_attain_is_refused_by_the_evaluation(frozen):
    from huoyue.core.evaluation import evaluate
    from huoyue.core.problem import Refused

    snapshot = snapshot_of(frozen.snapshot)
    unit, indicator = snapshot.results["settled"].select("unit", "indicator").row(0)
    wrong = CORRECTIONS.frame([{"unit": unit, "indicator": indicator, "settled": 99_900, "number": "1", "reason": "错",
                                "decided_on": None or timezone.now().date()}])  # fmt: skip
    with pytest.raises(Refused) as caught:
        evaluate(snapshot.scheme, replace(snapshot.facts, corrections=wrong))
    assert [one.code for one in caught.value.problems] == ["mark_out_of_bounds"]


def test_a_snapshot_of_the_first_format_is_read_as_having_no_corrections(frozen, tmp_path: Path):
    from huoyue.snapshot.digests import MANIFEST, canonical, manifest_of, sealed
    from huoyue.snapshot.store import read

    contents = contents_of(shelf_path("snapshots", frozen.snapshot.file_digest))
    manifest = dict(manifest_of(contents))
    for name in ("corrections", "objections"):
        contents.pop(f"inputs/{name}.parquet")
    manifest["format"] = 1
    manifest["files"] = {name: about for name, about in manifest["files"].items() if name in contents}
    manifest["tables"] = {name: about for name, about in manifest["tables"].items() if "/objections" not in name
                          and "/corrections" not in name}  # fmt: skip
    contents[MANIFEST] = canonical(sealed(manifest))
    (tmp_path / "old.zip").write_bytes(zipped(contents))
    assert verify(tmp_path / "old.zip") == []
    assert read(tmp_path / "old.zip").facts.corrections.equals(pl.DataFrame(schema=CORRECTIONS.schema))


def test_duplicates_are_merged_though_both_take_part_in_a_frozen_round(frozen):
    first, second = frozen.world.alliances[:2]
    before = set(Filing.objects.filter(round=frozen.round).values_list("alliance__code", flat=True))
    merge(frozen.world.acting("sun"), second, first)
    assert set(Filing.objects.filter(round=frozen.round).values_list("alliance__code", flat=True)) == before
    assert Alliance.objects.get(pk=second.pk).merged_into_id == first.pk

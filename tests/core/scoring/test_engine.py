from __future__ import annotations

import shutil
from fractions import Fraction
from typing import Any

import every_kind
import polars as pl
import pytest
from polars.testing import assert_frame_equal

from huoyue.core.scheme.model import Scheme
from huoyue.core.scoring.engine import score_frames
from huoyue.core.scoring.totals import total
from huoyue.core.tables import SETTLED, Facts

SCHEME = every_kind.scheme(vetoes=every_kind.VETOES, ties=every_kind.CHAIN)


def settled(points: pl.DataFrame) -> pl.DataFrame:
    """Points by rule as if they were settled; what has none counts 0."""
    return SETTLED.check(
        points.select(
            "unit", "pillar", "indicator", "maximum", suggested="points", settled_num=pl.col("points").fill_null(0),
            settled_den=pl.lit(1, dtype=pl.Int64), basis=pl.lit("rule"), note_zh=pl.lit(""), note_en=pl.lit(""),
        )
    )  # fmt: skip


def native_polars(facts: Facts) -> tuple[Any, dict[str, Any]]:
    return facts.units.lazy(), {name: frame.lazy() for name, frame in facts.records.items()}


def by_polars(scheme: Scheme, facts: Facts) -> pl.DataFrame:
    return score_frames(scheme, *native_polars(facts)).collect().sort("serial")


@pytest.mark.parametrize("seed", [1, 2])
def test_engine_gives_the_points_and_scores_of_the_explained_path(seed: int) -> None:
    facts = every_kind.random_facts(SCHEME, 150, seed)
    engine = by_polars(SCHEME, facts)
    explained = every_kind.suggested(SCHEME, facts).points
    wide = explained.pivot("indicator", index="unit", values="points").rename(
        {indicator.id: f"points_{indicator.id}" for indicator in SCHEME.indicators}
    )
    assert_frame_equal(engine.select(wide.columns), wide, check_row_order=False)
    scores = total(SCHEME, facts, settled(explained)).scores
    same = ["unit", "bonus", "score", "tier", "veto", "rank", "serial"]
    assert_frame_equal(engine.select(same), scores.select(same))
    exact = [Fraction(num, den) for num, den in engine.select("total_num", "total_den").iter_rows()]
    assert exact == [Fraction(num, den) for num, den in scores.select("total_num", "total_den").iter_rows()]


def test_duckdb_gives_the_table_that_polars_gives() -> None:
    duckdb = pytest.importorskip("duckdb", reason="the duckdb extra is not installed")
    facts = every_kind.random_facts(SCHEME, 300, 3)
    connection = duckdb.connect()
    units, records = connection.from_arrow(facts.units.to_arrow()), {
        name: connection.from_arrow(frame.to_arrow()) for name, frame in facts.records.items()
    }  # fmt: skip
    found = score_frames(SCHEME, units, records).pl().sort("serial")
    assert_frame_equal(found, by_polars(SCHEME, facts))


@pytest.mark.slow
def test_spark_gives_the_table_that_polars_gives() -> None:
    if shutil.which("java") is None:
        pytest.skip("Java is not installed")
    pyspark = pytest.importorskip("pyspark.sql", reason="the spark extra is not installed")
    facts = every_kind.random_facts(SCHEME, 120, 4)
    session = (
        pyspark.SparkSession.builder.master("local[1]")
        .config("spark.sql.shuffle.partitions", 1)
        .config("spark.ui.enabled", "false")
        .config("spark.sql.session.timeZone", "UTC")
        .config("spark.sql.adaptive.enabled", "false")
        .config("spark.sql.codegen.wholeStage", "false")
        .config("spark.sql.codegen.factoryMode", "NO_CODEGEN")
        .config("spark.driver.extraJavaOptions", "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC")  # it runs for seconds only
        .config("spark.driver.bindAddress", "127.0.0.1")
        .getOrCreate()
    )
    units, records = session.createDataFrame(facts.units.to_arrow()), {
        name: session.createDataFrame(frame.to_arrow()) for name, frame in facts.records.items()
    }  # fmt: skip
    found = pl.from_arrow(score_frames(SCHEME, units, records).toArrow())
    session.stop()
    assert isinstance(found, pl.DataFrame)
    assert_frame_equal(found.sort("serial"), by_polars(SCHEME, facts))

"""Points shared out again: nothing gained, nothing lost."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from huoyue.core.scheme.maxima import allotted, applies, maxima
from huoyue.core.scheme.model import Applies, Scheme, hundredths
from huoyue.exchange.scheme_file import load_scheme
from huoyue.schemes import builtin

LIBRARIES = load_scheme("county_libraries")
ALLIANCES = load_scheme("alliance_activity_2016")


@given(st.integers(0, 100_000), st.lists(st.integers(1, 10_000), min_size=1, max_size=30))
def test_parts_add_up_to_the_whole_and_are_within_one_of_proportion(whole: int, weights: list[int]) -> None:
    parts = allotted(whole, weights)
    assert sum(parts) == whole
    assert all(abs(part * sum(weights) - whole * w) < sum(weights) for part, w in zip(parts, weights, strict=True))


@given(st.integers(0, 100_000), st.lists(st.integers(1, 10_000), min_size=1, max_size=30))
def test_a_larger_weight_never_gets_less(whole: int, weights: list[int]) -> None:
    ordered = sorted(weights, reverse=True)
    parts = allotted(whole, ordered)
    assert parts == sorted(parts, reverse=True)


def test_equal_remainders_go_to_whoever_stands_first() -> None:
    assert allotted(100, [1, 1, 1]) == [34, 33, 33]


def test_a_district_library_gets_the_eight_points_of_branches_elsewhere_in_the_pillar() -> None:
    # 800 by 10 : 10 : 10 : 7 is 216.21..., 216.21..., 216.21..., 151.35...; the one left over goes to the last
    attainable = maxima(LIBRARIES, "east", "district")
    services = {
        name: attainable[name] for name in ("visits_per_head", "loans_per_head", "reading_promotion", "satisfaction")
    }
    assert services == {
        "visits_per_head": 1216, "loans_per_head": 1216, "reading_promotion": 1216, "satisfaction": 852
    }  # fmt: skip
    assert attainable["branches"] == 0


def test_where_everything_applies_the_maxima_are_the_points() -> None:
    own = {indicator.id: hundredths(indicator.points) for indicator in LIBRARIES.indicators}
    assert maxima(LIBRARIES, "east", "county") == own


def test_a_unit_of_no_industry_is_outside_every_list_of_industries() -> None:
    assert not applies(LIBRARIES.indicator("branches"), "east", None)
    assert applies(LIBRARIES.indicator("space"), "east", None)


def limited(scheme: Scheme, scopes: dict[str, Applies]) -> Scheme:
    """The scheme with other applicability for some indicators."""
    pillars = tuple(
        pillar.model_copy(
            update={
                "indicators": tuple(
                    indicator.model_copy(update={"applies": scopes.get(indicator.id, indicator.applies)})
                    for indicator in pillar.indicators
                )
            }
        )
        for pillar in scheme.pillars
    )
    return scheme.model_copy(update={"pillars": pillars})


BATCHES = [batch.id for batch in ALLIANCES.batches]
INDICATORS = [indicator.id for indicator in ALLIANCES.indicators]
SCOPES = st.builds(
    Applies,
    batches=st.lists(st.sampled_from(BATCHES), unique=True, max_size=2).map(tuple),
    redistribute=st.sampled_from(["pillar", "total"]),
)


@given(st.dictionaries(st.sampled_from(INDICATORS[:5]), SCOPES), st.sampled_from(BATCHES))
def test_points_given_up_to_others_are_never_lost(scopes: dict[str, Applies], batch: str) -> None:
    assert sum(maxima(limited(ALLIANCES, scopes), batch, None).values()) == 10_000


@given(st.dictionaries(st.sampled_from(INDICATORS), SCOPES, max_size=8), st.sampled_from(BATCHES))
def test_nobody_is_offered_less_on_an_indicator_that_applies(scopes: dict[str, Applies], batch: str) -> None:
    scheme = limited(ALLIANCES, scopes)
    attainable = maxima(scheme, batch, None)
    for indicator in scheme.indicators:
        floor = hundredths(indicator.points) if applies(indicator, batch, None) else 0
        assert attainable[indicator.id] >= floor
        assert (attainable[indicator.id] > 0) == (floor > 0)


def test_points_given_up_to_nobody_lower_the_maximum() -> None:
    scheme = limited(ALLIANCES, {"council": Applies(batches=("first",), redistribute="none")})
    assert sum(maxima(scheme, "second", None).values()) == 9_500
    assert sum(maxima(scheme, "first", None).values()) == 10_000


def test_points_given_up_to_the_total_go_to_every_pillar_alike() -> None:
    scheme = limited(ALLIANCES, {"council": Applies(batches=("first",), redistribute="total")})
    attainable = maxima(scheme, "second", None)
    others = [points for name, points in attainable.items() if name != "council"]
    assert sum(others) == 10_000
    assert set(others) == {526, 527}


@pytest.mark.parametrize("name", list(builtin()))
def test_every_batch_and_industry_of_a_built_in_scheme_can_attain_all_points(name: str) -> None:
    scheme = load_scheme(name)
    bonus = {indicator.id for indicator in scheme.indicators if indicator.bonus}
    for batch in scheme.batches:
        for industry in [*(industry.id for industry in scheme.industries), None]:
            attainable = maxima(scheme, batch.id, industry)
            assert sum(points for key, points in attainable.items() if key not in bonus) == 10_000

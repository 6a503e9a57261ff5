"""Conflicts hold by alliance and by member unit, however an organisation is written."""

from __future__ import annotations

from huoyue.core.review.interests import Found, Membership, Standing, conflicts_of

UNITS = [
    Membership("A001", ("中国农业机械化科学研究院", "某大学")),
    Membership("A002", ("某大学", "某公司（集团）")),
    Membership("A003", ("另一研究院",)),
]


def found(**known):
    return list(conflicts_of(Standing(**known), UNITS))


def test_who_serves_an_alliance_or_served_it_is_barred_from_it():
    assert found(serves=frozenset({"A003"}), served=frozenset({"A001"})) == [
        Found("A001", "past_chair"), Found("A003", "own_alliance"),
    ]  # fmt: skip


def test_a_conflict_holds_for_every_alliance_of_the_own_organisation():
    assert found(organisations=("某大学",)) == [
        Found("A001", "member_unit", "某大学"), Found("A002", "member_unit", "某大学"),
    ]  # fmt: skip


def test_organisations_are_compared_as_people_write_them():
    assert found(organisations=("某公司 (集团)",)) == [Found("A002", "member_unit", "某公司（集团）")]
    assert found(organisations=("  某 大学 ",)) == [
        Found("A001", "member_unit", "某大学"), Found("A002", "member_unit", "某大学"),
    ]  # fmt: skip


def test_a_part_of_a_name_is_no_conflict_and_nothing_is_nobody():
    assert found(organisations=("大学",)) == []
    assert found(organisations=("", "  ")) == []
    assert list(conflicts_of(Standing(organisations=("",)), [Membership("A009", ("",))])) == []


def test_declarations_bar_alliances_and_the_alliances_of_an_organisation():
    assert found(declared=frozenset({"A003"}), declared_organisations=("另一研究院",)) == [
        Found("A003", "declared"), Found("A003", "declared_unit", "另一研究院"),
    ]  # fmt: skip

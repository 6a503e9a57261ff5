"""An alliance's own points: where the scheme asks for them, beside the standard, never overwritten silently."""

from __future__ import annotations

import pytest

from huoyue.server.models import Round, SelfScore
from huoyue.server.queries.schemes import digest_of_scheme

AT = "/rounds/r1/filing/A001/points/"


def ruled(world, rules: str) -> None:
    """The round under the same scheme with other rules for filing."""
    text = world.round.scheme_text.replace("timezone: Asia/Shanghai}", f"timezone: Asia/Shanghai, {rules}}}", 1)
    assert text != world.round.scheme_text
    Round.objects.filter(pk=world.round.pk).update(scheme_text=text, scheme_digest=digest_of_scheme(text))


@pytest.fixture
def asked(world):
    ruled(world, "self_assessment: true")
    return world


def own(points: str = "4", *, revision: int = 0, reason: str = "两次会议") -> dict[str, str]:
    return {"points-council": points, "reason-council": reason, "revision-council": str(revision)}


def test_nobody_is_asked_where_the_scheme_does_not(as_, world):
    assert "points-council" not in as_("ada").get(AT).content.decode()
    as_("ada").post(AT, own())
    assert not SelfScore.objects.exists()


def test_own_points_stand_beside_the_standard_with_their_reason(as_, asked):
    assert as_("ada").post(AT, own("４.5")).status_code == 303
    kept = SelfScore.objects.get()
    assert (kept.points, kept.reason, kept.revision) == (450, "两次会议", 1)
    page = as_("sun").get(AT).content.decode()
    assert "4.5 两次会议" in page


@pytest.mark.parametrize("points", ["6", "-1", "4.555", "五", "NaN", "1e1", "٣", "9" * 40])
def test_what_is_no_mark_is_told_beside_it_and_comes_back(as_, asked, points):
    answer = as_("ada").post(AT, own(points))
    assert answer.status_code == 422
    row = next(row for row in answer.context["rows"] if row.indicator.id == "council")
    assert (row.typed, row.reason) == (points, "两次会议")
    assert row.wrong
    assert not SelfScore.objects.exists()


def test_two_people_never_overwrite_each_other_silently(as_, asked):
    as_("ada").post(AT, own("3"))
    assert as_("ben").post(AT, own("5", revision=1, reason="本的理由")).status_code == 303
    late = as_("ada").post(AT, own("2", revision=1, reason="艾达的理由"))
    assert late.status_code == 422
    row = next(row for row in late.context["rows"] if row.indicator.id == "council")
    assert (row.typed, row.reason, row.revision) == ("2", "艾达的理由", 2)
    assert "本的理由" in row.wrong
    assert SelfScore.objects.get().points == 500
    assert as_("ada").post(AT, own("2", revision=row.revision)).status_code == 303
    assert SelfScore.objects.get().points == 200


def test_suggested_points_are_hidden_from_filers_where_the_scheme_says_so(as_, world):
    ruled(world, "suggested_points: hidden")
    for who, shown in (("ada", False), ("lin", False), ("sun", True), ("obi", True)):
        answer = as_(who).get(AT)
        assert answer.context["shows_points"] is shown
        assert any(row.suggested is not None for row in answer.context["rows"]) is shown

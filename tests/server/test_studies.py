"""What if: another scheme tried on the frozen snapshot; nothing is kept but a study that somebody saved."""

from __future__ import annotations

from decimal import Decimal

from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from huoyue.core.scheme.edits import changed, controls
from huoyue.core.what_if import what_if
from huoyue.server.models import Event, Study
from huoyue.server.queries.schemes import digest_of_scheme, scheme_of
from huoyue.server.queries.shelf import snapshot_of

PAGE = "/rounds/{key}/results/what-if/"


def signed_in(frozen, name="sun"):
    client = Client()
    client.force_login(frozen.world.people[name])
    return client


def address(frozen):
    return PAGE.format(key=frozen.round.key)


def own_text(frozen):
    return snapshot_of(frozen.snapshot).scheme_text


def best(frozen):
    """The best score, and the place in the scheme of the tier above its own."""
    tiers = [tier.id for tier in scheme_of(frozen.round).tiers]
    row = snapshot_of(frozen.snapshot).results["scores"].sort("score", descending=True).row(0, named=True)
    return row["score"] // 100, tiers.index(row["tier"]) - 1


def lowered(frozen):
    """The scheme with that tier beginning at the best score: whoever has it goes up."""
    score, place = best(frozen)
    tier = scheme_of(frozen.round).tiers[place]
    found = controls(scheme_of(frozen.round), own_text(frozen))
    return changed(own_text(frozen), {c.path: Decimal(score) for c in found if c.owner == tier.id})


def send(frozen, text, **more):
    base = digest_of_scheme(text)[:16]
    return signed_in(frozen).post(address(frozen), {"what": "try", "scheme_text": text, "base": base, **more})


def test_the_rounds_own_scheme_moves_nobody(frozen):
    page = send(frozen, own_text(frozen))
    assert page.status_code == 200
    assert (page.context["moved"], page.context["shifted_count"]) == ([], 0)
    assert page.context["carried"] == []


def test_another_border_set_in_the_form_moves_those_who_reach_it_and_stores_nothing(frozen):
    events = Event.objects.count()
    scores = dict(snapshot_of(frozen.snapshot).results["scores"].select("unit", "score").iter_rows())
    score, place = best(frozen)
    page = send(frozen, own_text(frozen), **{f"v-tiers[{place}].at_least": str(score)})
    risen = {unit for unit, points in scores.items() if points >= score * 100}
    assert {row["move"].unit for row in page.context["moved"]} == risen
    assert {(row["move"].kind, row["move"].border) for row in page.context["moved"]} == {("up", True)}
    assert page.context["text"] == lowered(frozen)
    assert (Event.objects.count(), Study.objects.count()) == (events, 0)


def test_points_set_in_the_form_must_add_up_and_problems_have_their_lines(frozen):
    text = own_text(frozen)
    scheme = scheme_of(frozen.round)
    worth = scheme.pillars[0].indicators[0].points
    page = send(frozen, text, **{"v-pillars[0].indicators[0].points": str(worth + 1)})
    assert page.status_code == 422
    assert page.context["found"] is None
    assert all(problem.place.line for problem in page.context["problems"])
    other = scheme.pillars[0].indicators[1].points
    moved = {"v-pillars[0].indicators[0].points": str(worth + 1), "v-pillars[0].indicators[1].points": str(other - 1)}
    again = send(frozen, text, **moved)
    assert again.status_code == 200, [problem.what for problem in again.context["problems"]]
    assert [len(names) for _, names in again.context["carried"]] == [2]


def test_what_is_no_number_is_said_and_kept_as_it_was_typed(frozen):
    answer = signed_in(frozen).post(address(frozen), {"v-tiers[0].at_least": "abc", "what": "try"})
    assert answer.status_code == 409
    assert "以下内容不是数字：abc。" in answer.text
    assert 'name="v-tiers[0].at_least" inputmode="decimal" size="6" value="abc"' in answer.text


def test_a_broken_text_keeps_what_was_typed(frozen):
    text = own_text(frozen).replace("tiers:", "tiers", 1)
    page = send(frozen, text)
    assert page.status_code == 422
    assert page.context["text"] == text
    assert page.context["problems"][0].place.line


def test_an_edited_text_wins_over_the_numbers_of_the_form(frozen):
    text = own_text(frozen)
    page = signed_in(frozen).post(address(frozen), {
        "what": "try", "scheme_text": lowered(frozen), "base": digest_of_scheme(text)[:16],
        "v-tiers[0].at_least": "90"})  # fmt: skip
    assert page.context["text"] == lowered(frozen)


def test_a_file_can_be_sent_and_what_is_no_text_is_refused(frozen):
    client = signed_in(frozen)
    file = SimpleUploadedFile("other.yaml", lowered(frozen).encode())
    assert client.post(address(frozen), {"what": "try", "file": file}).context["text"] == lowered(frozen)
    wrong = client.post(address(frozen), {"what": "try", "file": SimpleUploadedFile("a.yaml", b"\xff\xfe\x00")})
    assert wrong.status_code == 409


def test_a_study_is_saved_opened_compared_and_deleted_each_with_its_event(frozen):
    text, client = lowered(frozen), signed_in(frozen)
    base = {"scheme_text": text, "base": digest_of_scheme(text)[:16], "what": "save"}
    saved = client.post(address(frozen), base | {"name": " 提高  最高档 ", "note": "试算"})
    study = Study.objects.get()
    assert saved.status_code == 303
    assert (study.name, study.scheme_text) == ("提高 最高档", text)
    snapshot = snapshot_of(frozen.snapshot)
    page = client.get(saved["Location"])
    expected = what_if(snapshot.scheme, snapshot.facts, snapshot.results, page.context["found"].other)
    assert [row["move"].unit for row in page.context["moved"]] == [move.unit for move in expected.moved]
    assert study.summary["tiers_now"] == expected.tiers_now
    twice = client.post(address(frozen), base | {"name": "提高 最高档"})
    assert (twice.status_code, Study.objects.count()) == (409, 1)
    assert client.post(address(frozen), base | {"name": " "}).status_code == 409
    compared = client.get(f"{address(frozen)}compare/", {"study": study.pk})
    assert [row[0].unit for row in compared.context["rows"]] == sorted(move.unit for move in expected.moved)
    assert client.get(f"{address(frozen)}{study.pk}/scheme/").content.decode() == text
    assert client.post(f"{address(frozen)}{study.pk}/delete/").status_code == 303
    kinds = list(Event.objects.filter(kind__startswith="study.").order_by("seq").values_list("kind", flat=True))
    assert (kinds, Study.objects.count()) == (["study.kept", "study.deleted"], 0)


def test_studies_are_the_secretariats_alone_and_only_of_frozen_rounds(frozen):
    for name in ("obi", "cho", "ada", "eva"):
        assert signed_in(frozen, name).get(address(frozen)).status_code == 403

"""The calibration: what the panel sees of how its scales compare."""

from __future__ import annotations

from fractions import Fraction

from tests.server.sheets.marking import SEAT, address, as_typed, doing, own, signed_in

from huoyue.core.analysis.panel.calibration import calibration
from huoyue.server.models import Filing, Mark
from huoyue.server.operations.review_sheets import Given, save_marks
from huoyue.server.operations.review_stages import close_stage, open_stage, plan_calibration
from huoyue.server.queries.review_calibration import compared
from huoyue.server.queries.review_measures import calibration_marks
from huoyue.server.queries.review_stages import cells_of
from huoyue.server.queries.schemes import scheme_of


def calibrated(review, names=("eva", "fox", "gil")):
    sun, filing = (
        review.world.acting("sun"),
        Filing.objects.select_related("round", "alliance").get(pk=review.world.filings[1].pk),
    )
    stage = plan_calibration(sun, review.round, [filing])
    open_stage(sun, stage)
    for number, name in enumerate(names):
        sheet = own(review, name)
        given = {
            cell.indicator: Given(as_typed(min(cell.maximum, 100 + 50 * number)), "练习") for cell in cells_of(sheet)
        }
        save_marks(doing(review, name), sheet, given, how="test")
        signed_in(review, name).post(address(sheet), {"what": "submit"})
    return stage


def test_the_calibration_is_compared_only_once_it_is_closed_and_names_nobody(review):
    calibrated(review)
    client = signed_in(review, "eva")
    assert client.get(f"{SEAT}calibration/").status_code == 404
    close_stage(review.world.acting("sun"), review.fresh("calibration"), reason="试评结束")
    page = client.get(f"{SEAT}calibration/").content.decode()
    assert "1.5" in page
    assert "-0.5" in page or "−0.5" in page
    assert not any(word in page for word in ("Fox", "Gil", "E02", "E03"))
    assert "对照" in client.get(SEAT).content.decode()


def test_the_calibration_page_has_the_figures_of_the_core_and_calls_them_by_name(review):
    calibrated(review, ("eva", "fox", "gil", "hua"))
    names = set(Mark.objects.values_list("indicator", flat=True))
    Mark.objects.filter(sheet__panellist=review.seats["hua"]).update(points=0)
    close_stage(review.world.acting("sun"), review.fresh("calibration"), reason="试评结束")
    marks = calibration_marks(scheme_of(review.round), review.fresh("calibration"))[0]
    strips = calibration(marks).strips.filter(expert="E02")
    (one,) = compared(review.seat("fox"), review.fresh("calibration"))
    assert len(one.spreads) == len(names) + 1  # and the total
    for spread in one.spreads:
        row = strips.filter(indicator=spread.indicator.id if spread.indicator else "*").to_dicts()[0]
        assert (spread.middle, spread.lowest, spread.highest, spread.own) == (
            row["median"],
            row["lowest"],
            row["highest"],
            row["mark"],
        )
        assert spread.apart * 100 == row["apart"]
    first = one.spreads[0]
    assert (first.median, first.apart) == (Fraction(5, 4), Fraction(1, 4))  # 1, 1.5, 2 and 0: the mean would be 1.125
    page = signed_in(review, "fox").get(f"{SEAT}calibration/").content.decode()
    assert "中位数" in page and "1.25" in page and "平均" not in page.split("<h1>")[1]


def test_two_sheets_are_too_few_to_compare(review):
    calibrated(review, ("eva", "fox"))
    close_stage(review.world.acting("sun"), review.fresh("calibration"), reason="试评结束")
    page = signed_in(review, "eva").get(f"{SEAT}calibration/").content.decode()
    assert "1.25" not in page
    assert "太少" in page

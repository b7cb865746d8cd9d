"""What a promotion earned, by hand."""

from __future__ import annotations

from dataclasses import fields

import numpy as np
import pytest

from dealwright.learn.bill import PARTS, Bill, Moved, Rates, bill_of


def _moved(without: float, uplift: float, switched: float, own: float, near: float, brought: float) -> Moved:
    return Moved(*(np.array([[units]]) for units in (without, uplift, switched, own, near, brought)))


RATES = Rates(*(np.array([minor]) for minor in (40.0, 30.0, 20.0, 50.0, 15.0)))


def test_a_bill_by_hand() -> None:
    bill = bill_of(_moved(10, 8, 3, 1, 2, 0.5), RATES)
    assert bill.earned == pytest.approx([8 * 30])
    assert bill.given_away == pytest.approx([-10 * 10])
    assert bill.cannibalised == pytest.approx([-3 * 20])
    assert bill.pulled_forward == pytest.approx([-(1 * 40 + 2 * 20)])
    assert bill.brought == pytest.approx([0.5 * 50])
    assert bill.support == pytest.approx([-15])
    assert bill.profit == pytest.approx([240 - 100 - 60 - 80 + 25 - 15])


def test_the_parts_of_a_bill_are_all_of_it() -> None:
    assert tuple(part.name for part in fields(Bill)) == PARTS


def test_what_a_shop_gains_is_uplift_less_what_neighbours_and_later_weeks_lose_and_what_complements_gain() -> None:
    assert _moved(10, 8, 3, 1, 2, 0.5).net_incremental == pytest.approx([8 - 3 - 1 - 2 + 0.5])


def test_half_the_uplift_moves_half_of_everything_but_what_would_have_sold_anyway() -> None:
    half = _moved(10, 8, 3, 1, 2, 0.5).scaled(np.array([[0.5]]))
    assert [float(getattr(half, part.name)[0, 0]) for part in fields(half)] == [10, 4, 1.5, 0.5, 1, 0.25]

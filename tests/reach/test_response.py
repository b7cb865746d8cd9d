"""What channels bring, and what of last week's spending is still at work."""

from __future__ import annotations

import numpy as np
import pytest

from dealwright.core.errors import InputError
from dealwright.reach.response import CarriedOver, HillResponse, LogResponse, Response, adstock

AMOUNTS = np.array([0.5, 10.0, 37.0, 200.0])


@pytest.mark.parametrize(
    "response", [LogResponse(300, 50), HillResponse(80, 30, 2.5), CarriedOver(HillResponse(80, 30), 0.6)], ids=str
)
def test_the_marginal_is_the_slope(response: Response) -> None:
    step = 1e-5
    slope = (response.value(AMOUNTS + step) - response.value(AMOUNTS - step)) / (2 * step)
    np.testing.assert_allclose(response.marginal(AMOUNTS), slope, rtol=1e-6)
    assert response.value(np.zeros(1))[0] == 0


def test_half_of_the_most_is_reached_at_half() -> None:
    assert HillResponse(80, 30, 2.5).value(np.array([30.0]))[0] == 40


def test_steady_spending_settles_at_what_its_carry_over_makes_of_it() -> None:
    at_work = adstock(np.full(60, 10.0), carry=0.6)
    assert at_work[0] == 10
    assert at_work[-1] == pytest.approx(25)
    lasting = CarriedOver(LogResponse(300, 50), 0.6)
    assert lasting.value(np.array([10.0]))[0] == LogResponse(300, 50).value(np.array([25.0]))[0]


def test_nothing_carried_over_leaves_spending_as_it_is() -> None:
    assert adstock(AMOUNTS, carry=0.0).tolist() == AMOUNTS.tolist()


def test_responses_without_scale_and_carry_over_of_all_are_refused() -> None:
    with pytest.raises(InputError, match="2 problems"):
        LogResponse(0, float("nan"))
    with pytest.raises(InputError, match="carry is 1"):
        adstock(AMOUNTS, carry=1.0)
    with pytest.raises(InputError, match="from 0 up"):
        adstock(-AMOUNTS, carry=0.5)

"""No calendar beats the bound, whatever the prices."""

from __future__ import annotations

import numpy as np
import pytest

from dealwright.plan.calendar.bound import Pricer
from tiny_calendar import a_problem, best_of_all, random_calendar


@pytest.mark.parametrize("seed", range(20))
def test_the_bound_holds_at_any_prices(seed: int) -> None:
    problem = random_calendar(seed)
    best, pricer, rng = best_of_all(problem), Pricer.of(problem), np.random.default_rng(seed)
    for spread in (0.0, 1.0, 10.0):
        priced = pricer.at(rng.normal(0.0, spread, len(problem.rows.low)))
        assert best is None or priced.bound >= best.objective


def test_at_the_right_price_the_bound_is_the_optimum() -> None:
    # Two items earn 5 and 3 promoted, one may be: at any price from 3 to 5 the bound is 5.
    plain = np.zeros((2, 1, 2))
    plain[:, 0, 1] = [5.0, 3.0]
    counted = np.zeros_like(plain)
    counted[:, :, 1] = 1.0
    pricer = Pricer.of(a_problem(plain, rows=[(counted, -np.inf, 1.0)]))
    assert pricer.at(np.array([4.0])).bound == pytest.approx(5.0)
    assert pricer.at(np.array([4.0])).bound >= 5.0
    assert pricer.at(np.array([0.0])).bound == pytest.approx(8.0)
    assert pricer.at(np.array([6.0])).bound == pytest.approx(6.0)


def test_a_price_on_a_limit_that_is_not_there_counts_nothing() -> None:
    plain = np.zeros((1, 1, 2))
    plain[0, 0, 1] = 5.0
    pricer = Pricer.of(a_problem(plain, rows=[(np.ones_like(plain), -np.inf, 1.0)]))
    assert pricer.at(np.array([-3.0])).price.tolist() == [0.0]

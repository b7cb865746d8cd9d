"""Rounding, diving, neighbourhoods and programmes: each keeps all rules and rows, and none beats the bound."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from scipy.sparse import csr_array

from dealwright.plan.calendar import CalendarProblem, CouplingRows, ExtraColumns, ItemRules
from dealwright.plan.calendar.bound import Pricer
from dealwright.plan.calendar.columns import Relaxed, generate
from dealwright.plan.calendar.dive import dived
from dealwright.plan.calendar.incumbent import Incumbent, admitted
from dealwright.plan.calendar.master import Master
from dealwright.plan.calendar.neighbours import families, groups
from dealwright.plan.calendar.refine import refined
from dealwright.plan.calendar.restricted import Search, chosen_by_groups
from dealwright.plan.calendar.rounding import polish, rounded
from tiny_calendar import a_problem

SEARCH = Search(gap_per_item=1e-6, node_limit=50, seed=0)


class Shop:
    """Forty items in four categories, six weeks: two promotions per category and week, one budget per week."""

    def __init__(self, seed: int) -> None:
        self.problem = a_shop(seed)
        self.pricer = Pricer.of(self.problem)
        self.master = Master(self.problem, np.zeros((40, 6), dtype=np.int64))
        self.relaxed: Relaxed = generate(self.master, self.pricer, relative_gap=1e-4)
        self.family = families(self.problem)

    def admit(self, choice: np.ndarray) -> Incumbent:
        found = admitted(self.problem, choice)
        assert found is not None
        assert found.objective <= self.relaxed.best.bound
        return found

    def polished(self, choice: np.ndarray) -> Incumbent:
        found = polish(
            self.problem, self.pricer.histories, choice, price=self.relaxed.best.price, family=self.family
        )
        assert found is not None
        return self.admit(found.choice)


def a_shop(seed: int) -> CalendarProblem:
    rng = np.random.default_rng(seed)
    n, n_periods, n_offers = shape = (40, 6, 4)
    plain = rng.lognormal(0.0, 1.0, shape) * (np.arange(n_offers) > 0)
    factor = 1.0 - rng.uniform(0.0, 0.4, (n, 2, n_offers)) * (np.arange(n_offers) > 0)
    bare = a_problem(
        plain, scaled=np.full(shape, 2.0), factor=factor, rules=ItemRules.same(n, gap=1, most_length=1, most=2)
    )
    slots = np.zeros((4, n_periods, *shape))
    budgets = np.zeros((n_periods, *shape))
    for t in range(n_periods):
        budgets[t, :, t, 1:] = rng.uniform(1.0, 3.0, (n, n_offers - 1))
        for category in range(4):
            slots[category, t, category::4, t, 1:] = 1.0
    matrix = np.concatenate([slots.reshape(-1, plain.size), budgets.reshape(n_periods, -1)])
    high = np.concatenate([np.full(4 * n_periods, 2.0), np.full(n_periods, 7.0)])
    rows = CouplingRows(csr_array(matrix), np.full(len(high), -np.inf), high)
    return replace(bare, rows=rows, extra=ExtraColumns.none(len(high)))


@pytest.mark.parametrize("seed", range(3))
def test_every_way_keeps_the_rows_and_none_loses_what_it_started_from(seed: int) -> None:
    shop = Shop(seed)
    mix, priced = shop.relaxed.mix, shop.relaxed.best
    draft = rounded(shop.master, mix)
    from_rounding = shop.polished(draft)
    assert from_rounding.objective >= shop.admit(draft).objective
    from_dive = shop.polished(dived(shop.master, shop.pricer, mix))
    parts = groups(shop.family, 20)
    shop.admit(chosen_by_groups(shop.master, mix, parts, search=SEARCH, loss=np.inf))
    start = max(from_rounding, from_dive, key=lambda found: found.objective)
    near = refined(shop.master, mix, start, priced=priced, family=shop.family, search=SEARCH, enough=priced.bound)
    assert shop.admit(near.choice).objective == near.objective
    assert near.objective >= start.objective
    assert near.objective >= 0.97 * priced.bound


def test_after_a_dive_the_mix_is_as_free_as_before() -> None:
    shop = Shop(0)
    dived(shop.master, shop.pricer, shop.relaxed.mix)
    assert shop.master.solve().value >= shop.relaxed.mix.value - 1e-6

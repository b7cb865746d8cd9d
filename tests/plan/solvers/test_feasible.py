"""Which limits contradict one another: the guilty by name, and nobody else."""

from __future__ import annotations

from datetime import timedelta

import numpy as np
import pytest

from dealwright.plan.constraints import (
    AllOrNothing,
    Blackout,
    Budget,
    CompetitorIndex,
    Constraint,
    EventLength,
    Gap,
    Handling,
    Keep,
    LargestPriceChange,
    LeastPerWeek,
    Locked,
    MarginFloor,
    MostChanged,
    MostPerProduct,
    MostPromotions,
    MustRun,
    NeverTogether,
    OnlyTogether,
    PriceOrder,
    PriorPrice,
    Products,
    SameOffer,
    SellThrough,
    SlotsPerCategory,
    StockLimit,
)
from dealwright.plan.problem import Offer
from dealwright.plan.solvers.feasible import any_choice, smallest_conflict
from dealwright.plan.solvers.rows import row_system
from dealwright.plan.words import sentence
from small_plan import WEEK_ONE, small_problem

SHOP = small_problem(n=4, n_weeks=3, depths=(0.1, 0.3))  # 0 and 2 in one category, 1 and 3 in the other
FIRST, SECOND, THIRD = (WEEK_ONE + timedelta(weeks=t) for t in range(3))
UNITS = np.full(SHOP.shape, 50.0) + 100.0 * (np.arange(3) > 0)
PAIR = Products.of("sku-0", "sku-1")
RUN = MustRun("sku-0", SECOND)
RUN_TOO = MustRun("sku-1", SECOND)
DEEP, SHALLOW = MustRun("sku-0", FIRST, 0.3), Locked((Keep("sku-0", THIRD, Offer(0.1)),))
INNOCENT: list[Constraint] = [
    MostPerProduct(3),
    SlotsPerCategory(2),
    Budget(10**9, "plenty"),
    MarginFloor(-1.0),
    Handling(10**6, UNITS),
    Locked((Keep("sku-3", FIRST),)),
]


@pytest.mark.parametrize(
    "guilty",
    [
        [RUN, Blackout(skus=("sku-0",))],
        [RUN, Budget(0, "nothing")],
        [LeastPerWeek(3), MostPromotions(2)],
        [RUN, RUN_TOO, NeverTogether(PAIR)],
        [RUN, MustRun("sku-0", THIRD), Gap(1)],
        [RUN, OnlyTogether("sku-0", "sku-3"), Blackout(skus=("sku-3",))],
        [RUN, AllOrNothing(PAIR), Locked((Keep("sku-1", SECOND),))],
        [DEEP, SameOffer(PAIR), Locked((Keep("sku-1", FIRST, Offer(0.1)),))],
        [RUN, EventLength(2, 3), Locked((Keep("sku-0", FIRST), Keep("sku-0", THIRD)))],
        [DEEP, SHALLOW, PriorPrice(30, np.full((4, 3), np.nan))],
        [RUN, PriorPrice(30, np.ones((4, 3)))],
        [DEEP, LargestPriceChange(0.2)],
        [RUN, StockLimit(np.full(4, 160.0), UNITS)],
        [RUN, MostChanged((), 0)],
        [RUN, Handling(100, UNITS)],
        [SellThrough(0.9, np.array([500.0, np.nan, np.nan, np.nan]), UNITS), Blackout(skus=("sku-0",))],
        [CompetitorIndex(0.95, np.ones(4), SHOP.economics.price), MarginFloor(0.99)],
        [RUN, PriceOrder("sku-0", "sku-1", 10**6), Locked((Keep("sku-1", SECOND),))],
    ],
    ids=lambda guilty: "-".join(limit.code for limit in guilty),
)
def test_limits_that_contradict_are_named_and_the_innocent_are_not(guilty: list[Constraint]) -> None:
    named = smallest_conflict(SHOP, [*INNOCENT, *guilty])
    assert set(named) == {sentence(limit.code, limit.params()) for limit in guilty}
    for leave_out in range(len(guilty)):
        rest = [*INNOCENT, *(limit for index, limit in enumerate(guilty) if index != leave_out)]
        assert any_choice(SHOP, row_system(SHOP, rest)) is not None

"""All limits as one sparse system: what each row is of, and fast enough for a large shop."""

from __future__ import annotations

import time

import numpy as np

from dealwright.plan.constraints import (
    AllOrNothing,
    Blackout,
    Budget,
    Constraint,
    EventLength,
    Gap,
    Handling,
    LargestPriceChange,
    LeastPerWeek,
    MarginOver,
    MostPerProduct,
    PriceOrder,
    Products,
    SameOffer,
    SlotsPerCategory,
    Soft,
    StockLimit,
    VehicleSlots,
)
from dealwright.plan.constraints.check import indicator
from dealwright.plan.solvers.rows import row_system
from small_plan import promote, small_problem

SHOP = small_problem(n=2, n_weeks=2)


def test_each_row_knows_its_limit_its_label_and_what_breaking_it_costs() -> None:
    system = row_system(
        SHOP, [MostPerProduct(1), Soft(LeastPerWeek(1), 7.0, priority=2), Blackout(skus=("sku-1",))]
    )
    assert system.labels == ("sku-0", "sku-1", "week of 2024-01-01", "week of 2024-01-08")
    assert system.owner == (0, 0, 1, 1)
    assert system.penalty.tolist() == [np.inf, np.inf, 7.0, 7.0]
    assert system.priority.tolist() == [0, 0, 2, 2]
    assert system.is_allowed.reshape(SHOP.shape)[:, 0].tolist() == [[True, True], [True, False]]


def test_what_a_plan_gives_up_is_what_its_broken_soft_rows_cost() -> None:
    system = row_system(SHOP, [MostPerProduct(1), Soft(LeastPerWeek(1), 7.0)])
    twice, never = (indicator(SHOP, promote(SHOP, *cells)) for cells in ([(0, 0, 1), (0, 1, 1)], []))
    assert (system.keeps(twice), system.keeps(never)) == (False, True)
    assert (system.given_up(twice), system.given_up(never)) == (0.0, 14.0)


def test_no_limit_at_all_is_a_system_without_rows() -> None:
    system = row_system(SHOP, [])
    assert system.matrix.shape == (0, 8)
    assert system.is_allowed.all()


def test_only_cells_that_help_a_limit_have_a_negative_burden() -> None:
    burden = row_system(SHOP, [MostPerProduct(9), Gap(1), LeastPerWeek(1)]).burden().toarray()
    assert burden.shape == (4, 8)  # no plan breaks nine promotions in two weeks
    assert burden[:2].min() == 0.0
    assert sorted(np.flatnonzero(burden[2:].min(axis=0) < 0).tolist()) == [1, 3, 5, 7]


def test_thousand_products_thirteen_weeks_and_28_offers_are_assembled_in_about_a_second() -> None:
    shop = small_problem(n=1000, n_weeks=13, depths=(0.1, 0.15, 0.2, 0.25, 0.3, 0.4), vehicles=True)
    assert shop.shape == (1000, 13, 28)
    units = np.full(shop.shape, 100.0)
    families = [Products.of(*shop.skus[first : first + 5]) for first in range(0, 500, 5)]
    limits: list[Constraint] = [
        MostPerProduct(4),
        Gap(2),
        EventLength(1, 2),
        SlotsPerCategory(20),
        VehicleSlots("display", 25),
        Budget(10**7, "total"),
        *(Budget(10**5, "family", family) for family in families),
        *(SameOffer(family) for family in families[:50]),
        *(AllOrNothing(family) for family in families[50:]),
        MarginOver(0.1, units),
        StockLimit(np.full(1000, 5000.0), units),
        Handling(10**6, units),
        LargestPriceChange(0.3),
        PriceOrder("sku-1", "sku-2"),
    ]
    began = time.process_time()
    system = row_system(shop, limits)
    seconds = time.process_time() - began
    assert system.matrix.nnz > 3_000_000
    assert seconds < 2.0

"""What limits say of how often, and how close together, a product is promoted."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest

from dealwright.plan.constraints import Constraint, Gap, MostPerProduct, MostPromotions, Products, Soft
from dealwright.plan.problem import PlanningProblem
from dealwright.plan.solvers.rows import row_system
from dealwright.plan.solvers.spacing import Spacing, spacing
from two_products import all_plans, drawn_shop


@pytest.fixture(scope="module")
def shop() -> PlanningProblem:
    return drawn_shop(n=2, n_weeks=4)[0]


def found(shop: PlanningProblem, *limits: Constraint) -> Spacing:
    return spacing(shop, row_system(shop, limits))


def weeks_apart(found: Spacing, product: int) -> set[tuple[int, int]]:
    return {(a, b) for a, b in np.argwhere(found.is_apart[product]).tolist() if a < b}


def test_without_limits_a_product_may_run_in_every_week(shop: PlanningProblem) -> None:
    assert found(shop).most.tolist() == [4, 4]
    assert weeks_apart(found(shop), 0) == set()


def test_clear_weeks_between_promotions_keep_those_close_by_apart(shop: PlanningProblem) -> None:
    assert weeks_apart(found(shop, Gap(1)), 1) == {(0, 1), (1, 2), (2, 3)}
    assert weeks_apart(found(shop, Gap(2)), 1) == {(0, 1), (1, 2), (2, 3), (0, 2), (1, 3)}


def test_promotions_are_counted_over_all_weeks_and_the_tightest_limit_rules(shop: PlanningProblem) -> None:
    assert found(shop, MostPerProduct(3), MostPerProduct(2)).most.tolist() == [2, 2]
    assert weeks_apart(found(shop, MostPerProduct(1)), 0) == {(0, 1), (0, 2), (0, 3), (1, 2), (1, 3), (2, 3)}


def test_a_limit_of_some_products_says_nothing_of_the_others(shop: PlanningProblem) -> None:
    assert found(shop, MostPerProduct(2, Products.of("sku-0"))).most.tolist() == [2, 4]


def test_limits_that_may_be_broken_or_are_of_several_products_say_nothing(shop: PlanningProblem) -> None:
    soft = Soft(MostPerProduct(1), penalty_minor=5.0)
    assert found(shop, soft, MostPromotions(1, is_per_week=False)).most.tolist() == [4, 4]


@pytest.mark.parametrize("limits", [[Gap(1)], [Gap(2), MostPerProduct(1)], [MostPerProduct(2), Gap(1)]])
def test_every_plan_within_the_limits_keeps_what_they_say(
    shop: PlanningProblem, limits: Sequence[Constraint]
) -> None:
    said = found(shop, *limits)
    for plan in all_plans(shop, limits):
        runs = plan > 0
        assert (runs.sum(axis=1) <= said.most).all()
        both = runs[:, :, None] & runs[:, None, :] & ~np.eye(4, dtype=np.bool_)
        assert not (both & said.is_apart).any()

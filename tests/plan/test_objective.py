"""Every objective worked out by hand for tea and coffee, and what cannot be an objective."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from dealwright.core.errors import InputError
from dealwright.plan.objective import (
    PROFIT,
    Clearance,
    Customers,
    Objective,
    Profit,
    Revenue,
    Units,
    Weighted,
    objective_of,
)
from dealwright.plan.problem import pursue
from two_products import ECONOMICS, drawn_shop, posed, tea_and_coffee

BOTH_IN_WEEK_ONE = np.array([[1, 0], [1, 0]])


# In week one tea gains 10 units: 4 from the category, 1 from its own next week, 0.5 from neighbours' next week.
# Coffee gains the same, in week two twice that. A unit taken is a quarter coffee and a quarter of others (for
# coffee: half tea and a quarter of others).
@pytest.mark.parametrize(
    ("objective", "tea", "coffee", "given_up"),
    [
        (
            Profit(),
            # 3.00 on 20 units instead of 4.00 on 10; neighbours lose 4.5 units; next week 1 at 4.00; display 5.00
            300 * 20 - 400 * 10 - (0.25 * 300 + 0.25 * 200) * 4.5 - 400 - 500,
            140 * 30 - 300 * 20 - (0.5 * 400 + 0.25 * 200) * 4.5 - 300 - 500,
            [0.5 * 100, 0.25 * 160],
        ),
        (
            Revenue(),
            800 * 20 - 1000 * 10 - (0.25 * 800 + 0.25 * 600) * 4.5 - 1000,
            640 * 30 - 800 * 20 - (0.5 * 1000 + 0.25 * 600) * 4.5 - 800,
            [0.5 * 200, 0.25 * 160],
        ),
        (Units(), 10 - 0.5 * 4.5 - 1, 10 - 0.75 * 4.5 - 1, [0.0, 0.0]),
        (
            # a buyer takes 2 of tea, 4 of coffee, 5 of others
            Customers(np.array([2.0, 4.0]), np.array([5.0])),
            10 / 2 - (0.25 / 4 + 0.25 / 5) * 4.5 - 1 / 2,
            10 / 4 - (0.5 / 2 + 0.25 / 5) * 4.5 - 1 / 4,
            [0.0, 0.0],
        ),
        (
            # coffee must go: every unit sold spares 1.00
            Clearance(np.array([0.0, 100.0])),
            -0.25 * 100 * 4.5,
            100 * 10 - 100,
            [0.0, 0.0],
        ),
    ],
)
def test_what_an_offer_adds_to_each_objective_by_hand(
    objective: Objective, tea: float, coffee: float, given_up: list[float]
) -> None:
    problem = posed(objective)
    assert problem.value[:, 0, 0].tolist() == [0.0, 0.0]
    assert problem.value[:, 0, 1].tolist() == pytest.approx([tea, coffee])
    assert problem.given_up[:, 1].tolist() == pytest.approx(given_up)
    assert problem.objective(BOTH_IN_WEEK_ONE) == pytest.approx(tea + coffee + 4 * sum(given_up))


def test_profit_by_hand_is_what_the_parts_say() -> None:
    problem = posed()
    assert problem.value[:, 0, 1].tolist() == [537.5, -3725.0]
    # In week two coffee sells twice as much: -(3725 - 500) * 2 and one display.
    assert problem.value[1, 1, 1] == -6950.0
    assert problem.interaction(BOTH_IN_WEEK_ONE) == pytest.approx(50 * 4 + 40 * 4)


def test_what_promotions_cost_is_the_same_whatever_they_are_for() -> None:
    profit, units = posed(), posed(Units())
    assert (units.spend == profit.spend).all()
    assert (units.taken == profit.taken).all()


def test_the_price_of_the_rest_of_a_category_is_that_of_its_planned_products_where_it_is_not_known() -> None:
    worth = posed(Revenue(), economics=replace(ECONOMICS, rest_price=None)).worth
    # Tea at 10.00 is twice as large as coffee at 8.00.
    assert worth.rest.tolist() == pytest.approx([(2 * 1000 + 800) / 3])


def test_customers_of_the_rest_take_as_much_as_those_of_the_planned_products_where_it_is_not_known() -> None:
    worth = posed(Customers(np.array([2.0, 4.0]))).worth
    assert worth.rest.tolist() == pytest.approx([(2 / 2 + 1 / 4) / 3])


def test_a_weighted_objective_is_the_sum_of_its_parts_for_every_plan() -> None:
    profit, response = drawn_shop(n=3)
    weighted = pursue(profit, response, Weighted(((0.5, PROFIT), (0.2, Revenue()), (30.0, Units()))))
    revenue, units = (pursue(profit, response, part) for part in (Revenue(), Units()))
    for seed in range(5):
        choice = np.random.default_rng(seed).integers(0, 2, profit.shape[:2])
        parts = 0.5 * profit.objective(choice) + 0.2 * revenue.objective(choice) + 30 * units.objective(choice)
        assert weighted.objective(choice) == pytest.approx(parts)
    assert weighted.interaction(np.ones((3, 3), dtype=np.int64)) > 0


def test_half_the_profit_pays_half_the_display() -> None:
    assert posed(Weighted(((0.5, PROFIT),))).value.tolist() == (0.5 * posed().value).tolist()


def test_only_flagged_products_in_stock_are_cleared() -> None:
    clearance = Clearance.of(
        np.array([50.0, 50.0, 50.0, 50.0]),
        flagged=np.array([True, True, True, False]),
        stock=np.array([7.0, 0.0, np.nan, 7.0]),
    )
    assert clearance.spared.tolist() == [50.0, 0.0, 0.0, 0.0]


def test_objectives_are_found_by_name_and_one_alone_is_itself() -> None:
    assert objective_of({"profit": 1}) is PROFIT
    assert objective_of({"profit": 1, "units": 25}).code == "1 profit + 25 units"
    customers = Customers(np.array([2.0, 4.0]))
    assert objective_of({"customers": 1.0}, [customers]) is customers


def test_an_unknown_objective_names_the_nearest_and_all_mistakes_are_told_at_once() -> None:
    with pytest.raises(InputError) as caught:
        objective_of({"proffit": 1, "customers": 2, "units": 1})
    unknown, without_facts = caught.value.problems
    assert "did you mean 'profit'" in unknown
    assert "'customers' needs facts" in without_facts


@pytest.mark.parametrize("weights", [{}, {"profit": 0.0}])
def test_an_objective_without_weight_is_refused(weights: dict[str, float]) -> None:
    with pytest.raises(InputError, match="a weight other than 0"):
        objective_of(weights)


def test_a_weight_that_is_not_a_number_is_refused() -> None:
    with pytest.raises(InputError, match="weight of revenue: nan is not a number"):
        objective_of({"profit": 1.0, "revenue": float("nan")})


def test_a_cost_that_is_not_a_number_names_its_product() -> None:
    with pytest.raises(InputError, match="what a unit of 'coffee' is worth is not a number"):
        posed(economics=replace(ECONOMICS, unit_cost=np.array([600.0, np.nan])))


def test_the_rest_of_a_category_needs_a_margin() -> None:
    with pytest.raises(InputError, match="outside the plan is worth is not a number"):
        posed(economics=replace(ECONOMICS, rest_margin=np.array([np.nan])))


def test_a_supplier_who_pays_more_than_the_discount_on_every_unit_is_refused_because_no_bound_would_hold() -> None:
    with pytest.raises(InputError, match=r"1 of 2 products are worth more per unit promoted .* 'tea' for one"):
        posed(economics=replace(ECONOMICS, funded_share=np.array([1.2, 0.0])))


def test_a_supplier_who_pays_the_whole_discount_leaves_nothing_given_up() -> None:
    whole = posed(economics=replace(ECONOMICS, funded_share=np.array([1.0, 1.0])))
    assert whole.given_up.tolist() == [[0.0, 0.0], [0.0, 0.0]]


def test_too_negative_a_weight_is_refused_and_a_small_one_is_not() -> None:
    assert (posed(Weighted(((1.0, PROFIT), (-0.4, Revenue())))).given_up >= 0).all()
    with pytest.raises(InputError, match="negative weight"):
        posed(Weighted(((1.0, PROFIT), (-0.6, Revenue()))))


@pytest.mark.parametrize("each", [np.array([2.0, 0.0]), np.array([2.0, np.nan])])
def test_a_customer_who_buys_nothing_is_no_buyer(each: np.ndarray) -> None:
    with pytest.raises(InputError, match="units_each: a buying customer takes"):
        Customers(each)


def test_clearing_a_unit_never_costs_more_than_keeping_it() -> None:
    with pytest.raises(InputError, match="0 or more for every product"):
        Clearance(np.array([-1.0, 5.0]))


def test_facts_of_another_number_of_products_are_refused() -> None:
    with pytest.raises(InputError, match="one number per planned product is needed: 2"):
        pursue(posed(), tea_and_coffee(), Customers(np.array([2.0, 4.0, 1.0]), np.array([5.0])))

"""Money of a plan by hand, and the planner's coefficients against a full simulation."""

from __future__ import annotations

from datetime import date

import numpy as np
import pytest

from dealwright.plan.plan import cell_draws, tabulate
from dealwright.plan.problem import Offer, OfferResponse, PlanningProblem, collect, offer_catalogue
from dealwright.plan.terms import Terms
from dealwright.plan.value import Economics, money_of

# One product: price 10.00, cost 6.00, the supplier pays half of discounts, a display costs 5.00.
ONE = Economics(
    price=np.array([1000.0]),
    unit_cost=np.array([600.0]),
    funded_share=np.array([0.5]),
    display_cost=500.0,
    mailer_cost=300.0,
    rest_margin=np.array([200.0]),
)


def test_a_promotion_in_money_by_hand() -> None:
    # 20 units at 20 % off (8.00): 160.00 paid, 40.00 not, half of it funded; goods 120.00; display 5.00;
    # neighbours outside lose 3 units at 2.00; the week after loses 1 unit at 4.00.
    money = money_of(
        np.array([[[20.0]]]),
        discount_share=np.array([[0.2]]),
        display=np.array([[1.0]]),
        mailer=np.array([[0.0]]),
        rest_lost=np.array([[[3.0]]]),
        lost_after=np.array([[1.0]]),
        rest_lost_after=np.array([[0.0]]),
        economics=ONE,
    )
    assert money.revenue.tolist() == [16000.0]
    assert money.discount.tolist() == [4000.0]
    assert money.funding.tolist() == [2000.0]
    assert money.spend.tolist() == [2500.0]
    assert money.profit.tolist() == [16000 + 2000 - 12000 - 500 - 600 - 400]


def one_product_problem() -> tuple[PlanningProblem, OfferResponse]:
    # Baseline 10, the offer doubles it; 40 % of the extra would switch, the product is half of its category.
    response = OfferResponse(
        baseline=np.array([[[10.0]]]),
        gain=np.array([[[0.0, 1.0]]]),
        switching=np.array([[0.4]]),
        pull_forward=np.array([[0.1]]),
        rival_pull=np.array([[0.0]]),
        shares=np.array([0.5]),
        rest_shares=np.array([0.5]),
        category_of=np.array([0]),
        halo=np.zeros((1, 1)),
    )
    problem = collect(
        response,
        ONE,
        skus=["tea"],
        names=["Tea"],
        categories=["drinks"],
        weeks=[date(2024, 1, 1)],
        offers=[Offer(0.0), Offer(0.2, on_display=True)],
        terms=Terms.of_cuts(np.array([[0.0, 0.2]])),
        display=np.array([[0.0, 1.0]]),
        mailer=np.zeros((1, 2)),
    )
    return problem, response


def test_what_an_offer_adds_by_hand() -> None:
    # Margin 3.00 on 20 units = 60.00 instead of 4.00 on 10 = 40.00; the display costs 5.00; 4 units would switch,
    # half of them from others at 2.00; one unit is taken from next week at 4.00.
    problem, _ = one_product_problem()
    assert problem.value[0, 0].tolist() == [0.0, 6000 - 4000 - 500 - 0.5 * 4 * 200 - 400]
    assert problem.spend[0, 0].tolist() == [0.0, 0.5 * 200 * 20 + 500]


def test_the_parts_of_a_promotion_sum_to_its_profit_and_the_table_says_the_same() -> None:
    problem, response = one_product_problem()
    cell = cell_draws(problem, response, 0, 0, 1)
    assert cell.profit.tolist() == [problem.value[0, 0, 1]]
    table = tabulate(problem, response, np.array([[1]]), minor_per_major=100)
    row = table.iloc[0]
    assert row["promotion_id"] == "P-001"
    assert row["profit"] == pytest.approx(7.0)
    assert (row["regular_price"], row["promo_price"]) == (10.0, 8.0)
    assert row["net_incremental"] == pytest.approx(10 - 0.4 * 10 * 0.5 - 1)
    assert row["subsidy"] == pytest.approx(10.0)
    assert row["funding"] == pytest.approx(20.0)
    assert row["spend"] == pytest.approx(25.0)


def test_an_empty_plan_is_an_empty_table_with_all_columns() -> None:
    problem, response = one_product_problem()
    table = tabulate(problem, response, np.array([[0]]), minor_per_major=100)
    assert len(table) == 0
    assert {"promotion_id", "profit_low", "chance_to_pay"} <= set(table.columns)


def test_the_catalogue_has_every_depth_with_every_vehicle_and_starts_with_no_promotion() -> None:
    offers = offer_catalogue([0.3, 0.1])
    assert len(offers) == 12
    assert not offers[0].is_promotion
    assert str(offers[-1]) == "30% off + display + mailer"
    assert str(offers[0]) == "no promotion"

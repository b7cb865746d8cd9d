"""Which limits a promotion uses up, which keep an offer out, and what more room is worth."""

from __future__ import annotations

import pandas as pd

from dealwright.app.plan.limit_use import LimitUse
from dealwright.plan.constraints import (
    Budget,
    Constraint,
    Gap,
    LargestPriceChange,
    LeastPerWeek,
    MostPerProduct,
    MostPromotions,
    Soft,
)
from dealwright.plan.plan import PromotionPlan
from dealwright.plan.problem import PlanningProblem
from dealwright.plan.solvers.protocol import ShadowPrice, Solution
from small_plan import promote, small_problem


def use_of(
    problem: PlanningProblem,
    *limits: Constraint,
    cells: tuple[tuple[int, int, int], ...],
    prices: tuple[ShadowPrice, ...] = (),
    bound: float = 1e9,
) -> LimitUse:
    solution = Solution(promote(problem, *cells), 0.0, bound, prices)
    return LimitUse.of(PromotionPlan(problem, limits, solution, pd.DataFrame()), minor_per_major=100)


def test_a_limit_is_used_up_where_it_is_full_and_only_by_who_is_in_it() -> None:
    problem = small_problem()
    use = use_of(problem, MostPerProduct(2), cells=((0, 0, 1), (0, 2, 1), (1, 0, 1)))
    (limit,) = use.used_up_by(0, 0, 1)
    assert (limit.code, limit.where, limit.price) == ("most_per_product", "sku-0", 0.0)
    assert use.used_up_by(1, 0, 1) == ()


def test_what_more_room_is_worth_is_money_and_money_for_money_where_a_limit_counts_money() -> None:
    problem = small_problem()
    spend = problem.spend[0, 0, 1]
    prices = (ShadowPrice(0, "sku-0", 250.0), ShadowPrice(1, "all weeks", 0.3))
    limits = (MostPerProduct(1), Soft(Budget(int(spend), "x"), penalty_minor=1.0))
    use = use_of(problem, *limits, cells=((0, 0, 1),), prices=prices)
    told = {limit.code: (limit.price, limit.is_money) for limit in use.used_up_by(0, 0, 1)}
    assert told == {"most_per_product": (2.5, False), "budget": (0.3, True)}


def test_a_limit_that_holds_at_several_places_is_told_at_the_dearest() -> None:
    problem = small_problem()
    prices = (ShadowPrice(0, "sku-0", 100.0), ShadowPrice(1, "sku-0", 200.0))
    limits = (MostPerProduct(1), MostPerProduct(1))
    use = use_of(problem, *limits, cells=((0, 0, 1),), prices=prices)
    assert [limit.price for limit in use.used_up_by(0, 0, 1)] == [2.0, 1.0]


def test_where_several_rows_share_a_label_no_price_is_guessed() -> None:
    problem = small_problem()
    one_of_two = (ShadowPrice(0, "sku-0", 100.0),)
    use = use_of(problem, Gap(1), cells=((0, 0, 1),), prices=one_of_two)
    assert use.labels.count("sku-0") == 2
    assert [(limit.code, limit.price) for limit in use.used_up_by(0, 0, 1)] == [("gap", None)]
    assert [limit.price for limit in use_of(problem, Gap(1), cells=((0, 0, 1),)).used_up_by(0, 0, 1)] == [0.0]


def test_a_balance_between_weeks_is_not_room_that_a_promotion_uses_up() -> None:
    problem = small_problem(depths=(0.2,))
    use = use_of(problem, LargestPriceChange(0.2), cells=((0, 1, 1),))
    assert use.is_mixed.any()
    assert use.used_up_by(0, 1, 1) == ()


def test_a_balance_can_keep_an_offer_out() -> None:
    problem = small_problem(depths=(0.2,))
    use = use_of(problem, LargestPriceChange(0.1), cells=())
    assert [limit.code for limit in use.keeping_out(0, 0, 1)] == ["largest_price_change"]


def test_an_offer_is_kept_out_by_the_limits_it_would_break_beside_the_plan() -> None:
    problem = small_problem()
    use = use_of(problem, MostPromotions(1), MostPerProduct(1), LeastPerWeek(1), cells=((0, 0, 1),))
    assert [(limit.code, limit.where) for limit in use.keeping_out(1, 0, 1)] == [
        ("most_promotions", f"week of {problem.weeks[0]}")
    ]
    assert use.keeping_out(1, 1, 1) == ()
    assert [limit.code for limit in use.keeping_out(0, 1, 1)] == ["most_per_product"]


def test_a_solver_that_proves_nothing_has_no_prices() -> None:
    problem = small_problem()
    use = use_of(problem, MostPerProduct(1), cells=((0, 0, 1),), bound=float("inf"))
    (limit,) = use.used_up_by(0, 0, 1)
    assert limit.price is None
    assert limit.to_dict()["price"] is None


def test_a_plan_without_limits_has_no_room_to_speak_of() -> None:
    use = use_of(small_problem(), cells=((0, 0, 1),))
    assert use.used_up_by(0, 0, 1) == use.keeping_out(1, 0, 1) == ()

"""Limits where offers are mechanics: what counts as a cut, what is tied, what a unit keeps."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from dealwright.core.errors import InputError
from dealwright.plan.constraints import (
    Bundled,
    CompetitorPrice,
    DepthLadder,
    Keep,
    LargestPriceChange,
    Locked,
    MarginFloor,
    MustRun,
    OnlySuited,
    PriorPrice,
    Products,
    SupplierFunding,
)
from dealwright.plan.constraints.building import cuts, shelf_price
from dealwright.plan.mechanics import AmountOff, Bundle, BundleItem, Coupon
from dealwright.plan.problem import Offer, PlanningProblem
from dealwright.plan.solvers import Columns, Milp, Solver
from small_plan import admitted, every_choice, promote, small_problem

COUPON, AMOUNT = Coupon(0.4, redeemed=0.5), AmountOff(60)
BUNDLE = Bundle((BundleItem("sku-0"), BundleItem("sku-1")), 500, 0.5)


def with_offers(*offers: Offer, depth: float = 0.2, n: int = 2, n_weeks: int = 2) -> PlanningProblem:
    """A small shop in which the offer of 20 % stands for other ones, alike in what they do to demand."""
    plain = small_problem(n=n, n_weeks=n_weeks, depths=tuple(0.1 * (k + 1) for k in range(len(offers))))
    flags = np.array([False, *(offer.is_price_cut for offer in offers)])
    felt = np.where(np.arange(len(offers) + 1) > 0, depth, 0.0) * np.ones((n, 1))
    terms = replace(
        plain.terms,
        felt_depth=felt,
        discount_share=felt,
        shelf_depth=np.where(flags, felt, 0.0),
        announced_depth=felt,
    )
    return replace(plain, offers=(Offer(0.0), *offers), terms=terms)


MIXED = with_offers(Offer(0.0, mechanic=COUPON), Offer(0.0, mechanic=AMOUNT))
"""Offer 1 is a coupon, offer 2 an amount off the label, both worth 20 %."""


def test_rules_on_prices_see_labels_only() -> None:
    assert cuts(MIXED).tolist() == [False, False, True]
    price = MIXED.economics.price[:, None]
    assert shelf_price(MIXED) == pytest.approx(price * [1.0, 1.0, 0.8])


@pytest.mark.parametrize(
    "limit",
    [
        PriorPrice(30, np.full((2, 2), 1.0)),
        CompetitorPrice(np.full(2, 1e6), least=0.9),
        LargestPriceChange(0.1),
        DepthLadder((0.3,)),
    ],
    ids=lambda limit: limit.code,
)
def test_a_coupon_is_free_where_the_same_cut_on_the_label_is_not(limit: PriorPrice) -> None:
    choices = np.stack([promote(MIXED, (0, 0, 1)), promote(MIXED, (0, 0, 2))])
    assert admitted(limit, MIXED, choices).tolist() == [True, False]


def test_the_ladder_takes_an_amount_off_that_is_one_of_its_steps() -> None:
    assert admitted(DepthLadder((0.2,)), MIXED, every_choice(MIXED)).all()


def test_two_amounts_are_two_prices_before_the_law() -> None:
    # 20 % off now and 10 % off two weeks on: the later price is above the lowest of the days before.
    two = with_offers(Offer(0.0, mechanic=AMOUNT), Offer(0.0, mechanic=AmountOff(30)), n=1)
    two = replace(two, terms=replace(two.terms, shelf_depth=np.array([[0.0, 0.2, 0.1]])))
    law = PriorPrice(30, np.full((1, 2), np.nan))
    deeper_first, deeper_later = promote(two, (0, 0, 1), (0, 1, 2)), promote(two, (0, 0, 2), (0, 1, 1))
    assert admitted(law, two, np.stack([deeper_first, deeper_later])).tolist() == [False, True]


def test_what_is_given_beside_the_discount_lowers_what_a_unit_keeps() -> None:
    price, cost = MIXED.economics.price, MIXED.economics.unit_cost
    half_kept = replace(MIXED.terms, discount_share=np.zeros((2, 3)), extra_minor=np.zeros((2, 3)))
    half_kept.extra_minor[:, 1] = 0.9 * (price - cost)
    problem = replace(MIXED, terms=half_kept)
    kept = (price - cost) / price
    forbidden = MarginFloor(float(kept.min()) * 0.5).forbids(problem)
    assert forbidden is not None
    assert forbidden[:, :, 1].all()
    assert not forbidden[:, :, 2].any()


def test_suppliers_pay_of_the_discount_and_not_of_gifts() -> None:
    terms = replace(MIXED.terms, discount_share=np.zeros((2, 3)), extra_minor=np.full((2, 3), 50.0))
    rows = SupplierFunding(0, "0 EUR", np.ones(MIXED.shape)).rows(replace(MIXED, terms=terms))
    assert rows.weights.tolist() == [0.0] * 8


def test_a_mechanic_runs_only_where_it_suits() -> None:
    terms = replace(MIXED.terms, is_possible=np.array([[True, False, True], [True, True, True]]))
    problem = replace(MIXED, terms=terms)
    choices = every_choice(problem)
    expected = (choices[:, 0] != 1).all(axis=1)
    assert (admitted(OnlySuited(), problem, choices) == expected).all()
    assert 0 < expected.sum() < len(choices)


def test_a_must_run_takes_a_mechanic_that_is_felt_as_deep() -> None:
    must = MustRun("sku-0", MIXED.weeks[0], 0.2)
    choices = np.stack([promote(MIXED, (0, 0, 1)), promote(MIXED, (0, 0, 2)), promote(MIXED)])
    assert admitted(must, MIXED, choices).tolist() == [True, True, False]
    assert not admitted(MustRun("sku-0", MIXED.weeks[0], 0.25), MIXED, choices).any()


def test_a_locked_mechanic_is_kept_and_no_other_one_in_its_place() -> None:
    lock = Locked((Keep("sku-0", MIXED.weeks[0], Offer(0.0, mechanic=COUPON)),))
    choices = np.stack([promote(MIXED, (0, 0, 1)), promote(MIXED, (0, 0, 2)), promote(MIXED)])
    assert admitted(lock, MIXED, choices).tolist() == [True, False, False]
    with pytest.raises(InputError, match="no offer in the plan is called"):
        Locked((Keep("sku-0", MIXED.weeks[0], Offer(0.0, mechanic=Coupon(0.3, redeemed=0.1))),)).rows(MIXED)


WITH_BUNDLE = with_offers(
    Offer(0.0, mechanic=BUNDLE), Offer(0.0, on_display=True, mechanic=BUNDLE), Offer(0.1), n_weeks=1
)


def test_what_is_sold_together_runs_together_shown_alike_and_other_offers_stay_free() -> None:
    tie = Bundled(Products.of("sku-0", "sku-1"), BUNDLE)
    choices = every_choice(WITH_BUNDLE)
    one, other = choices[:, 0, 0], choices[:, 1, 0]
    has_bundle = np.isin(choices[:, :, 0], [1, 2]).any(axis=1)
    assert (admitted(tie, WITH_BUNDLE, choices) == (~has_bundle | (one == other))).all()


@pytest.mark.parametrize("solver", [Milp(), Columns()], ids=["milp", "columns"])
def test_solvers_choose_a_bundle_for_all_of_its_products_or_for_none(solver: Solver) -> None:
    # Alone the first product would have it and the second would not; together it pays.
    value = WITH_BUNDLE.value.copy()
    value[:, 0] = [[0.0, 500.0, -9.0, 1.0], [0.0, -100.0, -9.0, 2.0]]
    problem = replace(WITH_BUNDLE, value=value, taken=np.zeros_like(value))
    tie = Bundled(Products.of("sku-0", "sku-1"), BUNDLE)
    assert solver.solve(problem, [tie]).choice.ravel().tolist() == [1, 1]
    value[1, 0, 1] = -600.0
    problem = replace(problem, value=value)
    assert solver.solve(problem, [tie]).choice.ravel().tolist() == [3, 3]

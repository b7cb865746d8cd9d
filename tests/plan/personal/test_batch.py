"""Offers for all customers at once: every choice of tiny shops, the linear relaxation, and what may not break."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Sequence

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import linprog
from scipy.sparse import csr_array, hstack, identity, vstack

from dealwright.core.errors import InfeasibleError, InputError
from dealwright.plan.personal.allocation import bill, value_of
from dealwright.plan.personal.batch import SMALL, assign_offers
from dealwright.plan.personal.dual import lowest_bound
from dealwright.plan.personal.limit import Budget, Charge, GroupShares, Limit, MostOffers, ReturnFloor, all_rows
from dealwright.plan.personal.offers import NO_OFFER, PersonalOffers
from dealwright.plan.personal.priced import part_of

Make = Callable[..., PersonalOffers]


def best_of_all(offers: PersonalOffers, limits: Sequence[Limit]) -> float:
    """The value of the best choice that keeps all limits, by trying every one."""
    rows = all_rows(limits, offers)
    best = -np.inf
    for ways in itertools.product(range(NO_OFFER, offers.n_offers), repeat=offers.n_customers):
        choice = np.array(ways)
        taken = np.flatnonzero(choice != NO_OFFER)
        if offers.eligible is not None and not offers.eligible[taken, choice[taken]].all():
            continue
        if all(row.used(offers, choice) <= row.most for row in rows):
            best = max(best, float(offers.chosen(choice, offers.value).sum()))
    return best


def linear_optimum(offers: PersonalOffers, limits: Sequence[Limit]) -> float:
    """What could be earned if customers could get fractions of offers."""
    rows = all_rows(limits, offers)
    part = part_of(offers, rows, slice(None), np.array([row.most for row in rows]))
    n_offers, n = part.value.shape
    is_open = np.isfinite(part.value).ravel()
    table = vstack([csr_array(part.weight.reshape(len(rows), -1)), hstack([identity(n)] * n_offers)])
    solved = linprog(
        -np.where(is_open, part.value.ravel(), 0.0),
        A_ub=table.tocsr(),
        b_ub=np.concatenate([part.most, np.ones(n)]),
        bounds=np.column_stack([np.zeros(n * n_offers), is_open.astype(float)]),
        method="highs",
    )
    assert solved.status == 0
    return -float(solved.fun)


def three_groups(n: int) -> np.ndarray[tuple[int], np.dtype[np.int64]]:
    return np.arange(n) % 3


LIMITS: dict[str, Callable[[PersonalOffers], list[Limit]]] = {
    "a budget": lambda offers: [Budget(int(0.3 * offers.cost.sum() / offers.n_offers))],
    "a budget of face values": lambda offers: [Budget(100 * offers.n_customers, Charge.WORST_CASE)],
    "a return": lambda _: [ReturnFloor(4.0)],
    "a cap on the largest offer": lambda offers: [MostOffers(offers.n_customers // 3, (offers.n_offers - 1,))],
    "shares of groups within a budget": lambda offers: [
        Budget(int(0.4 * offers.cost.sum() / offers.n_offers)),
        GroupShares(three_groups(offers.n_customers), least=0.3, most=0.7),
    ],
    "all together": lambda offers: [
        Budget(int(0.4 * offers.cost.sum() / offers.n_offers)),
        Budget(120 * offers.n_customers, Charge.WORST_CASE),
        GroupShares(three_groups(offers.n_customers), least=0.3, most=0.7),
        ReturnFloor(1.5),
        MostOffers(offers.n_customers // 2, (0, 1)),
    ],
}


@pytest.mark.parametrize("limits", LIMITS.values(), ids=LIMITS.keys())
@pytest.mark.parametrize("seed", range(3))
def test_no_choice_of_a_tiny_shop_beats_the_bound_and_the_best_is_within_the_gap(
    make_offers: Make, limits: Callable[[PersonalOffers], list[Limit]], seed: int
) -> None:
    offers = make_offers(5, 3, seed=seed, open_share=0.9)
    best = best_of_all(offers, limits(offers))
    try:
        answer = assign_offers(offers, limits(offers))
    except InfeasibleError:
        assert best == -np.inf
        return
    assert answer.value <= best + 1e-9 <= answer.bound + 2e-9
    assert best - answer.value <= answer.gap * abs(answer.value) + 1e-9


@pytest.mark.parametrize("limits", LIMITS.values(), ids=LIMITS.keys())
def test_the_bound_is_the_optimum_of_the_linear_relaxation(
    make_offers: Make, limits: Callable[[PersonalOffers], list[Limit]]
) -> None:
    offers = make_offers(400, 4, seed=3, open_share=0.9)
    answer = assign_offers(offers, limits(offers))
    assert answer.bound == pytest.approx(linear_optimum(offers, limits(offers)), rel=1e-7)
    assert answer.value >= 0.99 * answer.bound


def test_a_large_shop_is_solved_on_a_window_of_prices_as_well_as_whole(make_offers: Make) -> None:
    offers = make_offers(SMALL + 10_000, 3)
    limits: list[Limit] = [
        Budget(int(0.3 * offers.cost.sum() / 3)),
        GroupShares(three_groups(offers.n_customers), least=0.3, most=0.6),
    ]
    answer = assign_offers(offers, limits)
    rows = all_rows(limits, offers)
    whole = part_of(offers, rows, slice(None), np.array([row.most for row in rows]))
    assert answer.bound == pytest.approx(lowest_bound(whole, tolerance=1e-10).bound, rel=1e-8)
    assert answer.gap < 1e-5
    other_seed = assign_offers(offers, limits, seed=1)
    assert abs(other_seed.value - answer.value) <= answer.bound - min(answer.value, other_seed.value)


def test_two_types_of_customers_within_a_budget_get_the_textbook_offers() -> None:
    # Thousandths of money; none is worth 46,900 per thousand heads, which offers add to.
    value = np.array([[0.3 * (45.22 - 42.0), 0.3 * (47.0 - 42.0)], [0.7 * (49.24 - 49.0), 0.7 * (47.67 - 49.0)]])
    cost = np.array([[0.3 * 0.48, 0.3 * 3.0], [0.7 * 0.66, 0.7 * 2.88]])
    answer = assign_offers(PersonalOffers(1000 * value, 1000 * cost), [Budget(700)])
    assert answer.choice.tolist() == [0, 0]
    assert 46_900 + answer.value == pytest.approx(48_034)
    assert answer.cost == pytest.approx(606)
    assert 46_900 + answer.bound == pytest.approx(48_258.7, abs=0.05)
    rich = assign_offers(PersonalOffers(1000 * value, 1000 * cost), [Budget(10_000)])
    assert rich.choice.tolist() == [1, 0]
    assert 46_900 + rich.value == pytest.approx(48_568)


def test_many_customers_of_two_types_are_mixed_as_the_bound_says() -> None:
    is_first = np.arange(10_000) % 10 < 3
    value = np.where(is_first[:, None], [322.0, 500.0], [24.0, -133.0])
    cost = np.where(is_first[:, None], [48.0, 300.0], [66.0, 288.0])
    answer = assign_offers(PersonalOffers(value, cost), [Budget(700_000)])
    given_to_first = answer.choice[is_first]
    assert np.mean(given_to_first == 1) == pytest.approx(0.7354, abs=1e-3)
    # Values are in hundredths, without the 46.90 per head that no offer brings.
    assert 46.90 + answer.value / 1e6 == pytest.approx(48.2587, abs=5e-5)
    assert 46.90 + answer.bound / 1e6 == pytest.approx(48.2587, abs=5e-5)


def test_who_loses_by_every_offer_gets_none_even_where_money_is_left() -> None:
    answer = assign_offers(PersonalOffers(np.array([[-1.0, -2.0], [3.0, 1.0]]), np.ones((2, 2))), [Budget(10)])
    assert answer.choice.tolist() == [NO_OFFER, 0]
    assert answer.gap == pytest.approx(0.0, abs=1e-12)


def test_an_offer_that_costs_less_than_nothing_pays_for_others() -> None:
    offers = PersonalOffers(np.array([[-1.0], [10.0]]), np.array([[-5.0], [6.0]]))
    assert assign_offers(offers, [Budget(1)]).choice.tolist() == [0, 0]


def test_without_limits_everybody_gets_what_brings_most(make_offers: Make) -> None:
    offers = make_offers(50, 3)
    best = np.maximum(offers.value.max(axis=1), 0.0).sum()
    answer = assign_offers(offers, [])
    assert answer.value == pytest.approx(best)
    assert answer.bound == pytest.approx(best)


def test_the_worst_case_budget_holds_even_if_everything_is_redeemed(make_offers: Make) -> None:
    offers = make_offers(300, 4)
    cautious = assign_offers(offers, [Budget(20_000, Charge.WORST_CASE)])
    assert offers.worst_cost is not None
    assert offers.chosen(cautious.choice, offers.worst_cost).sum() <= 20_000
    average = assign_offers(offers, [Budget(20_000)])
    assert average.cost <= 20_000 < offers.chosen(average.choice, offers.worst_cost).sum()
    assert average.value > cautious.value


def test_the_bill_of_an_expected_budget_has_a_range_around_it(make_offers: Make) -> None:
    offers = make_offers(300, 4)
    average = assign_offers(offers, [Budget(20_000)])
    expected = bill(average.choice, offers)
    assert expected.value == pytest.approx(average.cost)
    rng = np.random.default_rng(5)
    assert offers.worst_cost is not None
    worst = offers.chosen(average.choice, offers.worst_cost)
    chance = np.divide(offers.chosen(average.choice, offers.cost), worst, out=np.zeros(300), where=worst > 0)
    bills = (rng.random((2000, 300)) < chance) @ worst
    assert np.mean((expected.low <= bills) & (bills <= expected.high)) == pytest.approx(0.8, abs=0.04)


def test_the_value_over_draws_is_an_estimate_with_its_range() -> None:
    draws = np.array([[[1.0], [5.0]], [[3.0], [5.0]]])
    worth = value_of(np.array([0, NO_OFFER]), draws)
    assert [worth.value, worth.low, worth.high] == pytest.approx([2.0, 1.2, 2.8])


def test_a_supplier_pays_only_for_his_own_offers(make_offers: Make) -> None:
    offers = make_offers(200, 3)
    answer = assign_offers(offers, [Budget(2_000, offers=(2,), name="supplier's money")])
    taken = answer.choice == 2
    assert 0 < offers.cost[taken, 2].sum() <= 2_000
    assert answer.limits[0].label == "supplier's money (expected cost)"
    assert answer.cost > 10_000


def test_groups_get_their_shares_and_others_are_not_limited(make_offers: Make) -> None:
    offers = make_offers(303, 3)
    group_of = np.where(np.arange(303) < 3, -1, three_groups(303))
    answer = assign_offers(offers, [Budget(9_000), GroupShares(group_of, least=0.25, most=0.5)])
    has_offer = answer.choice != NO_OFFER
    for group in range(3):
        assert 25 <= has_offer[group_of == group].sum() <= 50


def test_limits_that_contradict_one_another_are_named_and_no_others(make_offers: Make) -> None:
    offers = make_offers(60, 3)
    groups = GroupShares(np.zeros(60, dtype=np.int64), least=0.9, names=("all",))
    with pytest.raises(InfeasibleError) as refused:
        assign_offers(offers, [Budget(10**9), groups, MostOffers(20), ReturnFloor(0.0)])
    assert refused.value.conflict == ("all: at least 90% with an offer", "at most 20 offers")


def test_a_share_that_too_few_are_eligible_for_is_a_conflict_of_its_own(make_offers: Make) -> None:
    offers = make_offers(20, 2)
    barred = PersonalOffers(offers.value, offers.cost, eligible=np.arange(20)[:, None] < np.array([5, 5]))
    with pytest.raises(InfeasibleError, match="group 0: at least 50%"):
        assign_offers(barred, [Budget(10**6), GroupShares(np.zeros(20, dtype=np.int64), least=0.5)])


@settings(max_examples=40, deadline=None)
@given(seed=st.integers(0, 10_000), share=st.floats(0.01, 1.5), n=st.integers(1, 60))
def test_a_budget_is_never_overstepped_and_more_money_never_proves_less(
    make_offers: Make, seed: int, share: float, n: int
) -> None:
    offers = make_offers(n, 4, seed=seed)
    budget = max(int(share * offers.cost.mean() * n), 1)
    little, much = assign_offers(offers, [Budget(budget)]), assign_offers(offers, [Budget(2 * budget)])
    assert little.limits[0].used <= budget
    assert much.limits[0].used <= 2 * budget
    assert little.bound <= much.bound * (1 + 1e-9)
    assert little.value <= much.bound


@settings(max_examples=20, deadline=None)
@given(seed=st.integers(0, 10_000))
def test_the_order_of_customers_changes_no_more_than_the_gap(make_offers: Make, seed: int) -> None:
    offers = make_offers(80, 3, seed=seed)
    order = np.random.default_rng(seed).permutation(80)
    straight, mixed = assign_offers(offers, [Budget(3_000)]), assign_offers(offers.of(order), [Budget(3_000)])
    assert straight.bound == pytest.approx(mixed.bound, rel=1e-8)
    assert abs(straight.value - mixed.value) <= straight.bound - min(straight.value, mixed.value)


def test_half_precision_figures_are_bounded_in_full_precision(make_offers: Make) -> None:
    offers = make_offers(500, 3)
    short = PersonalOffers(offers.value.astype(np.float32), offers.cost.astype(np.float32))
    full = PersonalOffers(short.value.astype(np.float64), short.cost.astype(np.float64))
    assert assign_offers(short, [Budget(9_000)]).bound == assign_offers(full, [Budget(9_000)]).bound


def test_costs_that_are_not_numbers_and_shapes_that_differ_are_refused() -> None:
    with pytest.raises(InputError, match="cost holds 1 cells that are NaN"):
        PersonalOffers(np.ones((2, 2)), np.array([[1.0, np.nan], [1.0, 1.0]]))
    with pytest.raises(InputError, match=r"cost has the shape \(2, 3\), value \(2, 2\)"):
        PersonalOffers(np.ones((2, 2)), np.ones((2, 3)))
    with pytest.raises(InputError, match="at least one of each"):
        PersonalOffers(np.ones((0, 2)), np.ones((0, 2)))


def test_what_is_not_eligible_may_be_unknown() -> None:
    cost = np.array([[1.0, np.nan]])
    offers = PersonalOffers(np.array([[1.0, 9.0]]), cost, eligible=np.array([[True, False]]))
    assert assign_offers(offers, [Budget(5)]).choice.tolist() == [0]


@pytest.mark.parametrize("minor", [0, -5, 1.5])
def test_a_budget_that_is_no_positive_whole_number_is_refused(minor: float) -> None:
    with pytest.raises(InputError, match="whole number of minor units above zero"):
        Budget(minor)  # type: ignore[arg-type]


def test_all_limits_that_do_not_fit_are_told_at_once(make_offers: Make) -> None:
    offers = make_offers(4, 2)
    bare = PersonalOffers(offers.value, offers.cost)
    groups = GroupShares(np.zeros(3, dtype=np.int64), most=0.5)
    with pytest.raises(InputError, match="3 problems") as refused:
        assign_offers(bare, [Budget(5, Charge.WORST_CASE), groups, MostOffers(1, (7,))])
    assert "give face values" in str(refused.value)
    assert "group_of has 3 customers" in str(refused.value)
    assert "a limit names [7]" in str(refused.value)

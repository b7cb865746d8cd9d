"""Customers who arrive one by one: the money lasts, is never overstepped, and little is lost against hindsight."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dealwright.core.errors import InputError
from dealwright.plan.personal.batch import assign_offers
from dealwright.plan.personal.limit import Budget, Charge, GroupShares, Limit, MostOffers, ReturnFloor, all_rows
from dealwright.plan.personal.offers import NO_OFFER, PersonalOffers
from dealwright.plan.personal.stream import OfferStream, Pace

Make = Callable[..., PersonalOffers]


def test_little_is_lost_against_knowing_all_customers_before(make_offers: Make) -> None:
    offers = make_offers(20_000, 4)
    limits: list[Limit] = [Budget(int(0.3 * offers.cost.sum() / 4))]
    choice = OfferStream(limits, Pace(20_000)).decide(offers)
    hindsight = assign_offers(offers, limits)
    assert offers.chosen(choice, offers.value).sum() >= 0.997 * hindsight.bound
    assert all_rows(limits, offers)[0].used(offers, choice) <= limits[0].rows(offers)[0].most


@settings(max_examples=25, deadline=None)
@given(
    seed=st.integers(0, 10_000),
    budget=st.integers(1, 60_000),
    expected=st.integers(1, 600),
    charges=st.sampled_from(Charge),
)
def test_no_limit_is_overstepped_whatever_comes(
    make_offers: Make, seed: int, budget: int, expected: int, charges: Charge
) -> None:
    offers = make_offers(300, 3, seed=seed, open_share=0.8)
    limits: list[Limit] = [Budget(budget, charges), MostOffers(40, (1, 2)), ReturnFloor(1.2)]
    choice = OfferStream(limits, Pace(expected)).decide(offers)
    assert [row.label for row in all_rows(limits, offers) if row.used(offers, choice) > row.most] == []
    taken = np.flatnonzero(choice != NO_OFFER)
    assert offers.eligible is not None
    assert offers.eligible[taken, choice[taken]].all()


def test_decisions_do_not_depend_on_how_arrivals_are_cut_into_batches(make_offers: Make) -> None:
    offers = make_offers(500, 3)
    whole = OfferStream([Budget(15_000)], Pace(500)).decide(offers)
    stream = OfferStream([Budget(15_000)], Pace(500))
    one_by_one = [int(stream.decide(offers.of(slice(i, i + 1)))[0]) for i in range(500)]
    assert one_by_one == whole.tolist()
    assert stream.seen == 500
    assert stream.used[0] == all_rows([Budget(15_000)], offers)[0].used(offers, whole)


def test_the_order_of_arrival_changes_little(make_offers: Make) -> None:
    offers = make_offers(10_000, 3)
    budget = Budget(int(0.3 * offers.cost.sum() / 3))
    worths = []
    for seed in range(4):
        mixed = offers.of(np.random.default_rng(seed).permutation(10_000))
        choice = OfferStream([budget], Pace(10_000)).decide(mixed)
        worths.append(float(mixed.chosen(choice, mixed.value).sum()))
    assert max(worths) / min(worths) < 1.002


def test_with_history_the_keenest_may_come_last(make_offers: Make) -> None:
    offers, history = make_offers(4_000, 3, seed=1), make_offers(4_000, 3, seed=2)
    by_worth = offers.of(np.argsort(offers.value.max(axis=1)))
    budget = Budget(int(0.3 * offers.cost.sum() / 3))
    hindsight = assign_offers(offers, [budget])
    known = OfferStream([budget], Pace(4_000, window=4_000), history=history).decide(by_worth)
    blind = OfferStream([budget], Pace(4_000)).decide(by_worth)
    worth_known, worth_blind = (float(by_worth.chosen(choice, by_worth.value).sum()) for choice in (known, blind))
    assert worth_blind < worth_known
    assert worth_known > 0.8 * hindsight.value


def test_with_too_little_money_for_any_offer_nobody_gets_one(make_offers: Make) -> None:
    offers = make_offers(50, 3)
    choice = OfferStream([Budget(1, Charge.WORST_CASE)], Pace(50)).decide(offers)
    assert (choice == NO_OFFER).all()


def test_more_customers_than_expected_get_what_is_left_and_no_more(make_offers: Make) -> None:
    offers = make_offers(400, 3)
    stream = OfferStream([Budget(10_000)], Pace(100))
    stream.decide(offers)
    assert 9_500 < stream.used[0] <= 10_000


def test_what_a_stream_cannot_keep_is_refused(make_offers: Make) -> None:
    with pytest.raises(InputError, match="given GroupShares"):
        OfferStream([GroupShares(np.zeros(5, dtype=np.int64), most=0.5)], Pace(5))
    with pytest.raises(InputError, match="given no limit"):
        OfferStream([], Pace(5))
    with pytest.raises(InputError, match="2 problems"):
        Pace(0, window=0)
    stream = OfferStream([Budget(5)], Pace(5))
    stream.decide(make_offers(2, 3))
    with pytest.raises(InputError, match="2 offers arrived, 3 were known"):
        stream.decide(make_offers(2, 2))

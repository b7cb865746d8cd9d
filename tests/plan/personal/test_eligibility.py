"""Who has had enough offers, or a good one lately."""

from __future__ import annotations

import numpy as np
import pytest

from dealwright.core.errors import InputError
from dealwright.plan.personal.batch import assign_offers
from dealwright.plan.personal.eligibility import rested, within_frequency
from dealwright.plan.personal.limit import Budget
from dealwright.plan.personal.offers import NO_OFFER, PersonalOffers


def test_who_had_two_offers_in_three_days_gets_no_third() -> None:
    given = np.array([[0, -1, 1], [0, 0, -1], [1, -1, -1]])
    allowed = within_frequency(given, n_offers=2, most=2, days=3)
    assert allowed[:, 0].tolist() == [False, False, True]
    assert within_frequency(given, n_offers=2, most=2, days=2).all()


def test_a_good_offer_is_given_at_most_once_in_so_many_days() -> None:
    is_good = np.array([False, True])
    history = np.full((1, 0), NO_OFFER)
    days_with_good = []
    for day in range(10):
        offers = PersonalOffers(np.array([[1.0, 5.0]]), np.ones((1, 2)), eligible=rested(history, is_good, days=4))
        choice = assign_offers(offers, [Budget(5)]).choice
        days_with_good += [day] if choice[0] == 1 else []
        history = np.column_stack([history, choice])
    assert days_with_good == [0, 4, 8]
    assert (history != NO_OFFER).all()


def test_histories_that_name_unknown_offers_are_refused() -> None:
    with pytest.raises(InputError, match="2 problems"):
        rested(np.array([[0, 5]]), np.array([True, False]), days=0)
    with pytest.raises(InputError, match="customers x days"):
        within_frequency(np.array([0.5]), n_offers=2, most=1, days=1)
    with pytest.raises(InputError, match="frequency cap"):
        within_frequency(np.array([[0]]), n_offers=2, most=-1, days=1)

"""The next best offer: worked out by hand, and what always holds whatever the customers and the budget."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from dealwright.app.recommend import recommend_items
from dealwright.app.recommend.allocate_offers import OfferLimits
from dealwright.app.recommend.next_best_offer import Contact, NextOffers, next_best_offers
from dealwright.app.recommend.read_offer_terms import OFFER, TERMS, TIMES, TIMES_HIGH, TIMES_LOW, terms_of
from dealwright.app.recommend.recommend_items import LearntRecommender, learn_recommender
from dealwright.core.errors import InputError
from dealwright.core.estimate import Estimate
from dealwright.data import columns as c
from dealwright.recommend.filters import Shelf
from dealwright.recommend.hybrid import FittedHybrid
from dealwright.recommend.interactions import Interactions
from dealwright.recommend.offers import ASSUMED_ELASTICITY, OfferTerms, Response
from learnt_shop import shop_of
from small_shop import END

ITEMS = ("bread", "milk", "tea")
THRICE = Estimate(3.0, 2.0, 4.0, 0.8, "experiment")
TEA = OfferTerms("tea 10", (2,), 0.1, THRICE, Response.MEASURED)
MILK = OfferTerms("milk 20", (1,), 0.2, THRICE, Response.MEASURED)


class KnownChances(FittedHybrid):
    """A recommender whose chances are given: what it takes to work offers out by hand."""

    def __init__(self, table: NDArray[np.float64]) -> None:
        object.__setattr__(self, "table", table)

    has_trees = True

    def score(self, _seen: Interactions, customers: NDArray[np.int64]) -> NDArray[np.float64]:
        """The rows given."""
        found: NDArray[np.float64] = self.table[customers]  # type: ignore[attr-defined]
        return found


def _learnt(chances: list[list[float]]) -> LearntRecommender:
    """Ann, Bob and Cy with these chances of bread, milk and tea; everything costs 1.00 of 2.50."""
    costs = pd.DataFrame({c.SKU: list(ITEMS), c.STARTS_ON: END, c.UNIT_COST: 100})
    learnt = learn_recommender(shop_of(costs=costs), model="buy_again", seed=0, least_buyers=1)
    return replace(learnt, fitted=KnownChances(np.array(chances)))


THREE = [[0.0, 0.0, 0.1], [0.0, 0.1, 0.5], [-np.inf, 0.0, 0.0]]


def _asked(budget: int = 100_000, contact: Contact | None = None, **more: Any) -> NextOffers:
    return next_best_offers(
        _learnt(THREE), (TEA, MILK), OfferLimits(budget), contact=contact, currency="EUR", seed=0, **more
    )


def _given(found: NextOffers) -> dict[str, str]:
    table = found.allocated.table
    return dict(zip(table[c.CUSTOMER], table[OFFER], strict=True))


def test_each_gets_what_adds_most_and_who_would_gain_nothing_gets_none() -> None:
    found = _asked()
    # Ann and tea: 0.1 becomes 1 - 0.9 ** 3 = 0.271, so 0.171 x 150 - 0.271 x 25 = 18.875. Bob and tea: 0.375 x 150
    # - 0.875 x 25 = 34.375; and milk: 0.171 x 150 - 0.271 x 50 = 12.1. Nothing is expected of Cy.
    assert _given(found) == {"ann": "tea 10", "bob": "tea 10"}
    table = found.allocated.table.set_index(c.CUSTOMER)
    assert table.loc["ann", "value"] == pytest.approx(0.18875)
    assert table.loc["bob", "value"] == pytest.approx(0.34375)
    assert table.loc["bob", "cost"] == pytest.approx(0.875 * 0.25)
    assert set(table["response"]) == {"measured in an experiment"}
    assert found.n_without_value == 1
    assert found.explain("cy") is None


def test_the_range_of_each_value_is_told() -> None:
    row = _asked().allocated.table.set_index(c.CUSTOMER).loc["ann"]
    # Twice: 0.09 x 150 - 0.19 x 25; four times: 0.2439 x 150 - 0.3439 x 25.
    assert row["value_low"] == pytest.approx(0.0875)
    assert row["value_high"] == pytest.approx(0.279875)


def test_a_budget_for_one_goes_where_a_cent_brings_most() -> None:
    # Tea brings Ann 18.875 for 6.775 and Bob 34.375 for 21.875: seven cents are enough for Ann alone.
    assert _given(_asked(7)) == {"ann": "tea 10"}


def test_why_is_told_in_parts_that_sum_the_best_offer_first() -> None:
    best, second = _asked().why("bob")
    assert (best.offer, second.offer) == ("tea 10", "milk 20")
    assert [best.chance_without, best.chance_with] == pytest.approx([0.5, 0.875])
    parts = [best.extra_margin, best.discount_on_extra, best.discount_on_usual]
    assert parts == pytest.approx([56.25, -9.375, -12.5])
    assert sum(parts) == pytest.approx(best.net.value)
    with pytest.raises(InputError, match="no customer is called 'dan'"):
        _asked().why("dan")


def test_who_opted_out_gets_none_whatever_it_would_bring() -> None:
    found = _asked(contact=Contact(opted_out=frozenset({"bob", "not a customer"})))
    assert _given(found) == {"ann": "tea 10"}
    assert (found.n_opted_out, found.explain("bob")) == (1, None)


def test_who_got_enough_within_the_days_rests_and_older_offers_do_not_count() -> None:
    # Sales end six days before END, so that is the day asked about.
    asked_on = END - timedelta(days=6)
    days = [("ann", 1), ("bob", 14), ("ann", 14), ("bob", 15), ("cy", 0)]
    given_before = pd.DataFrame(
        {c.CUSTOMER: [who for who, _ in days], "given_on": [asked_on - timedelta(days=back) for _, back in days]}
    )
    found = _asked(contact=Contact(given=given_before, most=2, days=14))
    assert (_given(found), found.n_resting) == ({"bob": "tea 10"}, 1)
    assert _given(_asked(contact=Contact(given=given_before, most=1, days=14))) == {}
    assert _given(_asked(contact=Contact(given=given_before))) == {"ann": "tea 10", "bob": "tea 10"}


def test_a_cap_without_knowing_what_was_given_is_refused() -> None:
    with pytest.raises(InputError) as told:
        Contact(most=0, days=0)
    assert len(told.value.problems) == 3


def test_costs_that_are_not_known_are_assumed_and_counted() -> None:
    learnt = _learnt(THREE)
    learnt = replace(learnt, shelf=Shelf(ITEMS, price_minor=learnt.shelf.price_minor))
    found = next_best_offers(learnt, (TEA,), OfferLimits(1000), cost_share=0.4, currency="EUR", seed=0)
    assert found.n_assumed_costs == 1
    assert found.allocated.table["value"].sum() == pytest.approx(0.18875 + 0.34375)
    assert _asked().n_assumed_costs == 0


def test_without_chances_there_is_no_next_best_offer() -> None:
    learnt = learn_recommender(shop_of(), model="buy_again", seed=0, least_buyers=1)
    assert learnt.score_means == recommend_items.LIKENESS
    with pytest.raises(InputError, match="need chances of purchases"):
        next_best_offers(learnt, (TEA,), OfferLimits(1000), currency="EUR", seed=0)


chance_tables = st.lists(st.lists(st.floats(0, 0.99), min_size=3, max_size=3), min_size=3, max_size=3)


@settings(max_examples=40, deadline=None)
@given(table=chance_tables, budgets=st.tuples(st.integers(1, 200), st.integers(1, 200)))
def test_more_budget_never_earns_less_and_nobody_gets_an_offer_that_loses(
    table: list[list[float]], budgets: tuple[int, int]
) -> None:
    learnt = _learnt(table)
    found = [
        next_best_offers(learnt, (TEA, MILK), OfferLimits(budget), currency="EUR", seed=0)
        for budget in sorted(budgets)
    ]
    less, more = (one.allocated.allocation for one in found)
    assert more.value >= less.value - 1e-9
    for one, budget in zip(found, sorted(budgets), strict=True):
        assert (one.allocated.table["value"] > 0).all()
        assert one.allocated.allocation.cost <= budget + 1e-9


def _rows(*rows: tuple[Any, ...]) -> pd.DataFrame:
    names = (OFFER, c.SKU, c.DEPTH, TIMES, TIMES_LOW, TIMES_HIGH)
    filled = [tuple(row) + (None,) * (len(names) - len(row)) for row in rows]
    frame = pd.DataFrame(filled, columns=list(names)).astype(dict.fromkeys(names, object))
    assert list(frame.columns) == TERMS.names
    return frame


def test_offers_are_read_with_what_was_measured_or_else_the_assumed_answer() -> None:
    rows = _rows(("both", "tea", 0.5), ("milk", "milk", 0.2, "1.5", "1.2", "1.8"), ("both", "bread", 0.5))
    both, milk = terms_of(rows, ITEMS, ASSUMED_ELASTICITY)
    assert (both.name, both.items, both.times.value, both.response) == ("both", (2, 0), 4.0, Response.ASSUMED)
    assert (milk.items, milk.times.value, milk.times.low, milk.response) == ((1,), 1.5, 1.2, Response.MEASURED)


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        ([("a", "rum", 0.2)], "'rum' is not among the products learnt"),
        ([("a", "tea", 0.2), ("a", "milk", 0.3)], "more than one depth"),
        ([("a", "tea", 0.2, "1.5")], "has times only"),
        ([("a", "tea", 0.2, "1.5", "1.6", "1.8")], "must lie within"),
        ([("a", "tea", 0.2, "often", "1", "2")], "give numbers like 1.4"),
        ([("a", "tea", 1.0)], "above 0 and below 1"),
        ([], "there is no offer to choose from"),
    ],
)
def test_offers_that_cannot_be_used_are_told(rows: list[tuple[Any, ...]], said: str) -> None:
    with pytest.raises(InputError, match=said):
        terms_of(_rows(*rows), ITEMS, ASSUMED_ELASTICITY)

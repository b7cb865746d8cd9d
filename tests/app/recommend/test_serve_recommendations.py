"""What customers are shown, from memory: cold customers too, each purchase counted at once, from many threads."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta

import pytest

from dealwright.app.recommend.keep_recommender import how_fresh, to_keep
from dealwright.app.recommend.recommend_items import learn_recommender
from dealwright.app.recommend.serve_recommendations import (
    MOST_DAYS_AHEAD,
    Purchase,
    Recommendations,
    RecommendedList,
)
from dealwright.core.errors import InputError
from learnt_shop import days_before_end, shop_of


def _served(model: str = "buy_again") -> Recommendations:
    tables = shop_of()
    learnt = learn_recommender(tables, model=model, seed=0, least_buyers=1)
    return Recommendations(learnt, how_fresh(to_keep(learnt, tables), tables))


def _skus(found: RecommendedList) -> list[str]:
    return [item.sku for item in found.items]


def test_a_known_customer_gets_their_own_and_a_stranger_what_sells() -> None:
    served = _served()
    cy, stranger = served.for_customer("cy", 2), served.for_customer("stranger", 2)
    assert (cy.is_known, _skus(cy), [item.is_fallback for item in cy.items]) == (
        True,
        ["bread", "tea"],
        [False, False],
    )
    assert (stranger.is_known, _skus(stranger)) == (False, ["tea", "milk"])
    assert [(item.score, item.score_means) for item in stranger.items] == [
        (3.0, "buyers in four weeks"),
        (2.0, "buyers in four weeks"),
    ]
    assert cy.items[0].score_means == "likeness"
    assert cy.learnt_until == days_before_end(7)


def test_a_purchase_is_known_to_the_next_answer_and_a_stranger_becomes_a_customer() -> None:
    served = _served()
    assert served.observe(Purchase("stranger", "bread", days_before_end(0)))
    found = served.for_customer("stranger", 3)
    assert (found.is_known, found.items[0].sku, found.items[0].is_fallback) == (True, "bread", False)


@pytest.mark.parametrize("model", ["buy_again", "ease", "hybrid", "popular"])
def test_parts_sum_in_the_language_asked(model: str) -> None:
    served = _served(model)
    for customer in ("cy", "stranger"):
        found = served.for_customer(customer, 3, with_reasons=True, language="zh")
        assert found.items
        for item in found.items:
            assert item.parts_sum is not None
            assert sum(part.value for part in item.parts) == pytest.approx(item.parts_sum)
            assert item.parts_sum == pytest.approx(item.score, abs=1e-6)  # of 32-bit numbers
    english = served.for_customer("stranger", 1, with_reasons=True).items[0]
    chinese = served.for_customer("stranger", 1, with_reasons=True, language="zh").items[0]
    assert english.parts[0].reason == "customers who bought it"
    assert chinese.parts[0].reason == "买过它的顾客数"


def test_reasons_are_told_only_when_asked_for() -> None:
    item = _served().for_customer("cy", 1).items[0]
    assert (item.parts, item.parts_sum) == ((), None)


def test_what_cannot_count_is_refused_with_its_reason_and_changes_nothing() -> None:
    served = _served()
    before = served.for_customer("ann", 3)
    late = days_before_end(6) + timedelta(days=MOST_DAYS_AHEAD + 1)
    assert served.observe(Purchase("ann", "rum", days_before_end(0))).code == "unknown_item"
    assert served.observe(Purchase("ann", "tea", late)).code == "unlikely_day"
    assert served.observe(Purchase("ann", "tea", date(1969, 12, 31))).code == "unlikely_day"
    assert served.for_customer("ann", 3) == before


def test_all_that_is_wrong_with_a_question_is_told_at_once() -> None:
    with pytest.raises(InputError) as told:
        _served().for_customer("ann", 0, most_alike=0, language="fr")
    assert len(told.value.problems) == 3
    with pytest.raises(InputError) as told:
        Purchase("", "tea", date(2024, 1, 1), units=0, price_minor=-1)
    assert len(told.value.problems) == 3


def test_purchases_told_by_many_threads_at_once_all_count() -> None:
    served = _served()
    days = [days_before_end(-k) for k in range(200)]

    def tell_and_ask(day: date) -> float:
        assert served.observe(Purchase("ann", "milk", day))
        return served.for_customer("ann", 1).items[0].score

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(tell_and_ask, days))
    alone = _served()
    for day in days:
        alone.observe(Purchase("ann", "milk", day))
    assert served.for_customer("ann", 3) == alone.for_customer("ann", 3)


def test_an_answer_after_an_event_never_comes_from_before_it_however_threads_meet() -> None:
    served = _served()

    def grow(k: int) -> bool:
        customer = f"new-{k}"
        served.for_customer(customer, 1)
        served.observe(Purchase(customer, "bread", days_before_end(0)))
        return served.for_customer(customer, 1).items[0].sku == "bread"

    with ThreadPoolExecutor(8) as pool:
        assert all(pool.map(grow, range(300)))

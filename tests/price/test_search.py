"""Searches for the prices of a category: against the exact answer, repeatable, and honest about what was spent."""

from __future__ import annotations

import builtins
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from dealwright.core.errors import InputError, MissingExtraError
from dealwright.price.category import Category, best_category_prices
from dealwright.price.given import Floats, Ints
from dealwright.price.search import SEARCHES, BlackBox, Exhaustive

HEURISTICS = ["annealing", "genetic", "swarm"]


def category(n: int, n_rungs: int, *, n_draws: int = 1, seed: int = 0) -> Category:
    rng = np.random.default_rng(seed)
    cost = rng.uniform(50, 150, n)
    return Category(
        prices=np.round(cost[:, None] * np.linspace(1.05, 2.5, n_rungs)),
        unit_cost=cost,
        appeal=rng.normal(2, 1, n) + rng.normal(0, 0.5, (n_draws, n)),
        price_effect=np.tile(np.exp(rng.normal(np.log(0.02), 0.3, n)), (n_draws, 1)),
        customers=1000,
    )


def test_profit_of_a_category_by_hand() -> None:
    # Two products with attraction 1 each and one for buying nothing: a third each.
    shop = Category(
        prices=np.array([[10.0], [20.0]]),
        unit_cost=np.array([4.0, 5.0]),
        appeal=np.array([[1.0, 2.0]]),
        price_effect=np.array([[0.1, 0.1]]),
        customers=300,
    )
    assert shop.profit(np.array([[0, 0]])) == pytest.approx([100 * 6 + 100 * 15])


@pytest.mark.parametrize("seed", range(6))
def test_the_exact_prices_of_a_category_are_those_of_brute_force(seed: int) -> None:
    shop = category(4, 5, seed=seed)
    every = Exhaustive().find(BlackBox(shop.profit, shop.n_rungs), seed=0, n_evaluations=625)
    assert shop.profit(best_category_prices(shop)[None])[0] == pytest.approx(every.value)
    assert (every.is_exact, every.n_evaluations) == (True, 625)


def test_draws_of_choice_have_no_exact_prices() -> None:
    with pytest.raises(InputError, match="use a search"):
        best_category_prices(category(2, 3, n_draws=2))


@pytest.mark.parametrize("method", HEURISTICS)
def test_a_search_finds_the_exact_prices_of_a_large_category(method: str) -> None:
    shop = category(12, 8, seed=1)
    exact = shop.profit(best_category_prices(shop)[None])[0]
    found = SEARCHES.make(method).find(BlackBox(shop.profit, shop.n_rungs), seed=1, n_evaluations=2000)
    assert found.value >= exact * (1 - 1e-3)
    assert found.value <= exact * (1 + 1e-12)
    assert found.value == pytest.approx(shop.profit(found.choice[None])[0])
    assert (found.method, found.is_exact) == (method, False)
    assert found.n_evaluations <= 2000


@pytest.mark.parametrize("method", HEURISTICS)
def test_a_search_finds_what_every_choice_offers_if_customers_differ(method: str) -> None:
    shop = category(4, 5, n_draws=20, seed=2)
    box = BlackBox(shop.profit, shop.n_rungs)
    every = SEARCHES.make("exhaustive").find(box, seed=0, n_evaluations=625)
    found = SEARCHES.make(method).find(box, seed=3, n_evaluations=500)
    assert found.value == pytest.approx(every.value)


@pytest.mark.parametrize("method", [*HEURISTICS, "climbing"])
def test_the_same_seed_gives_the_same_prices(method: str) -> None:
    shop = category(8, 6, n_draws=3, seed=3)
    box = BlackBox(shop.profit, shop.n_rungs)
    np.random.seed(0)  # noqa: NPY002 - whatever the global generator does must not matter
    one = SEARCHES.make(method).find(box, seed=5, n_evaluations=400)
    np.random.seed(99)  # noqa: NPY002
    two = SEARCHES.make(method).find(box, seed=5, n_evaluations=400)
    assert one.choice.tolist() == two.choice.tolist()
    assert (one.value, one.n_evaluations) == (two.value, two.n_evaluations)


def two_hills(choices: Ints) -> Floats:
    """Prices that must move together: from (0, 0, 0) every single step loses."""
    together = (choices >= 3).all(axis=1) * 10.0
    return np.asarray(together - choices.sum(axis=1) * 0.1)


@pytest.mark.parametrize("method", HEURISTICS)
def test_a_search_crosses_a_valley_in_which_one_price_at_a_time_is_stuck(method: str) -> None:
    box = BlackBox(two_hills, np.array([5, 5, 5]), start=np.zeros(3, dtype=np.int64))
    stuck = SEARCHES.make("climbing").find(box, seed=0, n_evaluations=125)
    assert stuck.value == 0.0
    assert SEARCHES.make(method).find(box, seed=0, n_evaluations=125).value == pytest.approx(10 - 0.9)


@pytest.mark.parametrize("method", [*HEURISTICS, "climbing", "exhaustive"])
def test_a_search_keeps_the_rules_and_is_never_worse_than_climbing_from_its_start(method: str) -> None:
    def ruled(choices: Ints) -> Floats:
        return np.where(choices[:, 0] >= choices[:, 1], choices.sum(axis=1) * 1.0, -np.inf)

    box = BlackBox(ruled, np.array([3, 4]), start=np.array([1, 1]))
    found = SEARCHES.make(method).find(box, seed=0, n_evaluations=12)
    climbed = SEARCHES.make("climbing").find(box, seed=0, n_evaluations=12)
    assert found.value >= climbed.value
    assert found.choice[0] >= found.choice[1]
    assert found.value >= 2.0


@pytest.mark.parametrize("method", HEURISTICS)
def test_a_ladder_of_one_rung_has_nothing_to_choose(method: str) -> None:
    box = BlackBox(lambda choices: choices.sum(axis=1) * 1.0, np.array([1, 3, 1]))
    assert SEARCHES.make(method).find(box, seed=0, n_evaluations=10).choice.tolist() == [0, 2, 0]
    alone = BlackBox(lambda choices: choices.sum(axis=1) + 7.0, np.array([1]))
    assert SEARCHES.make(method).find(alone, seed=0, n_evaluations=10).value == 7.0


@pytest.mark.parametrize("method", [*HEURISTICS, "climbing"])
def test_if_every_choice_breaks_a_rule_the_search_says_so(method: str) -> None:
    box = BlackBox(lambda choices: np.full(len(choices), -np.inf), np.array([3, 3]))
    with pytest.raises(InputError, match="breaks a rule"):
        SEARCHES.make(method).find(box, seed=0, n_evaluations=9)


def test_an_objective_that_is_not_a_number_is_refused() -> None:
    box = BlackBox(lambda choices: np.full(len(choices), np.nan), np.array([3, 3]))
    with pytest.raises(InputError, match="NaN"):
        Exhaustive().find(box, seed=0, n_evaluations=9)


def test_too_many_choices_to_look_at_each_name_the_other_searches() -> None:
    box = BlackBox(two_hills, np.full(30, 10))
    with pytest.raises(InputError, match="use 'genetic', 'swarm' or 'annealing'"):
        Exhaustive().find(box, seed=0, n_evaluations=1000)


def test_a_start_off_the_ladder_is_refused() -> None:
    with pytest.raises(InputError, match=r"start \[3\] is not a rung"):
        BlackBox(two_hills, np.array([3]), start=np.array([3]))


def test_a_search_nobody_knows_is_told_the_nearest_name() -> None:
    with pytest.raises(InputError, match="did you mean 'genetic'"):
        SEARCHES.make("genetics")


@pytest.mark.parametrize("method", ["genetic", "swarm"])
def test_without_pymoo_the_extra_is_named(method: str, monkeypatch: pytest.MonkeyPatch) -> None:
    really: Callable[..., Any] = builtins.__import__

    def absent(name: str, *args: Any, **kwargs: Any) -> Any:
        if name.startswith("pymoo"):
            raise ImportError(name)
        return really(name, *args, **kwargs)

    monkeypatch.setattr(builtins, "__import__", absent)
    with pytest.raises(MissingExtraError, match=r"pip install 'dealwright\[search\]'"):
        SEARCHES.make(method).find(BlackBox(two_hills, np.array([5, 5])), seed=0, n_evaluations=10)

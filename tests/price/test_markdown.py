"""Clearing groups by a date: prices fall, labels are few, and the best is found."""

from __future__ import annotations

from itertools import combinations, product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dealwright.core.errors import InputError
from dealwright.price.given import Floats
from dealwright.price.labels import choose_labels
from dealwright.price.ladder import Ladder
from dealwright.price.markdown import Group, SellThrough, clear, falling_paths, sold_on_paths

RUNGS = Ladder.of([20, 30, 40])


def wanted(*periods: tuple[float, float, float]) -> Floats:
    """One draw of units at 20, 30 and 40."""
    return np.array([periods])


# Ten coats; at 40 four want one in the first week and nobody later.
COATS = Group("coats", 10, price=40, wanted=wanted((9, 6, 4), (6, 2, 0)), salvage=5)
# Ten hats that sell for 40 all the time.
HATS = Group("hats", 10, price=40, wanted=wanted((6, 5, 5), (6, 5, 5)))


def test_a_coat_is_marked_down_in_its_second_week() -> None:
    # 40, 20: 160 + 120 = 280; 30, 20: 180 + 80 = 260; 30, 30: 180 + 60 + 10 = 250; 40, 30: 160 + 60 + 20 = 240.
    cleared = clear(RUNGS, [COATS], n_labels=2)
    (coats,) = cleared.groups
    assert coats.prices == (40, 20)
    assert coats.units.tolist() == [4.0, 6.0]
    assert cleared.value.value == cleared.bound == 280.0
    assert coats.sell_through.value == 1.0


def test_one_label_is_one_price_for_all_weeks() -> None:
    # 20: 10 * 20 = 200; 30: 8 * 30 + 2 * 5 = 250; 40: 160 + 6 * 5 = 190.
    cleared = clear(RUNGS, [COATS], n_labels=1)
    assert cleared.groups[0].prices == (30, 30)
    assert cleared.value.value == 250.0


def test_groups_share_their_labels() -> None:
    # One label: at 40 190 + 400 = 590; at 30 250 + 300; at 20 200 + 200.
    cleared = clear(RUNGS, [COATS, HATS], n_labels=1)
    assert cleared.labels == (40,)
    assert cleared.value.value == 590.0
    assert clear(RUNGS, [COATS, HATS], n_labels=2).labels == (40, 20)


def test_a_group_starts_at_or_below_its_price_of_today() -> None:
    cheap = Group("hats", 10, price=30, wanted=HATS.wanted)
    assert clear(RUNGS, [cheap], n_labels=3).groups[0].prices == (30, 30)


def test_a_hard_sell_through_is_reached() -> None:
    free = clear(RUNGS, [COATS], n_labels=1).groups[0]
    held = clear(RUNGS, [COATS], n_labels=1, sell_through=SellThrough(1.0)).groups[0]
    assert (free.sell_through.value, held.sell_through.value) == (0.8, 1.0)
    assert held.prices == (20, 20)


def test_a_hard_sell_through_out_of_reach_says_what_can_be_reached() -> None:
    few = Group("scarves", 20, price=40, wanted=COATS.wanted)
    with pytest.raises(InputError, match=r"scarves reaches a sell-through of at most 75\.0%, the target is 90\.0%"):
        clear(RUNGS, [few], n_labels=2, sell_through=SellThrough(0.9))


def test_a_soft_sell_through_is_bought_only_if_it_is_worth_it() -> None:
    # At 30 two coats stay: selling all at 20 costs 50, so 24 each is too little and 26 is enough.
    cheap, dear = (
        clear(RUNGS, [COATS], n_labels=1, sell_through=SellThrough(1.0, penalty=penalty)) for penalty in (24, 26)
    )
    assert (cheap.groups[0].prices, cheap.score) == ((30, 30), 250.0 - 48)
    assert (dear.groups[0].prices, dear.score) == ((20, 20), 200.0)


def test_groups_that_need_different_labels_to_sell_through_cannot_share_one() -> None:
    low = Group("low", 10, price=20, wanted=wanted((10, 0, 0), (0, 0, 0)))
    high = Group("high", 10, price=40, wanted=wanted((0, 0, 10), (0, 0, 0)))
    with pytest.raises(InputError, match="no 1 labels serve all groups"):
        clear(RUNGS, [low, high], n_labels=1, sell_through=SellThrough(1.0))


def test_all_that_is_wrong_is_told_at_once() -> None:
    with pytest.raises(InputError) as told:
        clear(RUNGS, [Group("a", 1, price=10, wanted=np.ones((1, 2, 2)))], n_labels=0)
    assert len(told.value.problems) == 3
    with pytest.raises(InputError, match="no group to clear"):
        clear(RUNGS, [], n_labels=1)
    with pytest.raises(InputError, match="stock of a is -1"):
        Group("a", -1, price=10, wanted=np.ones((1, 2, 3)))
    with pytest.raises(InputError, match="units wanted of a holds nan"):
        Group("a", 1, price=10, wanted=np.full((1, 2, 3), np.nan))
    with pytest.raises(InputError, match=r"share above 0 up to 1; given 1\.5"):
        SellThrough(1.5)


def test_too_many_ways_to_fall_are_refused() -> None:
    with pytest.raises(InputError, match="allow fewer labels"):
        falling_paths(40, 30, most_labels=10)


def test_the_falling_paths_are_all_of_them() -> None:
    every = {path for path in product(range(4), repeat=4) if list(path) == sorted(path, reverse=True)}
    few = {path for path in every if len(set(path)) <= 2}
    assert {tuple(path) for path in falling_paths(4, 4, most_labels=4).tolist()} == every
    assert {tuple(path) for path in falling_paths(4, 4, most_labels=2).tolist()} == few


units = st.lists(st.integers(0, 12), min_size=3, max_size=3).map(lambda of: tuple(sorted(of, reverse=True)))
weeks = st.lists(units, min_size=3, max_size=3)


@given(
    draws=st.lists(st.tuples(weeks, weeks), min_size=2, max_size=2),
    stocks=st.tuples(st.integers(1, 25), st.integers(1, 25)),
    n_labels=st.integers(1, 3),
)
@settings(max_examples=50, deadline=None)
def test_clearing_equals_brute_force_over_uncertain_demand(
    draws: list[tuple[list[tuple[int, ...]], ...]], stocks: tuple[int, int], n_labels: int
) -> None:
    demand = np.array(draws, dtype=np.float64)  # (D, G, T, K)
    groups = [Group(str(g), stocks[g], price=40, wanted=demand[:, g], salvage=3) for g in range(2)]
    cleared = clear(RUNGS, groups, n_labels=n_labels)
    prices = RUNGS.array

    def money(group: Group, path: tuple[int, ...]) -> float:
        sold = sold_on_paths(group.wanted, group.stock, np.array([path]))[:, 0]
        return float((sold @ prices[list(path)] + 3 * (group.stock - sold.sum(axis=1))).mean())

    best = max(
        sum(
            max(
                money(group, path) for path in product(labels, repeat=3) if list(path) == sorted(path, reverse=True)
            )
            for group in groups
        )
        for labels in combinations(range(3), n_labels)
    )
    assert cleared.value.value == pytest.approx(best)
    assert cleared.bound == pytest.approx(best)
    assert len(cleared.labels) <= n_labels
    for one, stock in zip(cleared.groups, stocks, strict=True):
        assert list(one.prices) == sorted(one.prices, reverse=True)
        assert one.units.sum() <= stock + 1e-9


@pytest.mark.parametrize("seed", range(5))
def test_the_programme_and_trying_every_set_choose_equally_good_labels(seed: int) -> None:
    rng = np.random.default_rng(seed)
    kinds = np.array([flags for flags in product([False, True], repeat=6) if 1 <= sum(flags) <= 2])
    scores = rng.uniform(0, 100, (4, len(kinds)))
    scores[rng.random(scores.shape) < 0.2] = -np.inf
    tried = choose_labels(scores, kinds, n_labels=3)
    solved = choose_labels(scores, kinds, n_labels=3, most_sets=0)
    assert solved[1] == pytest.approx(tried[1])
    assert solved[0].sum() <= 3


def test_the_programme_also_says_when_no_labels_serve_all() -> None:
    kinds = np.eye(2, dtype=np.bool_)
    scores = np.array([[1.0, -np.inf], [-np.inf, 1.0]])
    with pytest.raises(InputError, match="no 1 labels serve all groups"):
        choose_labels(scores, kinds, n_labels=1, most_sets=0)

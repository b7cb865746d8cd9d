from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from dealwright.core.errors import InputError
from dealwright.simulate.run import Shop, live_history, run_shop, without_stock_outs
from dealwright.simulate.setup import SMALL, Setup
from dealwright.simulate.shopper import make_people
from dealwright.simulate.world import make_world

SHORT = replace(SMALL, n_weeks=40)


@pytest.fixture(scope="module")
def shop() -> Shop:
    return run_shop(SMALL, seed=3)


@pytest.fixture(scope="module")
def short_of_stock() -> Shop:
    return run_shop(replace(SMALL, stock_out_share=0.3), seed=3)


def test_the_same_seed_is_the_same_shop() -> None:
    one, two, other = run_shop(SHORT, seed=1), run_shop(SHORT, seed=1), run_shop(SHORT, seed=2)
    assert np.array_equal(one.sold, two.sold)
    assert not np.array_equal(one.sold, other.sold)


def test_nobody_has_less_than_nothing_at_home(shop: Shop) -> None:
    assert shop.cupboards.min() == 0.0
    assert np.isfinite(shop.cupboards).all()


def test_who_does_not_use_a_category_never_has_any_of_it(shop: Shop) -> None:
    assert (shop.people.need == 0).mean() == pytest.approx(0.35, abs=0.03)
    assert shop.cupboards[:, shop.people.need == 0].max() == 0.0


def test_full_shelves_sell_all_that_is_wanted(shop: Shop) -> None:
    assert np.array_equal(shop.sold, shop.wanted)
    assert (shop.on_shelf == 1).all()


def test_empty_shelves_sell_less_of_a_category_than_was_wanted_in_every_store_and_week(
    short_of_stock: Shop,
) -> None:
    for ours in short_of_stock.world.members:
        assert (short_of_stock.sold[ours].sum(axis=0) <= short_of_stock.wanted[ours].sum(axis=0)).all()
    assert short_of_stock.units.sum() < 0.95 * short_of_stock.wanted_units.sum()


def test_a_shelf_that_never_ran_empty_sells_at_least_what_was_wanted(short_of_stock: Shop) -> None:
    full = short_of_stock.on_shelf == 1
    assert (short_of_stock.sold[full] >= short_of_stock.wanted[full]).all()
    assert short_of_stock.sold[full].sum() > short_of_stock.wanted[full].sum()  # some take what is there instead


def test_shelves_are_empty_for_about_as_much_of_their_time_as_asked(short_of_stock: Shop) -> None:
    assert 1 - short_of_stock.on_shelf[:, :, 10:].mean() == pytest.approx(0.3, abs=0.03)


def test_nothing_is_left_on_a_shelf_that_ran_empty_and_never_less_than_nothing(short_of_stock: Shop) -> None:
    counted = short_of_stock.left[:, :, 1:]
    assert counted.min() == 0
    assert (counted[short_of_stock.on_shelf[:, :, 1:] < 1] == 0).all()
    assert (short_of_stock.left[:, :, 0] == -1).all()  # the first week is served in full, nobody counts


def test_empty_shelves_hide_a_good_part_of_demand(short_of_stock: Shop) -> None:
    free = without_stock_outs(short_of_stock)
    assert short_of_stock.units.sum() < 0.85 * free.units.sum()


def test_promoted_weeks_sell_more(shop: Shop) -> None:
    depth = shop.world.offers.depth[:, : SMALL.n_weeks]
    for units, cut in zip(shop.units, depth, strict=True):
        assert units[cut > 0.1].mean() > 1.2 * units[cut == 0].mean()


def test_a_display_sells_more_than_a_shelf() -> None:
    world = make_world(replace(SHORT, promoted_share=0.0), seed=5)
    display = world.offers.display.copy()
    display[0, :, 20] = 1.0
    people = make_people(world)
    plain = live_history(world, people)
    shown = live_history(replace(world, offers=replace(world.offers, display=display)), people)
    assert shown.units[0, 20] > 1.2 * plain.units[0, 20]
    assert np.array_equal(shown.units[:, :20], plain.units[:, :20])


def test_a_cheaper_competitor_takes_sales() -> None:
    world = make_world(SHORT, seed=5)
    people = make_people(world)
    cheaper = world.competitor * 7 // 10
    dear = live_history(world, people)
    assert live_history(replace(world, competitor=cheaper), people).units.sum() < dear.units.sum()


def test_two_categories_go_together_because_people_want_both(shop: Shop) -> None:
    setup, seed = SMALL, 3
    apart = run_shop(replace(setup, n_pairs=0), seed=seed)
    driven = shop.world.members[1]
    assert shop.world.driver_of.tolist() == [-1, 0, -1]
    assert shop.units[driven].sum() > 1.02 * apart.units[driven].sum()
    assert np.array_equal(shop.units[shop.world.members[0]], apart.units[apart.world.members[0]])


def test_impossible_setups_are_told_all_at_once() -> None:
    with pytest.raises(InputError) as caught:
        Setup(n_shoppers=0, stock_out_share=0.9, n_products=20, n_categories=10, n_pairs=6)
    assert len(caught.value.problems) == 3

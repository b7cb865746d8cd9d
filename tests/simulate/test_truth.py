from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from dealwright.core.errors import InputError
from dealwright.simulate.offers import Calendar
from dealwright.simulate.run import Shop, run_shop
from dealwright.simulate.setup import SMALL
from dealwright.simulate.truth import Truth, expected_units, find_truth, past_totals, usual_depths

N_STORES = SMALL.n_stores


@pytest.fixture(scope="module")
def shop() -> Shop:
    return run_shop(replace(SMALL, n_shoppers=4_000), seed=4)


@pytest.fixture(scope="module")
def truth(shop: Shop) -> Truth:
    return find_truth(shop)


def _cut(shop: Shop, product: int, depth: float, *, n_weeks: int = 6) -> Calendar:
    none = Calendar.none(shop.world.setup.n_products, N_STORES, n_weeks)
    return none.with_depth(product, 0, depth)


def test_elasticities_are_of_the_size_that_groceries_have(truth: Truth) -> None:
    assert (truth.elasticity < -1.0).all()
    assert (truth.elasticity > -4.5).all()
    assert -3.3 < np.median(truth.elasticity) < -1.7


def test_who_buys_ahead_makes_the_long_run_less_elastic(truth: Truth) -> None:
    assert (truth.long_run_elasticity > truth.elasticity).all()


def test_rivals_lose_something_but_less_than_the_promoted_product_gains(truth: Truth) -> None:
    assert (truth.cannibalisation > 0).all()
    assert (truth.cannibalisation < truth.uplift).all()
    assert 0.1 < truth.cannibalisation.sum() / truth.uplift.sum() < 0.5


def test_the_weeks_after_lose_a_part_of_what_was_won(truth: Truth) -> None:
    assert 0.05 < truth.pull_forward.sum() / truth.uplift.sum() < 0.35
    assert (truth.own_pull_forward > 0).all()


def test_a_complement_gains_and_strangers_do_not_notice(truth: Truth) -> None:
    driver, driven, stranger = (np.flatnonzero(truth.category_of == k) for k in range(3))
    assert (truth.halo[driver] > 0).all()
    assert (truth.halo[[*driven, *stranger]] == 0).all()
    assert (truth.now[np.ix_(driver, stranger)] == 0).all()
    assert truth.halo[driver].sum() < 0.2 * truth.uplift[driver].sum()


def test_the_parts_of_a_promotion_sum_to_what_the_chain_gains(truth: Truth) -> None:
    parts = truth.uplift - truth.cannibalisation + truth.halo + truth.later_halo - truth.pull_forward
    assert parts == pytest.approx(truth.net_incremental)


def test_a_promotion_that_was_taken_away_alone_moved_what_the_totals_say(shop: Shop) -> None:
    totals = past_totals(shop, share=0.5)
    assert 0 < totals.n_promotions.sum() < shop.world.offers.is_offered.sum()
    assert totals.uplift.sum() > totals.cannibalisation.sum() > 0
    assert 0 < totals.pull_forward.sum() < 0.4 * totals.uplift.sum()
    assert totals.halo.sum() > 0
    assert totals.uplift.sum() < shop.units.sum()


def test_a_future_with_a_promotion_sells_more_of_it_and_less_of_its_rivals(shop: Shop) -> None:
    plain = expected_units(shop, Calendar.none(12, N_STORES, 6))
    cut = expected_units(shop, _cut(shop, 0, 0.3))
    rivals = np.flatnonzero(shop.world.category_of == 0)[1:]
    assert cut[0, 0] > 1.5 * plain[0, 0]
    assert (cut[rivals, 0] < plain[rivals, 0]).all()
    assert cut[[0, *rivals], 1:].sum() < plain[[0, *rivals], 1:].sum()
    assert np.array_equal(cut[shop.world.category_of == 2], plain[shop.world.category_of == 2])


def test_the_truth_of_history_agrees_with_a_future_lived_in_full(shop: Shop, truth: Truth) -> None:
    """Two ways to the same number: the future shares neither code path nor dice with the windows of the past."""
    plain = expected_units(shop, Calendar.none(12, N_STORES, 1), n_replications=6)
    lived = [
        np.log(expected_units(shop, _cut(shop, i, 0.2, n_weeks=1), n_replications=6)[i, 0] / plain[i, 0])
        / np.log(0.8)
        for i in range(12)
    ]
    assert np.array(lived) == pytest.approx(truth.elasticity, rel=0.3)
    assert np.mean(lived) == pytest.approx(truth.elasticity.mean(), rel=0.12)


def test_deeper_cuts_sell_more_at_a_little_less_per_cent_of_price(shop: Shop) -> None:
    deeper = find_truth(shop, depth=0.3, n_weeks=2)
    shallow = find_truth(shop, depth=0.1, n_weeks=2)
    assert (deeper.uplift > shallow.uplift).all()
    assert 0.7 < np.mean(deeper.elasticity / shallow.elasticity) < 1.0


def test_the_truth_can_be_asked_at_the_depth_each_product_is_usually_cut_to(shop: Shop) -> None:
    depths = usual_depths(shop)
    cuts = shop.world.offers.depth[0]
    assert depths[0] == pytest.approx(cuts[cuts > 0].mean())
    assert np.array_equal(find_truth(shop, depth=depths, n_weeks=1).depth, depths)


def test_a_calendar_that_the_world_has_no_weeks_for_is_refused(shop: Shop) -> None:
    with pytest.raises(InputError, match="at most 13 weeks"):
        expected_units(shop, Calendar.none(12, N_STORES, 14))
    with pytest.raises(InputError, match="depth"):
        find_truth(shop, depth=0.0)
    with pytest.raises(InputError, match="history"):
        find_truth(shop, horizon=80)

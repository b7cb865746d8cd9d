"""Whether sales tell how promotions that meet take from each other."""

from __future__ import annotations

from dataclasses import replace
from functools import partial

import numpy as np
import pytest

from dealwright.demand.additivity import CANDIDATES, learn_additivity
from dealwright.demand.features import Offers, neighbour_gain
from dealwright.demand.fit import fit_response
from dealwright.demand.losses import Shares
from dealwright.demand.posterior import Fit
from dealwright.demand.prior import PULL_LAGS
from known_shop import KnownShop, Truth, make_shop


def proportional(shop: KnownShop, *, by_cut: float, by_support: float, seed: int) -> KnownShop:
    """The same offers and products where neighbours' promotions take a share of whatever is sold."""
    truth, panel = shop.truth, shop.panel
    offers = Offers.of(panel)
    support = truth.display * offers.display + truth.mailer * offers.mailer
    lift = shop.elasticity[:, None] * offers.log_price_cut + support
    gain = np.expm1(lift)
    owed = np.where(lift > 0, support / np.where(lift > 0, lift, 1.0), 0.0)
    share = shop.level / np.bincount(panel.category_of, weights=shop.level)[panel.category_of]
    asked = neighbour_gain(gain * (by_cut * (1 - owed) + by_support * owed), share, panel.market_of)
    mean = shop.level[:, None] * (1.0 + gain) * np.exp(-asked)
    units = np.random.default_rng(seed).poisson(mean).astype(float)
    by_category = np.equal.outer(np.arange(len(panel.categories)), panel.category_of).astype(float)
    return replace(shop, panel=replace(panel, units=units, market_units=by_category @ units))


def learnt(shop: KnownShop) -> Fit:
    return fit_response(shop.panel, country="US")


big_shop = partial(make_shop, n=24, n_categories=4, n_weeks=104, promoted_share=0.3)


def test_shops_whose_losses_add_up_and_shops_that_lose_in_proportion_are_told_apart() -> None:
    shop = big_shop(truth=Truth(switching=0.5), seed=3)
    assert learnt(shop).additivity > 0.6
    assert learnt(proportional(shop, by_cut=0.5, by_support=0.5, seed=3)).additivity < 0.3


def test_displays_that_take_more_than_price_cuts_are_found_to() -> None:
    shop = proportional(big_shop(truth=Truth(), seed=5), by_cut=0.2, by_support=0.6, seed=5)
    fit = learnt(shop)
    assert fit.shared("switching").mean() == pytest.approx(0.2, abs=0.1)
    assert fit.shared("support_switching").mean() == pytest.approx(0.6, abs=0.2)


def test_without_neighbours_every_additivity_is_as_likely() -> None:
    units = np.full((1, 4), 10.0)
    gain, none = np.array([[0.0, 1.0, 0.0, 0.0]]), np.zeros((1, 4))
    nobody = Shares(np.zeros((2, 1)), np.zeros((PULL_LAGS, 1)), np.zeros(1))
    found = learn_additivity(
        units, units, np.ones((1, 4)), gain=gain, pressure=np.zeros((2, 1, 4)), brought=none, shares=nobody
    )
    assert found == pytest.approx(np.mean(CANDIDATES))

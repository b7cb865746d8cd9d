"""The people who shop: what they need, like, can spend, notice and keep at home."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from dealwright.core.rng import stream
from dealwright.simulate.world import World

Reals = NDArray[np.float32]

TASTE_SPREAD = 0.9
USER_SHARE = 0.65
"""Of the shoppers, for each category."""


@dataclass(frozen=True, slots=True)
class People:
    """N shoppers; arrays are (N,) unless said otherwise.

    `home_store` and `weekday` are where and when they shop, `visit` the chance that they come in a week. `need`
    (K, N) is units of a category used a week, 0 for who does not use it. `liking` has for each category an array
    (N, products of it): utility of a pack, for good. `thrift` multiplies the pain of a price; those with a small
    budget have more of it, and `purse` is the most, in minor units, that they spend on a category in one visit.
    `deal_weeks` is for how many more weeks they buy ahead per unit of depth, and `hunt` how readily a deal makes
    them look at a category they do not need. `notice` is the utility of a display, `reads` of a mailer (0: does
    not read it), `compares` of a price below the competitor's. `roams` is the chance to fill an empty cupboard
    elsewhere.
    """

    home_store: NDArray[np.int64]
    weekday: NDArray[np.int64]
    visit: Reals
    need: Reals
    liking: tuple[Reals, ...]
    thrift: Reals
    purse: Reals
    deal_weeks: Reals
    hunt: Reals
    notice: Reals
    reads: Reals
    compares: Reals
    roams: Reals


def make_people(world: World) -> People:
    """The shop's shoppers, the same for the same seed."""
    setup = world.setup
    n = setup.n_shoppers
    rng = stream(world.seed, "people")
    budget = rng.lognormal(0.0, 0.5, n)
    is_deal_prone = rng.random(n) < 0.35
    uses = rng.random((setup.n_categories, n)) < USER_SHARE
    household = rng.lognormal(-0.5, 0.4, n)
    need = uses * household * rng.lognormal(0.0, 0.3, (setup.n_categories, n))
    return People(
        home_store=rng.choice(setup.n_stores, n, p=_store_shares(setup.n_stores)),
        weekday=rng.integers(0, 7, n),
        visit=_real(rng.beta(8, 2, n)),
        need=_real(need),
        liking=tuple(
            _real(world.quality[ours] + TASTE_SPREAD * rng.standard_normal((n, len(ours)), dtype=np.float32))
            for ours in world.members
        ),
        thrift=_real(rng.lognormal(-0.15, 0.55, n) * budget**-0.25),
        purse=_real(2500 * budget),
        deal_weeks=_real(np.where(is_deal_prone, rng.gamma(4.0, 0.9, n), 0.4)),
        hunt=_real(np.where(is_deal_prone, rng.uniform(0.05, 0.25, n), 0.01)),
        notice=_real(rng.gamma(4.0, 0.13, n)),
        reads=_real(np.where(rng.random(n) < 0.45, rng.gamma(4.0, 0.14, n), 0.0)),
        compares=_real(np.where(rng.random(n) < 0.3, rng.gamma(4.0, 0.4, n), 0.0)),
        roams=_real(rng.beta(3, 3, n)),
    )


def first_cupboard(world: World, people: People) -> Reals:
    """Units of each category at home when the history begins, (K, N)."""
    weeks = stream(world.seed, "cupboard").random(people.need.shape, dtype=np.float32) * 2
    return _real(people.need * weeks)


def _store_shares(n_stores: int) -> NDArray[np.float64]:
    size = 1.0 / (2.0 + np.arange(n_stores))
    return np.asarray(size / size.sum())


def _real(values: NDArray[np.float64] | Reals) -> Reals:
    return values.astype(np.float32)

"""Made-up campaigns for the tests of personal offers."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from dealwright.plan.personal.offers import PersonalOffers

MakeOffers = Callable[..., PersonalOffers]


@pytest.fixture(scope="session")
def make_offers() -> MakeOffers:
    """Random customers: larger coupons cost more and bring more, to some nothing, to some a loss."""

    def made(n: int, n_offers: int, *, seed: int = 0, open_share: float = 1.0) -> PersonalOffers:
        rng = np.random.default_rng(seed)
        face = np.linspace(100.0, 600.0, n_offers)
        chance = rng.uniform(0.05, 0.6, (n, 1)) * np.linspace(0.4, 1.0, n_offers)
        value = 0.5 * rng.normal(150.0, 200.0, (n, n_offers)).cumsum(axis=1)
        eligible = None if open_share == 1.0 else rng.random((n, n_offers)) < open_share
        return PersonalOffers(value, chance * face, face, eligible)

    return made

"""The bill of a promotion: what it earned and cost, part by part, so that the parts are the whole."""

from __future__ import annotations

from dataclasses import dataclass, fields

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

PARTS = ("earned", "given_away", "cannibalised", "pulled_forward", "brought", "support")


@dataclass(frozen=True, slots=True)
class Moved:
    """Units that a promotion moved in T periods, each (N, T): `without` had sold anyway, `uplift` came on top.

    Of the uplift, `switched` came from neighbours at once, `pulled_own` from the product's own later periods,
    `pulled_near` from neighbours' later ones; `brought` is what complements sold more.
    """

    without: Floats
    uplift: Floats
    switched: Floats
    pulled_own: Floats
    pulled_near: Floats
    brought: Floats

    @property
    def net_incremental(self) -> Floats:
        """Units the shop gained in all, (N,)."""
        lost = self.switched + self.pulled_own + self.pulled_near
        return np.asarray((self.uplift - lost + self.brought).sum(axis=1))

    def scaled(self, times: Floats) -> Moved:
        """The same with so many times the uplift, (N, T), and all that comes of it."""
        parts = (self.uplift, self.switched, self.pulled_own, self.pulled_near, self.brought)
        return Moved(self.without, *(part * times for part in parts))


@dataclass(frozen=True, slots=True)
class Rates:
    """Money of a unit in each of T periods, (T,) minor units: `regular` and `promoted` margin of the product (after
    what suppliers pay), `near` that of its neighbours, `complement` that of what it brings; `support` what display
    and mailer cost."""

    regular: Floats
    promoted: Floats
    near: Floats
    complement: Floats
    support: Floats


@dataclass(frozen=True, slots=True)
class Bill:
    """Money in minor units, each (N,); `profit` is their sum.

    `earned` on extra units, `given_away` (negative) to those who would have bought anyway, `cannibalised` and
    `pulled_forward` (negative) are what neighbours and later periods did not sell, `brought` what complements
    earned, `support` (negative) what display and mailer cost.
    """

    earned: Floats
    given_away: Floats
    cannibalised: Floats
    pulled_forward: Floats
    brought: Floats
    support: Floats

    @property
    def profit(self) -> Floats:
        """Incremental profit."""
        return np.asarray(sum(getattr(self, part.name) for part in fields(self)))


def bill_of(moved: Moved, rates: Rates) -> Bill:
    """Units times money, period by period."""
    n = len(moved.uplift)
    return Bill(
        earned=moved.uplift @ rates.promoted,
        given_away=moved.without @ (rates.promoted - rates.regular),
        cannibalised=-(moved.switched @ rates.near),
        pulled_forward=-(moved.pulled_own @ rates.regular + moved.pulled_near @ rates.near),
        brought=moved.brought @ rates.complement,
        support=np.full(n, -float(rates.support.sum())),
    )

"""Buy some, get more of the same free or for less."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

from dealwright.plan.mechanics.effective import EffectiveOffer
from dealwright.plan.mechanics.fields import COUNT, OFF, SHARE
from dealwright.plan.mechanics.mechanic import Mechanic, mean_cut
from dealwright.plan.mechanics.shopping import Shopping

Ints = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class BuyXGetY(Mechanic):
    """Of every `buy + get` units in a purchase the last `get` cost the share `off` less; `most_times` a purchase.

    `completing` is the share of customers who, with all that is to be paid in hand, fetch what they are still
    given; without it, as many as the share off. All other quantities are as `shopping.purchases` has them.

    >>> from dealwright.plan.mechanics.shopping import Purchases
    >>> seen = Shopping("tea", 900, Purchases.observed([1, 2, 3, 3]))
    >>> BuyXGetY(2, 1, completing=0.0).on(seen).discount_minor  # two of nine units are free
    200.0
    """

    kind: ClassVar[str] = "buy_x_get_y"
    buy: int = field(metadata=COUNT)
    get: int = field(metadata=COUNT)
    off: float = field(default=1.0, metadata=OFF)
    most_times: int | None = field(default=None, metadata=COUNT)
    completing: float | None = field(default=None, metadata=SHARE)

    def given(self, quantities: Ints) -> Ints:
        """Units given in purchases of `quantities` (P,)."""
        whole, rest = np.divmod(quantities, self.buy + self.get)
        given = np.asarray(whole * self.get + np.maximum(rest - self.buy, 0))
        return given if self.most_times is None else np.minimum(given, self.most_times * self.get)

    def lacking(self, quantities: Ints) -> Ints:
        """Units that purchases of `quantities` (P,) would be given if they were fetched."""
        whole, rest = np.divmod(quantities, self.buy + self.get)
        is_open = rest >= self.buy
        if self.most_times is not None:
            is_open &= whole < self.most_times
        return np.asarray(np.where(is_open, self.buy + self.get - rest, 0))

    def on(self, shopping: Shopping) -> EffectiveOffer:
        """Units given over all units that leave the shop, purchase by purchase."""
        purchases = shopping.purchases
        completing = self.off if self.completing is None else self.completing
        given, lacking = self.given(purchases.quantities), self.lacking(purchases.quantities)
        fetched = completing * lacking
        free = purchases.expected(given + fetched)
        share = free / purchases.expected(purchases.quantities + fetched)
        gets_some = purchases.share(given > 0) + completing * purchases.share((given == 0) & (lacking > 0))
        return self.offer(
            shopping,
            felt_depth=self.off * share,
            discount_minor=self.off * share * shopping.price_minor,
            uses_per_unit=share,
            reach=min(gets_some, 1.0),
            assumptions=(
                purchases.assumption(),
                self.stated("completing", completing),
                mean_cut(self.off * share),
            ),
        )

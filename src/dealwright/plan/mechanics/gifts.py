"""Something else beside the product: a gift, or another item free or for less."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import ClassVar

import numpy as np

from dealwright.plan.mechanics.effective import EffectiveOffer
from dealwright.plan.mechanics.fields import COST, COUNT, FLAG, OFF, PRICE, SHARE
from dealwright.plan.mechanics.mechanic import Mechanic, mean_cut
from dealwright.plan.mechanics.shopping import Purchases, Shopping


@dataclass(frozen=True, slots=True)
class Gift(Mechanic):
    """A gift with each purchase of at least `buy` units, or with every `buy` units if it `repeats`.

    It costs the shop `cost_minor` and is worth `value_minor` in a shop. `taken`: the share of customers with a
    right to it who take it; `valued`: how much of its worth customers feel. There are `gifts` a week.
    """

    kind: ClassVar[str] = "gift"
    cost_minor: int = field(metadata=COST)
    value_minor: int = field(metadata=PRICE)
    buy: int = field(default=1, metadata=COUNT)
    repeats: bool = field(default=False, metadata=FLAG)
    taken: float = field(default=1.0, metadata=SHARE)
    valued: float = field(default=0.5, metadata=SHARE)
    gifts: int | None = field(default=None, metadata=COUNT)

    def on(self, shopping: Shopping) -> EffectiveOffer:
        """Gifts per unit sold, times what each is worth and costs."""
        purchases = shopping.purchases
        rate = self.taken * _rights(purchases, self.buy, repeats=self.repeats)
        depth = rate * self.valued * self.value_minor / shopping.price_minor
        return self.offer(
            shopping,
            felt_depth=depth,
            extra_minor=rate * self.cost_minor,
            uses_per_unit=rate,
            most_uses=self.gifts,
            reach=purchases.share(purchases.quantities >= self.buy),
            assumptions=(
                purchases.assumption(),
                self.stated("taken"),
                self.stated("valued"),
                mean_cut(depth),
            ),
        )


@dataclass(frozen=True, slots=True)
class BuyXGetOther(Mechanic):
    """With every `buy` units, `get` units of another item at the share `off` less, `stock` of them a week.

    The other item sells at `other_price_minor` and costs the shop `other_cost_minor`. `taken`: the share of those
    with a right to it who take it; `anyway`: the share of these who would have bought it at its price, so that the
    shop loses the discount and not only what the item costs beyond what is paid; `valued`: how much of the discount
    customers feel.
    """

    kind: ClassVar[str] = "buy_x_get_other"
    buy: int = field(metadata=COUNT)
    get: int = field(metadata=COUNT)
    other_price_minor: int = field(metadata=PRICE)
    other_cost_minor: int = field(metadata=COST)
    off: float = field(default=1.0, metadata=OFF)
    taken: float = field(default=1.0, metadata=SHARE)
    anyway: float = field(default=0.5, metadata=SHARE)
    valued: float = field(default=0.5, metadata=SHARE)
    stock: int | None = field(default=None, metadata=COUNT)

    def on(self, shopping: Shopping) -> EffectiveOffer:
        """Other units per unit sold, times what each is worth and costs; what they earn is not counted."""
        purchases = shopping.purchases
        rate = self.taken * self.get * _rights(purchases, self.buy, repeats=True)
        discount = self.off * self.other_price_minor
        beyond_paid = max(self.other_cost_minor - (self.other_price_minor - discount), 0.0)
        depth = rate * self.valued * discount / shopping.price_minor
        return self.offer(
            shopping,
            felt_depth=depth,
            extra_minor=rate * (self.anyway * discount + (1.0 - self.anyway) * beyond_paid),
            uses_per_unit=rate,
            most_uses=self.stock,
            reach=purchases.share(purchases.quantities >= self.buy),
            assumptions=(
                purchases.assumption(),
                self.stated("taken"),
                self.stated("anyway"),
                self.stated("valued"),
                mean_cut(depth),
            ),
        )


def _rights(purchases: Purchases, buy: int, *, repeats: bool) -> float:
    """How many purchases (or groups of `buy` units, if it repeats) have a right to something, per unit sold."""
    times = purchases.quantities // buy
    return purchases.per_unit(times if repeats else np.minimum(times, 1))

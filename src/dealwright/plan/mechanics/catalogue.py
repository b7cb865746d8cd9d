"""All mechanics by name."""

from __future__ import annotations

from collections.abc import Callable

from dealwright.core.registry import Registry
from dealwright.plan.mechanics.bundle import Bundle
from dealwright.plan.mechanics.buy_x_get_y import BuyXGetY
from dealwright.plan.mechanics.coupon import Coupon
from dealwright.plan.mechanics.cuts import AmountOff, FixedPrice, PercentOff
from dealwright.plan.mechanics.flash_sale import FlashSale
from dealwright.plan.mechanics.free_delivery import FreeDelivery
from dealwright.plan.mechanics.full_reduction import FullReduction, FullReductionEvery
from dealwright.plan.mechanics.gifts import BuyXGetOther, Gift
from dealwright.plan.mechanics.group_buy import GroupBuy
from dealwright.plan.mechanics.mechanic import Mechanic
from dealwright.plan.mechanics.member_price import MemberPrice
from dealwright.plan.mechanics.presale import Presale
from dealwright.plan.mechanics.quantity_tiers import QuantityTiers

_ALL: tuple[type[Mechanic], ...] = (
    PercentOff,
    AmountOff,
    FixedPrice,
    FullReduction,
    FullReductionEvery,
    Gift,
    BuyXGetY,
    BuyXGetOther,
    Bundle,
    QuantityTiers,
    Coupon,
    FlashSale,
    GroupBuy,
    Presale,
    MemberPrice,
    FreeDelivery,
)


def _itself(mechanic: type[Mechanic]) -> Callable[[], type[Mechanic]]:
    return lambda: mechanic


MECHANICS: Registry[type[Mechanic]] = Registry("mechanic", {each.kind: _itself(each) for each in _ALL})

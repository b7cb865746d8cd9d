"""Every way to promote as a plannable offer: what customers feel, what it costs the shop, what is assumed."""

from __future__ import annotations

from dealwright.plan.mechanics.bundle import Bundle, BundleItem
from dealwright.plan.mechanics.buy_x_get_y import BuyXGetY
from dealwright.plan.mechanics.catalogue import MECHANICS
from dealwright.plan.mechanics.coupon import Coupon
from dealwright.plan.mechanics.cuts import AmountOff, FixedPrice, PercentOff
from dealwright.plan.mechanics.effective import Assumption, EffectiveOffer
from dealwright.plan.mechanics.expand import MechanicOffers, Unsuited, expand
from dealwright.plan.mechanics.flash_sale import FlashSale
from dealwright.plan.mechanics.free_delivery import FreeDelivery
from dealwright.plan.mechanics.full_reduction import FullReduction, FullReductionEvery, SpendStep
from dealwright.plan.mechanics.gifts import BuyXGetOther, Gift
from dealwright.plan.mechanics.group_buy import GroupBuy
from dealwright.plan.mechanics.mechanic import Mechanic, effective
from dealwright.plan.mechanics.member_price import MemberPrice
from dealwright.plan.mechanics.presale import Presale
from dealwright.plan.mechanics.quantity_tiers import QuantityTiers, UnitStep
from dealwright.plan.mechanics.read import mechanic_from, mechanics_from
from dealwright.plan.mechanics.shopping import AssumedBaskets, Baskets, Purchases, Shopping
from dealwright.plan.mechanics.words import assumption, describe
from dealwright.plan.mechanics.write import block_of

__all__ = [
    "MECHANICS",
    "AmountOff",
    "AssumedBaskets",
    "Assumption",
    "Baskets",
    "Bundle",
    "BundleItem",
    "BuyXGetOther",
    "BuyXGetY",
    "Coupon",
    "EffectiveOffer",
    "FixedPrice",
    "FlashSale",
    "FreeDelivery",
    "FullReduction",
    "FullReductionEvery",
    "Gift",
    "GroupBuy",
    "Mechanic",
    "MechanicOffers",
    "MemberPrice",
    "PercentOff",
    "Presale",
    "Purchases",
    "QuantityTiers",
    "Shopping",
    "SpendStep",
    "UnitStep",
    "Unsuited",
    "assumption",
    "block_of",
    "describe",
    "effective",
    "expand",
    "mechanic_from",
    "mechanics_from",
]

"""Every condition and benefit by the name that promotion files use."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from dealwright.engine.benefits.amount_off import AmountOff, AmountOffLine, AmountOffUnit
from dealwright.engine.benefits.bundle import BundlePrice, BundleSet, ValueGroup
from dealwright.engine.benefits.buy_get import BuyGet
from dealwright.engine.benefits.delivery import DeliveryAmountOff, DeliveryPercentOff, FreeDelivery
from dealwright.engine.benefits.extras import FreeGift, NextCoupon, Points
from dealwright.engine.benefits.fixed_price import FixedPrice, FixedTotal, FlashPrice, GroupPrice, MemberPrice
from dealwright.engine.benefits.full_reduction import EveryReduction, FullReduction
from dealwright.engine.benefits.nth_unit import NthUnit
from dealwright.engine.benefits.pay_with import PayWithPoints, PresaleDeposit
from dealwright.engine.benefits.percent_off import PercentOff
from dealwright.engine.benefits.quantity_tiers import QuantityTiers
from dealwright.engine.conditions.circumstance import (
    DeliveredBy,
    HoldsCode,
    InArm,
    InChannel,
    InRegion,
    InShare,
    InStore,
    PaysBy,
    Within,
)
from dealwright.engine.conditions.contains import Contains, ContainsNone
from dealwright.engine.conditions.quantity import MaximumQuantity, MinimumQuantity
from dealwright.engine.conditions.shopper import CustomerIs, FirstSeen, InSegment, NewCustomer, OrderNumber
from dealwright.engine.conditions.spend import MaximumSpend, MinimumSpend
from dealwright.engine.protocol import Benefit, Condition

_CONDITIONS: tuple[type[Condition], ...] = (
    MinimumSpend,
    MaximumSpend,
    MinimumQuantity,
    MaximumQuantity,
    Contains,
    ContainsNone,
    InSegment,
    CustomerIs,
    NewCustomer,
    OrderNumber,
    FirstSeen,
    InChannel,
    InStore,
    InRegion,
    PaysBy,
    DeliveredBy,
    HoldsCode,
    InArm,
    InShare,
    Within,
)
_BENEFITS: tuple[type[Benefit], ...] = (
    PercentOff,
    AmountOff,
    AmountOffLine,
    AmountOffUnit,
    FixedPrice,
    FlashPrice,
    GroupPrice,
    MemberPrice,
    FixedTotal,
    FullReduction,
    EveryReduction,
    QuantityTiers,
    BuyGet,
    NthUnit,
    BundlePrice,
    BundleSet,
    ValueGroup,
    FreeGift,
    Points,
    NextCoupon,
    PayWithPoints,
    PresaleDeposit,
    FreeDelivery,
    DeliveryPercentOff,
    DeliveryAmountOff,
)

CONDITIONS: Mapping[str, type[Condition]] = MappingProxyType({term.kind: term for term in _CONDITIONS})
BENEFITS: Mapping[str, type[Benefit]] = MappingProxyType({term.kind: term for term in _BENEFITS})

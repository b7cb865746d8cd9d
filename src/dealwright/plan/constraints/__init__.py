"""Limits on plans, as data: each says in a sentence what it demands, and as rows what a plan must obey."""

from __future__ import annotations

from dealwright.plan.constraints.agreed import Blackout, Keep, Locked, MustRun
from dealwright.plan.constraints.check import SoftOutcome, counts_money, soft_outcomes, violations
from dealwright.plan.constraints.frequency import EventGap, EventLength, Gap, LeastPerWeek, MostPerProduct
from dealwright.plan.constraints.law import PriorPrice, lowest_price_before
from dealwright.plan.constraints.margin import MarginFloor, MarginOver
from dealwright.plan.constraints.money import Budget, SupplierFunding
from dealwright.plan.constraints.offers import DepthLadder, NotBeyondData, OnlySuited
from dealwright.plan.constraints.products import EVERYTHING, Products
from dealwright.plan.constraints.protocol import Constraint, Row, Rows
from dealwright.plan.constraints.relations import CompetitorIndex, CompetitorPrice, PriceOrder
from dealwright.plan.constraints.slots import MostPromotions, SlotsPerCategory, VehicleSlots
from dealwright.plan.constraints.soft import Soft
from dealwright.plan.constraints.stability import LargestPriceChange, MostChanged, MostPriceChanges
from dealwright.plan.constraints.stock import Handling, SellThrough, StockLimit
from dealwright.plan.constraints.together import AllOrNothing, Bundled, NeverTogether, OnlyTogether, SameOffer

__all__ = [
    "EVERYTHING",
    "AllOrNothing",
    "Blackout",
    "Budget",
    "Bundled",
    "CompetitorIndex",
    "CompetitorPrice",
    "Constraint",
    "DepthLadder",
    "EventGap",
    "EventLength",
    "Gap",
    "Handling",
    "Keep",
    "LargestPriceChange",
    "LeastPerWeek",
    "Locked",
    "MarginFloor",
    "MarginOver",
    "MostChanged",
    "MostPerProduct",
    "MostPriceChanges",
    "MostPromotions",
    "MustRun",
    "NeverTogether",
    "NotBeyondData",
    "OnlySuited",
    "OnlyTogether",
    "PriceOrder",
    "PriorPrice",
    "Products",
    "Row",
    "Rows",
    "SameOffer",
    "SellThrough",
    "SlotsPerCategory",
    "Soft",
    "SoftOutcome",
    "StockLimit",
    "SupplierFunding",
    "VehicleSlots",
    "counts_money",
    "lowest_price_before",
    "soft_outcomes",
    "violations",
]

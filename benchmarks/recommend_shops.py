"""Real purchases as recommenders see them: Complete Journey by week, and Amazon reviews one product left out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

import duckdb
import numpy as np
import pandas as pd
from numpy.typing import NDArray

from dealwright.data import columns as c
from dealwright.data.samples import complete_journey
from dealwright.recommend.catalogue import Catalogue, read_catalogue
from dealwright.recommend.interactions import EPOCH, Interactions, read_interactions
from dealwright.recommend.promoted import Promoted

FIRST_MONDAY = date(2016, 12, 26)
LEAST_HOUSEHOLDS = 10
TEST_WEEKS = 4
_LINES = """
select t.household_id::varchar as customer_id, t.product_id::varchar as sku, t.basket_id::varchar as order_id,
  t.store_id::varchar as store_id, t.quantity, round(100 * t.sales_value) as net_amount,
  round(100 * t.retail_disc) as discount_amount,
  timezone('America/New_York', timezone('UTC', t.transaction_timestamp)) as sold_at
from read_parquet(?) t join read_parquet(?) p using (product_id)
where t.quantity >= 1 and t.sales_value > 0
  and p.department not in ('FUEL', 'MISCELLANEOUS', 'COUPON', 'POSTAL CENTER', 'KIOSK-GAS')
"""
_PRODUCTS = """
select product_id::varchar as sku, product_type as subcategory, product_category as category, department, brand,
  manufacturer_id::varchar as supplier from read_parquet(?)
"""


_PROMOTIONS = """
select product_id::varchar as sku, week,
  count(distinct store_id) filter (display_location <> '0') / 112.0 as display,
  count(distinct store_id) filter (mailer_location <> '0') / 112.0 as mailer from read_parquet(?) group by all
"""


@dataclass(frozen=True, slots=True, eq=False)
class Split:
    """What was known, what was bought in the weeks after, what the products are, and when they are promoted.

    The promotions of the weeks after are the plan that the shop had made; the peers do not know it.
    """

    seen: Interactions
    then: Interactions
    catalogue: Catalogue
    promoted: Promoted


def journey(last_week: int) -> Split:
    """Complete Journey up to a week, and the four after it; products that ten households bought by then."""
    folder = Path(complete_journey()[0].source.place).parent
    files = [str(folder / f"{name}.parquet") for name in ("transactions", "products", "promotions")]
    with duckdb.connect() as db:
        lines = db.execute(_LINES, files[:2]).df()
        products = db.execute(_PRODUCTS, files[1:2]).df()
        promotions = db.execute(_PROMOTIONS, files[2:]).df()
    end = FIRST_MONDAY + timedelta(weeks=last_week)
    before = lines[lines[c.SOLD_AT] < pd.Timestamp(end)]
    n = before.groupby(c.SKU)[c.CUSTOMER].nunique()
    whole = read_interactions(lines[lines[c.SKU].isin(n.index[n >= LEAST_HOUSEHOLDS])]).seen
    day = (end - EPOCH).days
    then = whole.where((whole.day >= day) & (whole.day < day + 7 * TEST_WEEKS))
    return Split(whole.until(day), then, read_catalogue(products, whole.items), _promoted(promotions, whole.items))


def _promoted(rows: pd.DataFrame, items: Sequence[str]) -> Promoted:
    place = rows[c.SKU].map({sku: k for k, sku in enumerate(items)})
    known = rows[place.notna()]
    starts = (FIRST_MONDAY - EPOCH).days + 7 * (known["week"].to_numpy(dtype=np.int64) - 1)
    return Promoted(
        np.asarray(place[place.notna()], dtype=np.int64),
        starts,
        starts + 7,
        known["display"].to_numpy(dtype=np.float64),
        known["mailer"].to_numpy(dtype=np.float64),
    )


@dataclass(frozen=True, slots=True, eq=False)
class LeftOut:
    """Everybody's purchases but the last, and the last: a customer and an item each."""

    seen: Interactions
    customer: NDArray[np.int64]
    item: NDArray[np.int64]


def amazon(file: Path, *, back: int = 1) -> LeftOut:
    """Reviews in the order they were written; `back` is 1 for the test, 2 for tuning without the last one."""
    rows = pd.read_parquet(file).sort_values(["user", "position"], kind="stable")
    turn = rows.groupby("user").cumcount(ascending=False).to_numpy() + 1
    who, users = pd.factorize(rows["user"], sort=True)
    what, items = pd.factorize(rows["item"], sort=True)
    known, position = turn > back, rows["position"].to_numpy(dtype=np.int64)
    seen = Interactions(
        customers=tuple(map(str, users)),
        items=tuple(map(str, items)),
        customer=who[known].astype(np.int64),
        item=what[known].astype(np.int64),
        day=position[known],  # there are no dates: one review a day
        order=np.arange(int(known.sum())),
        units=np.ones(int(known.sum())),
        end=int(position.max()) + 1,
    )
    return LeftOut(seen, who[turn == back].astype(np.int64), what[turn == back].astype(np.int64))

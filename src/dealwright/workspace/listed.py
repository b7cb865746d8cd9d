"""Files that are read like tables of a shop, for one question."""

from __future__ import annotations

import pandas as pd

from dealwright.app.shop.read_listed import read_listed
from dealwright.data.delivery import Source
from dealwright.data.tables import TableContract
from dealwright.workspace.shop import Shop


def read_file(shop: Shop, table: TableContract, place: str) -> pd.DataFrame:
    """The rows of a file (or database) with the columns of `table`; InputError lists those that cannot be used."""
    settings, landing = shop._parts.settings, shop._parts.warehouse
    return read_listed(
        table, Source(place), landing=landing, currency=settings.currency, time_zone=settings.time_zone
    )

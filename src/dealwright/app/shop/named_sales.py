"""The order lines of a shop, where some of them tell what a customer bought."""

from __future__ import annotations

import ibis

from dealwright.app.ports import Tables
from dealwright.core.errors import InputError
from dealwright.data import columns as c


def named_sales(tables: Tables) -> ibis.Table:
    """The table of sales; InputError if there is none, or no purchase in it names its customer."""
    if not tables.has("sales"):
        raise InputError("there are no sales to profile; import a file of order lines as table 'sales' first")
    sales = tables.table("sales")
    purchases = sales.filter(sales[c.CUSTOMER].notnull(), sales[c.QUANTITY] > 0)
    if not int(purchases.limit(1).count().execute()):
        raise InputError(
            "no order line with a positive quantity names its customer (column 'customer_id' of table 'sales'); "
            "import it to unlock customer profiles and segments. Forecasts and plans work without it"
        )
    return sales

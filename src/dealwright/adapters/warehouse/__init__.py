"""The shop's tables in an embedded analytic database: ibis on DuckDB."""

from dealwright.adapters.warehouse.store import Warehouse, open_warehouse

__all__ = ["Warehouse", "open_warehouse"]

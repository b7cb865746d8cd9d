"""A shop as if it had only some of its customers, drawn by chance: enough to learn from, and quick to read."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import ibis

from dealwright.app.ports import Tables
from dealwright.core.rng import stream
from dealwright.data import columns as c


@dataclass(frozen=True)
class SomeCustomers:
    """`tables` with the rows of `n_drawn` of the `n_customers` customers who bought something.

    Rows that name nobody are left out too, unless all customers are in. Implements `app.ports.Tables`.
    """

    tables: Tables
    n_customers: int
    n_drawn: int
    drawn: ibis.Table | None = None
    sales: ibis.Table | None = None

    def has(self, name: str) -> bool:
        """Whether the shop's table holds at least one row."""
        return self.tables.has(name)

    def table(self, name: str) -> ibis.Table:
        """The canonical table, if it names customers only with those drawn."""
        if name == "sales" and self.sales is not None:
            return self.sales
        rows = self.tables.table(name)
        return (
            rows if self.drawn is None or c.CUSTOMER not in rows.columns else rows.semi_join(self.drawn, c.CUSTOMER)
        )

    def present(self) -> list[str]:
        """Names of the canonical tables that hold rows."""
        return self.tables.present()


@contextmanager
def draw_customers(tables: Tables, *, most: int, seed: int) -> Iterator[SomeCustomers]:
    """At most `most` of the customers who bought, to be read until the context ends; a seed always draws the same.

    Raises InputError if there are no sales.
    """
    sales = tables.table("sales")
    known = sales.filter(sales[c.CUSTOMER].notnull()).select(c.CUSTOMER).distinct().order_by(c.CUSTOMER)
    names = known.execute()[c.CUSTOMER]
    if len(names) <= most:
        yield SomeCustomers(tables, len(names), len(names))
        return
    chosen = stream(seed, "customer", "drawn").permutation(len(names))[:most]
    drawn = ibis.memtable({c.CUSTOMER: sorted(names.iloc[chosen])}, schema={c.CUSTOMER: "string"})
    with sales.semi_join(drawn, c.CUSTOMER).cache() as theirs:
        yield SomeCustomers(tables, len(names), most, drawn, theirs)

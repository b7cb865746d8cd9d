"""Keep customers' profiles up to date: count only the order lines that came since, and renew whom they name."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Protocol

import ibis

from dealwright.app.ports import Progress, silent
from dealwright.app.shop.credible_sales import CredibleTables
from dealwright.app.shop.named_sales import named_sales
from dealwright.core.errors import InputError
from dealwright.core.verdict import MET, Verdict
from dealwright.customer.profile_growth import (
    NUMBER,
    Growth,
    KeptTables,
    changed_orders,
    grown_totals,
    numbered,
    profiles_of,
    with_numbers,
)
from dealwright.customer.profile_state import GROUP, LINE_COLUMNS, coupons_used, sku_groups, state_of_lines
from dealwright.customer.profile_totals import ORDERS, orders_by
from dealwright.data import columns as c
from dealwright.data.finding import Finding


@dataclass(frozen=True, slots=True)
class Kept:
    """What a store keeps; `verdict` says why not where `tables` is None.

    `n_left_out` order lines were left out of it; it `is_current` if nothing to count was imported since. Products
    `may_have_moved` to other categories if the catalogue was.
    """

    tables: KeptTables | None
    verdict: Verdict = MET
    n_left_out: int = 0
    is_current: bool = False
    may_have_moved: bool = True


class ProfileStore(Protocol):
    """Where profiles are kept between one counting and the next."""

    def kept(self) -> Kept:
        """What is kept of imports that are all still there."""
        ...

    def fresh(self, name: str) -> ibis.Table:
        """The rows of a canonical table that came since; may be empty."""
        ...

    def hold(self, rows: ibis.Table) -> ibis.Table:
        """The rows computed once and kept until something is written."""
        ...

    def write(self, tables: Mapping[str, ibis.Table], *, anew: bool, n_left_out: int) -> None:
        """Keep these rows (names of `KeptTables`), all or none: instead of what there is, or in addition to it.

        Totals replace those of the same customers. What there was to count counts as counted from now on.
        """
        ...


@dataclass(frozen=True, slots=True)
class RefreshedProfiles:
    """`profiles` (see `customer.profile.profile`) as of the day `at`, to be queried.

    `n_lines` order lines were counted that name a customer, and `n_renewed` customers renewed. `verdict` says why
    all were counted anew, if they were.
    """

    profiles: ibis.Table
    at: date
    n_customers: int
    n_lines: int
    n_renewed: int
    verdict: Verdict
    findings: tuple[Finding, ...] = ()


def keep_profiles(
    tables: CredibleTables,
    store: ProfileStore,
    *,
    at: date | None = None,
    anew: bool = False,
    progress: Progress = silent,
) -> RefreshedProfiles:
    """Bring what the store keeps up to date, and the profiles of all customers as of `at` (the last day of sales).

    Only new order lines and redemptions are read, unless nothing is kept, an import was replaced, the catalogue
    moved a product to another category, or `anew`: the profiles are the same either way, to the last digit. Raises
    InputError if there are no sales, no purchase names its customer, or `at` is before the last.
    """
    sales = named_sales(tables)
    assert tables.until is not None, "a shop with sales has a last day"
    if at is not None and at < tables.until:
        raise InputError(
            f"profiles as of {at} cannot be built from sales up to {tables.until}; take {tables.until} or later"
        )
    progress("looking for what is new", 0.0)
    kept = Kept(None, Verdict(False, "asked", "asked for")) if anew else store.kept()
    verdict = kept.verdict and _still_holds(kept, tables, store)
    base = kept.tables if verdict else None
    progress("counting order lines", 0.1)
    n_lines, n_renewed = (0, 0) if base and kept.is_current else _count(sales, tables, store, base)
    now = store.kept().tables
    assert now is not None, "what was just written is there"
    customers = tables.table("customers") if tables.has("customers") else None
    found = profiles_of(now, at or tables.until, customers=customers)
    n_customers = _n(now.totals.filter(now.totals[ORDERS].notnull()))
    progress("profiles kept", 1.0)
    return RefreshedProfiles(found, at or tables.until, n_customers, n_lines, n_renewed, verdict, tables.findings)


def _still_holds(kept: Kept, tables: CredibleTables, store: ProfileStore) -> Verdict:
    """Whether what is kept can be added to."""
    assert kept.tables is not None, "something is kept"
    n_strange = 0
    if tables.n_left_out:
        fresh = store.fresh("sales")
        n_strange = _n(fresh) - _n(tables.credible(fresh))
    if kept.n_left_out + n_strange != tables.n_left_out:
        return Verdict(False, "dates_left_out", "which sales can be believed may have changed")
    if not kept.may_have_moved:
        return MET
    before = kept.tables.skus.inner_join(kept.tables.names, GROUP).select(c.SKU, **{GROUP: c.NAME})
    if _n(before.anti_join(sku_groups(kept.tables.skus, _products(tables)), (c.SKU, GROUP))):
        return Verdict(False, "catalogue_changed", "products are in other categories than they were")
    return MET


def _count(
    sales: ibis.Table, tables: CredibleTables, store: ProfileStore, base: KeptTables | None
) -> tuple[int, int]:
    """Count what `base` does not hold yet: how many lines that was, and how many customers they name."""
    lines = sales if base is None else tables.credible(store.fresh("sales"))
    lines = lines.filter(lines[c.CUSTOMER].notnull()).select(*LINE_COLUMNS)
    n_lines = _n(lines)
    changes = _of_lines(lines, tables, store, base) if n_lines else {}
    n_renewed = _n(changes["totals"]) if changes else 0
    if tables.has("redemptions"):
        redemptions = tables.table("redemptions") if base is None else store.fresh("redemptions")
        changes["coupons"] = store.hold(coupons_used(redemptions))
    store.write(changes, anew=base is None, n_left_out=tables.n_left_out)
    return n_lines, n_renewed


def _of_lines(
    lines: ibis.Table, tables: CredibleTables, store: ProfileStore, base: KeptTables | None
) -> dict[str, ibis.Table]:
    """What the lines add to each of the tables, and the totals they renew."""
    customers = store.hold(numbered(lines, c.CUSTOMER, known=base and base.customers))
    groups = _new_groups(lines, tables, store, base)
    # The lines are read four times: that costs less than to write them once.
    state = state_of_lines(with_numbers(lines, customers), _with(base and base.skus, groups.get("skus")))
    # In order of customers: what is kept of each lies together then, which halves the time to find it.
    orders = store.hold(state.orders.order_by(c.CUSTOMER))
    changes = changed_orders(orders, base and base.orders)
    changes = changes if base is None else store.hold(changes)
    added = Growth(
        spending=store.hold(state.spending),
        groups=store.hold(state.groups.order_by(c.CUSTOMER, GROUP)),
        changes=changes,
        channels=store.hold(orders_by(c.CHANNEL, changes).order_by(c.CUSTOMER)),
        stores=store.hold(orders_by(c.STORE, changes).order_by(c.CUSTOMER)),
    )
    return {
        "customers": customers if base is None else customers.anti_join(base.customers, NUMBER),
        **groups,
        "orders": orders,
        "channels": added.channels,
        "stores": added.stores,
        "groups": added.groups,
        "wares": state.wares,
        "totals": store.hold(grown_totals(base, added, _with(base and base.names, groups.get("names")))),
    }


def _new_groups(
    lines: ibis.Table, tables: CredibleTables, store: ProfileStore, base: KeptTables | None
) -> dict[str, ibis.Table]:
    """The products (sku, group) and the groups (name, group) that `base` does not hold yet."""
    if base is not None:
        lines = store.hold(lines.select(c.SKU).distinct().anti_join(base.skus, c.SKU))
        if not _n(lines):
            return {}
    sold = store.hold(sku_groups(lines, _products(tables))).rename({c.NAME: GROUP})
    names = numbered(sold, c.NAME, known=base and base.names, number=GROUP)
    names = store.hold(names if base is None else names.anti_join(base.names, GROUP))
    skus = sold.inner_join(_with(base and base.names, names), c.NAME).select(c.SKU, GROUP)
    return {"names": names, "skus": store.hold(skus)}


def _with(known: ibis.Table | None, new: ibis.Table | None) -> ibis.Table:
    if known is None or new is None:
        assert known is not None or new is not None, "what is counted for the first time is new"
        return known if new is None else new
    return known.union(new.select(*known.columns))


def _products(tables: CredibleTables) -> ibis.Table | None:
    return tables.table("products") if tables.has("products") else None


def _n(rows: ibis.Table) -> int:
    return int(rows.count().execute())

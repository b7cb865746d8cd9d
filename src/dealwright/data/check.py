"""What is wrong or odd in the rows of the tables: missing, duplicated, negative, outlying, impossible."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date

import ibis
import pandas as pd

from dealwright.data import columns as c
from dealwright.data.clean import list_price, product_bounds
from dealwright.data.finding import N_EXAMPLES, Finding, Severity
from dealwright.data.tables import contract

MEASURED_UNITS = 100
"""A product whose median line is above this is measured (millilitres of fuel, grams), not counted."""
_TOLD_ELSEWHERE = {
    "sales": (c.CUSTOMER,),
    "products": (c.CATEGORY,),
}  # by `check_customers`, `check_products`


@dataclass(frozen=True, slots=True)
class _LineRule:
    """A kind of order line worth telling."""

    code: str
    severity: Severity
    applies: Callable[[ibis.Table], ibis.Value]


_LINE_RULES = (
    _LineRule("returns", Severity.INFO, lambda s: s[c.QUANTITY] < 0),
    _LineRule("zero_quantity", Severity.WARNING, lambda s: s[c.QUANTITY] == 0),
    _LineRule(
        "discount_above_value",
        Severity.SERIOUS,
        lambda s: (s[c.QUANTITY] > 0) & (s[c.NET_AMOUNT] < 0) & (s[c.DISCOUNT_AMOUNT].fill_null(0) > 0),
    ),
    _LineRule(
        "negative_amount",
        Severity.SERIOUS,
        lambda s: (s[c.QUANTITY] > 0) & (s[c.NET_AMOUNT] < 0) & (s[c.DISCOUNT_AMOUNT].fill_null(0) <= 0),
    ),
    _LineRule("paid_return", Severity.SERIOUS, lambda s: (s[c.QUANTITY] < 0) & (s[c.NET_AMOUNT] > 0)),
    _LineRule("negative_discount", Severity.SERIOUS, lambda s: s[c.DISCOUNT_AMOUNT] < 0),
    _LineRule("free_goods", Severity.INFO, lambda s: (s[c.QUANTITY] > 0) & (s[c.NET_AMOUNT] == 0)),
)


def check_lines(sales: ibis.Table, *, today: date | None = None) -> list[Finding]:
    """Returns, zero quantities and impossible values of order lines; lines after `today` if it is given."""
    rules = [*_LINE_RULES, *([_future_rule(today)] if today else [])]
    found = _counts(sales, {rule.code: rule.applies(sales).sum() for rule in rules})
    return [
        Finding(
            rule.code,
            rule.severity,
            "sales",
            found[rule.code],
            found[rule.code] / found["rows"],
            _line_examples(sales.filter(rule.applies(sales))),
        )
        for rule in rules
        if found[rule.code]
    ]


def _future_rule(today: date) -> _LineRule:
    return _LineRule("future_dates", Severity.SERIOUS, lambda s: s[c.SOLD_AT].date() > ibis.literal(today))


def check_missing(name: str, table: ibis.Table) -> list[Finding]:
    """Missing values of each column of the canonical table `name`.

    Columns that are empty throughout are told in one finding; customers and categories have their own.
    """
    columns = [column for column in contract(name).columns if column.name not in _TOLD_ELSEWHERE.get(name, ())]
    found = _counts(table, {column.name: table[column.name].isnull().sum() for column in columns})
    rows = found["rows"]
    empty = [column.name for column in columns if found[column.name] == rows]
    gaps = [
        Finding(
            "missing_values",
            Severity.SERIOUS if column.is_required else Severity.INFO,
            name,
            found[column.name],
            found[column.name] / rows,
            subject=column.name,
        )
        for column in columns
        if 0 < found[column.name] < rows
    ]
    if not empty:
        return gaps
    share = len(empty) / len(contract(name).columns)
    return [
        *gaps,
        Finding("columns_not_given", Severity.INFO, name, len(empty), share, subject=", ".join(empty)),
    ]


def check_keys(name: str, table: ibis.Table) -> list[Finding]:
    """Rows that repeat the key of another row, for tables whose contract has a key."""
    key = contract(name).key
    if not key:
        return []
    groups = table.group_by(*key).agg(copies=ibis._.count() - 1)
    found = groups.aggregate(rows=(groups.copies + 1).sum(), extra=groups.copies.sum()).execute().iloc[0]
    if not found["extra"]:
        return []
    repeated = groups.filter(groups.copies > 0).order_by(*key).limit(N_EXAMPLES).execute()
    return [
        Finding(
            "duplicated_keys",
            Severity.WARNING,
            name,
            int(found["extra"]),
            float(found["extra"] / found["rows"]),
            tuple(" ".join(map(str, row)) for row in repeated[list(key)].itertuples(index=False)),
            subject=", ".join(key),
        )
    ]


def check_duplicates(sales: ibis.Table) -> list[Finding]:
    """Order lines that are alike in every column to another line."""
    groups = sales.group_by(*sales.columns).agg(copies=ibis._.count() - 1)
    found = groups.aggregate(rows=(groups.copies + 1).sum(), extra=groups.copies.sum()).execute().iloc[0]
    if not found["extra"]:
        return []
    repeated = groups.filter(groups.copies > 0)
    return [
        Finding(
            "duplicated_lines",
            Severity.WARNING,
            "sales",
            int(found["extra"]),
            float(found["extra"] / found["rows"]),
            _line_examples(repeated),
        )
    ]


def check_customers(sales: ibis.Table) -> list[Finding]:
    """Order lines that do not name their customer."""
    found = _counts(sales, {"unnamed": sales[c.CUSTOMER].isnull().sum()})
    if not found["unnamed"]:
        return []
    is_none_named = found["unnamed"] == found["rows"]
    code = "customers_not_given" if is_none_named else "customers_missing"
    severity = Severity.WARNING if is_none_named else Severity.INFO
    return [Finding(code, severity, "sales", found["unnamed"], found["unnamed"] / found["rows"])]


def check_products(sales: ibis.Table, products: ibis.Table | None) -> list[Finding]:
    """Outlying quantities and prices, products not counted in pieces, and what the catalogue lacks.

    One query: sales joined to what is usual for each product, and to the catalogue if there is one.
    """
    return list(_product_findings(_sold_products(sales, products), has_catalogue=products is not None))


def _sold_products(sales: ibis.Table, products: ibis.Table | None) -> pd.DataFrame:
    """One row per product sold: lines, outlying ones, the median quantity of a line, catalogue state."""
    judged = sales.left_join(product_bounds(sales), c.SKU)
    price = list_price(judged)
    is_odd_price = (price > 0) & ((price < judged.least_price) | (price > judged.most_price))
    summary = judged.group_by(c.SKU).agg(
        lines=judged.count(),
        outlying_quantity=(judged[c.QUANTITY] > judged.most_units).fill_null(False).sum(),
        outlying_price=is_odd_price.fill_null(False).sum(),
        largest=judged[c.QUANTITY].max(),
        least_relative=(price.nullif(0) / judged.typical_price.nullif(0)).min(),
        most_relative=(price / judged.typical_price.nullif(0)).max(),
        typical_quantity=judged.typical_quantity.max(),
    )
    if products is not None:
        summary = _with_catalogue(summary, products)
    rows: pd.DataFrame = summary.execute()
    return rows


def _with_catalogue(sold: ibis.Table, products: ibis.Table) -> ibis.Table:
    """Adds the category, and whether the catalogue lists the product (a product listed twice counts once)."""
    listed = products.group_by(c.SKU).agg(**{c.CATEGORY: products[c.CATEGORY].max()})
    joined = sold.left_join(listed.mutate(is_listed=True), c.SKU)
    return joined.select(*sold.columns, c.CATEGORY, is_listed=joined.is_listed.fill_null(False))


def _product_findings(sold: pd.DataFrame, *, has_catalogue: bool) -> Iterator[Finding]:
    n_lines = int(sold["lines"].sum())
    for code, show in _OUTLYING.items():
        odd = sold[sold[code] > 0].sort_values([code, c.SKU], ascending=[False, True])
        if len(odd):
            examples = tuple(show(row) for _, row in odd.head(N_EXAMPLES).iterrows())
            n_odd = int(odd[code].sum())
            yield Finding(code, Severity.WARNING, "sales", n_odd, n_odd / n_lines, examples)
    measured = sold["typical_quantity"] > MEASURED_UNITS
    yield from _of_products("measured_products", sold, measured, subject=str(MEASURED_UNITS))
    if has_catalogue:
        is_listed = sold["is_listed"].astype(bool)
        yield from _of_products("not_in_catalogue", sold, ~is_listed)
        yield from _of_products("no_category", sold, is_listed & sold[c.CATEGORY].isna(), table="products")


_OUTLYING: dict[str, Callable[[pd.Series], str]] = {
    "outlying_quantity": lambda row: (
        f"product {row[c.SKU]}: up to {row['largest']} in a line, usually {row['typical_quantity']:g}"
    ),
    "outlying_price": lambda row: (
        f"product {row[c.SKU]}: {row['least_relative']:.2g} to {row['most_relative']:.2g} times its usual price"
    ),
}


def _of_products(
    code: str, sold: pd.DataFrame, is_concerned: pd.Series, *, table: str = "sales", subject: str = ""
) -> Iterator[Finding]:
    some = sold[is_concerned].sort_values(["lines", c.SKU], ascending=[False, True])
    if len(some):
        examples = tuple(f"product {sku}" for sku in some[c.SKU].head(N_EXAMPLES))
        share = len(some) / len(sold)
        yield Finding(code, Severity.WARNING, table, len(some), share, examples, subject)


def _line_examples(lines: ibis.Table) -> tuple[str, ...]:
    first = lines.order_by(c.ORDER, c.SKU).limit(N_EXAMPLES).execute()
    return tuple(
        f"order {row[c.ORDER]}, product {row[c.SKU]}: quantity {row[c.QUANTITY]}, amount {row[c.NET_AMOUNT]}"
        for _, row in first.iterrows()
    )


def _counts(table: ibis.Table, counters: dict[str, ibis.Value]) -> dict[str, int]:
    """All counters in one pass, and the number of rows; a sum over nulls counts as zero."""
    found = table.aggregate(rows=table.count(), **counters).execute().iloc[0]
    return {str(name): 0 if pd.isna(count) else int(count) for name, count in found.items()}

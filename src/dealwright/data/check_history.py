"""What is odd in the course of time: gaps, prices that never move, promotions and prices that disagree."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from itertools import pairwise

import ibis
import numpy as np
import pandas as pd

from dealwright.data import columns as c
from dealwright.data.clean import probable_stock_outs
from dealwright.data.finding import N_EXAMPLES, Finding, Severity
from dealwright.data.panel_sales import week_of, weekly_sales

SHORT_DAYS = 56
"""Under eight weeks, no response to a promotion can be told from chance."""
YEAR_DAYS = 360
"""A calendar year of data may lack its first and last days."""
LONG_GAP_DAYS = 7
"""A week without a sale is no bank holiday."""
OPEN_DAYS = 6
"""Weeks with fewer days of sales are not whole: their low units are no sign of an empty shelf."""
RARE = 0.001
"""Stock-outs in fewer product-weeks than this share leave a plan as it is."""
JUDGED_WEEKS = 8
"""Prices and promotions are judged for products that sold in at least so many weeks."""
FEW_DAYS = 0.02
"""Up to this share of days without a sale are bank holidays."""
PRICE_STEP = 0.02
"""A change of price smaller than this share is rounding."""
ALWAYS = 0.95
"""Share of weeks from which a discount counts as permanent."""


def check_dates(sales: ibis.Table) -> list[Finding]:
    """Days and stretches without a sale, and a history too short to learn from."""
    by_day = sales.group_by(day=sales[c.SOLD_AT].date()).agg(lines=sales.count())
    days = by_day.filter(by_day.day.notnull()).order_by("day").execute()
    if int(days["lines"].sum()) == 1:
        return [Finding("single_row", Severity.SERIOUS, "sales", 1, 1.0)]
    sold_on = [pd.Timestamp(day).date() for day in days["day"]]
    return [*_gaps(sold_on), *_too_short(sold_on)]


def _gaps(sold_on: list[date]) -> Iterator[Finding]:
    """`sold_on` is in order, each day once."""
    span_days = (sold_on[-1] - sold_on[0]).days + 1
    gaps = [
        (last + timedelta(days=1), after - timedelta(days=1))
        for last, after in pairwise(sold_on)
        if (after - last).days > 1
    ]
    if not gaps:
        return
    n_missing = span_days - len(sold_on)
    yield Finding(
        "missing_days",
        Severity.INFO if n_missing <= span_days * FEW_DAYS else Severity.WARNING,
        "sales",
        n_missing,
        n_missing / span_days,
        subject=", ".join(_span(*gap) for gap in gaps[:N_EXAMPLES]) + (", ..." if len(gaps) > N_EXAMPLES else ""),
    )
    first, last = max(gaps, key=lambda gap: gap[1] - gap[0])
    longest_days = (last - first).days + 1
    if longest_days >= LONG_GAP_DAYS:
        yield Finding(
            "long_gap",
            Severity.SERIOUS,
            "sales",
            longest_days,
            longest_days / span_days,
            subject=_span(first, last),
        )


def _span(first: date, last: date) -> str:
    return str(first) if first == last else f"{first} to {last}"


def _too_short(sold_on: list[date]) -> Iterator[Finding]:
    span_days = (sold_on[-1] - sold_on[0]).days + 1
    if span_days < SHORT_DAYS:
        yield Finding("short_history", Severity.SERIOUS, "sales", span_days, 1.0)
    elif span_days < YEAR_DAYS:
        yield Finding("under_a_year", Severity.WARNING, "sales", span_days, 1.0)


def check_prices(sales: ibis.Table, promotions: ibis.Table | None) -> list[Finding]:
    """Prices that never move, discounts that never end, promotions without a price cut, stock-outs.

    `promotions` rows hold from `starts_on` to `ends_on`, both included; where all of them name a store,
    they are matched to sales by store, otherwise they hold in every store.
    """
    bought = sales.filter((sales[c.QUANTITY] > 0) & (sales[c.NET_AMOUNT] >= 0))
    weekly = _judged_weeks(weekly_sales(bought))
    if weekly.empty:
        return []
    found = [*_price_findings(weekly), *_stock_out_findings(weekly, _whole_weeks(bought))]
    if promotions is None:
        return found
    return [
        *found,
        *_promotion_findings(weekly, _promoted_weeks(bought, promotions), _days_listed(promotions)),
    ]


def _judged_weeks(weekly: ibis.Table) -> pd.DataFrame:
    """Weeks of products that sold in at least `JUDGED_WEEKS`, with the unit price paid and the usual one.

    The usual price is the median over the product's weeks without a discount, over all its weeks if it has
    none.
    """
    counted = weekly.mutate(n_weeks=weekly.count().over(ibis.window(group_by=c.SKU)))
    rows: pd.DataFrame = counted.filter(counted.n_weeks >= JUDGED_WEEKS).drop("n_weeks", c.N_CUSTOMERS).execute()
    if rows.empty:
        return rows
    rows["paid"] = rows[c.REVENUE] / rows[c.UNITS]
    rows["is_discounted"] = rows[c.REVENUE] < (1 - PRICE_STEP) * rows[c.LIST_VALUE]
    undiscounted = rows[~rows["is_discounted"]].groupby(c.SKU)["paid"].median()
    overall = rows.groupby(c.SKU)["paid"].median()
    rows["usual"] = rows[c.SKU].map(undiscounted.reindex(overall.index).fillna(overall))
    rows["is_cut"] = rows["paid"] < (1 - PRICE_STEP) * rows["usual"]
    # A usual price under one minor unit is a millilitre of fuel or a point, not a price that anyone sets.
    return rows[rows["usual"] >= 1].reset_index(drop=True)


def _price_findings(weekly: pd.DataFrame) -> Iterator[Finding]:
    by_product = weekly.groupby(c.SKU).agg(
        least=("paid", "min"),
        most=("paid", "max"),
        discounted=("is_discounted", "mean"),
        units=(c.UNITS, "sum"),
    )
    fixed = by_product[by_product["least"] >= (1 - PRICE_STEP) * by_product["most"]]
    permanent = by_product[by_product["discounted"] >= ALWAYS]
    for some, code_all, code_some in (
        (fixed, "no_price_variation", "fixed_prices"),
        (permanent, "all_always_promoted", "always_promoted"),
    ):
        if len(some):
            is_all = len(some) == len(by_product)
            best = some.sort_values("units", ascending=False, kind="stable").index[:N_EXAMPLES]
            yield Finding(
                code_all if is_all else code_some,
                Severity.SERIOUS if is_all else Severity.INFO,
                "sales",
                len(some),
                len(some) / len(by_product),
                tuple(f"product {sku}" for sku in best),
            )


def _whole_weeks(sales: ibis.Table) -> list[pd.Timestamp]:
    days = sales.group_by(week=week_of(sales[c.SOLD_AT])).agg(days=sales[c.SOLD_AT].date().nunique())
    return [pd.Timestamp(week) for week in days.filter(days.days >= OPEN_DAYS).order_by("week").execute()["week"]]


def _stock_out_findings(weekly: pd.DataFrame, weeks: list[pd.Timestamp]) -> Iterator[Finding]:
    rows = pd.Index(weekly[c.SKU].unique())
    i = rows.get_indexer(weekly[c.SKU])
    t = pd.DatetimeIndex(weeks).get_indexer(pd.DatetimeIndex(pd.to_datetime(weekly[c.WEEK])))
    units = np.zeros((len(rows), len(weeks)))
    units[i[t >= 0], t[t >= 0]] = weekly[c.UNITS].to_numpy(dtype=np.float64)[t >= 0]
    where = np.argwhere(probable_stock_outs(units))
    if len(where):
        yield Finding(
            "probable_stock_outs",
            Severity.INFO if len(where) < RARE * units.size else Severity.WARNING,
            "sales",
            len(where),
            len(where) / units.size,
            tuple(f"product {rows[i]}, week of {weeks[t].date()}" for i, t in where[:N_EXAMPLES]),
        )


def _promoted_weeks(sales: ibis.Table, promotions: ibis.Table) -> pd.DataFrame:
    """Product-weeks with lines bought when and where the product was promoted: units and amount paid."""
    dated = sales.mutate(**{"day": sales[c.SOLD_AT].date(), c.WEEK: week_of(sales[c.SOLD_AT])})
    is_valid = [
        dated[c.SKU] == promotions[c.SKU],
        dated["day"] >= promotions[c.STARTS_ON],
        dated["day"] <= promotions[c.ENDS_ON],
    ]
    is_by_store = not bool(promotions[c.STORE].isnull().any().execute())
    if is_by_store:
        is_valid.append(dated[c.STORE] == promotions[c.STORE])
    promoted = dated.semi_join(promotions, is_valid)
    totals = promoted.group_by(c.SKU, c.WEEK).agg(
        promoted_units=promoted[c.QUANTITY].sum(), promoted_revenue=promoted[c.NET_AMOUNT].sum()
    )
    rows: pd.DataFrame = totals.execute()
    return rows


def _days_listed(promotions: ibis.Table) -> tuple[pd.Timestamp, pd.Timestamp]:
    """The first and the last day on which a promotion held."""
    ends = promotions.aggregate(first=promotions[c.STARTS_ON].min(), last=promotions[c.ENDS_ON].max())
    found = ends.execute().iloc[0]
    return pd.Timestamp(found["first"]), pd.Timestamp(found["last"])


def _promotion_findings(
    weekly: pd.DataFrame, promoted: pd.DataFrame, listed: tuple[pd.Timestamp, pd.Timestamp]
) -> Iterator[Finding]:
    joined = weekly.merge(promoted, on=[c.SKU, c.WEEK], how="left")
    is_promoted = joined["promoted_units"].notna()
    promoted_price = joined["promoted_revenue"] / joined["promoted_units"]
    joined["relative"] = promoted_price.fillna(joined["paid"]) / joined["usual"]
    uncut = is_promoted & (joined["relative"] >= 1 - PRICE_STEP)
    yield from _of_product_weeks("promotion_without_price_cut", joined[uncut], n_of=int(is_promoted.sum()))
    starts = pd.to_datetime(joined[c.WEEK])
    is_covered = (starts + pd.Timedelta(days=6) >= listed[0]) & (starts <= listed[1])
    cut = joined["is_cut"] & is_covered
    yield from _of_product_weeks("price_cut_without_promotion", joined[cut & ~is_promoted], n_of=int(cut.sum()))


def _of_product_weeks(code: str, weeks: pd.DataFrame, *, n_of: int) -> Iterator[Finding]:
    if weeks.empty:
        return
    best = weeks.sort_values([c.UNITS, c.SKU, c.WEEK], ascending=[False, True, True]).head(N_EXAMPLES)
    examples = tuple(
        f"product {row[c.SKU]}, week of {pd.Timestamp(row[c.WEEK]).date()}: "
        f"{100 * row['relative']:.0f} % of its usual price"
        for _, row in best.iterrows()
    )
    yield Finding(code, Severity.INFO, "promotions", len(weeks), len(weeks) / n_of, examples)

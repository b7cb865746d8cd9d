"""Which sales rows count as demand, and in which weeks demand was probably hidden by an empty shelf."""

from __future__ import annotations

from collections.abc import Collection

import ibis
import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import NDArray
from scipy.stats import nbinom

from dealwright.core.errors import InputError
from dealwright.data import columns as c

FLOOR_UNITS = 30
"""No line below this is outlying: a party or a small café buys thirty of something, and that is demand."""
QUANTITY_SPREADS = 10.0
"""How many interquartile ranges above the upper quartile a line may lie. Tukey's "far out" fence is 3;
baskets have longer tails than that, and a wrongly dropped promotion peak costs more than a kept oddity."""
PRICE_FACTOR = 10.0
"""A list price ten times above or below the product's median is a slipped decimal or another unit."""

STOCK_OUT_PROBABILITY = 0.001
"""A week is only called a stock-out if chance would make it less than once in a thousand weeks."""
STOCK_OUT_SHARE = 0.1
"""... and if it sold at most a tenth of its neighbours: a merely quiet week is not an empty shelf."""
LIFE_PROBABILITY = 0.01
"""A series has not come or gone while chance alone leaves so many periods empty once in a hundred times."""
NEIGHBOUR_WEEKS = 4
"""Weeks on each side that say what was normal: long enough for a median, short enough to follow a season."""


def product_bounds(
    sales: ibis.Table,
    *,
    floor_units: int = FLOOR_UNITS,
    quantity_spreads: float = QUANTITY_SPREADS,
    price_factor: float = PRICE_FACTOR,
) -> ibis.Table:
    """What a line of each product usually looks like, from its lines with a positive quantity.

    One row per sku: `typical_quantity` (median), `typical_price` (median list price of a unit, minor
    units), `most_units` (a line above is outlying: upper quartile plus `quantity_spreads` interquartile
    ranges, the range taken as at least one unit, and never below `floor_units`), `least_price` and
    `most_price` (a positive list price outside is outlying).
    """
    if floor_units < 1 or quantity_spreads <= 0 or price_factor <= 1:
        raise InputError(
            f"bounds need floor_units >= 1, quantity_spreads > 0 and price_factor > 1; "
            f"given {floor_units}, {quantity_spreads} and {price_factor}"
        )
    bought = sales.filter(sales[c.QUANTITY] > 0)
    summary = bought.group_by(c.SKU).agg(
        typical_quantity=bought[c.QUANTITY].median(),
        typical_price=list_price(bought).median(),
        lower=bought[c.QUANTITY].quantile(0.25),
        upper=bought[c.QUANTITY].quantile(0.75),
    )
    spread = ibis.greatest(summary.upper - summary.lower, 1.0)
    return summary.select(
        c.SKU,
        "typical_quantity",
        "typical_price",
        most_units=ibis.greatest(summary.upper + quantity_spreads * spread, float(floor_units)),
        least_price=summary.typical_price / price_factor,
        most_price=summary.typical_price * price_factor,
    )


def list_price(sales: ibis.Table) -> ibis.Value:
    """Price of a unit before discount, in minor units; null where the quantity is zero."""
    value = sales[c.NET_AMOUNT] + sales[c.DISCOUNT_AMOUNT].fill_null(0)
    return value / sales[c.QUANTITY].nullif(0)


def demand_lines(
    sales: ibis.Table,
    *,
    products: ibis.Table | None = None,
    excluded_departments: Collection[str] = (),
    floor_units: int = FLOOR_UNITS,
    quantity_spreads: float = QUANTITY_SPREADS,
) -> ibis.Table:
    """The lines that are demand, with the columns of `sales`.

    Out are returns and lines without a quantity, lines that paid less than nothing, outlying quantities
    (see `product_bounds`) and, if the caller names any, products of `excluded_departments` (fuel, coupons,
    deposits: what nobody promotes), which needs `products`. Free goods stay in: somebody wanted them.
    """
    bounds = product_bounds(sales, floor_units=floor_units, quantity_spreads=quantity_spreads)
    bought = sales.filter((sales[c.QUANTITY] > 0) & (sales[c.NET_AMOUNT] >= 0))
    judged = bought.join(bounds, c.SKU)
    kept = judged.filter(judged[c.QUANTITY] <= judged.most_units).select(*sales.columns)
    if not excluded_departments:
        return kept
    if products is None:
        raise InputError(
            f"leaving out departments {', '.join(sorted(excluded_departments))} needs the products table; "
            "import products with a department column or name no department"
        )
    excluded = products.filter(products[c.DEPARTMENT].isin(list(excluded_departments)))
    return kept.anti_join(excluded, c.SKU)


def probable_stock_outs(
    units: NDArray[np.float64],
    *,
    probability: float = STOCK_OUT_PROBABILITY,
    low_share: float = STOCK_OUT_SHARE,
    neighbour_weeks: int = NEIGHBOUR_WEEKS,
) -> NDArray[np.bool_]:
    """Weeks in which hardly anything sold though the weeks around say that more was wanted.

    `units` is (n, T), one row per product, whole weeks only, zeros where nothing sold; the answer has the
    same shape. What was wanted is the median of the `neighbour_weeks` weeks before or after, whichever is
    smaller, so that a product that comes or goes is not flagged. A week is flagged if it sold at most
    `low_share` of that and a count with that mean would be as low with a probability below `probability`.
    The count is Poisson if the product's other weeks vary no more than that, negative binomial if they do:
    lumpy sellers have empty weeks by nature. Not seen are gaps of more than about half of
    `neighbour_weeks`, and products that sell too little to tell (under about 7 a week).
    """
    flags = np.zeros(units.shape, dtype=np.bool_)
    # -log(probability) is the smallest mean that makes even a week of zero improbable enough.
    is_seller = units.max(axis=1, initial=0) >= -np.log(probability)
    rows = units[is_seller]
    if rows.size == 0:
        return flags
    before, after = _medians_beside(np.where(_active_life(rows), rows, np.nan), neighbour_weeks)
    wanted = np.minimum(before, after)
    extra = np.maximum(_dispersion_elsewhere(rows, (before + after) / 2) - 1, 1e-6)  # 1e-6: as good as Poisson
    improbability = nbinom.cdf(rows, np.maximum(wanted, 1e-9) / extra, 1 / (1 + extra))
    flags[is_seller] = (wanted > 0) & (rows <= low_share * wanted) & (improbability < probability)
    return flags


def stock_out_periods(units: NDArray[np.float64], *, period_days: int) -> NDArray[np.bool_]:
    """As `probable_stock_outs`, for periods of a day or a week; days are compared with the same weekday's."""
    n_kinds = 7 // period_days
    flags = np.zeros(units.shape, dtype=np.bool_)
    for kind in range(n_kinds):
        flags[:, kind::n_kinds] = probable_stock_outs(units[:, kind::n_kinds])
    return flags


def active_life(units: NDArray[np.float64]) -> NDArray[np.bool_]:
    """From the launch of each series to its end, shape (n, T) as `units`: where no sale means no demand.

    That is from the first to the last period sold, and on to the ends of the panel unless the run of empty
    periods there is longer than chance explains: a slow seller that sold nothing lately is no dead one, and to
    count its life up to its last sale would overrate what it sells.
    """
    if units.shape[1] == 0:
        return np.zeros(units.shape, dtype=np.bool_)
    span = _active_life(units)
    n_span = span.sum(axis=1)
    share = (units > 0).sum(axis=1) / (n_span + 1)
    longest = np.log(LIFE_PROBABILITY) / np.log1p(-share, where=share > 0, out=np.full(share.shape, -np.inf))
    before = np.argmax(span, axis=1)
    after = units.shape[1] - before - n_span
    columns = np.arange(units.shape[1])
    is_before = columns < before[:, None]
    is_after = columns >= (before + n_span)[:, None]
    goes_back = (n_span > 0) & (before <= longest)
    goes_on = (n_span > 0) & (after <= longest)
    return np.asarray(span | (is_before & goes_back[:, None]) | (is_after & goes_on[:, None]), dtype=np.bool_)


def _dispersion_elsewhere(units: NDArray[np.float64], expected: NDArray[np.float64]) -> NDArray[np.float64]:
    """Variance over mean of each product around `expected`, the week in question left out; 1 is Poisson.

    Taken from the weeks below what was expected, twice, so that promotion peaks do not count as noise.
    """
    is_judged = expected > 0
    shortfall = np.maximum(expected - units, 0.0)
    deviation = np.where(is_judged, 2 * shortfall**2 / np.where(is_judged, expected, 1.0), 0.0)
    n_others = is_judged.sum(axis=1, keepdims=True) - is_judged
    others = deviation.sum(axis=1, keepdims=True) - deviation
    return np.where(n_others > 0, others / np.maximum(n_others, 1), 1.0)


def _active_life(units: NDArray[np.float64]) -> NDArray[np.bool_]:
    sold = units > 0
    started = np.logical_or.accumulate(sold, axis=1)
    goes_on = np.logical_or.accumulate(sold[:, ::-1], axis=1)[:, ::-1]
    return np.asarray(started & goes_on)


def _medians_beside(units: NDArray[np.float64], reach: int) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Medians of the `reach` weeks before and after each week, NaN ignored; zero where there is none."""
    padded = np.pad(units, ((0, 0), (reach, reach)), constant_values=np.nan)
    windows = sliding_window_view(padded, 2 * reach + 1, axis=1)
    return _known_median(windows[..., :reach]), _known_median(windows[..., reach + 1 :])


def _known_median(values: NDArray[np.float64]) -> NDArray[np.float64]:
    """Median over the last axis, NaN ignored; zero where nothing is known (`nanmedian` warns and is slow)."""
    ordered = np.sort(values, axis=-1)  # NaN sorts last
    n_known = np.isfinite(values).sum(axis=-1)
    low = np.maximum((n_known - 1) // 2, 0)[..., None]
    high = np.minimum(n_known // 2, values.shape[-1] - 1)[..., None]
    middle = np.take_along_axis(ordered, low, -1) + np.take_along_axis(ordered, high, -1)
    return np.where(n_known > 0, middle[..., 0] / 2, 0.0)

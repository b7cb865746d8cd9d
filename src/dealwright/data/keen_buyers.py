"""What keen buyers of one category bought of another, beyond what other customers did in the same period.

Whatever moves the other category for everybody (its season, its own promotions, the weather) moves both groups of
customers, and cancels. What a promotion of the one category brings to the other only comes from those who buy it.
Who is keen in the periods of even weeks is told by odd weeks and the other way round, so that nobody is called keen
for what is to be explained.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import ibis
import numpy as np
import pandas as pd
from numpy.typing import NDArray

from dealwright.core.period import Grain
from dealwright.data import columns as c
from dealwright.data.baskets import OF, TO, Together
from dealwright.data.panel_sales import period_of

Floats = NDArray[np.float64]

LEAST_OTHERS = 1 / 3
"""Of all customers, those who buy least (or not at all) of a category are the ones that keen buyers are held
against; at least this share of them."""
_WEEK_SECONDS = 7 * 86_400
HALF, KEEN_UNITS = "half", "keen_units"


@dataclass(frozen=True, slots=True)
class Complement:
    """A pair of categories bought together (as `Together`), and what sales by customer tell about it, if known.

    `extra` (T,) are units of `to` that keen buyers of `of` bought in the periods from `starts`, less what they
    would have if they had moved with other customers; `known` (T,) all units of `to` bought by known customers.
    Of what promotions of `of` bring to `to`, `reach` is the share that is counted in `extra`; 0: nothing is known.
    """

    of: str
    to: str
    strength: float
    per_unit: float
    starts: tuple[date, ...] = ()
    extra: Floats | None = None
    known: Floats | None = None
    reach: float = 0.0


def customer_sales(lines: ibis.Table, products: ibis.Table, grain: Grain) -> ibis.Table:
    """Units by customer (null: not known), category, period and half (0, 1: even and odd weeks)."""
    named = lines.join(products.select(c.SKU, c.CATEGORY).distinct(on=c.SKU), c.SKU)
    named = named.filter(named[c.CATEGORY].notnull())
    dated = named.mutate(**{c.PERIOD: period_of(named[c.SOLD_AT], grain)})
    week = (dated[c.PERIOD].cast("timestamp").epoch_seconds() / _WEEK_SECONDS).floor().cast("int64")
    by = dated.mutate(**{HALF: week % 2}).group_by(c.CUSTOMER, c.CATEGORY, c.PERIOD, HALF)
    return by.agg(**{c.UNITS: ibis._[c.QUANTITY].sum()})


def keen_units(sales: ibis.Table, pairs: Sequence[Together]) -> ibis.Table:
    """Units of `to` and of `of` itself (rows with to = of) that keen buyers of `of` bought by period and half.

    `sales` are `customer_sales`, read several times: hand over what their `cache()` gives. A customer is keen who
    bought more of `of` in the other half than the third of all customers that bought least.
    """
    wanted = sorted({(pair.of, pair.to) for pair in pairs} | {(pair.of, pair.of) for pair in pairs})
    asked = ibis.memtable(pd.DataFrame(wanted, columns=[OF, TO]), schema={OF: "string", TO: "string"})
    known = sales.filter(sales[c.CUSTOMER].notnull())
    named = asked.select(**{c.CATEGORY: asked[OF]}).distinct()
    usage = known.semi_join(named, c.CATEGORY).group_by(c.CATEGORY, HALF, c.CUSTOMER)
    used = usage.agg(**{c.UNITS: ibis._[c.UNITS].sum()})
    everybody = known.aggregate(n_all=known[c.CUSTOMER].nunique())
    ranked = used.mutate(
        n_less=ibis.rank().over(group_by=[c.CATEGORY, HALF], order_by=used[c.UNITS]),
        n_users=used.count().over(group_by=[c.CATEGORY, HALF]),
    ).cross_join(everybody)
    is_keen = ranked.n_less + ranked.n_all - ranked.n_users >= ranked.n_all * LEAST_OTHERS
    keen = ranked.filter(is_keen).select(**{OF: c.CATEGORY, HALF: 1 - ranked[HALF], c.CUSTOMER: c.CUSTOMER})
    bought = known.rename({TO: c.CATEGORY}).join(asked, TO)
    counted = bought.semi_join(keen, [OF, HALF, c.CUSTOMER])
    return counted.group_by(OF, TO, c.PERIOD, HALF).agg(**{KEEN_UNITS: counted[c.UNITS].sum()})


def all_units(sales: ibis.Table) -> ibis.Table:
    """Units by category, period and half: of all customers, and of those who are known (known_units)."""
    by = sales.group_by(c.CATEGORY, c.PERIOD, HALF)
    return by.agg(units=sales[c.UNITS].sum(), known=sales[c.UNITS].sum(where=sales[c.CUSTOMER].notnull()))


def complements(
    pairs: Sequence[Together], keen: pd.DataFrame, units: pd.DataFrame, starts: Sequence[date]
) -> tuple[Complement, ...]:
    """The pairs with what the rows of `keen_units` and `all_units` tell in the periods from `starts`."""
    index = pd.DatetimeIndex(list(starts))
    halves = units.groupby(c.PERIOD)[HALF].first()
    half = halves.set_axis(pd.DatetimeIndex(halves.index)).reindex(index, fill_value=0).to_numpy()
    of_all = {name: _laid(rows, c.UNITS, index) for name, rows in units.groupby(c.CATEGORY)}
    of_known = {name: _laid(rows, "known", index) for name, rows in units.groupby(c.CATEGORY)}
    of_keen = {name: _laid(rows, KEEN_UNITS, index) for name, rows in keen.groupby([OF, TO])}
    nothing = np.zeros(len(index))
    out = []
    for pair in pairs:
        bought, own = of_keen.get((pair.of, pair.to), nothing), of_keen.get((pair.of, pair.of), nothing)
        known, known_own = of_known.get(pair.to, nothing), of_known.get(pair.of, nothing)
        share = np.array([bought[half == h].sum() / max(known[half == h].sum(), 1.0) for h in (0, 1)])[half]
        total = max(float(of_all.get(pair.of, nothing).sum()), 1.0)
        reach = float((own - share * known_own).sum()) / total
        out.append(
            Complement(
                pair.of,
                pair.to,
                pair.strength,
                pair.per_unit,
                starts=tuple(starts),
                extra=bought - share * known,
                known=known,
                reach=max(reach, 0.0),
            )
        )
    return tuple(out)


def _laid(rows: pd.DataFrame, name: str, index: pd.DatetimeIndex) -> Floats:
    by_period = rows.groupby(c.PERIOD)[name].sum()
    laid = by_period.set_axis(pd.DatetimeIndex(by_period.index)).reindex(index, fill_value=0)
    return np.asarray(laid.to_numpy(dtype=np.float64))

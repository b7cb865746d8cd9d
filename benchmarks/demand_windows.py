"""What models are asked on a panel: one origin, the past before it, and the plan of the periods after it.

The plan is known (price, depth, display, mailer), what it sold is not: `sealed` takes everything away that a
forecaster could not have had, and `peer_rows` hands the same past and the same plan to the peers.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, timedelta

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from dealwright.data.panel import ChainSales, Panel
from dealwright.data.panel_price import carry
from dealwright.demand.choice import Choice

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Window:
    """The `horizon` periods from `origin` on, of a panel that reaches further back.

    With `own_store_prices`, peers see what each store took for a unit instead of what the chain did. `pool` has
    every series from which those of `panel` were chosen, by `choice`: trials at earlier dates choose anew.
    """

    code: str
    panel: Panel
    origin: date
    horizon: int
    own_store_prices: bool = False
    pool: Panel | None = None
    choice: Choice | None = None

    @property
    def known_pool(self) -> Panel | None:
        """The pool as it was known before the origin."""
        return None if self.pool is None else self.pool.until(self.origin)

    @property
    def start(self) -> int:
        """How many periods are past."""
        return self.panel.starts.index(self.origin)

    @property
    def sold(self) -> Floats:
        """What is to be forecast (n, horizon)."""
        return self.panel.units[:, self.start : self.start + self.horizon]

    @property
    def past(self) -> Floats:
        """What was sold before (n, start)."""
        return self.panel.units[:, : self.start]


def sealed(window: Window) -> Panel:
    """The panel to the end of the window, with all that only sales would tell gone from the window.

    A planned period without a sale showed no price; it gets the last depth seen, as the peers' rows do.
    """
    panel, start = window.panel, window.start
    whole = panel.until(window.origin + timedelta(days=window.horizon * panel.period_days))
    planned = np.arange(len(whole.starts)) >= start
    seen = np.where(whole.is_depth_known, whole.depth, np.nan)
    chain = whole.chain
    if chain is not None:
        chain = ChainSales(
            units=_hidden(chain.units, start),
            revenue=_hidden(chain.revenue, start),
            list_value=_hidden(chain.list_value, start),
            row_of=chain.row_of,
        )
    return replace(
        whole,
        units=_hidden(whole.units, start),
        revenue=_hidden(whole.revenue, start),
        list_value=_hidden(whole.list_value, start),
        depth=np.where(planned, carry(seen), whole.depth),
        is_active=whole.is_active | planned,
        is_depth_known=whole.is_depth_known | planned,
        availability=np.where(planned, 1.0, whole.availability),
        market_units=_hidden(whole.market_units, start),
        chain=chain,
    )


def peer_rows(window: Window) -> pd.DataFrame:
    """Long rows (unique_id, product, ds, y, log_price, depth, display, mailer) to the end of the window.

    log_price is the log of the mean price paid over its median in the past; depth the discount on the list price.
    Periods without a sale show neither and take the last one seen, at the beginning the first. In single stores
    both are the chain's, unless `own_store_prices`: what a store took for a unit is known only if it sold one,
    which tells that it did.
    """
    panel, end = window.panel, window.start + window.horizon
    price, depth = _paid(panel, None if window.own_store_prices else panel.chain, end)
    usual = np.median(price[:, : window.start], axis=1, keepdims=True)
    n = len(price)
    return pd.DataFrame(
        {
            "unique_id": np.repeat(panel.series, end),
            "product": np.repeat(panel.skus, end),
            "ds": np.tile(pd.to_datetime(pd.Series(panel.starts[:end])).to_numpy(), n),
            "y": panel.units[:, :end].ravel(),
            "log_price": np.log(price / usual).ravel(),
            "depth": depth.ravel(),
            "display": panel.display[:, :end].ravel(),
            "mailer": panel.mailer[:, :end].ravel(),
        }
    )


def _paid(panel: Panel, chain: ChainSales | None, end: int) -> tuple[Floats, Floats]:
    """Mean price paid and the discount on the list price, (n, end), gaps filled."""
    of, row_of = (panel, np.arange(len(panel.skus))) if chain is None else (chain, chain.row_of)
    with np.errstate(divide="ignore", invalid="ignore"):
        paid = np.where(of.units > 0, of.revenue / of.units, np.nan)[row_of, :end]
        depth = np.where(of.units > 0, 1 - of.revenue / of.list_value, np.nan)[row_of, :end]
    return carry(np.where(paid > 0, paid, np.nan), otherwise=1.0), carry(depth)


def _hidden(values: Floats, start: int) -> Floats:
    kept = np.array(values, dtype=np.float64)
    kept[:, start:] = np.nan
    return kept

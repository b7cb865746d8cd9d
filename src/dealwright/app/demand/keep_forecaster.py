"""A forecaster that was learnt once and is kept: new sales move its levels, nothing is fitted again."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

import pandas as pd

from dealwright.app.demand.basis import Basis
from dealwright.app.demand.forecast_demand import TRIAL_WEEKS, candidates
from dealwright.app.demand.read_panel import History, panel_of, whole_periods
from dealwright.app.ports import Progress, silent
from dealwright.core.errors import InputError
from dealwright.data import columns as c
from dealwright.data.clean import demand_lines
from dealwright.data.panel import Panel
from dealwright.data.panel_sales import sales_by_period, store_weights
from dealwright.demand.forecaster import Forecaster, learn_forecaster

CHANGED = "so what was learnt does not fit any more; learn anew with: dealwright forecast refresh --refit"


@dataclass(frozen=True, slots=True)
class KeptForecaster:
    """What was learnt from the weeks before `learnt_until`, of which products, and what was known of them."""

    forecaster: Forecaster
    learnt_until: date
    skus: tuple[str, ...]
    categories: tuple[str, ...]
    drivers: tuple[str, ...]

    def n_newer(self, panel: Panel) -> int:
        """Weeks of the panel that it has not learnt from."""
        return sum(start >= self.learnt_until for start in panel.starts)


def learn_to_keep(
    history: History, basis: Basis, *, until: date | None = None, progress: Progress = silent
) -> KeptForecaster:
    """Try, blend and fit the models on what was known before `until` (None: on everything).

    The products are those that were in scope then. InputError if the history before is too short for trials.
    """
    pool, panel = history.pool, history.panel
    if until is not None:
        pool = pool.until(until)
        panel = pool.rows(history.choice.rows(pool)).compact()
    progress("trying and fitting the models", 0.2)
    forecaster = learn_forecaster(
        panel,
        candidates(country=basis.country, seed=basis.seed, complements=history.complements),
        horizon=TRIAL_WEEKS,
        pool=pool,
        choice=history.choice,
    )
    end = panel.starts[-1] + basis.grain().step
    return KeptForecaster(forecaster, end, tuple(panel.skus), _categories(panel), tuple(sorted(panel.drivers)))


def newest_panel(kept: KeptForecaster, basis: Basis) -> Panel:
    """The kept products' history up to now; InputError if what is known of them is no longer of the same kind."""
    grain = basis.grain()
    sales = basis.tables.table("sales")
    summed = whole_periods(sales_by_period(demand_lines(sales), grain), sales, grain)
    series = pd.DataFrame({c.SKU: list(kept.skus)})
    with summed.cache() as rows, store_weights(sales).cache() as weights:
        panel = panel_of(
            basis.tables, rows, series, weights=weights, grain=grain, minor_per_major=basis.minor_per_major
        )
    _refuse_changed(kept, panel)
    return panel


def _refuse_changed(kept: KeptForecaster, panel: Panel) -> None:
    problems = []
    if tuple(panel.skus) != kept.skus or _categories(panel) != kept.categories:
        problems.append(f"the products forecast or their categories have changed, {CHANGED}")
    if tuple(sorted(panel.drivers)) != kept.drivers:
        now, then = (", ".join(names) or "nothing" for names in (sorted(panel.drivers), kept.drivers))
        problems.append(f"beside sales and promotions, {now} is known now, and {then} was then, {CHANGED}")
    if panel.starts[-1] + timedelta(days=panel.period_days) < kept.learnt_until:
        problems.append(f"sales up to {kept.learnt_until} were learnt from and some are gone, {CHANGED}")
    if problems:
        raise InputError(*problems)


def _categories(panel: Panel) -> tuple[str, ...]:
    return tuple(panel.categories[k] for k in panel.category_of)

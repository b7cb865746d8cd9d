"""Questions about demand: forecasts, what they rest on, and whether they still hold."""

from __future__ import annotations

import time
from collections.abc import Sequence
from datetime import date
from pathlib import Path

from dealwright.adapters.models import keep_forecaster, kept_forecaster
from dealwright.app.demand.backtest_forecast import Backtest, backtest_forecast
from dealwright.app.demand.check_drift import WEEKS, DriftReport, check_drift
from dealwright.app.demand.explain_forecast import ForecastExplanation, explain_week
from dealwright.app.demand.forecast_demand import DemandForecast, forecast_demand
from dealwright.app.demand.forecast_new_products import NewProducts, forecast_new_products
from dealwright.app.demand.forecast_totals import Totals, forecast_totals
from dealwright.app.demand.keep_forecaster import learn_to_keep, newest_panel
from dealwright.app.demand.read_new_products import read_new_products
from dealwright.app.demand.refresh_forecast import Refreshed, refresh_forecast
from dealwright.app.demand.tell_response import DEPTHS, Responses, find_response
from dealwright.app.ports import Progress, silent
from dealwright.core.errors import InputError
from dealwright.core.period import Grain
from dealwright.data.delivery import Source
from dealwright.plan.scenario import Scenario
from dealwright.workspace.shop import SEED, Shop

PERIODS = {"week": 7, "day": 1}
"""Days of a period, by name."""


class Demand(Shop):
    """What the shop will sell."""

    def forecast(
        self, scenario: Scenario | None = None, *, seed: int = SEED, progress: Progress = silent
    ) -> DemandForecast:
        """What the coming weeks sell, and how promotions change that."""
        settings = self._parts.settings
        return forecast_demand(
            self._parts.warehouse,
            scenario or self.scenario(),
            country=settings.country,
            seed=seed,
            first_weekday=settings.first_weekday_number,
            minor_per_major=self._per_major,
            progress=progress,
        )

    def backtest(
        self,
        models: Sequence[str] = (),
        *,
        horizon: int = 8,
        n_origins: int = 3,
        by_store: bool = False,
        period: str = "week",
        scenario: Scenario | None = None,
        seed: int = SEED,
        progress: Progress = silent,
    ) -> Backtest:
        """How well `models` (none: the cheap ones) and their blend would have forecast the shop's own past.

        They are tried at the latest `n_origins` dates, `horizon` periods ahead. InputError for an unknown model or
        period and for a history too short; MissingExtraError for a model whose library is not installed.
        """
        if period not in PERIODS:
            raise InputError.unknown("period", period, PERIODS)
        settings = self._parts.settings
        return backtest_forecast(
            self._parts.warehouse,
            (scenario or self.scenario()).scope,
            grain=Grain(PERIODS[period], by_store, settings.first_weekday_number),
            country=settings.country,
            minor_per_major=self._per_major,
            seed=seed,
            cpu=time.process_time,
            models=models,
            horizon=horizon,
            n_origins=n_origins,
            progress=progress,
        )

    def explain_forecast(
        self,
        sku: str,
        *,
        week: date | None = None,
        scenario: Scenario | None = None,
        seed: int = SEED,
        progress: Progress = silent,
    ) -> ForecastExplanation:
        """Why a product is expected to sell what it is, in the week that holds `week` (None: the next one).

        To explain several, call `dealwright.app.demand.explain_forecast.explain_week` with what `forecast` gives.
        """
        return explain_week(self.forecast(scenario, seed=seed, progress=progress), sku, day=week, seed=seed)

    def forecast_new(
        self,
        source: str | Path | Source,
        *,
        scenario: Scenario | None = None,
        seed: int = SEED,
        progress: Progress = silent,
    ) -> NewProducts:
        """What products without history will sell, from a file of what they are (see `app.read_new_products`).

        InputError for columns and rows that cannot be used, before anything is learnt.
        """
        settings = self._parts.settings
        products = read_new_products(
            source if isinstance(source, Source) else Source(str(source)),
            landing=self._parts.warehouse,
            currency=settings.currency,
            time_zone=settings.time_zone,
        )
        return forecast_new_products(self._basis(scenario, seed), products, progress=progress)

    def response(
        self,
        skus: Sequence[str] = (),
        *,
        depths: Sequence[float] = DEPTHS,
        scenario: Scenario | None = None,
        seed: int = SEED,
        progress: Progress = silent,
    ) -> Responses:
        """How products (none named: all) answer to prices and promotions, and where the data do not tell."""
        return find_response(self._basis(scenario, seed), skus, depths=depths, progress=progress)

    def totals(
        self,
        *,
        by_store: bool = False,
        scenario: Scenario | None = None,
        seed: int = SEED,
        progress: Progress = silent,
    ) -> Totals:
        """What the shop, its categories, (stores) and products will sell, in numbers that agree."""
        return forecast_totals(self._basis(scenario, seed), by_store=by_store, progress=progress)

    def drift(
        self,
        *,
        weeks: int = WEEKS,
        scenario: Scenario | None = None,
        seed: int = SEED,
        progress: Progress = silent,
    ) -> DriftReport:
        """Whether what was learnt before the newest `weeks` still holds in them, by category, and what to do."""
        kept = kept_forecaster(self.folder)
        return check_drift(self._basis(scenario, seed), kept, weeks=weeks, progress=progress)

    def refresh(
        self,
        *,
        refit: bool = False,
        scenario: Scenario | None = None,
        seed: int = SEED,
        progress: Progress = silent,
    ) -> Refreshed:
        """Forecast from the newest sales by the forecaster that is kept here, without fitting it again.

        Where none is kept, or with `refit=True`, one is learnt first and kept. WorkspaceError if the one kept is
        damaged or of another version, InputError if the shop has changed so that it does not fit any more.
        """
        basis = self._basis(scenario, seed)
        kept = None if refit else kept_forecaster(self.folder)
        was_learnt = kept is None
        if kept is None:
            kept = learn_to_keep(basis.read(progress), basis, progress=progress)
            keep_forecaster(self.folder, kept)
        progress("reading the newest levels", 0.9)
        refreshed = refresh_forecast(basis, kept, newest_panel(kept, basis), was_learnt=was_learnt)
        progress("done", 1.0)
        return refreshed

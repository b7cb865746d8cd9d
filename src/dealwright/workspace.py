"""A shop's workspace: the folder with its data, plans and reports, and everything that can be done with it."""

from __future__ import annotations

import time
from collections.abc import Mapping as AnyMapping
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from importlib import resources
from pathlib import Path
from types import TracebackType
from typing import Any

import pandas as pd

from dealwright import bootstrap
from dealwright.adapters.approved import read_approved
from dealwright.adapters.models import keep_forecaster, kept_forecaster
from dealwright.adapters.report import render_report
from dealwright.adapters.report.frontier import write_frontier
from dealwright.adapters.report.sections.opening import lead
from dealwright.adapters.report.source import Source as ReportSource
from dealwright.adapters.results import read_summary, write_plan, write_text
from dealwright.app.backtest_forecast import Backtest, backtest_forecast
from dealwright.app.basis import Basis
from dealwright.app.check_data import DataReport, check_data
from dealwright.app.check_drift import WEEKS, DriftReport, check_drift
from dealwright.app.compare_plans import Comparison, check_scenarios, compare_plans
from dealwright.app.draw_frontier import Frontier, check_frontier, draw_frontier
from dealwright.app.explain_forecast import ForecastExplanation, explain_week
from dealwright.app.explain_promotion import Explanation, explain_promotion, why_not
from dealwright.app.forecast_demand import DemandForecast, forecast_demand
from dealwright.app.forecast_new_products import NewProducts, forecast_new_products
from dealwright.app.forecast_totals import Totals, forecast_totals
from dealwright.app.import_data import import_data
from dealwright.app.import_report import ImportReport
from dealwright.app.keep_forecaster import learn_to_keep, newest_panel
from dealwright.app.ports import Progress, Tables, silent
from dealwright.app.profile_customers import CustomerProfiles, profile_customers
from dealwright.app.read_new_products import read_new_products
from dealwright.app.refresh_forecast import Refreshed, refresh_forecast
from dealwright.app.replan_promotions import Revision
from dealwright.app.run_loop import LoopResult, run_loop
from dealwright.app.summarise import summarise
from dealwright.app.tell_response import DEPTHS, Responses, find_response
from dealwright.core.errors import InputError
from dealwright.core.money import exponent
from dealwright.core.period import Grain
from dealwright.data import samples
from dealwright.data.delivery import Source
from dealwright.data.mapping import Mapping, read_mapping
from dealwright.plan.scenario import Scenario
from dealwright.plan.scenario.changing import changed
from dealwright.settings import shop_settings

SCENARIO_FILE = "scenario.yaml"
PLAN_FOLDER = Path("plans") / "latest"
SEED = 1
PERIODS = {"week": 7, "day": 1}
"""Days of a period, by name."""


@dataclass(frozen=True)
class Plan:
    """A plan with its reasons. `table` has a row per promotion, `summary` everything a page is drawn from."""

    result: LoopResult

    @property
    def table(self) -> pd.DataFrame:
        """One row per promotion, the most profitable first; columns as in `plan.plan.PromotionPlan`."""
        return self.result.planned.plan.table

    @cached_property
    def summary(self) -> dict[str, Any]:
        """Plain values only, as in summary.json."""
        return summarise(self.result)

    def explain(self, promotion_id: str) -> Explanation:
        """How the profit of one promotion comes about."""
        return explain_promotion(self.result.planned, promotion_id, minor_per_major=self._per_major)

    def why_not(self, sku: str) -> dict[str, Any]:
        """Why a product has no (further) promotion."""
        return why_not(self.result.planned, sku, minor_per_major=self._per_major)

    def save(self, folder: str | Path) -> list[Path]:
        """Write plan.parquet, plan.csv and summary.json."""
        return write_plan(self.table, self.summary, Path(folder))

    def report(self, path: str | Path, *, language: str = "en") -> Path:
        """Write the report as one HTML file."""
        return write_text(render_report(self.summary, language=language), Path(path))

    def __str__(self) -> str:
        return lead(ReportSource.of(self.summary, "en", shop_name=None, generated_on=None))

    @property
    def _per_major(self) -> int:
        return int(10 ** exponent(self.result.currency))


@dataclass(frozen=True)
class Traded:
    """Plans between the best for two objectives."""

    frontier: Frontier

    def save(self, folder: str | Path, *, language: str = "en") -> list[Path]:
        """Write frontier.html, frontier.png and frontier.csv."""
        return write_frontier(self.frontier.to_dict(), Path(folder), language=language)


class Workspace:
    """One shop. Open it with `dealwright.open(folder)`; close it or use it in a `with` block."""

    def __init__(self, folder: Path) -> None:
        self._parts = bootstrap.assemble(folder)

    @property
    def folder(self) -> Path:
        """Where it is."""
        return self._parts.folder

    @property
    def language(self) -> str:
        """Of reports: en or zh."""
        return self._parts.settings.language

    @property
    def currency(self) -> str:
        """ISO 4217; all amounts are in it."""
        return self._parts.settings.currency

    @property
    def tables(self) -> list[str]:
        """The canonical tables that hold rows."""
        return self._parts.warehouse.present()

    def read_tables(self) -> Tables:
        """The canonical tables, for queries of your own (ibis tables)."""
        return self._parts.warehouse

    def import_file(
        self,
        table: str,
        source: str | Path | Source,
        *,
        mapping: Mapping | AnyMapping[str, Any] | None = None,
        progress: Progress = silent,
    ) -> ImportReport:
        """Bring rows into a canonical table from a CSV, Parquet or Excel file or a database.

        `mapping` says which source column fills which canonical column (`{"sku": "Article", ...}`); without it
        the saved or guessed one is used and shown in the answer. InputError lists everything that is wrong;
        then nothing has changed.
        """
        settings = self._parts.settings
        if mapping is not None and not isinstance(mapping, Mapping):
            written = mapping if "columns" in mapping else {"columns": dict(mapping)}
            mapping = read_mapping({"table": table, **written})
        return import_data(
            source if isinstance(source, Source) else Source(str(source)),
            table=table,
            shop=self._parts.warehouse,
            mappings=self._parts.mappings,
            currency=settings.currency,
            time_zone=settings.time_zone,
            mapping=mapping,
            progress=progress,
        )

    def check(self, *, progress: Progress = silent) -> DataReport:
        """What is missing, doubled, odd or impossible in the data, and what to do about it."""
        return check_data(self._parts.warehouse, progress=progress)

    def profile(self, *, seed: int = SEED, progress: Progress = silent) -> CustomerProfiles:
        """Who the customers are: how each buys, and which groups buy alike."""
        return profile_customers(self._parts.warehouse, seed=seed, progress=progress)

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
            minor_per_major=10 ** exponent(settings.currency),
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
            minor_per_major=10 ** exponent(settings.currency),
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

        To explain several, call `dealwright.app.explain_forecast.explain_week` with what `forecast` gives.
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

    def _basis(self, scenario: Scenario | None, seed: int) -> Basis:
        settings = self._parts.settings
        return Basis(
            self._parts.warehouse,
            scenario or self.scenario(),
            country=settings.country,
            seed=seed,
            first_weekday=settings.first_weekday_number,
            minor_per_major=10 ** exponent(settings.currency),
        )

    def plan(self, scenario: Scenario | None = None, *, seed: int = SEED, progress: Progress = silent) -> Plan:
        """The promotions to run, with everything behind them; also kept in the workspace as the latest plan."""
        return self._planned(scenario, revision=None, seed=seed, progress=progress)

    def _planned(
        self, scenario: Scenario | None, *, revision: Revision | None, seed: int, progress: Progress
    ) -> Plan:
        settings = self._parts.settings
        result = run_loop(
            self._parts.warehouse,
            scenario or self.scenario(),
            currency=settings.currency,
            country=settings.country,
            credit=settings.credit,
            first_weekday=settings.first_weekday_number,
            seed=seed,
            revision=revision,
            progress=progress,
        )
        plan = Plan(result)
        plan.save(self.folder / PLAN_FOLDER)
        return plan

    def replan(
        self,
        approved: str | Path,
        *,
        locked_weeks: int,
        most_changed: int | None = None,
        scenario: Scenario | None = None,
        seed: int = SEED,
        progress: Progress = silent,
    ) -> Plan:
        """Plan again from the newest data: the first `locked_weeks` stay as in the plan in `approved`.

        `approved` is the folder of a plan, or its plan.csv, plan.parquet or summary.json; at most `most_changed`
        products and weeks differ from it. `Plan.result.replanned` says what differs. The new plan is kept as the
        latest.
        """
        plan = read_approved(approved, currency=self._parts.settings.currency)
        revision = Revision(plan, locked_weeks, most_changed)
        return self._planned(scenario, revision=revision, seed=seed, progress=progress)

    def compare(
        self, scenarios: Sequence[tuple[str, Scenario]], *, seed: int = SEED, progress: Progress = silent
    ) -> Comparison:
        """Plans of named scenarios on the same possible truths about demand; the first is the base of the others.

        InputError if they would need different forecasts (scope, weeks, start or n_draws differ).
        """
        currency = self._parts.settings.currency
        check_scenarios(scenarios, currency=currency)
        demand = self.forecast(scenarios[0][1], seed=seed, progress=_part(progress, 0.0, 0.8))
        tables = self._parts.warehouse
        return compare_plans(demand, tables, scenarios, currency=currency, progress=_part(progress, 0.8, 1.0))

    def what_if(
        self,
        settings: Sequence[str] = (),
        *,
        other: Scenario | None = None,
        scenario: Scenario | None = None,
        seed: int = SEED,
        progress: Progress = silent,
    ) -> Comparison:
        """The plan beside that of the same scenario with `settings` changed, like "limits.budget=500".

        Or beside that of an `other` scenario, with the settings changed in it. InputError lists every mistake.
        """
        base = scenario or self.scenario()
        if not settings and other is None:
            raise InputError("a what-if needs something that changes; give settings such as limits.budget=500")
        asked = changed(other or base, settings)
        name = ", ".join(settings) or asked.name
        return self.compare([(base.name, base), (name, asked)], seed=seed, progress=progress)

    def frontier(
        self,
        of: str,
        against: str,
        *,
        points: int = 7,
        scenario: Scenario | None = None,
        seed: int = SEED,
        progress: Progress = silent,
    ) -> Traded:
        """Plans between the best for objective `of` and the best for `against`, none worse than another in both."""
        check_frontier(of, against, n_points=points)
        wanted, currency = scenario or self.scenario(), self._parts.settings.currency
        check_scenarios([(wanted.name, wanted)], currency=currency)
        demand = self.forecast(wanted, seed=seed, progress=_part(progress, 0.0, 0.6))
        found = draw_frontier(
            demand,
            self._parts.warehouse,
            wanted,
            of=of,
            against=against,
            n_points=points,
            currency=currency,
            progress=_part(progress, 0.6, 1.0),
        )
        return Traded(found)

    def scenario(self) -> Scenario:
        """The workspace's scenario.yaml, or the defaults where there is none."""
        path = self.folder / SCENARIO_FILE
        return read_scenario(path) if path.exists() else Scenario()

    def latest(self) -> dict[str, Any]:
        """The summary of the plan made last; WorkspaceError if there is none."""
        return read_summary(self.folder / PLAN_FOLDER)

    def report(self, path: str | Path, *, language: str | None = None) -> Path:
        """Write the report of the plan made last as one HTML file."""
        chosen = language or self._parts.settings.language
        return write_text(render_report(self.latest(), language=chosen), Path(path))

    def close(self) -> None:
        """Release the workspace for other processes."""
        self._parts.warehouse.close()

    def __enter__(self) -> Workspace:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


def _part(progress: Progress, start: float, end: float) -> Progress:
    return lambda what, share: progress(what, start + (end - start) * share)


def open(folder: str | Path, *, create: bool = False, **settings: Any) -> Workspace:
    """Open the workspace in `folder`; with `create=True` make it first if there is none.

    Settings for a new one: currency, time_zone, country, first_weekday, language.
    """
    path = Path(folder)
    if settings and not create:
        raise InputError(
            f"settings ({', '.join(settings)}) are given when a workspace is made; add create=True, or edit "
            f"{path / 'dealwright.toml'}"
        )
    if create:
        bootstrap.create(path, shop_settings(**settings))
    return Workspace(path)


def read_scenario(path: str | Path) -> Scenario:
    """A scenario file; InputError lists every mistake."""
    try:
        text = Path(path).read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(f"the scenario {path} cannot be read: {error}") from None
    return Scenario.read(text, source=str(path))


def demo(folder: str | Path, *, progress: Progress = silent) -> Workspace:
    """A workspace with the demo shop (Complete Journey, 84.51°), imported as a user would.

    Needs the extra `demo`. Importing again into the same folder changes nothing.
    """
    files = samples.complete_journey()
    shop = open(
        folder,
        create=True,
        currency=samples.CURRENCY,
        time_zone=samples.TIME_ZONE,
        country=samples.COUNTRY,
        credit=samples.CREDIT,
    )
    scenario = resources.files("dealwright.data").joinpath("complete_journey_scenario.yaml").read_text("utf-8")
    if not (shop.folder / SCENARIO_FILE).exists():
        write_text(scenario, shop.folder / SCENARIO_FILE)
    for number, sample in enumerate(files):
        table = sample.mapping.table
        progress(f"importing {table}", number / len(files))
        shop.import_file(table, sample.source, mapping=sample.mapping)
    progress("demo shop ready", 1.0)
    return shop

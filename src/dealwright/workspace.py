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
from dealwright.adapters.report import render_report
from dealwright.adapters.report.sections.opening import lead
from dealwright.adapters.report.source import Source as ReportSource
from dealwright.adapters.results import read_summary, write_plan, write_text
from dealwright.app.backtest_forecast import Backtest, backtest_forecast
from dealwright.app.check_data import DataReport, check_data
from dealwright.app.explain_forecast import ForecastExplanation, explain_week
from dealwright.app.explain_promotion import Explanation, explain_promotion, why_not
from dealwright.app.forecast_demand import DemandForecast, forecast_demand
from dealwright.app.import_data import import_data
from dealwright.app.import_report import ImportReport
from dealwright.app.ports import Progress, Tables, silent
from dealwright.app.profile_customers import CustomerProfiles, profile_customers
from dealwright.app.run_loop import LoopResult, run_loop
from dealwright.app.summarise import summarise
from dealwright.core.errors import InputError
from dealwright.core.money import exponent
from dealwright.core.period import Grain
from dealwright.data import samples
from dealwright.data.delivery import Source
from dealwright.data.mapping import Mapping, read_mapping
from dealwright.plan.scenario import Scenario
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

    def plan(self, scenario: Scenario | None = None, *, seed: int = SEED, progress: Progress = silent) -> Plan:
        """The promotions to run, with everything behind them; also kept in the workspace as the latest plan."""
        settings = self._parts.settings
        result = run_loop(
            self._parts.warehouse,
            scenario or self.scenario(),
            currency=settings.currency,
            country=settings.country,
            credit=settings.credit,
            first_weekday=settings.first_weekday_number,
            seed=seed,
            progress=progress,
        )
        plan = Plan(result)
        plan.save(self.folder / PLAN_FOLDER)
        return plan

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

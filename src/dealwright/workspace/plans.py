"""Questions about plans: make one, ask what if, compare, trade, revise, and the report of the latest."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import pandas as pd

from dealwright.adapters.approved import read_approved
from dealwright.adapters.report import render_report
from dealwright.adapters.report.frontier import write_frontier
from dealwright.adapters.report.sections.opening import lead
from dealwright.adapters.report.source import Source as ReportSource
from dealwright.adapters.results import read_summary, write_plan, write_text
from dealwright.app.plan.compare_plans import Comparison, check_scenarios, compare_plans
from dealwright.app.plan.draw_frontier import Frontier, check_frontier, draw_frontier
from dealwright.app.plan.explain_promotion import Explanation, explain_promotion, why_not
from dealwright.app.plan.replan_promotions import Revision
from dealwright.app.ports import Progress, silent
from dealwright.app.run_loop import LoopResult, run_loop
from dealwright.app.summarise import summarise
from dealwright.core.errors import InputError
from dealwright.core.money import exponent
from dealwright.plan.scenario import Scenario
from dealwright.plan.scenario.changing import changed
from dealwright.workspace.demand import Demand
from dealwright.workspace.shop import SEED, part_of

PLAN_FOLDER = Path("plans") / "latest"


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


class Plans(Demand):
    """Which promotions to run."""

    def plan(
        self,
        scenario: Scenario | None = None,
        *,
        is_about_customers: bool = True,
        seed: int = SEED,
        progress: Progress = silent,
    ) -> Plan:
        """The promotions to run, with everything behind them; also kept in the workspace as the latest plan.

        Without the pages about customers (`is_about_customers`) it is the same plan, sooner.
        """
        return self._planned(
            scenario, revision=None, is_about_customers=is_about_customers, seed=seed, progress=progress
        )

    def _planned(
        self,
        scenario: Scenario | None,
        *,
        revision: Revision | None,
        is_about_customers: bool = True,
        seed: int,
        progress: Progress,
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
            today=self._today,
            is_about_customers=is_about_customers,
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
        demand = self.forecast(scenarios[0][1], seed=seed, progress=part_of(progress, 0.0, 0.8))
        tables = self._parts.warehouse
        return compare_plans(
            demand, tables, scenarios, currency=currency, seed=seed, progress=part_of(progress, 0.8, 1.0)
        )

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
        demand = self.forecast(wanted, seed=seed, progress=part_of(progress, 0.0, 0.6))
        found = draw_frontier(
            demand,
            self._parts.warehouse,
            wanted,
            of=of,
            against=against,
            n_points=points,
            currency=currency,
            seed=seed,
            progress=part_of(progress, 0.6, 1.0),
        )
        return Traded(found)

    def latest(self) -> dict[str, Any]:
        """The summary of the plan made last; WorkspaceError if there is none."""
        return read_summary(self.folder / PLAN_FOLDER)

    def report(self, path: str | Path, *, language: str | None = None) -> Path:
        """Write the report of the plan made last as one HTML file."""
        chosen = language or self._parts.settings.language
        return write_text(render_report(self.latest(), language=chosen), Path(path))

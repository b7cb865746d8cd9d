"""Questions about stock: what to order, how to share it out, what to do with too much."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from pathlib import Path

from dealwright.adapters.approved import read_approved
from dealwright.app.plan.replan_promotions import ApprovedPlan
from dealwright.app.plan.running_plan import running_plan
from dealwright.app.ports import Progress, silent
from dealwright.app.shop.which_products import which_products
from dealwright.app.supply.allocate_stock import Pool, StoreAllocation, allocate_stock
from dealwright.app.supply.clear_overstock import Overstock, clear_overstock, counted, weeks_until
from dealwright.app.supply.order_stock import StockOrders, order_stock
from dealwright.app.supply.stock_situation import Situation, situation_of
from dealwright.app.supply.supply_terms import SupplyTerms, minor
from dealwright.core.errors import InputError
from dealwright.plan.scenario import Scenario
from dealwright.plan.scenario.rules import OfSome
from dealwright.workspace.demand import Demand
from dealwright.workspace.files import read_rows, read_text
from dealwright.workspace.plans import PLAN_FOLDER
from dealwright.workspace.shop import SEED, part_of

SUPPLY_FILE = "supply.yaml"


class Supply(Demand):
    """Whether there is enough of everything, and what to do about it.

    All take `terms`: a file (see `read_supply_terms`), what was read of one, or None for the workspace's
    supply.yaml, and where there is none, for assumptions that are told. `approved` names the plan that runs, as in
    `replan`; None is the plan made last, and `with_plan=False` no promotion at all.
    """

    def order_stock(
        self,
        terms: SupplyTerms | str | Path | None = None,
        *,
        approved: str | Path | None = None,
        with_plan: bool = True,
        scenario: Scenario | None = None,
        seed: int = SEED,
        progress: Progress = silent,
    ) -> StockOrders:
        """What to order, when and how much in the coming weeks, and how likely each promotion sells out."""
        known = self._terms(terms)
        plan = self._approved(approved) if with_plan else None
        situation = self._situation(known, plan, scenario, seed, part_of(progress, 0.0, 0.9))
        progress("choosing orders", 0.9)
        orders = order_stock(situation)
        progress("done", 1.0)
        return orders

    def allocate_stock(
        self,
        pool: Pool,
        *,
        terms: SupplyTerms | str | Path | None = None,
        approved: str | Path | None = None,
        with_plan: bool = True,
        scenario: Scenario | None = None,
        seed: int = SEED,
        progress: Progress = silent,
    ) -> StoreAllocation:
        """How the units of a product are shared out over the stores."""
        known = self._terms(terms)
        plan = self._approved(approved) if with_plan else None
        situation = self._situation(known, plan, scenario, seed, progress)
        return allocate_stock(situation, pool, self._parts.warehouse, seed=seed)

    def clear_overstock(
        self,
        by: date,
        *,
        skus: Sequence[str] = (),
        categories: Sequence[str] = (),
        terms: SupplyTerms | str | Path | None = None,
        approved: str | Path | None = None,
        with_plan: bool = True,
        scenario: Scenario | None = None,
        seed: int = SEED,
        progress: Progress = silent,
    ) -> Overstock:
        """What to do with products that will not sell by a day; none named: all whose stock is counted.

        InputError if no stock is counted, before anything is learnt.
        """
        wanted = scenario or self.scenario()
        known, basis = self._terms(terms), self._basis(wanted, seed)
        plan = self._approved(approved) if with_plan else None
        panel = basis.read(part_of(progress, 0.0, 0.1)).panel
        some = which_products(OfSome(skus=tuple(skus), categories=tuple(categories)), panel)
        counted(self._parts.warehouse, panel.skus)
        weeks_until(tuple(basis.weeks(panel)), by)
        situation = self._situation(known, plan, wanted, seed, part_of(progress, 0.1, 1.0))
        return clear_overstock(
            situation,
            self._parts.warehouse,
            by=by,
            depths=tuple(depth for depth in wanted.depths if depth > 0),
            display_cost_minor=minor(wanted.assumptions.display_cost, self.currency),
            products=some,
        )

    def _situation(
        self,
        terms: SupplyTerms,
        plan: ApprovedPlan | None,
        scenario: Scenario | None,
        seed: int,
        progress: Progress,
    ) -> Situation:
        wanted, tables = scenario or self.scenario(), self._parts.warehouse
        demand = self.forecast(wanted, seed=seed, progress=part_of(progress, 0.0, 0.9))
        running = running_plan(demand, tables, wanted, plan, currency=self.currency)
        return situation_of(
            demand,
            running,
            tables,
            terms,
            cover_weeks=wanted.assumptions.cover_weeks,
            currency=self.currency,
            seed=seed,
        )

    def _terms(self, given: SupplyTerms | str | Path | None) -> SupplyTerms:
        if isinstance(given, SupplyTerms):
            return given
        own = self.folder / SUPPLY_FILE
        if given is None:
            return read_supply_terms(own) if own.exists() else SupplyTerms()
        return read_supply_terms(given)

    def _approved(self, given: str | Path | None) -> ApprovedPlan:
        latest = self.folder / PLAN_FOLDER
        if given is None and not latest.exists():
            raise InputError(
                "there is no plan in this workspace yet; run 'dealwright plan' first, name an approved one, or ask "
                "without a plan"
            )
        return read_approved(given or latest, currency=self.currency)


def read_supply_terms(path: str | Path) -> SupplyTerms:
    """The terms of orders: a YAML file, or a CSV file with a row for each product (see `SupplyTerms`)."""
    if str(path).lower().endswith(".csv"):
        return SupplyTerms.of_rows(read_rows(path, what="the supply terms"), source=Path(path).name)
    return SupplyTerms.read(read_text(path, what="the supply terms"), source=Path(path).name)

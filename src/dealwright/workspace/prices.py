"""Questions about shelf prices: the best ones, those that clear stock, those the rules allow."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np

from dealwright.app.plan.running_plan import running_plan
from dealwright.app.ports import Progress, silent
from dealwright.app.prices.check_price_ladder import LadderCheck, check_price_ladder
from dealwright.app.prices.mark_down import Clearance, MarkdownPlan, mark_down, stock_of
from dealwright.app.prices.price_facts import price_facts
from dealwright.app.prices.price_rules import PriceRules, ruled
from dealwright.app.prices.set_prices import PriceAim, PriceList, set_prices
from dealwright.app.shop.which_products import which_products
from dealwright.app.supply.clear_overstock import weeks_until
from dealwright.core.errors import InputError
from dealwright.plan.scenario import Scenario
from dealwright.plan.scenario.rules import OfSome
from dealwright.workspace.demand import Demand
from dealwright.workspace.files import read_rows, read_text
from dealwright.workspace.shop import SEED, part_of

PRICES_FILE = "prices.yaml"


class Prices(Demand):
    """What to ask for the products.

    `rules` are a file (see `read_price_rules`), what was read of one, or None for the workspace's prices.yaml, and
    where there is none, for the defaults.
    """

    def set_prices(
        self,
        rules: PriceRules | str | Path | None = None,
        *,
        skus: Sequence[str] = (),
        categories: Sequence[str] = (),
        scenario: Scenario | None = None,
        seed: int = SEED,
        progress: Progress = silent,
    ) -> PriceList:
        """The shelf prices that earn most; if products are named, the others stay and the basket sets no limit."""
        known, wanted, basis = self._rules(rules), scenario or self.scenario(), self._basis(scenario, seed)
        history = basis.read(progress)
        some = OfSome(skus=tuple(skus), categories=tuple(categories))
        products = which_products(some, history.panel)
        of_products = ruled(known, history.panel, currency=self.currency)
        demand = basis.learn(history, part_of(progress, 0.0, 0.9))
        progress("choosing prices", 0.9)
        first = demand.response.weeks[0]
        facts = price_facts(demand.panel, self._parts.warehouse, wanted, on=first, currency=self.currency)
        aim = PriceAim(products, known.least_chance, None if some.names else known.basket_rise)
        found = set_prices(demand, facts, of_products, aim, currency=self.currency, seed=seed)
        progress("done", 1.0)
        return found

    def mark_down(
        self,
        asked: Clearance,
        *,
        stock: Mapping[str, int] | str | Path | None = None,
        scenario: Scenario | None = None,
        seed: int = SEED,
        progress: Progress = silent,
    ) -> MarkdownPlan:
        """Falling prices that clear products by a day; `stock` in units, a CSV file (sku, units), or as counted.

        InputError before anything is learnt: unknown products, no stock of them, a day outside the forecast.
        """
        wanted, basis = scenario or self.scenario(), self._basis(scenario, seed)
        history = basis.read(progress)
        skus = history.panel.skus
        given = read_stock(stock) if isinstance(stock, str | Path) else stock or {}
        on_hand = stock_of(self._parts.warehouse, skus, given)
        weeks_until(tuple(basis.weeks(history.panel)), asked.by)
        chosen = _to_clear(asked, skus, on_hand)
        demand = basis.learn(history, part_of(progress, 0.0, 0.9))
        progress("choosing prices", 0.9)
        plan = running_plan(demand, self._parts.warehouse, wanted, None, currency=self.currency)
        found = mark_down(demand, plan, on_hand, chosen, currency=self.currency, seed=seed)
        progress("done", 1.0)
        return found

    def check_prices(
        self,
        rules: PriceRules | str | Path | None = None,
        *,
        scenario: Scenario | None = None,
        seed: int = SEED,
        progress: Progress = silent,
    ) -> LadderCheck:
        """Which prices the rules allow, which of today break one, and what competitors' prices ask for."""
        known, wanted, basis = self._rules(rules), scenario or self.scenario(), self._basis(scenario, seed)
        panel, tables = basis.read(progress).panel, self._parts.warehouse
        on = basis.weeks(panel)[0]
        of_products = ruled(known, panel, currency=self.currency)
        facts = price_facts(panel, tables, wanted, on=on, currency=self.currency)
        progress("done", 1.0)
        return check_price_ladder(facts, of_products, tables, on=on, currency=self.currency)

    def _rules(self, given: PriceRules | str | Path | None) -> PriceRules:
        if isinstance(given, PriceRules):
            return given
        own = self.folder / PRICES_FILE
        if given is None:
            return read_price_rules(own) if own.exists() else PriceRules()
        return read_price_rules(given)


def _to_clear(
    asked: Clearance, skus: Sequence[str], on_hand: np.ndarray[tuple[int], np.dtype[np.float64]]
) -> Clearance:
    """With the products named, or all that have stock; InputError for those unknown or without any."""
    known = dict(zip(skus, on_hand, strict=True))
    unknown = [str(InputError.unknown("forecast product", sku, skus)) for sku in asked.skus if sku not in known]
    without = [
        f"{sku} has no stock that is counted or given; import counts of it, or leave it out"
        for sku in asked.skus
        if sku in known and not known[sku] > 0
    ]
    chosen = asked.skus or tuple(sku for sku, units in known.items() if units > 0)
    if unknown or without or not chosen:
        raise InputError(*unknown, *without, *([] if chosen else ["no product has any stock to clear"]))
    return replace(asked, skus=chosen)


def read_price_rules(path: str | Path) -> PriceRules:
    """A YAML file of price rules; InputError lists every mistake."""
    return PriceRules.read(read_text(path, what="the price rules"), source=Path(path).name)


def read_stock(path: str | Path) -> dict[str, int]:
    """Units on hand by product, from a CSV file with the columns sku and units; InputError lists every mistake."""
    rows = read_rows(path, what="the stock")
    if not rows or not {"sku", "units"} <= set(rows[0]):
        raise InputError(f"{path} needs the columns sku and units, and a row for each product")
    wrong = [
        f"{path}: units of {row['sku']} are {row['units']!r}; give a whole number from 0 up"
        for row in rows
        if not row["units"].isdigit()
    ]
    if wrong:
        raise InputError(*wrong)
    return {row["sku"]: int(row["units"]) for row in rows}

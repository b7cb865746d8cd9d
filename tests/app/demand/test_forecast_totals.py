"""Totals that agree: parts sum to their wholes in every draw, whatever was forecast apart."""

from __future__ import annotations

import json

import numpy as np
import pandas as pd
import pytest

from dealwright.adapters.memory import MemoryTables
from dealwright.app.demand.basis import Basis
from dealwright.app.demand.forecast_totals import Totals, forecast_totals, told_of
from dealwright.data import columns as c
from dealwright.demand.reconcile import Hierarchy
from dealwright.plan.scenario import Scenario
from known_shop import make_frames, make_panel


def of_two_stores() -> dict[str, pd.DataFrame]:
    """Every second line was sold in a second store, and one product in the first store alone."""
    frames = make_frames(make_panel(n=6, n_weeks=36, n_categories=2, base=40.0), n_customers=60)
    sales = frames["sales"]
    store = np.where((np.arange(len(sales)) % 2 == 0) | (sales[c.SKU] == "sku-5"), "1", "2")
    return {**frames, "sales": sales.assign(**{c.STORE: store})}


@pytest.fixture(scope="module")
def basis() -> Basis:
    scenario = Scenario.read("n_draws: 60\nweeks: 2\nscope: {least_selling_weeks: 8}")
    return Basis(MemoryTables(of_two_stores()), scenario, country="US", seed=3)


@pytest.fixture(scope="module")
def chain(basis: Basis) -> Totals:
    return forecast_totals(basis)


@pytest.fixture(scope="module")
def stores(basis: Basis) -> Totals:
    return forecast_totals(basis, by_store=True)


def summed(made: Totals, level: str) -> float:
    return sum(node.units.value for node in made.levels[level])


def test_over_the_chain_there_are_products_categories_and_the_total(chain: Totals) -> None:
    assert {level: len(nodes) for level, nodes in chain.levels.items()} == {"total": 1, "category": 2, "sku": 6}
    assert chain.n_reconciled == 1


def test_with_stores_there_are_stores_too_and_a_product_only_where_it_sells(stores: Totals) -> None:
    counted = {level: len(nodes) for level, nodes in stores.levels.items()}
    assert counted == {"total": 1, "category": 2, "store": 2, "sku": 6, "series": 11}
    assert stores.n_reconciled == 2


@pytest.mark.parametrize("by_store", [False, True])
def test_every_level_sums_to_the_total(by_store: bool, chain: Totals, stores: Totals) -> None:
    made = stores if by_store else chain
    whole = made.levels["total"][0].units.value
    for level in made.levels:
        assert summed(made, level) == pytest.approx(whole)
    assert made.largest_gap < 1e-6 * whole


def test_single_stores_and_the_chain_say_about_the_same(chain: Totals, stores: Totals) -> None:
    assert summed(stores, "total") == pytest.approx(summed(chain, "total"), rel=0.15)


def test_weeks_sum_to_all_weeks_and_the_largest_comes_first(chain: Totals) -> None:
    assert all(chain.levels.values())
    for nodes in chain.levels.values():
        units = [node.units.value for node in nodes]
        assert units == sorted(units, reverse=True)
        for node in nodes:
            assert sum(week.value for week in node.weekly) == pytest.approx(node.units.value)
            assert node.units.low < node.units.value < node.units.high


def test_parts_that_do_not_sum_would_show_in_the_gap() -> None:
    panel = make_panel(n=2, n_weeks=20, n_categories=1)
    hierarchy = Hierarchy.of(panel)
    draws = hierarchy.added_up(np.ones((3, 2, 1)))
    weeks = panel.starts[:1]
    assert told_of(hierarchy, draws, weeks, panel, n_reconciled=1).largest_gap == 0.0
    off = draws | {"total": draws["total"] + 0.5}
    assert told_of(hierarchy, off, weeks, panel, n_reconciled=1).largest_gap == 0.5


def test_the_document_is_plain_values(stores: Totals) -> None:
    told = json.loads(json.dumps(stores.to_dict(), allow_nan=False))
    assert told["levels"].keys() == {"total", "category", "store", "sku", "series"}
    assert len(told["levels"]["total"][0]["weekly"]) == 2
